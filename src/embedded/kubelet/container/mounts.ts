import type { Container, Pod, VolumeMount } from '../../../kubernetes/objects.ts';
import type { Mount } from '../../containers/runtime.ts';
import type { FileSystem } from '../../storage/filesystem.ts';
import { setGroup } from '../volumes/ownership.ts';
import type { MountedVolume } from '../volumes/volume.ts';
import { expand, lookupIn } from './expansion.ts';

export interface MountSources {
  /** Undefined for a volume that the Pod does not have. */
  volume(name: string): MountedVolume | undefined;
  /** Of the container. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The volumes of a container, in the order it names them. @throws Error in the kubelet's words */
export async function volumeMounts(pod: Pod, container: Container, sources: MountSources): Promise<Mount[]> {
  const mounts: Mount[] = [];
  for (const mount of container.volumeMounts ?? []) {
    const volume = sources.volume(mount.name);
    if (!volume) throw new Error(`cannot find volume "${mount.name}" to mount into container "${container.name}"`);
    const declared = pod.spec.volumes?.find(({ name }) => name === mount.name);
    const readOnly = mount.readOnly || volume.readOnly || declared?.persistentVolumeClaim?.readOnly || false;
    const subPath = mount.subPathExpr ? expandSubPath(mount.subPathExpr, sources.environment) : (mount.subPath ?? '');
    const place = subPath
      ? await subPathOf(pod, container, mount, volume, subPath)
      : { files: volume.files, root: volume.root };
    mounts.push({
      path: absolute(mount.mountPath),
      ...place,
      readOnly,
      ...(volume.inMemory && { inMemory: true }),
    });
  }
  return mounts;
}

function absolute(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

function expandSubPath(expression: string, environment: Readonly<Record<string, string>>): string {
  const lookup = lookupIn(environment);
  return expand(expression, (name) => {
    const value = lookup(name);
    if (value === undefined) throw new Error(`missing value for "${name}"`);
    return value;
  });
}

/** A folder or file below the volume's root, made where there is none. */
async function subPathOf(
  pod: Pod,
  { name: container }: Container,
  { name }: VolumeMount,
  volume: MountedVolume,
  subPath: string,
): Promise<{ files: FileSystem; root: string }> {
  if (subPath.startsWith('/')) throw new Error(`error SubPath \`${subPath}\` must not be an absolute path`);
  if (subPath.split('/').includes('..')) {
    throw new Error(`unable to provision SubPath \`${subPath}\`: must not contain '..'`);
  }
  const files = volume.snapshot?.() ?? volume.files;
  const root = `${volume.root === '/' ? '' : volume.root}/${subPath}`;
  try {
    const found = await files.stat(root).catch(() => undefined);
    if (!found) {
      const { mode } = await files.stat(volume.root);
      await files.mkdir(root, { recursive: true, mode });
      const group = pod.spec.securityContext?.fsGroup;
      if (group !== undefined) await setGroup(files, root, group, false);
    }
    return { files, root: await realPath(files, root) };
  } catch {
    throw new Error(`failed to prepare subPath for volumeMount "${name}" of container "${container}"`);
  }
}

/** A mount holds on to what its path led to when it was made, whatever links change later. */
async function realPath(files: FileSystem, path: string): Promise<string> {
  let resolved = '';
  let pending = path.split('/').filter((part) => part !== '' && part !== '.');
  for (let steps = 0; pending.length > 0; steps++) {
    if (steps > 255) throw new Error('too many levels of symbolic links');
    const [part, ...rest] = pending;
    if (part === '..') {
      resolved = resolved.slice(0, Math.max(0, resolved.lastIndexOf('/')));
      pending = rest;
      continue;
    }
    const next = `${resolved}/${part}`;
    if ((await files.lstat(next)).type === 'symlink') {
      const target = await files.readlink(next);
      if (target.startsWith('/')) throw new Error('the link leads out of the volume');
      pending = [...target.split('/').filter((each) => each !== '' && each !== '.'), ...rest];
    } else {
      resolved = next;
      pending = rest;
    }
  }
  return resolved || '/';
}
