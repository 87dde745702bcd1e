import { byteLength, nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { VolumeAttachment } from '../../../kubernetes/objects.ts';
import { semanticEqual } from './equality.ts';
import { type FieldError, forbidden, invalid, invalidEach, required, tooLong } from './field.ts';
import { goValue } from './go-structs.ts';
import { immutableField, validateObjectMeta } from './object-meta.ts';
import { validateInlineVolumeSpec } from './persistent-volume-spec.ts';
import { sizeOf } from './storage.ts';
import { validateCSIDriverName } from './volume-sources.ts';

/** pkg/apis/storage/validation. */

const maxAttachmentMetadataSize = 256 * 1024;
const maxErrorMessageSize = 1024;

export function validateNewVolumeAttachment(attachment: VolumeAttachment): FieldError[] {
  const { attacher, source } = attachment.spec;
  const volume = source?.persistentVolumeName;
  return [
    ...validateVolumeAttachment(attachment),
    ...validateCSIDriverName(attacher, 'spec.attacher'),
    ...(volume === undefined
      ? []
      : invalidEach('spec.source.persistentVolumeName', volume, nameIsDNSSubdomain(volume, false))),
  ];
}

export function validateVolumeAttachmentUpdate(attachment: VolumeAttachment, current: VolumeAttachment): FieldError[] {
  const own = validateVolumeAttachment(attachment);
  if (semanticEqual(attachment.spec, current.spec)) return [...own, ...own];
  const value = goValue('storage.VolumeAttachmentSpec', attachment.spec);
  return [...own, ...own, invalid('spec', value, immutableField)];
}

function validateVolumeAttachment({ metadata, spec, status }: VolumeAttachment): FieldError[] {
  const { attacher, nodeName = '', source = {} } = spec;
  const errors = validateObjectMeta(metadata, { namespaced: false, validateName: nameIsDNSSubdomain });
  if (!attacher) errors.push(required('spec.attacher'));
  errors.push(
    ...validateAttachedVolume(source, 'spec.source'),
    ...invalidEach('spec.nodeName', nodeName, nameIsDNSSubdomain(nodeName, false)),
  );
  const attachmentMetadata = Object.entries(status?.attachmentMetadata ?? {});
  if (sizeOf(attachmentMetadata) > maxAttachmentMetadataSize) {
    errors.push(tooLong('status.attachmentMetadata', maxAttachmentMetadataSize));
  }
  for (const field of ['attachError', 'detachError'] as const) {
    if (byteLength(status?.[field]?.message ?? '') <= maxErrorMessageSize) continue;
    // Upstream tells of another limit than the one that it enforces.
    errors.push(tooLong(`status.${field}.message`, maxAttachmentMetadataSize));
  }
  return errors;
}

function validateAttachedVolume(source: VolumeAttachment['spec']['source'], path: string): FieldError[] {
  const { inlineVolumeSpec, persistentVolumeName } = source;
  const detail = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  if (inlineVolumeSpec) {
    if (persistentVolumeName !== undefined) return [forbidden(path, detail)];
    return validateInlineVolumeSpec(inlineVolumeSpec, `${path}.inlineVolumeSpec`);
  }
  if (persistentVolumeName === undefined) return [required(path, detail)];
  if (persistentVolumeName) return [];
  return [required(`${path}.persistentVolumeName`, 'must specify non empty persistentVolumeName')];
}
