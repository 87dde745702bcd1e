import type { PersistentVolumeClaim, StorageClass } from '../../../kubernetes/objects.ts';
import type { AdmissionPlugin, AdmissionRequest, ClusterView } from './chain.ts';
import { isAbout, objectOf } from './requests.ts';

const annotations = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

/** A claim that names no class gets the default one, where there is one. */
export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',

  mutate(request: AdmissionRequest, cluster: ClusterView): void {
    if (request.operation !== 'CREATE' || request.subresource || !isAbout(request, 'persistentvolumeclaims')) return;
    const { spec, metadata } = objectOf<PersistentVolumeClaim>(request);
    const named = metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] !== undefined;
    if (named || spec.storageClassName !== undefined) return;
    const chosen = defaultClass(cluster.list('storageclasses.storage.k8s.io') as readonly StorageClass[]);
    if (chosen) spec.storageClassName = chosen.metadata.name;
  },
};

/** Of several default classes, the newest; of equally old ones, the first by name. */
export function defaultClass(classes: readonly StorageClass[]): StorageClass | undefined {
  const created = ({ metadata }: StorageClass) => metadata.creationTimestamp ?? '';
  return classes
    .filter(({ metadata }) => annotations.some((key) => metadata.annotations?.[key] === 'true'))
    .sort((a, b) =>
      created(a) === created(b) ? (a.metadata.name < b.metadata.name ? -1 : 1) : created(a) > created(b) ? -1 : 1,
    )[0];
}
