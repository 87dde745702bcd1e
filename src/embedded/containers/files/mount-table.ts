import { type FileStat, type FileSystem, FileSystemError } from '../../storage/filesystem.ts';
import { basename, dirname, join, normalize } from './paths.ts';

export interface MountedTree {
  readonly path: string;
  readonly files: FileSystem;
  /** The directory or file inside `files` that is mounted. */
  readonly root: string;
  readonly readOnly: boolean;
}

interface Place {
  readonly tree: MountedTree;
  /** Inside the tree's files. */
  readonly inner: string;
  /** In the container, without symbolic links but for the last part. */
  readonly path: string;
  readonly isMountPoint: boolean;
}

/**
 * A container's file tree: its root with volumes and pseudo file systems mounted in it. Symbolic links are followed
 * here, part by part, since a link in one tree may lead into another.
 */
export class MountTable implements FileSystem {
  readonly #trees: readonly MountedTree[];

  /** @param trees in order of mounting; the first is the root. Their mount points exist in the trees below them. */
  constructor(trees: readonly MountedTree[]) {
    this.#trees = trees.map((tree) => ({ ...tree, path: normalize(tree.path), root: normalize(tree.root) }));
  }

  async stat(path: string): Promise<FileStat> {
    const { tree, inner } = await this.#place(path, true);
    return tree.files.lstat(inner);
  }

  async lstat(path: string): Promise<FileStat> {
    const { tree, inner } = await this.#place(path, false);
    return tree.files.lstat(inner);
  }

  async readFile(path: string): Promise<Uint8Array> {
    const { tree, inner } = await this.#place(path, true);
    return tree.files.readFile(inner);
  }

  async writeFile(path: string, data: Uint8Array, options?: { append?: boolean; mode?: number }): Promise<void> {
    const { tree, inner } = await this.#writable(path, true);
    return tree.files.writeFile(inner, data, options);
  }

  async readdir(path: string): Promise<string[]> {
    const { tree, inner } = await this.#place(path, true);
    return tree.files.readdir(inner);
  }

  async mkdir(path: string, options: { recursive?: boolean; mode?: number } = {}): Promise<void> {
    if (options.recursive) {
      const parts = normalize(path).split('/').slice(1);
      for (let depth = 1; depth <= parts.length; depth++) {
        const prefix = `/${parts.slice(0, depth).join('/')}`;
        const found = await this.stat(prefix).catch(absent);
        if (found && found.type !== 'directory') {
          throw new FileSystemError(depth === parts.length ? 'EEXIST' : 'ENOTDIR', path, 'mkdir');
        }
        if (!found && prefix !== '/') await this.mkdir(prefix, { mode: options.mode });
      }
      return;
    }
    const { tree, inner, isMountPoint } = await this.#place(path, false);
    if (isMountPoint) throw new FileSystemError('EEXIST', path, 'file already exists, mkdir');
    const exists = await tree.files.lstat(inner).catch(absent);
    if (exists) throw new FileSystemError('EEXIST', path, 'file already exists, mkdir');
    await this.#writable(path, false);
    return tree.files.mkdir(inner, { mode: options.mode });
  }

  async rm(path: string, options: { recursive?: boolean; force?: boolean } = {}): Promise<void> {
    let place: Place;
    try {
      place = await this.#place(path, false);
    } catch (error) {
      if (options.force && error instanceof FileSystemError && error.code === 'ENOENT') return;
      throw error;
    }
    const prefix = place.path === '/' ? '/' : `${place.path}/`;
    if (place.isMountPoint || this.#trees.some((tree) => tree.path.startsWith(prefix))) {
      throw new FileSystemError('EBUSY', path, 'resource busy or locked, rm');
    }
    if (place.tree.readOnly) {
      const exists = await place.tree.files.lstat(place.inner).catch(absent);
      if (!exists && options.force) return;
      if (!exists) throw new FileSystemError('ENOENT', path, 'no such file or directory, rm');
      throw new FileSystemError('EROFS', path, 'read-only file system, rm');
    }
    return place.tree.files.rm(place.inner, options);
  }

