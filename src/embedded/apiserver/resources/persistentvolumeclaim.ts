import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import {
  validatePersistentVolumeClaim,
  validatePersistentVolumeClaimStatusUpdate,
  validatePersistentVolumeClaimUpdate,
} from '../validation/persistent-volume-claim.ts';
import { ageColumn, column, wideColumn } from './columns/common.ts';
import { formatAccessModes, formatStorage, phaseOf, storageClassOf } from './columns/volumes.ts';
import { defaultPersistentVolumeClaim } from './defaults/persistent-volume-claim.ts';
import { defaultResourceList } from './defaults/resource-list.ts';
import { keepStatus } from './defaults/strategies.ts';
import { persistentVolumeClaimWarnings } from './warnings/claim.ts';

/** pkg/registry/core/persistentvolumeclaim. */
export const persistentvolumeclaim = defineResource<PersistentVolumeClaim>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  singular: 'persistentvolumeclaim',
  shortNames: ['pvc'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.PersistentVolumeClaim',

  validateName: nameIsDNSSubdomain,
  defaults(draft) {
    defaultPersistentVolumeClaim(draft);
    defaultResourceList(draft.status?.capacity);
    defaultResourceList(draft.status?.allocatedResources);
  },

  prepareForCreate(draft) {
    draft.status = { phase: 'Pending' };
    dropDisabledClaimFields(draft.spec, undefined);
    normalizeDataSources(draft.spec, undefined);
  },
  prepareForUpdate(draft, current) {
    keepStatus(draft, current);
    dropDisabledClaimFields(draft.spec, current.spec);
    normalizeDataSources(draft.spec, current.spec);
  },
  validateCreate: (object) => validatePersistentVolumeClaim(object),
  validateUpdate: validatePersistentVolumeClaimUpdate,
  warnings: (object) => persistentVolumeClaimWarnings(object),

  status: {
    prepareForUpdate({ status }, current) {
      if (current.status?.currentVolumeAttributesClassName === undefined)
        delete status?.currentVolumeAttributesClassName;
      if (current.status?.modifyVolumeStatus === undefined) delete status?.modifyVolumeStatus;
    },
    validateUpdate: validatePersistentVolumeClaimStatusUpdate,
  },

  returnsDeletedObject: true,
  selectableFields: { name: ({ metadata }) => metadata.name },

  columns: [
    column('Status', 'string', 'phase represents the current phase of PersistentVolumeClaim.', (claim) =>
      phaseOf(claim, claim.status?.phase),
    ),
    column(
      'Volume',
      'string',
      'volumeName is the binding reference to the PersistentVolume backing this claim.',
      ({ spec }) => spec.volumeName ?? '',
    ),
    column(
      'Capacity',
      'string',
      'capacity represents the actual resources of the underlying volume.',
      ({ spec, status }) => (spec.volumeName ? formatStorage(status?.capacity) : ''),
    ),
    column(
      'Access Modes',
      'string',
      'accessModes contains the actual access modes the volume backing the PVC has. More info: ' +
        'https://kubernetes.io/docs/concepts/storage/persistent-volumes#access-modes-1',
      ({ spec, status }) => (spec.volumeName ? formatAccessModes(status?.accessModes) : ''),
    ),
    column('StorageClass', 'string', 'StorageClass of the pvc', (claim) =>
      storageClassOf(claim, claim.spec.storageClassName),
    ),
    column(
      'VolumeAttributesClass',
      'string',
      'VolumeAttributesClass of the pvc',
      ({ spec }) => spec.volumeAttributesClassName ?? '<unset>',
    ),
    ageColumn(),
    wideColumn(
      'VolumeMode',
      'volumeMode defines what type of volume is required by the claim. Value of Filesystem is implied when not ' +
        'included in claim spec.',
      ({ spec }) => spec.volumeMode ?? '<unset>',
    ),
  ],
});

/** VolumeAttributesClass and CrossNamespaceVolumeDataSource, which are off. */
function dropDisabledClaimFields(
  spec: PersistentVolumeClaimSpec,
  current: PersistentVolumeClaimSpec | undefined,
): void {
  if (current?.volumeAttributesClassName === undefined) delete spec.volumeAttributesClassName;
  if (spec.dataSourceRef?.namespace && !current?.dataSourceRef) delete spec.dataSourceRef;
}

/**
 * dataSource and dataSourceRef say the same. The former was there first, and has always been ignored where it names
 * something else than a claim or a snapshot.
 */
function normalizeDataSources(spec: PersistentVolumeClaimSpec, current: PersistentVolumeClaimSpec | undefined): void {
  if (!current?.dataSource && !current?.dataSourceRef && !spec.dataSourceRef && spec.dataSource) {
    const { kind, apiGroup = '' } = spec.dataSource;
    const known =
      (kind === 'PersistentVolumeClaim' && apiGroup === '') ||
      (kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io');
    if (!known) delete spec.dataSource;
  }
  if (spec.dataSource && !spec.dataSourceRef) spec.dataSourceRef = { ...spec.dataSource };
  else if (spec.dataSourceRef && !spec.dataSource && !spec.dataSourceRef.namespace) {
    const { namespace: _, ...source } = spec.dataSourceRef;
    spec.dataSource = source;
  }
}
