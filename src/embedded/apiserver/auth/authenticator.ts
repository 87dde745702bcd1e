import { hash, timingSafeEqual } from 'node:crypto';
import { unauthorized } from '../../../kubernetes/errors.ts';
import type { UserInfo } from '../resource.ts';
import type { ServiceAccountTokens } from './service-account-tokens.ts';

/** A token handed out in a kubeconfig, and whose it is. */
export interface StaticToken {
  readonly token: string;
  readonly user: UserInfo;
}

/** Whoever shows no token. */
export const anonymous: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** Paths that tell nothing but whether and what the server is: open to everybody. */
const open = /^\/(healthz|livez|readyz|version)(\/|$)/;

/** Says who sends a request. */
export class Authenticator {
  readonly #static: readonly { readonly digest: Buffer; readonly user: UserInfo }[];
  readonly #accounts: ServiceAccountTokens;

  constructor(tokens: readonly StaticToken[], accounts: ServiceAccountTokens) {
    this.#static = tokens.map(({ token, user }) => ({ digest: digest(token), user: authenticated(user) }));
    this.#accounts = accounts;
  }

  /**
   * @param authorization the header's value
   * @throws ApiError Unauthorized for a token that is not good, and for none where the path needs one.
   */
  authenticate(authorization: string | undefined, path: string): UserInfo {
    const token = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    const user = token === undefined ? undefined : this.tokenUser(token);
    if (user) return user;
    if (authorization === undefined && open.test(path)) return anonymous;
    throw unauthorized();
  }

  /** Whose token it is, if it is good. */
  tokenUser(token: string, audiences?: readonly string[]): UserInfo | undefined {
    const given = digest(token);
    const known = this.#static.find((each) => timingSafeEqual(each.digest, given));
    return known?.user ?? this.#accounts.authenticate(token, audiences);
  }
}

function digest(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

function authenticated(user: UserInfo): UserInfo {
  return user.groups.includes('system:authenticated')
    ? user
    : { ...user, groups: [...user.groups, 'system:authenticated'] };
}
