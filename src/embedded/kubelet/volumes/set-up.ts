import { matchesNodeSelector } from '../../../kubernetes/node-affinity.ts';
import type { Node, PersistentVolume, Pod, ResourceList, Volume } from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import type { Clock } from '../../clock.ts';
import { MemoryFileSystem } from '../../storage/memory-filesystem.ts';
import type { ConfigSource } from '../container/environment.ts';
import { type ClaimSource, claimedVolume, claimName } from './claims.ts';
import { checkHostPath, type NodeDisk } from './node-disk.ts';
import { setGroup } from './ownership.ts';
import { type MountedVolume, VolumeError } from './volume.ts';

/** What volumes are made from. */
export interface VolumeSources extends ConfigSource, ClaimSource {
  readonly clock: Clock;
  readonly disk: NodeDisk;
  readonly hostAddress: string;
  readonly allocatable: ResourceList;
  node(): Node | undefined;
  /** A token for the Pod's ServiceAccount, and when to ask for the next: milliseconds since the epoch. */
  token(pod: Pod, audience: string | undefined, seconds: number): Promise<{ token: string; refreshAt: number }>;
  /** Records a FailedMount event. */
  failed(pod: Pod, message: string): void;
}

/** Sets up a volume whose content is the containers' own. @throws VolumeError */
export async function setUpVolume(pod: Pod, volume: Volume, sources: VolumeSources): Promise<MountedVolume> {
  const { emptyDir, hostPath } = volume;
  if (emptyDir) return setUpEmptyDir(pod, volume.name, emptyDir, sources);
  if (hostPath) return setUpHostPath(hostPath, sources.disk);
  if (claimName(pod, volume) !== undefined) {
    return setUpPersistentVolume(pod, claimedVolume(pod, volume, sources), sources);
  }
  const kind = Object.keys(volume).find((key) => key !== 'name');
  throw new VolumeError(
    `this node cannot mount a volume of type ${kind}: use emptyDir, hostPath, configMap, secret, downwardAPI, projected, ephemeral or persistentVolumeClaim`,
  );
}

async function setUpEmptyDir(
  pod: Pod,
  name: string,
  { medium, sizeLimit }: NonNullable<Volume['emptyDir']>,
  { clock, disk }: VolumeSources,
): Promise<MountedVolume> {
  const inMemory = medium === 'Memory' || !!medium?.startsWith('HugePages');
  const capacity = Quantity.tryParse(sizeLimit)?.value();
  const files = inMemory
    ? new MemoryFileSystem(clock, capacity ? { capacity } : {})
    : disk.emptyDir(pod.metadata.uid ?? '', name);
  await files.chmod('/', inMemory ? 0o1777 : 0o777);
  await giveToGroup(pod, files, '/');
  return { files, root: '/', readOnly: false, inMemory };
}

async function setUpHostPath(
  { path, type }: { readonly path: string; readonly type?: string },
  disk: NodeDisk,
): Promise<MountedVolume> {
  const place = disk.place(path);
  await checkHostPath(place, path, type);
  return { files: place.files, root: place.path, readOnly: false };
}

async function setUpPersistentVolume(
  pod: Pod,
  { metadata, spec }: PersistentVolume,
  { disk, node }: VolumeSources,
): Promise<MountedVolume> {
  const required = spec.nodeAffinity?.required;
  const own = node();
  if (required && own && !matchesNodeSelector(required, own)) {
    throw new VolumeError('no matching NodeSelectorTerms', 'MountVolume.NodeAffinity check');
  }
  if (spec.hostPath) return setUpHostPath(spec.hostPath, disk);
  if (spec.local) {
    const mounted = await setUpHostPath({ path: spec.local.path, type: 'Directory' }, disk);
    await giveToGroup(pod, mounted.files, mounted.root);
    return mounted;
  }
  if (spec.csi) {
    throw new VolumeError(
      `kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: driver name ${spec.csi.driver} not found in the list of registered CSI drivers`,
    );
  }
  throw new VolumeError(`this node cannot mount PersistentVolume ${metadata.name}: use hostPath or local`);
}

async function giveToGroup({ spec }: Pod, files: MountedVolume['files'], root: string): Promise<void> {
  const group = spec.securityContext?.fsGroup;
  if (group !== undefined) await setGroup(files, root, group, false);
}
