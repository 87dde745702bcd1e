import { nameIsPathSegment } from '../../../kubernetes/names.ts';
import type { RoleBinding } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { rbacGroup, validateRoleBinding, validateRoleBindingUpdate } from '../validation/rbac.ts';
import { bindingColumns } from './columns/bindings.ts';
import { defaultBinding } from './defaults/bindings.ts';

/** pkg/registry/rbac/rolebinding. */
export const rolebinding = defineResource<RoleBinding>({
  group: rbacGroup,
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  singular: 'rolebinding',
  namespaced: true,
  schema: 'io.k8s.api.rbac.v1.RoleBinding',

  validateName: nameIsPathSegment,
  defaults: defaultBinding,
  validateCreate: (object) => validateRoleBinding(object, true),
  validateUpdate: (object, current) => validateRoleBindingUpdate(object, current, true),
  allowCreateOnUpdate: true,

  columns: bindingColumns(
    'RoleRef can reference a Role in the current namespace or a ClusterRole in the global namespace. If the RoleRef ' +
      'cannot be resolved, the Authorizer must return an error.',
    'roleBinding',
  ),
});
