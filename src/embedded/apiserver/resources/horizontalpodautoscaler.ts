import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerV1 } from '../../../kubernetes/objects.ts';
import { defineResource, type ResourceDefinition } from '../resource.ts';
import {
  validateHorizontalPodAutoscaler,
  validateHorizontalPodAutoscalerStatusUpdate,
  validateHorizontalPodAutoscalerUpdate,
} from '../validation/autoscaling.ts';
import { autoscalerColumns } from './columns/autoscaling.ts';
import { autoscalerFromV1, autoscalerToV1 } from './conversion/autoscaling.ts';
import { defaultHorizontalPodAutoscaler } from './defaults/autoscaling.ts';
import { keepStatus } from './defaults/strategies.ts';

/** What both versions say of themselves. */
const facts = {
  group: 'autoscaling',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  validateName: nameIsDNSSubdomain,
} as const satisfies Partial<ResourceDefinition>;

/** pkg/registry/autoscaling/horizontalpodautoscaler. */
export const horizontalpodautoscaler = defineResource<HorizontalPodAutoscaler>({
  ...facts,
  version: 'v2',
  schema: 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
  defaults: defaultHorizontalPodAutoscaler,
  prepareForCreate,
  prepareForUpdate,
  validateCreate: validateHorizontalPodAutoscaler,
  validateUpdate: validateHorizontalPodAutoscalerUpdate,
  status: { validateUpdate: validateHorizontalPodAutoscalerStatusUpdate },
  columns: autoscalerColumns(),
});

/** The same in autoscaling/v1: everything is decided in v2 and brought back. */
export const horizontalpodautoscalerV1 = defineResource<HorizontalPodAutoscalerV1>({
  ...facts,
  version: 'v1',
  schema: 'io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler',
  storedAs: {
    resource: 'horizontalpodautoscalers.autoscaling',
    toStorage: autoscalerFromV1,
    fromStorage: (object) => autoscalerToV1(object as HorizontalPodAutoscaler),
  },
  defaults: (draft) => inV2(draft, () => {}),
  prepareForCreate: (draft) => inV2(draft, prepareForCreate),
  prepareForUpdate: (draft, current) => inV2(draft, (object) => prepareForUpdate(object, autoscalerFromV1(current))),
  validateCreate: (object) => validateHorizontalPodAutoscaler(autoscalerFromV1(object)),
  validateUpdate: (object, current) =>
    validateHorizontalPodAutoscalerUpdate(autoscalerFromV1(object), autoscalerFromV1(current)),
  status: {
    // Of the metadata, annotations that stand for v2's spec must not get through.
    prepareForUpdate: (draft, current) =>
      inV2(draft, (object) => {
        object.spec = autoscalerFromV1(current).spec;
      }),
    validateUpdate: (object, current) =>
      validateHorizontalPodAutoscalerStatusUpdate(autoscalerFromV1(object), autoscalerFromV1(current)),
  },
  columns: autoscalerColumns().map(({ value, ...column }) => ({
    ...column,
    value: (object, now) => value(autoscalerFromV1(object), now),
  })),
});

function prepareForCreate(draft: HorizontalPodAutoscaler): void {
  draft.status = noStatus();
  dropTolerance(draft);
}

function prepareForUpdate(draft: HorizontalPodAutoscaler, current: HorizontalPodAutoscaler): void {
  keepStatus(draft, current);
  const { scaleUp, scaleDown } = current.spec.behavior ?? {};
  if (scaleUp?.tolerance === undefined && scaleDown?.tolerance === undefined) dropTolerance(draft);
}

/** The list is written even where there is none. */
function noStatus(): HorizontalPodAutoscaler['status'] {
  return { desiredReplicas: 0, currentMetrics: null } as unknown as HorizontalPodAutoscaler['status'];
}

/** The feature behind the field is not on by default in 1.33. */
function dropTolerance({ spec }: HorizontalPodAutoscaler): void {
  delete spec.behavior?.scaleUp?.tolerance;
  delete spec.behavior?.scaleDown?.tolerance;
}

function inV2(draft: HorizontalPodAutoscalerV1, change: (object: HorizontalPodAutoscaler) => void): void {
  const object = autoscalerFromV1(draft);
  change(object);
  Object.assign(draft, autoscalerToV1(object));
}
