import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { PersistentVolume } from '../../../kubernetes/objects.ts';
import { timestamp } from '../../clock.ts';
import { defineResource } from '../resource.ts';
import {
  validatePersistentVolume,
  validatePersistentVolumeStatusUpdate,
  validatePersistentVolumeUpdate,
} from '../validation/persistent-volume.ts';
import { ageColumn, column, wideColumn } from './columns/common.ts';
import { formatAccessModes, formatStorage, phaseOf, storageClassOf } from './columns/volumes.ts';
import { defaultResourceList } from './defaults/resource-list.ts';
import { keepStatus } from './defaults/strategies.ts';
import { defaultSharedSources } from './defaults/volumes.ts';
import { persistentVolumeWarnings } from './warnings/persistent-volume.ts';

const docs = 'https://kubernetes.io/docs/concepts/storage/persistent-volumes';

/** pkg/registry/core/persistentvolume and SetDefaults_PersistentVolume. */
export const persistentvolume = defineResource<PersistentVolume>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  singular: 'persistentvolume',
  shortNames: ['pv'],
  namespaced: false,
  schema: 'io.k8s.api.core.v1.PersistentVolume',

  validateName: nameIsDNSSubdomain,

  defaults(draft) {
    draft.status ??= {};
    draft.status.phase ||= 'Pending';
    draft.spec.persistentVolumeReclaimPolicy ||= 'Retain';
    draft.spec.volumeMode ??= 'Filesystem';
    defaultResourceList(draft.spec.capacity);
    defaultSharedSources(draft.spec);
  },

  prepareForCreate(draft, { clock }) {
    draft.status = { phase: 'Pending', lastPhaseTransitionTime: timestamp(clock) };
    delete draft.spec.volumeAttributesClassName;
  },
  prepareForUpdate(draft, current) {
    keepStatus(draft, current);
    if (current.spec.volumeAttributesClassName === undefined) delete draft.spec.volumeAttributesClassName;
  },
  validateCreate: validatePersistentVolume,
  validateUpdate: validatePersistentVolumeUpdate,
  warnings: persistentVolumeWarnings,

  status: {
    prepareForUpdate(draft, { status: stored }, { clock }) {
      draft.status ??= {};
      const since = draft.status.lastPhaseTransitionTime;
      const former = stored?.lastPhaseTransitionTime;
      if (draft.status.phase === stored?.phase) {
        if (since === undefined && former !== undefined) draft.status.lastPhaseTransitionTime = former;
      } else if (since === undefined || since === former) {
        draft.status.lastPhaseTransitionTime = timestamp(clock);
      }
    },
    validateUpdate: validatePersistentVolumeStatusUpdate,
  },

  returnsDeletedObject: true,
  selectableFields: { name: ({ metadata }) => metadata.name },

  columns: [
    column(
      'Capacity',
      'string',
      `capacity is the description of the persistent volume's resources and capacity. More info: ${docs}#capacity`,
      ({ spec }) => formatStorage(spec.capacity),
    ),
    column(
      'Access Modes',
      'string',
      `accessModes contains all ways the volume can be mounted. More info: ${docs}#access-modes`,
      ({ spec }) => formatAccessModes(spec.accessModes),
    ),
    column(
      'Reclaim Policy',
      'string',
      'persistentVolumeReclaimPolicy defines what happens to a persistent volume when released from its claim. Valid ' +
        'options are Retain (default for manually created PersistentVolumes), Delete (default for dynamically ' +
        'provisioned PersistentVolumes), and Recycle (deprecated). Recycle must be supported by the volume plugin ' +
        `underlying this PersistentVolume. More info: ${docs}#reclaiming`,
      ({ spec }) => spec.persistentVolumeReclaimPolicy ?? '',
    ),
    column(
      'Status',
      'string',
      `phase indicates if a volume is available, bound to a claim, or released by a claim. More info: ${docs}#phase`,
      (volume) => phaseOf(volume, volume.status?.phase),
    ),
    column(
      'Claim',
      'string',
      'claimRef is part of a bi-directional binding between PersistentVolume and PersistentVolumeClaim. Expected to be ' +
        'non-nil when bound. claim.VolumeName is the authoritative bind between PV and PVC. More info: ' +
        `${docs}#binding`,
      ({ spec: { claimRef } }) => (claimRef ? `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}` : ''),
    ),
    column('StorageClass', 'string', 'StorageClass of the pv', (volume) =>
      storageClassOf(volume, volume.spec.storageClassName),
    ),
    column(
      'VolumeAttributesClass',
      'string',
      'VolumeAttributesClass of the pv',
      ({ spec }) => spec.volumeAttributesClassName ?? '<unset>',
    ),
    column(
      'Reason',
      'string',
      'reason is a brief CamelCase string that describes any failure and is meant for machine parsing and tidy display ' +
        'in the CLI.',
      ({ status }) => status?.reason ?? '',
    ),
    ageColumn(),
    wideColumn(
      'VolumeMode',
      'volumeMode defines if a volume is intended to be used with a formatted filesystem or to remain in raw block ' +
        'state. Value of Filesystem is implied when not included in spec.',
      ({ spec }) => spec.volumeMode ?? '<unset>',
    ),
  ],
});
