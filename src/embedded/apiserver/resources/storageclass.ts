import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { StorageClass } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validateStorageClass, validateStorageClassUpdate } from '../validation/storage.ts';
import { ageColumn, column, nameColumnDescription } from './columns/common.ts';
import { deprecatedLabel } from './warnings/node-labels.ts';

/** Both mark the class of claims that name none. */
const defaultAnnotations = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

/** pkg/registry/storage/storageclass and SetDefaults_StorageClass. */
export const storageclass = defineResource<StorageClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  singular: 'storageclass',
  shortNames: ['sc'],
  namespaced: false,
  schema: 'io.k8s.api.storage.v1.StorageClass',

  validateName: nameIsDNSSubdomain,

  defaults(draft) {
    draft.reclaimPolicy ??= 'Delete';
    draft.volumeBindingMode ??= 'Immediate';
  },

  validateCreate: validateStorageClass,
  validateUpdate: validateStorageClassUpdate,
  warnings: ({ allowedTopologies = [] }) =>
    allowedTopologies.flatMap(({ matchLabelExpressions = [] }, index) =>
      matchLabelExpressions.flatMap(({ key }, position) => {
        const message = deprecatedLabel(key);
        if (!message) return [];
        return [`allowedTopologies[${index}].matchLabelExpressions[${position}].key: ${message}`];
      }),
    ),

  returnsDeletedObject: true,

  columns: [
    {
      ...column('Name', 'string', nameColumnDescription, ({ metadata }: StorageClass) => {
        const { annotations = {} } = metadata;
        return defaultAnnotations.some((name) => annotations[name] === 'true')
          ? `${metadata.name} (default)`
          : metadata.name;
      }),
      format: 'name',
    },
    column(
      'Provisioner',
      'string',
      'provisioner indicates the type of the provisioner.',
      ({ provisioner }) => provisioner ?? '',
    ),
    column(
      'ReclaimPolicy',
      'string',
      'reclaimPolicy controls the reclaimPolicy for dynamically provisioned PersistentVolumes of this storage class. ' +
        'Defaults to Delete.',
      ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete',
    ),
    column(
      'VolumeBindingMode',
      'string',
      'volumeBindingMode indicates how PersistentVolumeClaims should be provisioned and bound.  When unset, ' +
        'VolumeBindingImmediate is used. This field is only honored by servers that enable the VolumeScheduling feature.',
      ({ volumeBindingMode }) => volumeBindingMode ?? 'Immediate',
    ),
    column(
      'AllowVolumeExpansion',
      'string',
      'allowVolumeExpansion shows whether the storage class allow volume expand.',
      ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false,
    ),
    ageColumn(),
  ],
});
