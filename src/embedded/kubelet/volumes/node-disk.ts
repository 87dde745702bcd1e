import type { FileSystem, VolumeStore } from '../../storage/filesystem.ts';
import { VolumeError } from './volume.ts';

/** Where local-path puts its volumes on a node. */
export const localPathRoot = '/var/local-path-provisioner';

/** A place on a node's disk. */
export interface DiskPlace {
  readonly files: FileSystem;
  readonly path: string;
}

/**
 * What outlives containers on a node. Each volume of local-path, each emptyDir and each Pod's logs are a volume of the store by themselves,
 * so that they can be removed as a whole; everything else a node's disk holds is one.
 */
export class NodeDisk {
  readonly #node: string;
  readonly #store: VolumeStore;

  constructor(node: string, store: VolumeStore) {
    this.#node = node;
    this.#store = store;
  }

  /** @param path absolute, on the node */
  place(path: string): DiskPlace {
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    const normal = `/${parts.join('/')}`;
    const inside = normal.startsWith(`${localPathRoot}/`) ? normal.slice(localPathRoot.length + 1) : undefined;
    if (inside === undefined) return { files: this.#store.open(`node/${this.#node}`), path: normal };
    const [folder, ...rest] = inside.split('/');
    return { files: this.#store.open(localPathVolumeId(this.#node, folder!)), path: `/${rest.join('/')}` };
  }

  emptyDir(podUid: string, volume: string): FileSystem {
    return this.#store.open(`${this.#podPrefix(podUid)}${volume}`);
  }

  /** The log file of a container, which outlives the container and goes with the Pod. */
  log(podUid: string, container: string, attempt: number): DiskPlace {
    // No volume of a Pod is named so: its name is a DNS label.
    return { files: this.#store.open(`${this.#podPrefix(podUid)}.log`), path: `/${container}/${attempt}.log` };
  }

  /** Removes the logs of a container's earlier runs: only the last run before this one is ever asked for. */
  async removeOldLogs(podUid: string, container: string, attempt: number): Promise<void> {
    const { files } = this.log(podUid, container, attempt);
    const kept = await files.readdir(`/${container}`).catch(() => []);
    for (const name of kept) if (Number.parseInt(name, 10) < attempt - 1) await files.rm(`/${container}/${name}`);
  }

  /** Removes the emptyDirs and logs of a Pod that is gone for good. */
  async removePod(podUid: string): Promise<void> {
    await this.#removeAll((id) => id.startsWith(this.#podPrefix(podUid)));
  }

  /** The same of all Pods that are gone. @param exists by UID */
  async removeOrphans(exists: (podUid: string) => boolean): Promise<void> {
    const prefix = `pod/${this.#node}/`;
    await this.#removeAll((id) => id.startsWith(prefix) && !exists(id.slice(prefix.length).split('/')[0]!));
  }

  #podPrefix(podUid: string): string {
    return `pod/${this.#node}/${podUid}/`;
  }

  async #removeAll(matches: (id: string) => boolean): Promise<void> {
    for (const id of this.#store.list().filter(matches)) await this.#store.remove(id);
  }
}

/** The store's name for the folder of a PersistentVolume that local-path made on a node. */
export function localPathVolumeId(node: string, folder: string): string {
  return `local-path/${node}/${folder}`;
}

type HostPathType =
  | ''
  | 'DirectoryOrCreate'
  | 'Directory'
  | 'FileOrCreate'
  | 'File'
  | 'Socket'
  | 'CharDevice'
  | 'BlockDevice';

/** Makes what a hostPath volume's type allows to be made and checks the rest. @throws VolumeError */
export async function checkHostPath({ files, path }: DiskPlace, shown: string, type: string = ''): Promise<void> {
  const found = await files.stat(path).catch(() => undefined);
  const fail = (what: string) => new VolumeError(`hostPath type check failed: ${shown} is not a ${what}`);
  switch (type as HostPathType) {
    // Without a type nothing is checked, and the container runtime makes what it is to mount.
    case '':
    case 'DirectoryOrCreate':
      if (!found) await files.mkdir(path, { recursive: true });
      else if (type !== '' && found.type !== 'directory') throw fail('directory');
      return;
    case 'Directory':
      if (found?.type !== 'directory') throw fail('directory');
      return;
    case 'FileOrCreate':
      if (!found) {
        await files.mkdir(path.slice(0, path.lastIndexOf('/')) || '/', { recursive: true });
        await files.writeFile(path, new Uint8Array(0), { mode: 0o644 });
      } else if (found.type !== 'file') throw fail('file');
      return;
    case 'File':
      if (found?.type !== 'file') throw fail('file');
      return;
    case 'Socket':
      throw fail('socket file');
    case 'CharDevice':
      throw fail('character device');
    case 'BlockDevice':
      throw fail('block device');
  }
}
