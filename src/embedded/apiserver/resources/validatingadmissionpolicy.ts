import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { ValidatingAdmissionPolicy } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validateValidatingAdmissionPolicy } from '../validation/admission-policies.ts';
import { validateConditions } from '../validation/conditions.ts';
import { ageColumn, column } from './columns/common.ts';
import { defaultMatchResources } from './defaults/admission.ts';
import { countGeneration, keepStatus } from './defaults/strategies.ts';

/** pkg/registry/admissionregistration/validatingadmissionpolicy: kept, not enforced. */
export const validatingadmissionpolicy = defineResource<ValidatingAdmissionPolicy>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
  singular: 'validatingadmissionpolicy',
  categories: ['api-extensions'],
  namespaced: false,
  schema: 'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy',

  validateName: nameIsDNSSubdomain,
  defaults(draft) {
    draft.spec ??= {};
    draft.spec.failurePolicy ??= 'Fail';
    defaultMatchResources(draft.spec.matchConstraints);
  },
  prepareForCreate(draft) {
    draft.status = {};
    draft.metadata.generation = 1;
  },
  prepareForUpdate(draft, current) {
    keepStatus(draft, current);
    countGeneration(draft, current);
  },
  validateCreate: validateValidatingAdmissionPolicy,
  validateUpdate: validateValidatingAdmissionPolicy,
  warnings: (_, current) => (current ? [] : ['this cluster does not enforce admission policies']),
  allowUnconditionalUpdate: false,

  status: { validateUpdate: ({ status }) => validateConditions(status?.conditions, 'status.conditions') },

  columns: [
    column(
      'Validations',
      'integer',
      'Validations indicates the number of validation rules defined in this configuration',
      ({ spec }) => spec?.validations?.length ?? 0,
    ),
    column(
      'ParamKind',
      'string',
      'ParamKind specifies the kind of resources used to parameterize this policy',
      ({ spec }) => (spec?.paramKind ? `${spec.paramKind.apiVersion}/${spec.paramKind.kind}` : '<unset>'),
    ),
    ageColumn(),
  ],
});
