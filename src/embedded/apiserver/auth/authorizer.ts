import { forbidden } from '../../../kubernetes/errors.ts';
import { goQuote } from '../../../kubernetes/go-format.ts';
import type { PolicyRule } from '../../../kubernetes/objects.ts';
import type { ApiError } from '../../../kubernetes/status.ts';
import type { UserInfo } from '../resource.ts';
import type { Rbac } from './rbac.ts';
import { ruleAllows } from './rules.ts';

/** What somebody wants to do. */
export interface Attributes {
  /** "get", "list", "create", "deletecollection", "impersonate", …; an HTTP method in lower case for other paths. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  /** "pods"; '' for a path that is not a resource. */
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  /** '' for collections. */
  readonly name: string;
  /** Where `resource` is ''. */
  readonly path?: string;
}

export interface Decision {
  readonly allowed: boolean;
  /** Why: `RBAC: allowed by RoleBinding "read/team" of Role "reader" to User "jane"`. */
  readonly reason: string;
}

/** Whoever is in this group may do everything: so the administrator cannot lock himself out. */
export const mastersGroup = 'system:masters';
const nodesGroup = 'system:nodes';

/** Administrators, then nodes by a fixed set of rules, then the stored roles and bindings. */
export class Authorizer {
  readonly #rbac: Rbac;
  readonly #nodeRules: readonly PolicyRule[];

  constructor(rbac: Rbac, nodeRules: readonly PolicyRule[]) {
    this.#rbac = rbac;
    this.#nodeRules = nodeRules;
  }

  decide(user: UserInfo, attributes: Attributes): Decision {
    if (user.groups.includes(mastersGroup)) return { allowed: true, reason: '' };
    if (user.groups.includes(nodesGroup) && this.#nodeRules.some((rule) => ruleAllows(rule, attributes))) {
      return { allowed: true, reason: '' };
    }
    return this.#rbac.decide(user, attributes);
  }

  /** @throws ApiError Forbidden, in upstream's words */
  require(user: UserInfo, attributes: Attributes): void {
    const { allowed, reason } = this.decide(user, attributes);
    if (!allowed) throw refusal(user, attributes, reason);
  }

  /** All rules that hold for a user in a namespace. `complete` is false for those who need none. */
  rulesOf(user: UserInfo, namespace: string) {
    const { rules, errors } = this.#rbac.rulesOf(user, namespace);
    return { rules: user.groups.includes(nodesGroup) ? [...this.#nodeRules, ...rules] : rules, errors };
  }

  rulesIn(...parameters: Parameters<Rbac['rulesIn']>) {
    return this.#rbac.rulesIn(...parameters);
  }
}

function refusal(user: UserInfo, attributes: Attributes, reason: string): ApiError {
  const { verb, group, resource, subresource, namespace, name, path } = attributes;
  const who = `User ${goQuote(user.name)} cannot ${verb}`;
  const because = reason ? `: ${reason}` : '';
  if (!resource) return forbidden(undefined, '', `${who} path ${goQuote(path ?? '')}${because}`);
  const what = subresource ? `${resource}/${subresource}` : resource;
  const where = namespace ? `in the namespace ${goQuote(namespace)}` : 'at the cluster scope';
  return forbidden(
    { group, resource },
    name,
    `${who} resource ${goQuote(what)} in API group ${goQuote(group)} ${where}${because}`,
  );
}
