import { nameIsDNSLabel } from '../../../kubernetes/names.ts';
import type { StatefulSet } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validateObjectMeta } from '../validation/object-meta.ts';
import {
  validateStatefulSetSpec,
  validateStatefulSetStatusUpdate,
  validateStatefulSetUpdate,
} from '../validation/statefulset.ts';
import { ageColumn, column, containerColumns } from './columns/common.ts';
import { dropDisabledFields } from './defaults/disabled-fields.ts';
import { defaultPersistentVolumeClaim } from './defaults/persistent-volume-claim.ts';
import { defaultPodTemplate } from './defaults/pod-spec.ts';
import { countGeneration, keepStatus, replicasScale } from './defaults/strategies.ts';
import { claimWarnings } from './warnings/claim.ts';
import { podTemplateWarnings } from './warnings/pod.ts';

/** pkg/registry/apps/statefulset and SetDefaults_StatefulSet. */
export const statefulset = defineResource<StatefulSet>({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  singular: 'statefulset',
  shortNames: ['sts'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.StatefulSet',

  validateName: nameIsDNSLabel,

  defaults({ spec }) {
    defaultPodTemplate(spec.template);
    for (const claim of spec.volumeClaimTemplates ?? []) {
      claim.apiVersion ||= 'v1';
      claim.kind ||= 'PersistentVolumeClaim';
      defaultPersistentVolumeClaim(claim);
    }
    spec.podManagementPolicy ||= 'OrderedReady';
    spec.updateStrategy ??= {};
    if (!spec.updateStrategy.type) {
      spec.updateStrategy.type = 'RollingUpdate';
      spec.updateStrategy.rollingUpdate ??= {};
    }
    if (spec.updateStrategy.type === 'RollingUpdate' && spec.updateStrategy.rollingUpdate) {
      spec.updateStrategy.rollingUpdate.partition ??= 0;
    }
    spec.persistentVolumeClaimRetentionPolicy ??= {};
    spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= 'Retain';
    spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= 'Retain';
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= 10;
  },

  prepareForCreate(draft) {
    draft.status = { replicas: 0, availableReplicas: 0 };
    draft.metadata.generation = 1;
    dropDisabledFields(draft.spec.template?.spec);
    dropMaxUnavailable(draft);
  },
  prepareForUpdate(draft, current) {
    keepStatus(draft, current);
    dropDisabledFields(draft.spec.template?.spec);
    if (current.spec.updateStrategy?.rollingUpdate?.maxUnavailable === undefined) dropMaxUnavailable(draft);
    countGeneration(draft, current);
  },
  validateCreate(object) {
    return [
      ...validateObjectMeta(object.metadata, { namespaced: true, validateName: nameIsDNSLabel }),
      ...validateStatefulSetSpec(object.spec, 'spec'),
    ];
  },
  validateUpdate: validateStatefulSetUpdate,

  warnings(object, current) {
    const { template, volumeClaimTemplates, revisionHistoryLimit } = object.spec;
    const changed = object.metadata.generation !== current?.metadata.generation;
    const warnings = changed ? podTemplateWarnings(template, 'spec.template') : [];
    volumeClaimTemplates?.forEach(({ spec }, index) => {
      // Upstream's path differs between creation and update.
      const path = `spec.volumeClaimTemplates[${index}]${current ? '.Spec' : ''}`;
      warnings.push(...claimWarnings(spec, path));
    });
    if (revisionHistoryLimit !== undefined && revisionHistoryLimit < 0) {
      warnings.push(
        'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
      );
    }
    return warnings;
  },

  status: { validateUpdate: validateStatefulSetStatusUpdate },

  scale: replicasScale<StatefulSet>(),

  columns: [
    column('Ready', 'string', 'Number of the pod with ready state', ({ spec, status }) => {
      return `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`;
    }),
    ageColumn(),
    ...containerColumns<StatefulSet>(({ spec }) => spec.template),
  ],
});

/** The feature behind the field is not on by default in 1.33. */
function dropMaxUnavailable({ spec }: StatefulSet): void {
  if (spec.updateStrategy?.rollingUpdate) delete spec.updateStrategy.rollingUpdate.maxUnavailable;
}
