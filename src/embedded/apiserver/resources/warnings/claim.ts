import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../../../../kubernetes/objects.ts';
import { amountWarning } from './amounts.ts';

/** pkg/api/persistentvolumeclaim: what is accepted, and means less than it seems. */

const storageClassAnnotation = 'volume.beta.kubernetes.io/storage-class';

export function persistentVolumeClaimWarnings({ metadata, spec }: PersistentVolumeClaim): string[] {
  const deprecated = Object.hasOwn(metadata.annotations ?? {}, storageClassAnnotation);
  return [
    ...(deprecated
      ? [
          `metadata.annotations[${storageClassAnnotation}]: deprecated since v1.8; use "storageClassName" attribute instead`,
        ]
      : []),
    ...claimWarnings(spec, 'spec'),
  ];
}

/** @param path of the spec */
export function claimWarnings(spec: PersistentVolumeClaimSpec | undefined, path: string): string[] {
  const { requests, limits } = spec?.resources ?? {};
  return [
    ...amountWarning(requests?.storage, `${path}.resources.requests[storage]`),
    ...amountWarning(limits?.storage, `${path}.resources.limits[storage]`),
  ];
}
