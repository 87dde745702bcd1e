import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { ReplicaSet } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validateReplicaSetSpec, validateReplicaSetStatusUpdate } from '../validation/apps.ts';
import { validateImmutable } from '../validation/equality.ts';
import type { FieldError } from '../validation/field.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/object-meta.ts';
import { ageColumn, column, containerColumns, selectorColumn } from './columns/common.ts';
import { dropDisabledFields } from './defaults/disabled-fields.ts';
import { defaultPodTemplate } from './defaults/pod-spec.ts';
import { countGeneration, keepStatus, replicasScale } from './defaults/strategies.ts';
import { nameWarnings } from './warnings/name.ts';
import { podTemplateWarnings } from './warnings/pod.ts';

/** pkg/registry/apps/replicaset and SetDefaults_ReplicaSet. */
export const replicaset = defineResource<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.ReplicaSet',

  validateName: nameIsDNSSubdomain,

  defaults({ spec }) {
    spec.template ??= {};
    defaultPodTemplate(spec.template);
    spec.replicas ??= 1;
  },

  prepareForCreate(draft) {
    draft.status = { replicas: 0 };
    draft.metadata.generation = 1;
    dropDisabledFields(draft.spec.template?.spec);
  },
  prepareForUpdate(draft, current) {
    keepStatus(draft, current);
    dropDisabledFields(draft.spec.template?.spec);
    countGeneration(draft, current);
  },
  validateCreate: validate,
  validateUpdate(object, current) {
    return [
      ...validate(object),
      ...validateObjectMetaUpdate(object.metadata, current.metadata),
      ...validateReplicaSetSpec(object.spec, 'spec'),
      ...validateImmutable('v1.LabelSelector', object.spec.selector, current.spec.selector, 'spec.selector'),
    ];
  },
  warnings(object, current) {
    if (current && object.metadata.generation === current.metadata.generation) return [];
    return [
      ...(current ? [] : nameWarnings(object.metadata.name)),
      ...podTemplateWarnings(object.spec.template ?? {}, 'spec.template'),
    ];
  },

  status: {
    prepareForUpdate(draft, current) {
      // The feature behind the field is not on by default in 1.33.
      if (current.status?.terminatingReplicas === undefined) delete draft.status?.terminatingReplicas;
    },
    validateUpdate: validateReplicaSetStatusUpdate,
  },

  scale: replicasScale<ReplicaSet>(),
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },

  columns: [
    column(
      'Desired',
      'integer',
      'Replicas is the number of desired pods. This is a pointer to distinguish between explicit zero and ' +
        'unspecified. Defaults to 1. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset',
      ({ spec }) => spec.replicas ?? 0,
    ),
    column(
      'Current',
      'integer',
      'Replicas is the most recently observed number of non-terminating pods. More info: ' +
        'https://kubernetes.io/docs/concepts/workloads/controllers/replicaset',
      ({ status }) => status?.replicas ?? 0,
    ),
    column(
      'Ready',
      'integer',
      'The number of non-terminating pods targeted by this ReplicaSet with a Ready Condition.',
      ({ status }) => status?.readyReplicas ?? 0,
    ),
    ageColumn(),
    ...containerColumns<ReplicaSet>(({ spec }) => spec.template),
    selectorColumn(
      'Selector is a label query over pods that should match the replica count. If the selector is empty, it is ' +
        'defaulted to the labels present on the pod template. Label keys and values that must match in order to be ' +
        'controlled by this replica set. More info: ' +
        'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
      ({ spec }) => spec.selector,
    ),
  ],
});

function validate({ metadata, spec }: ReplicaSet): FieldError[] {
  return [
    ...validateObjectMeta(metadata, { namespaced: true, validateName: nameIsDNSSubdomain }),
    ...validateReplicaSetSpec(spec, 'spec'),
  ];
}
