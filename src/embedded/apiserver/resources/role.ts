import { nameIsPathSegment } from '../../../kubernetes/names.ts';
import type { Role } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { rbacGroup, validateRole, validateRoleUpdate } from '../validation/rbac.ts';
import { createdAtColumn } from './columns/common.ts';

/** pkg/registry/rbac/role. */
export const role = defineResource<Role>({
  group: rbacGroup,
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  singular: 'role',
  namespaced: true,
  schema: 'io.k8s.api.rbac.v1.Role',

  validateName: nameIsPathSegment,
  validateCreate: validateRole,
  validateUpdate: validateRoleUpdate,
  allowCreateOnUpdate: true,

  columns: [createdAtColumn()],
});
