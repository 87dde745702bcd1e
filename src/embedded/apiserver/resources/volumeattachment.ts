import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { VolumeAttachment } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validateNewVolumeAttachment, validateVolumeAttachmentUpdate } from '../validation/volume-attachment.ts';
import { ageColumn, column } from './columns/common.ts';
import { keepMetadata, keepStatus } from './defaults/strategies.ts';
import { defaultSharedSources } from './defaults/volumes.ts';

/** pkg/registry/storage/volumeattachment. */
export const volumeattachment = defineResource<VolumeAttachment>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  singular: 'volumeattachment',
  namespaced: false,
  schema: 'io.k8s.api.storage.v1.VolumeAttachment',

  validateName: nameIsDNSSubdomain,
  defaults({ spec }) {
    const inline = spec?.source?.inlineVolumeSpec;
    if (inline) defaultSharedSources(inline);
  },

  prepareForCreate(draft) {
    draft.status = { attached: false };
  },
  prepareForUpdate: keepStatus,
  validateCreate: validateNewVolumeAttachment,
  validateUpdate: validateVolumeAttachmentUpdate,
  allowUnconditionalUpdate: false,

  status: {
    prepareForUpdate(draft, current) {
      keepMetadata(draft, current);
      // MutableCSINodeAllocatableCount, which is off, and which the types do not know either.
      for (const error of [draft.status?.attachError, draft.status?.detachError]) {
        if (error) delete (error as { errorCode?: number }).errorCode;
      }
    },
    validateUpdate: validateVolumeAttachmentUpdate,
  },

  returnsDeletedObject: true,

  columns: [
    {
      ...column(
        'Attacher',
        'string',
        'attacher indicates the name of the volume driver that MUST handle this request. This is the name returned by ' +
          'GetPluginName().',
        ({ spec }: VolumeAttachment) => spec.attacher ?? '',
      ),
      format: 'name',
    },
    column(
      'PV',
      'string',
      'persistentVolumeName represents the name of the persistent volume to attach.',
      ({ spec }) => spec.source?.persistentVolumeName ?? '',
    ),
    column(
      'Node',
      'string',
      'nodeName represents the node that the volume should be attached to.',
      ({ spec }) => spec.nodeName ?? '',
    ),
    column(
      'Attached',
      'boolean',
      'attached indicates the volume is successfully attached. This field must only be set by the entity completing the ' +
        'attach operation, i.e. the external-attacher.',
      ({ status }) => status?.attached ?? false,
    ),
    ageColumn(),
  ],
});
