import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { LabelSelector, ValidatingAdmissionPolicyBinding } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validateValidatingAdmissionPolicyBinding } from '../validation/admission-policies.ts';
import { ageColumn, column } from './columns/common.ts';
import { defaultMatchResources } from './defaults/admission.ts';
import { countGeneration } from './defaults/strategies.ts';

/** pkg/registry/admissionregistration/validatingadmissionpolicybinding: kept, not enforced. */
export const validatingadmissionpolicybinding = defineResource<ValidatingAdmissionPolicyBinding>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings',
  singular: 'validatingadmissionpolicybinding',
  categories: ['api-extensions'],
  namespaced: false,
  schema: 'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding',

  validateName: nameIsDNSSubdomain,
  defaults: ({ spec }) => defaultMatchResources(spec?.matchResources),
  prepareForCreate({ metadata }) {
    metadata.generation = 1;
  },
  prepareForUpdate: countGeneration,
  validateCreate: validateValidatingAdmissionPolicyBinding,
  validateUpdate: validateValidatingAdmissionPolicyBinding,
  allowUnconditionalUpdate: false,

  columns: [
    column(
      'PolicyName',
      'string',
      'PolicyName indicates the policy definition which the policy binding binded to',
      ({ spec }) => spec?.policyName ?? '',
    ),
    column(
      'ParamRef',
      'string',
      'ParamRef indicates the param resource which sets the configration param',
      ({ spec }) => {
        const reference = spec?.paramRef;
        if (reference?.name) return `${reference.namespace || '*'}/${reference.name}`;
        return reference?.selector ? printSelector(reference.selector) : '<unset>';
      },
    ),
    ageColumn(),
  ],
});

/** As the type's String() does it. */
function printSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.keys(matchLabels)
    .sort()
    .map((key) => `${key}: ${matchLabels[key]},`);
  const expressions = matchExpressions.map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  return (
    `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},` +
    `MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`
  );
}
