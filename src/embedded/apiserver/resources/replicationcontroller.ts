import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { ReplicationController } from '../../../kubernetes/objects.ts';
import { LabelSelector } from '../../../kubernetes/selectors.ts';
import { defineResource } from '../resource.ts';
import {
  validateReplicationController,
  validateReplicationControllerStatusUpdate,
  validateReplicationControllerUpdate,
} from '../validation/replication-controller.ts';
import { ageColumn, column, containerColumns, formatLabels, wideColumn } from './columns/common.ts';
import { dropDisabledFields } from './defaults/disabled-fields.ts';
import { defaultPodTemplate } from './defaults/pod-spec.ts';
import { countGeneration, keepStatus } from './defaults/strategies.ts';
import { nameWarnings } from './warnings/name.ts';
import { podTemplateWarnings } from './warnings/pod.ts';

const moreInfo =
  'https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller#what-is-a-replicationcontroller';

/** pkg/registry/core/replicationcontroller and SetDefaults_ReplicationController. */
export const replicationcontroller = defineResource<ReplicationController>({
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  singular: 'replicationcontroller',
  shortNames: ['rc'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.ReplicationController',

  validateName: nameIsDNSSubdomain,

  defaults({ metadata, spec }) {
    const labels = spec.template?.metadata?.labels;
    if (labels) {
      if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
      if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
    }
    spec.replicas ??= 1;
    if (spec.template) defaultPodTemplate(spec.template);
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
  validateCreate: validateReplicationController,
  validateUpdate: validateReplicationControllerUpdate,
  warnings(object, current) {
    if (!current) {
      const template = podTemplateWarnings(object.spec.template ?? {}, 'spec.template');
      return [...nameWarnings(object.metadata.name), ...template];
    }
    if (object.metadata.generation === current.metadata.generation) return [];
    // It is the former template that upstream warns of.
    return podTemplateWarnings(current.spec.template ?? {}, 'spec.template');
  },

  status: { validateUpdate: validateReplicationControllerStatusUpdate },

  scale: {
    getReplicas: ({ spec }) => spec.replicas ?? 0,
    setReplicas: ({ spec }, replicas) => {
      spec.replicas = replicas;
    },
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: ({ spec }) => LabelSelector.from({ matchLabels: spec.selector ?? {} }).toString(),
  },

  defaultPropagation: 'Orphan',
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },

  columns: [
    column(
      'Desired',
      'integer',
      'Replicas is the number of desired replicas. This is a pointer to distinguish between explicit zero and ' +
        `unspecified. Defaults to 1. More info: ${moreInfo}`,
      ({ spec }) => spec.replicas ?? 0,
    ),
    column(
      'Current',
      'integer',
      `Replicas is the most recently observed number of replicas. More info: ${moreInfo}`,
      ({ status }) => status?.replicas ?? 0,
    ),
    column(
      'Ready',
      'integer',
      'The number of ready replicas for this replication controller.',
      ({ status }) => status?.readyReplicas ?? 0,
    ),
    ageColumn(),
    ...containerColumns<ReplicationController>(({ spec }) => spec.template),
    wideColumn(
      'Selector',
      'Selector is a label query over pods that should match the Replicas count. If Selector is empty, it is defaulted ' +
        'to the labels present on the Pod template. Label keys and values that must match in order to be controlled by ' +
        'this replication controller, if empty defaulted to labels on Pod template. More info: ' +
        'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
      ({ spec }) => formatLabels(spec.selector),
    ),
  ],
});
