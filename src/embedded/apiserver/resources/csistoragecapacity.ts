import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { CSIStorageCapacity } from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import { defineResource } from '../resource.ts';
import { validateCSIStorageCapacity, validateCSIStorageCapacityUpdate } from '../validation/storage.ts';
import { column } from './columns/common.ts';
import { nodeSelectorWarnings } from './warnings/node-labels.ts';

/** pkg/registry/storage/csistoragecapacity. */
export const csistoragecapacity = defineResource<CSIStorageCapacity>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  singular: 'csistoragecapacity',
  namespaced: true,
  schema: 'io.k8s.api.storage.v1.CSIStorageCapacity',

  validateName: nameIsDNSSubdomain,
  validateCreate: (object) => validateCSIStorageCapacity(object),
  validateUpdate: validateCSIStorageCapacityUpdate,
  warnings: ({ nodeTopology }) => nodeSelectorWarnings(nodeTopology, 'nodeTopology'),
  allowUnconditionalUpdate: false,

  columns: [
    column(
      'StorageClassName',
      'string',
      'storageClassName represents the name of the StorageClass that the reported capacity applies to. It must meet ' +
        'the same requirements as the name of a StorageClass object (non-empty, DNS subdomain). If that object no ' +
        'longer exists, the CSIStorageCapacity object is obsolete and should be removed by its creator. This field is ' +
        'immutable.',
      ({ storageClassName }) => storageClassName ?? '',
    ),
    column(
      'Capacity',
      'string',
      'capacity is the value reported by the CSI driver in its GetCapacityResponse for a GetCapacityRequest with ' +
        'topology and parameters that match the previous fields.\n\nThe semantic is currently (CSI spec 1.2) defined ' +
        'as: The available capacity, in bytes, of the storage that can be used to provision volumes. If not set, that ' +
        'information is currently unavailable.',
      ({ capacity }) => (capacity === undefined ? '<unset>' : String(Quantity.tryParse(capacity) ?? capacity)),
    ),
  ],
});
