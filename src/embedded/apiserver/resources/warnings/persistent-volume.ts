import type { PersistentVolume, PersistentVolumeSpec } from '../../../../kubernetes/objects.ts';
import { nodeSelectorTermWarnings } from './node-labels.ts';

/** pkg/api/persistentvolume: what is accepted, and no longer does anything. */

const annotations: readonly (readonly [name: string, message: string])[] = [
  ['volume.beta.kubernetes.io/storage-class', 'deprecated since v1.8; use "storageClassName" attribute instead'],
  ['volume.beta.kubernetes.io/mount-options', 'deprecated since v1.31; use "mountOptions" attribute instead'],
];

const sources: readonly (readonly [source: keyof PersistentVolumeSpec, name: string, message: string])[] = [
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

export function persistentVolumeWarnings({ metadata, spec }: PersistentVolume): string[] {
  const found = annotations
    .filter(([name]) => Object.hasOwn(metadata.annotations ?? {}, name))
    .map(([name, message]) => `metadata.annotations[${name}]: ${message}`);
  if (spec.persistentVolumeReclaimPolicy === 'Recycle') {
    found.push(
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended ' +
        'approach is to use dynamic provisioning.',
    );
  }
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  return [
    ...found,
    ...terms.flatMap((term, index) =>
      nodeSelectorTermWarnings(term, `spec.nodeAffinity.required.nodeSelectorTerms[${index}]`),
    ),
    ...sources.filter(([source]) => spec[source]).map(([, name, message]) => `spec.${name}: ${message}`),
  ];
}
