import type { KubeObject } from '../../../kubernetes/object.ts';
import type { AdmissionPlugin, AdmissionRequest } from './chain.ts';
import { isAbout, objectOf } from './requests.ts';

/** Volumes and claims get a finalizer, which their protection controllers take away once nobody uses them. */
export const storageObjectInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',

  mutate(request: AdmissionRequest): void {
    if (request.operation !== 'CREATE' || request.subresource) return;
    const finalizer = isAbout(request, 'persistentvolumeclaims')
      ? 'kubernetes.io/pvc-protection'
      : isAbout(request, 'persistentvolumes')
        ? 'kubernetes.io/pv-protection'
        : undefined;
    if (!finalizer) return;
    const { metadata } = objectOf<KubeObject>(request);
    if (metadata.finalizers?.includes(finalizer)) return;
    metadata.finalizers = [...(metadata.finalizers ?? []), finalizer];
  },
};
