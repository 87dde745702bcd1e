import type { PersistentVolumeClaim, StorageClass } from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import type { AdmissionPlugin, AdmissionRequest, ClusterView } from './chain.ts';
import { isAbout, objectOf, previousOf, refuse } from './requests.ts';

/** A claim grows only once it is bound, and only where its class allows. */
export const persistentVolumeClaimResize: AdmissionPlugin = {
  name: 'PersistentVolumeClaimResize',

  validate(request: AdmissionRequest, cluster: ClusterView): void {
    if (request.operation !== 'UPDATE' || request.subresource || !isAbout(request, 'persistentvolumeclaims')) return;
    const claim = objectOf<PersistentVolumeClaim>(request);
    const previous = previousOf<PersistentVolumeClaim>(request);
    if (sizeOf(claim).compare(sizeOf(previous)) <= 0) return;
    if (previous.status?.phase !== 'Bound') {
      throw refuse(request, 'Only bound persistent volume claims can be expanded');
    }
    const name = classOf(claim);
    const storageClass = cluster.get('storageclasses.storage.k8s.io', '', name) as StorageClass | undefined;
    if (!name || name !== classOf(previous) || !storageClass?.allowVolumeExpansion) {
      throw refuse(
        request,
        'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
      );
    }
  },
};

function sizeOf({ spec }: PersistentVolumeClaim): Quantity {
  return Quantity.tryParse(spec.resources?.requests?.storage) ?? Quantity.zero;
}

/** The annotation of old goes before the field. */
export function classOf({ metadata, spec }: PersistentVolumeClaim): string {
  return metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName ?? '';
}
