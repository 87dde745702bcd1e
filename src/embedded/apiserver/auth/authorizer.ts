import type { UserInfo } from '../resource.ts';

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

export interface Authorizer {
  decide(user: UserInfo, attributes: Attributes): Decision;
  /** @throws ApiError Forbidden, in upstream's words */
  require(user: UserInfo, attributes: Attributes): void;
}
