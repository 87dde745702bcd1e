import { nameIsPathSegment } from '../../../kubernetes/names.ts';
import type { ClusterRole } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { rbacGroup, validateClusterRole, validateClusterRoleUpdate } from '../validation/rbac.ts';
import { createdAtColumn } from './columns/common.ts';

/** pkg/registry/rbac/clusterrole. */
export const clusterrole = defineResource<ClusterRole>({
  group: rbacGroup,
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  singular: 'clusterrole',
  namespaced: false,
  schema: 'io.k8s.api.rbac.v1.ClusterRole',

  validateName: nameIsPathSegment,
  validateCreate: validateClusterRole,
  validateUpdate: validateClusterRoleUpdate,
  allowCreateOnUpdate: true,

  columns: [createdAtColumn()],
});
