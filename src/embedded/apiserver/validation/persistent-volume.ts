import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { PersistentVolume, VolumeNodeAffinity } from '../../../kubernetes/objects.ts';
import { semanticEqual, validateImmutable } from './equality.ts';
import { type FieldError, forbidden, invalid, required } from './field.ts';
import { goDiff } from './go-diff.ts';
import { goValue } from './go-structs.ts';
import { immutableField, validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';
import { type SourceKey, sourcesOf, validatePersistentVolumeSpec } from './persistent-volume-spec.ts';

/** pkg/apis/core/validation and pkg/volume/validation. */

const mountOptionsAnnotation = 'volume.beta.kubernetes.io/mount-options';

/** Volumes of these kinds may be mounted with options. */
const mountable: readonly SourceKey[] = [
  ...(['gcePersistentDisk', 'awsElasticBlockStore', 'glusterfs', 'nfs', 'rbd', 'quobyte', 'iscsi', 'cinder'] as const),
  ...(['cephfs', 'azureFile', 'vsphereVolume', 'azureDisk', 'photonPersistentDisk'] as const),
];

export function validatePersistentVolume(volume: PersistentVolume): FieldError[] {
  const { metadata, spec } = volume;
  const errors = validateCore(volume);
  if (!mountable.some((key) => spec[key]) && Object.hasOwn(metadata.annotations ?? {}, mountOptionsAnnotation)) {
    const detail = 'may not specify mount options for this volume type';
    errors.push(forbidden(`metadata.annotations.${mountOptionsAnnotation}`, detail));
  }
  return errors;
}

export function validatePersistentVolumeUpdate(volume: PersistentVolume, current: PersistentVolume): FieldError[] {
  const errors = [...validatePersistentVolume(volume), ...validateCore(volume)];
  const before = sourcesOf(current.spec);
  const after = sourcesOf(volume.spec);
  if (before.csi && !before.csi.controllerExpandSecretRef && after.csi?.controllerExpandSecretRef) {
    const { controllerExpandSecretRef: _, ...csi } = after.csi;
    after.csi = csi;
  }
  if (!semanticEqual(after, before)) {
    const diff = goDiff('core.PersistentVolumeSource', before, after);
    const detail = `spec.persistentvolumesource is immutable after creation\n${diff}`;
    errors.push(forbidden('spec.persistentvolumesource', detail));
  }
  errors.push(...validateImmutable('string', volume.spec.volumeMode, current.spec.volumeMode, 'volumeMode'));
  if (current.spec.nodeAffinity && !isSameAffinity(volume.spec.nodeAffinity, current.spec.nodeAffinity)) {
    const { nodeAffinity } = volume.spec;
    const value = nodeAffinity && goValue('core.VolumeNodeAffinity', nodeAffinity);
    const detail = `${immutableField}, except for updating from beta label to GA`;
    errors.push(invalid('nodeAffinity', value, detail));
  }
  if (volume.spec.volumeAttributesClassName !== current.spec.volumeAttributesClassName) {
    const detail = 'update is forbidden when the VolumeAttributesClass feature gate is disabled';
    errors.push(forbidden('spec.volumeAttributesClassName', detail));
  }
  return errors;
}

export function validatePersistentVolumeStatusUpdate(
  volume: PersistentVolume,
  current: PersistentVolume,
): FieldError[] {
  return [
    ...validateObjectMetaUpdate(volume.metadata, current.metadata),
    ...(volume.metadata.resourceVersion ? [] : [required('resourceVersion')]),
  ];
}

function validateCore(volume: PersistentVolume): FieldError[] {
  return [
    ...validateObjectMeta(volume.metadata, { namespaced: false, validateName: nameIsDNSSubdomain }),
    ...validatePersistentVolumeSpec(volume.spec, volume.metadata.name ?? '', 'spec'),
  ];
}

/** The labels that a stored affinity may change to, whose meaning they have. */
const stableLabels: ReadonlyMap<string, string> = new Map([
  ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'],
  ['beta.kubernetes.io/os', 'kubernetes.io/os'],
  ['beta.kubernetes.io/arch', 'kubernetes.io/arch'],
  ['beta.kubernetes.io/instance-type', 'node.kubernetes.io/instance-type'],
]);

function isSameAffinity(affinity: VolumeNodeAffinity | undefined, stored: VolumeNodeAffinity): boolean {
  const former = structuredClone(stored);
  former.required?.nodeSelectorTerms?.forEach((term, index) => {
    const wanted = affinity?.required?.nodeSelectorTerms?.[index];
    for (const field of ['matchExpressions', 'matchFields'] as const) {
      term[field]?.forEach((requirement, position) => {
        const key = wanted?.[field]?.[position]?.key;
        if (key !== undefined && stableLabels.get(requirement.key) === key) requirement.key = key;
      });
    }
  });
  return semanticEqual(affinity, former);
}
