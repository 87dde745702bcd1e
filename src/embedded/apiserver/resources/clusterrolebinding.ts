import { nameIsPathSegment } from '../../../kubernetes/names.ts';
import type { ClusterRoleBinding } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { rbacGroup, validateRoleBinding, validateRoleBindingUpdate } from '../validation/rbac.ts';
import { bindingColumns } from './columns/bindings.ts';
import { defaultBinding } from './defaults/bindings.ts';

/** pkg/registry/rbac/clusterrolebinding. */
export const clusterrolebinding = defineResource<ClusterRoleBinding>({
  group: rbacGroup,
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  singular: 'clusterrolebinding',
  namespaced: false,
  schema: 'io.k8s.api.rbac.v1.ClusterRoleBinding',

  validateName: nameIsPathSegment,
  defaults: defaultBinding,
  validateCreate: (object) => validateRoleBinding(object, false),
  validateUpdate: (object, current) => validateRoleBindingUpdate(object, current, false),
  allowCreateOnUpdate: true,

  columns: bindingColumns(
    'RoleRef can only reference a ClusterRole in the global namespace. If the RoleRef cannot be resolved, the ' +
      'Authorizer must return an error.',
    'clusterRoleBinding',
  ),
});