  async rename(from: string, to: string): Promise<void> {
    const source = await this.#writable(from, false);
    const target = await this.#writable(to, false);
    if (source.isMountPoint || target.isMountPoint)
      throw new FileSystemError('EBUSY', from, 'resource busy or locked, rename');
    if (source.tree !== target.tree)
      throw new FileSystemError('EXDEV', from, 'cross-device link not permitted, rename');
    return source.tree.files.rename(source.inner, target.inner);
  }

  async symlink(target: string, path: string): Promise<void> {
    const { tree, inner } = await this.#writable(path, false);
    return tree.files.symlink(target, inner);
  }

  async readlink(path: string): Promise<string> {
    const { tree, inner } = await this.#place(path, false);
    return tree.files.readlink(inner);
  }

  async chmod(path: string, mode: number): Promise<void> {
    const { tree, inner } = await this.#writable(path, true);
    return tree.files.chmod(inner, mode);
  }

  async chown(path: string, uid: number, gid: number): Promise<void> {
    const { tree, inner } = await this.#writable(path, true);
    return tree.files.chown(inner, uid, gid);
  }

  async utimes(path: string, mtime: number): Promise<void> {
    const { tree, inner } = await this.#writable(path, true);
    return tree.files.utimes(inner, mtime);
  }

  /** The path without symbolic links. The last part need not exist. */
  async realpath(path: string): Promise<string> {
    return (await this.#place(path, true)).path;
  }

  /** The mount that a path lies in. */
  async mountOf(path: string): Promise<MountedTree> {
    return (await this.#place(path, true)).tree;
  }

  async #writable(path: string, follow: boolean): Promise<Place> {
    const place = await this.#place(path, follow);
    if (place.tree.readOnly) throw new FileSystemError('EROFS', path, 'read-only file system');
    return place;
  }

  async #place(path: string, follow: boolean): Promise<Place> {
    const pending = path
      .split('/')
      .filter((part) => part !== '' && part !== '.')
      .reverse();
    let current = '/';
    let links = 0;
    while (pending.length > 0) {
      const part = pending.pop()!;
      if (part === '..') {
        current = dirname(current);
        continue;
      }
      const next = join(current, part);
      const last = pending.length === 0;
      if (last && !follow) return this.#locate(next);
      const place = this.#locate(next);
      const found = place.isMountPoint ? undefined : await place.tree.files.lstat(place.inner).catch(absent);
      if (!place.isMountPoint && !found) {
        if (!last) throw new FileSystemError('ENOENT', path, 'no such file or directory');
        return place;
      }
      if (found?.type === 'symlink') {
        if (++links > 40) throw new FileSystemError('ELOOP', path, 'too many symbolic links encountered');
        const target = await place.tree.files.readlink(place.inner);
        if (target.startsWith('/')) current = '/';
        pending.push(
          ...target
            .split('/')
            .filter((name) => name !== '' && name !== '.')
            .reverse(),
        );
        continue;
      }
      if (found && found.type !== 'directory' && !last) throw new FileSystemError('ENOTDIR', path, 'not a directory');
      current = next;
    }
    return this.#locate(current);
  }

  #locate(path: string): Place {
    for (let index = this.#trees.length - 1; index > 0; index--) {
      const tree = this.#trees[index]!;
      if (path === tree.path) return { tree, inner: tree.root, path, isMountPoint: true };
      if (path.startsWith(`${tree.path}/`)) {
        const rest = path.slice(tree.path.length);
        return { tree, inner: tree.root === '/' ? rest : tree.root + rest, path, isMountPoint: false };
      }
    }
    const root = this.#trees[0]!;
    return { tree: root, inner: path, path, isMountPoint: path === '/' };
  }
}

function absent(error: unknown): undefined {
  if (error instanceof FileSystemError && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
  throw error;
}

/** Makes the file or directory that a tree is to be mounted on, as the runtime does when it starts a container. */
export async function makeMountPoint(root: FileSystem, path: string, type: 'file' | 'directory'): Promise<void> {
  const found = await root.stat(path).catch(absent);
  if (found) return;
  await root.mkdir(type === 'directory' ? path : dirname(path), { recursive: true });
  if (type === 'file' && basename(path)) await root.writeFile(path, new Uint8Array(0));
}
