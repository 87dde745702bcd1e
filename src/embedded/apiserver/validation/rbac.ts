import { nameIsDNSSubdomain, nameIsPathSegment } from '../../../kubernetes/names.ts';
import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
  Subject,
} from '../../../kubernetes/objects.ts';
import { usableSelector } from './apps.ts';
import { semanticEqual } from './equality.ts';
import { type FieldError, invalid, invalidEach, notSupported, required } from './field.ts';
import { goValue } from './go-structs.ts';
import { validateLabelSelector } from './labels.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';

/** pkg/apis/rbac/validation. An update is validated as a whole twice, which is why a cause stands there twice. */

export const rbacGroup = 'rbac.authorization.k8s.io';

export function validateRole({ metadata, rules }: Role): FieldError[] {
  return [
    ...validateObjectMeta(metadata, { namespaced: true, validateName: nameIsPathSegment }),
    ...(rules ?? []).flatMap((rule, index) => validatePolicyRule(rule, true, `rules[${index}]`)),
  ];
}

export function validateRoleUpdate(role: Role, current: Role): FieldError[] {
  return [...validateRole(role), ...validateRole(role), ...validateObjectMetaUpdate(role.metadata, current.metadata)];
}

export function validateClusterRole({ metadata, rules, aggregationRule }: ClusterRole): FieldError[] {
  const errors = [
    ...validateObjectMeta(metadata, { namespaced: false, validateName: nameIsPathSegment }),
    ...(rules ?? []).flatMap((rule, index) => validatePolicyRule(rule, false, `rules[${index}]`)),
  ];
  if (!aggregationRule) return errors;
  const path = 'aggregationRule.clusterRoleSelectors';
  const selectors = aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0) {
    errors.push(required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil'));
  }
  selectors.forEach((selector, index) => {
    const at = `${path}[${index}]`;
    errors.push(...validateLabelSelector(selector, at));
    if (!usableSelector(selector)) errors.push(invalid(at, undefined, 'invalid label selector.'));
  });
  return errors;
}

export function validateClusterRoleUpdate(role: ClusterRole, current: ClusterRole): FieldError[] {
  return [
    ...validateClusterRole(role),
    ...validateClusterRole(role),
    ...validateObjectMetaUpdate(role.metadata, current.metadata),
  ];
}

function validatePolicyRule(rule: PolicyRule, namespaced: boolean, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { nonResourceURLs = [], apiGroups = [], resources = [], resourceNames = [] } = rule;
  if (!rule.verbs?.length) errors.push(required(`${path}.verbs`, 'verbs must contain at least one value'));
  if (nonResourceURLs.length > 0) {
    const complain = (detail: string) =>
      errors.push(invalid(`${path}.nonResourceURLs`, goValue('[]string', nonResourceURLs), detail));
    if (namespaced) complain('namespaced rules cannot apply to non-resource URLs');
    if (apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0) {
      complain('rules cannot apply to both regular resources and non-resource URLs');
    }
    return errors;
  }
  if (apiGroups.length === 0) {
    errors.push(required(`${path}.apiGroups`, 'resource rules must supply at least one api group'));
  }
  if (resources.length === 0) {
    errors.push(required(`${path}.resources`, 'resource rules must supply at least one resource'));
  }
  return errors;
}

export function validateRoleBinding(binding: RoleBinding | ClusterRoleBinding, namespaced: boolean): FieldError[] {
  const { apiGroup = '', kind = '', name = '' } = binding.roleRef ?? {};
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  const errors = validateObjectMeta(binding.metadata, { namespaced, validateName: nameIsPathSegment });
  if (apiGroup !== rbacGroup) errors.push(notSupported('roleRef.apiGroup', apiGroup, [rbacGroup]));
  if (!kinds.includes(kind)) errors.push(notSupported('roleRef.kind', kind, kinds));
  if (name === '') errors.push(required('roleRef.name'));
  else errors.push(...invalidEach('roleRef.name', name, nameIsPathSegment(name, false)));
  binding.subjects?.forEach((subject, index) => {
    errors.push(...validateSubject(subject, namespaced, `subjects[${index}]`));
  });
  return errors;
}

export function validateRoleBindingUpdate<T extends RoleBinding | ClusterRoleBinding>(
  binding: T,
  current: T,
  namespaced: boolean,
): FieldError[] {
  const errors = [
    ...validateRoleBinding(binding, namespaced),
    ...validateRoleBinding(binding, namespaced),
    ...validateObjectMetaUpdate(binding.metadata, current.metadata),
  ];
  if (!semanticEqual(binding.roleRef, current.roleRef)) {
    errors.push(invalid('roleRef', goValue('rbac.RoleRef', binding.roleRef), 'cannot change roleRef'));
  }
  return errors;
}

function validateSubject(subject: Subject, namespaced: boolean, path: string): FieldError[] {
  const { kind = '', name = '', apiGroup = '', namespace = '' } = subject;
  const errors = name === '' ? [required(`${path}.name`)] : [];
  switch (kind) {
    case 'ServiceAccount':
      if (name !== '') errors.push(...invalidEach(`${path}.name`, name, nameIsDNSSubdomain(name, false)));
      if (apiGroup !== '') errors.push(notSupported(`${path}.apiGroup`, apiGroup, ['']));
      if (!namespaced && namespace === '') errors.push(required(`${path}.namespace`));
      break;
    case 'User':
    case 'Group':
      if (apiGroup !== rbacGroup) errors.push(notSupported(`${path}.apiGroup`, apiGroup, [rbacGroup]));
      break;
    default:
      errors.push(notSupported(`${path}.kind`, kind, ['ServiceAccount', 'User', 'Group']));
  }
  return errors;
}
