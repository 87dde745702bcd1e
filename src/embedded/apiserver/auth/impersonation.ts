import { badRequest } from '../../../kubernetes/errors.ts';
import type { UserInfo } from '../resource.ts';
import { anonymous } from './authenticator.ts';
import type { Authorizer } from './authorizer.ts';

/** Headers by lower-case name, those that came several times as a list. */
export type Headers = Readonly<Record<string, readonly string[] | undefined>>;

const extraPrefix = 'impersonate-extra-';
const accountPrefix = 'system:serviceaccount:';

/**
 * Who a request is to be taken for: `kubectl --as`. The user himself where its headers do not ask for another.
 * @throws ApiError BadRequest; Forbidden where he may not.
 */
export function impersonate(user: UserInfo, headers: Headers, authorizer: Authorizer): UserInfo {
  const [name = ''] = headers['impersonate-user'] ?? [];
  const groups = headers['impersonate-group'] ?? [];
  const [uid = ''] = headers['impersonate-uid'] ?? [];
  const extra = extraOf(headers);
  if (!name) {
    if (groups.length > 0 || uid || Object.keys(extra).length > 0) {
      throw badRequest(
        `requested [${[...groups.map((group) => `{Group ${group}}`), ...(uid ? [`{UID ${uid}}`] : [])].join(' ')}] without impersonating a user`,
      );
    }
    return user;
  }
  const may = (group: string, resource: string, of: { name: string; namespace?: string; subresource?: string }) =>
    authorizer.require(user, {
      verb: 'impersonate',
      group,
      version: 'v1',
      resource,
      subresource: of.subresource ?? '',
      namespace: of.namespace ?? '',
      name: of.name,
    });
  const account = accountOf(name);
  if (account) may('', 'serviceaccounts', account);
  else may('', 'users', { name });
  for (const group of groups) may('', 'groups', { name: group });
  if (uid) may('authentication.k8s.io', 'uids', { name: uid });
  for (const [key, values] of Object.entries(extra)) {
    for (const value of values) may('authentication.k8s.io', 'userextras', { name: value, subresource: key });
  }
  return { name, groups: groupsOf(name, groups, account), ...(uid && { uid }), ...(hasAny(extra) && { extra }) };
}

function groupsOf(name: string, groups: readonly string[], account: { namespace: string } | undefined): string[] {
  if (name === anonymous.name) return groups.length > 0 ? [...groups] : [...anonymous.groups];
  const implied =
    account && groups.length === 0 ? ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`] : [];
  return [...new Set([...groups, ...implied, 'system:authenticated'])];
}

function accountOf(name: string): { namespace: string; name: string } | undefined {
  if (!name.startsWith(accountPrefix)) return undefined;
  const [namespace, account, ...rest] = name.slice(accountPrefix.length).split(':');
  return namespace && account && rest.length === 0 ? { namespace, name: account } : undefined;
}

function extraOf(headers: Headers): Record<string, readonly string[]> {
  const extra: Record<string, readonly string[]> = {};
  for (const [header, values] of Object.entries(headers)) {
    if (!header.startsWith(extraPrefix) || !values) continue;
    const key = header.slice(extraPrefix.length);
    try {
      extra[decodeURIComponent(key)] = values;
    } catch {
      extra[key] = values;
    }
  }
  return extra;
}

function hasAny(extra: object): boolean {
  return Object.keys(extra).length > 0;
}
