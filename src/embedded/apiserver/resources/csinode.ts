import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { CSINode } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validateCSINode, validateCSINodeUpdate } from '../validation/storage.ts';
import { ageColumn, column } from './columns/common.ts';

/** pkg/registry/storage/csinode. */
export const csinode = defineResource<CSINode>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  plural: 'csinodes',
  singular: 'csinode',
  namespaced: false,
  schema: 'io.k8s.api.storage.v1.CSINode',

  validateName: nameIsDNSSubdomain,
  validateCreate: validateCSINode,
  validateUpdate: validateCSINodeUpdate,
  allowUnconditionalUpdate: false,
  returnsDeletedObject: true,

  columns: [
    column(
      'Drivers',
      'integer',
      'Drivers indicates the number of CSI drivers registered on the node',
      ({ spec }) => spec.drivers?.length ?? 0,
    ),
    ageColumn(),
  ],
});
