import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { Deployment } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validateDeploymentSpec, validateDeploymentStatusUpdate } from '../validation/apps.ts';
import { semanticEqual, validateImmutable } from '../validation/equality.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/object-meta.ts';
import { ageColumn, column, containerColumns, selectorColumn } from './columns/common.ts';
import { dropDisabledFields } from './defaults/disabled-fields.ts';
import { defaultPodTemplate } from './defaults/pod-spec.ts';
import { countGeneration, keepStatus, nextGeneration, replicasScale } from './defaults/strategies.ts';
import { nameWarnings } from './warnings/name.ts';
import { podTemplateWarnings } from './warnings/pod.ts';

/** pkg/registry/apps/deployment and SetDefaults_Deployment. */
export const deployment = defineResource<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.Deployment',

  validateName: nameIsDNSSubdomain,

  defaults({ spec }) {
    defaultPodTemplate(spec.template);
    spec.replicas ??= 1;
    spec.strategy ??= {};
    spec.strategy.type ||= 'RollingUpdate';
    if (spec.strategy.type === 'RollingUpdate') {
      spec.strategy.rollingUpdate ??= {};
      spec.strategy.rollingUpdate.maxUnavailable ??= '25%';
      spec.strategy.rollingUpdate.maxSurge ??= '25%';
    }
    spec.revisionHistoryLimit ??= 10;
    spec.progressDeadlineSeconds ??= 600;
  },

  prepareForCreate(draft) {
    draft.status = {};
    draft.metadata.generation = 1;
    dropDisabledFields(draft.spec.template?.spec);
  },
  prepareForUpdate(draft, current) {
    keepStatus(draft, current);
    dropDisabledFields(draft.spec.template?.spec);
    countGeneration(draft, current);
    // Annotations are copied to the ReplicaSets, so the controller has to look at them.
    if (!semanticEqual(draft.metadata.annotations ?? {}, current.metadata.annotations ?? {})) {
      nextGeneration(draft, current);
    }
  },
  validateCreate(object) {
    return [
      ...validateObjectMeta(object.metadata, { namespaced: true, validateName: nameIsDNSSubdomain }),
      ...validateDeploymentSpec(object.spec, 'spec'),
    ];
  },
  validateUpdate(object, current) {
    return [
      ...validateObjectMetaUpdate(object.metadata, current.metadata),
      ...validateDeploymentSpec(object.spec, 'spec'),
      ...validateImmutable('v1.LabelSelector', object.spec.selector, current.spec.selector, 'spec.selector'),
    ];
  },
  warnings(object, current) {
    if (current && object.metadata.generation === current.metadata.generation) return [];
    return [
      ...(current ? [] : nameWarnings(object.metadata.name)),
      ...podTemplateWarnings(object.spec.template, 'spec.template'),
    ];
  },

  status: {
    prepareForUpdate(draft, current) {
      if (current.metadata.labels) draft.metadata.labels = current.metadata.labels;
      else delete draft.metadata.labels;
      // The feature behind the field is not on by default in 1.33.
      if (current.status?.terminatingReplicas === undefined) delete draft.status?.terminatingReplicas;
    },
    validateUpdate: validateDeploymentStatusUpdate,
  },

  scale: replicasScale<Deployment>(),

  columns: [
    column('Ready', 'string', 'Number of the pod with ready state', ({ spec, status }) => {
      return `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`;
    }),
    column(
      'Up-to-date',
      'string',
      'Total number of non-terminating pods targeted by this deployment that have the desired template spec.',
      ({ status }) => status?.updatedReplicas ?? 0,
    ),
    column(
      'Available',
      'string',
      'Total number of available non-terminating pods (ready for at least minReadySeconds) targeted by this deployment.',
      ({ status }) => status?.availableReplicas ?? 0,
    ),
    ageColumn(),
    ...containerColumns<Deployment>(({ spec }) => spec.template),
    selectorColumn(
      'Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected by ' +
        'this deployment.',
      ({ spec }) => spec.selector,
    ),
  ],
});
