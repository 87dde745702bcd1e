import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { PodDisruptionBudget } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validatePodDisruptionBudget, validatePodDisruptionBudgetStatus } from '../validation/policy.ts';
import { ageColumn, column } from './columns/common.ts';
import { countGeneration, keepStatus } from './defaults/strategies.ts';

/** pkg/registry/policy/poddisruptionbudget. */
export const poddisruptionbudget = defineResource<PodDisruptionBudget>({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  namespaced: true,
  schema: 'io.k8s.api.policy.v1.PodDisruptionBudget',

  validateName: nameIsDNSSubdomain,

  prepareForCreate(draft) {
    draft.status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
    draft.metadata.generation = 1;
  },
  prepareForUpdate(draft, current) {
    keepStatus(draft, current);
    countGeneration(draft, current);
  },
  validateCreate: (object) => validatePodDisruptionBudget(object),
  validateUpdate: validatePodDisruptionBudget,
  allowUnconditionalUpdate: false,

  status: { validateUpdate: validatePodDisruptionBudgetStatus },

  columns: [
    column(
      'Min Available',
      'string',
      'The minimum number of pods that must be available.',
      ({ spec }) => `${spec.minAvailable ?? 'N/A'}`,
    ),
    column(
      'Max Unavailable',
      'string',
      'The maximum number of pods that may be unavailable.',
      ({ spec }) => `${spec.maxUnavailable ?? 'N/A'}`,
    ),
    column(
      'Allowed Disruptions',
      'integer',
      'Calculated number of pods that may be disrupted at this time.',
      ({ status }) => status?.disruptionsAllowed ?? 0,
    ),
    ageColumn(),
  ],
});
