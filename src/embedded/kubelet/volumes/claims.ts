import type { PersistentVolume, PersistentVolumeClaim, Pod, Volume } from '../../../kubernetes/objects.ts';
import { isControlledBy } from '../../../kubernetes/owners.ts';
import { VolumeError } from './volume.ts';

export interface ClaimSource {
  claim(namespace: string, name: string): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
}

/** The claim's name that a volume of the Pod uses; undefined for a volume of another kind. */
export function claimName({ metadata }: Pod, { name, persistentVolumeClaim, ephemeral }: Volume): string | undefined {
  return persistentVolumeClaim?.claimName ?? (ephemeral ? `${metadata.name}-${name}` : undefined);
}

/**
 * The PersistentVolume behind a Pod's claim (the desired state of world populator's createVolumeSpec).
 * @throws VolumeError
 */
export function claimedVolume(pod: Pod, volume: Volume, source: ClaimSource): PersistentVolume {
  const namespace = pod.metadata.namespace ?? '';
  const name = claimName(pod, volume)!;
  const fail = (why: string) => new VolumeError(`error processing PVC ${namespace}/${name}: ${why}`, 'unprocessed');
  const claim = source.claim(namespace, name);
  if (!claim) throw fail(`failed to fetch PVC from API server: persistentvolumeclaims "${name}" not found`);
  const { metadata, spec, status } = claim;
  if (metadata.deletionTimestamp && !metadata.finalizers?.includes('kubernetes.io/pvc-protection')) {
    throw fail('PVC is being deleted');
  }
  if (status?.phase !== 'Bound') throw fail('PVC is not bound');
  if (!spec.volumeName) throw fail('PVC has empty pvc.Spec.VolumeName');
  if (volume.ephemeral && !isControlledBy(claim, pod)) {
    throw new VolumeError(
      `PVC ${namespace}/${name} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`,
      'unprocessed',
    );
  }
  const found = source.volume(spec.volumeName);
  if (!found) {
    throw fail(
      `failed to fetch PV ${spec.volumeName} from API server: persistentvolumes "${spec.volumeName}" not found`,
    );
  }
  const { claimRef, volumeMode } = found.spec;
  if (!claimRef) {
    throw fail(
      `found PV object ${spec.volumeName} but it has a nil pv.Spec.ClaimRef indicating it is not yet bound to the claim`,
    );
  }
  if (claimRef.uid !== metadata.uid) {
    throw fail(
      `found PV object ${spec.volumeName} but its pv.Spec.ClaimRef.UID ${claimRef.uid} does not point to claim.UID ${metadata.uid}`,
    );
  }
  if (volumeMode === 'Block' && isMounted(pod, volume.name)) {
    throw new VolumeError(
      `volume ${volume.name} has volumeMode Block, but is specified in volumeMounts`,
      'unprocessed',
    );
  }
  return found;
}

function isMounted({ spec }: Pod, volume: string): boolean {
  return [...spec.containers, ...(spec.initContainers ?? [])].some(({ volumeMounts }) =>
    volumeMounts?.some(({ name }) => name === volume),
  );
}
