import type { Clock } from '../clock.ts';
import type { FileJournal, StoredNode } from './file-journal.ts';
import { type FileStat, type FileSystem, FileSystemError, type FileSystemErrorCode } from './filesystem.ts';

/**
 * A file tree in memory: the root of a container, an emptyDir, a ConfigMap's files, or a volume where nothing is kept.
 *
 * `snapshot()` is what image layers are: it costs nothing, and each side copies a node only when it changes it. A node
 * belongs to the tree whose `owner` token it carries; a node of another owner is shared and never written to.
 */
export class MemoryFileSystem implements FileSystem {
  #root: DirectoryNode;
  #owner: object = {};
  #used = 0;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #capacity: number;
  readonly #inodes: { next: number };
  readonly #journal: FileJournal | undefined;

  /**
   * @param capacity bytes that may be written before ENOSPC.
   * @param journal is told of every change, and has the last word on when it is done; what it holds already is the
   *   tree to begin with.
   */
  constructor(
    clock: Pick<Clock, 'now'>,
    { capacity = Number.POSITIVE_INFINITY, journal }: { capacity?: number; journal?: FileJournal } = {},
  ) {
    this.#clock = clock;
    this.#capacity = capacity;
    this.#journal = journal;
    this.#inodes = { next: rootInode };
    const stored = journal?.load() ?? [];
    if (stored.length > 0) {
      this.#root = restore(stored, this.#owner);
      this.#inodes.next = Math.max(...stored.map(({ inode }) => inode)) + 1;
      this.#used = bytes(this.#root);
    } else {
      this.#root = { type: 'directory', entries: new Map(), ...this.#meta(0o755) };
      journal?.changed(this.#root);
    }
  }

  /** An independent copy as things stand now; `capacity` counts what is written to the copy from here on. */
  snapshot({ capacity = Number.POSITIVE_INFINITY }: { capacity?: number } = {}): MemoryFileSystem {
    const copy = new MemoryFileSystem(this.#clock, { capacity });
    copy.#root = this.#root;
    copy.#inodes.next = this.#inodes.next;
    this.#owner = {};
    return copy;
  }

  /** Bytes in files written here. */
  get usedBytes(): number {
    return this.#used;
  }

  async stat(path: string): Promise<FileStat> {
    return describe(this.#find(path, true).node);
  }

  async lstat(path: string): Promise<FileStat> {
    return describe(this.#find(path, false).node);
  }

  async readFile(path: string): Promise<Uint8Array> {
    const { node } = this.#find(path, true);
    if (node.type === 'directory') throw failure('EISDIR', path, 'illegal operation on a directory, read');
    // A copy: what was read must not change under the reader when the file is appended to in place.
    return (node as FileNode).data.slice(0, (node as FileNode).size);
  }

  async writeFile(path: string, data: Uint8Array, options: { append?: boolean; mode?: number } = {}): Promise<void> {
    const { segments, node } = this.#locate(path, true);
    if (node && node.type !== 'file') throw failure('EISDIR', path, 'illegal operation on a directory, open');
    if (!node && segments.length === 0) throw failure('EISDIR', path, 'illegal operation on a directory, open');
    const old = (node as FileNode | undefined)?.size ?? 0;
    const size = options.append ? old + data.length : data.length;
    if (size > old && this.#used + size - old > this.#capacity)
      throw failure('ENOSPC', path, 'no space left on device');
    this.#used = Math.max(0, this.#used + size - old);

    let file: FileNode;
    if (node) {
      file = this.#own(segments) as FileNode;
    } else {
      file = { type: 'file', data: new Uint8Array(0), size: 0, ...this.#meta(options.mode ?? 0o644) };
      this.#enter(segments, file);
    }
    const kept = options.append ? old : 0;
    if (options.append) {
      if (file.data.length < size || file.dataOwner !== this.#owner) {
        const grown = new Uint8Array(Math.max(size, file.size * 2, 64));
        grown.set(file.data.subarray(0, file.size));
        file.data = grown;
        file.dataOwner = this.#owner;
      }
      file.data.set(data, old);
    } else {
      // Bytes of its own: a Buffer's slice() would be the caller's, and of the pool that keeps eight kilobytes for it.
      file.data = new Uint8Array(data);
      file.dataOwner = this.#owner;
    }
    file.size = size;
    file.mtime = this.#clock.now();
    this.#journal?.changed(file, kept);
    await this.#journal?.committed();
  }

  async readdir(path: string): Promise<string[]> {
    const { node } = this.#find(path, true);
    if (node.type !== 'directory') throw failure('ENOTDIR', path, 'not a directory, scandir');
    return [...node.entries.keys()].sort();
  }

  async mkdir(path: string, options: { recursive?: boolean; mode?: number } = {}): Promise<void> {
    if (options.recursive) {
      const parts = split(path);
      for (let depth = 1; depth <= parts.length; depth++) {
        const prefix = `/${parts.slice(0, depth).join('/')}`;
        const { segments, node } = this.#locate(prefix, true);
        if (!node)
          this.#enter(segments, { type: 'directory', entries: new Map(), ...this.#meta(options.mode ?? 0o755) });
        else if (node.type !== 'directory') throw failure(depth === parts.length ? 'EEXIST' : 'ENOTDIR', path, 'mkdir');
      }
      return this.#journal?.committed();
    }
    const { segments, node } = this.#locate(path, false);
    if (node) throw failure('EEXIST', path, 'file already exists, mkdir');
    this.#enter(segments, { type: 'directory', entries: new Map(), ...this.#meta(options.mode ?? 0o755) });
    await this.#journal?.committed();
  }

  async rm(path: string, options: { recursive?: boolean; force?: boolean } = {}): Promise<void> {
    let located: Located;
    try {
      located = this.#locate(path, false);
    } catch (error) {
      if (options.force && error instanceof FileSystemError && error.code !== 'ELOOP') return;
      throw error;
    }
    const { segments, node } = located;
    if (!node) {
      if (options.force) return;
      throw failure('ENOENT', path, 'no such file or directory, rm');
    }
    if (segments.length === 0) throw failure('EBUSY', path, 'resource busy or locked, rm');
    if (node.type === 'directory' && node.entries.size > 0 && !options.recursive) {
      throw failure('ENOTEMPTY', path, 'directory not empty, rm');
    }
    this.#remove(node);
    this.#leave(segments);
    await this.#journal?.committed();
  }

  async rename(from: string, to: string): Promise<void> {
    const source = this.#locate(from, false);
    if (!source.node) throw failure('ENOENT', from, 'no such file or directory, rename');
    const target = this.#locate(to, false);
    if (source.node === target.node) return;
    if (isInside(source.segments, target.segments)) throw failure('EINVAL', to, 'invalid argument, rename');
    if (target.node) {
      if (target.node.type === 'directory') {
        if (source.node.type !== 'directory') throw failure('EISDIR', to, 'illegal operation on a directory, rename');
        if (target.node.entries.size > 0) throw failure('ENOTEMPTY', to, 'directory not empty, rename');
      } else if (source.node.type === 'directory') throw failure('ENOTDIR', to, 'not a directory, rename');
      this.#remove(target.node);
    }
    this.#leave(source.segments);
    this.#enter(target.segments, source.node);
    await this.#journal?.committed();
  }

  async symlink(target: string, path: string): Promise<void> {
    const { segments, node } = this.#locate(path, false);
    if (node) throw failure('EEXIST', path, 'file already exists, symlink');
    this.#enter(segments, { type: 'symlink', target, ...this.#meta(0o777) });
    await this.#journal?.committed();
  }

  async readlink(path: string): Promise<string> {
    const { node } = this.#find(path, false);
    if (node.type !== 'symlink') throw failure('EINVAL', path, 'invalid argument, readlink');
    return node.target;
  }

  async chmod(path: string, mode: number): Promise<void> {
    const node = this.#ownExisting(path);
    node.mode = mode & 0o7777;
    await this.#noted(node);
  }

  async chown(path: string, uid: number, gid: number): Promise<void> {
    const node = this.#ownExisting(path);
    node.uid = uid;
    node.gid = gid;
    await this.#noted(node);
  }

  async utimes(path: string, mtime: number): Promise<void> {
    const node = this.#ownExisting(path);
    node.mtime = mtime;
    await this.#noted(node);
  }

  /** Only what describes the node has changed. */
  async #noted(node: Node): Promise<void> {
    this.#journal?.changed(node, node.type === 'file' ? node.size : 0);
    await this.#journal?.committed();
  }

  #meta(mode: number): Meta {
    return { owner: this.#owner, mode, uid: 0, gid: 0, mtime: this.#clock.now(), inode: this.#inodes.next++ };
  }

  #find(path: string, follow: boolean): { segments: string[]; node: Node } {
    const { segments, node } = this.#locate(path, follow);
    if (!node) throw failure('ENOENT', path, 'no such file or directory');
    return { segments, node };
  }

  /** The physical path (no symbolic links left, but for a last one not followed) and what is there. */
  #locate(path: string, follow: boolean): Located {
    const pending = split(path).reverse();
    const segments: string[] = [];
    const nodes: Node[] = [this.#root];
    let links = 0;
    while (pending.length > 0) {
      const name = pending.pop()!;
      if (name === '..') {
        segments.pop();
        if (nodes.length > 1) nodes.pop();
        continue;
      }
      const directory = nodes.at(-1)!;
      if (directory.type !== 'directory') throw failure('ENOTDIR', path, 'not a directory');
      const child = directory.entries.get(name);
      const last = pending.length === 0;
      if (!child) {
        if (!last) throw failure('ENOENT', path, 'no such file or directory');
        return { segments: [...segments, name], node: undefined };
      }
      if (child.type === 'symlink' && (!last || follow)) {
        if (++links > 40) throw failure('ELOOP', path, 'too many symbolic links encountered');
        if (child.target.startsWith('/')) {
          segments.length = 0;
          nodes.length = 1;
        }
        pending.push(...split(child.target).reverse());
        continue;
      }
      segments.push(name);
      nodes.push(child);
    }
    return { segments, node: nodes.at(-1)! };
  }

  /** The node at a physical path, made this tree's own together with the directories above it. */
  #own(segments: readonly string[]): Node {
    if (this.#root.owner !== this.#owner) this.#root = this.#copy(this.#root) as DirectoryNode;
    let node: Node = this.#root;
    for (const name of segments) {
      const entries: Map<string, Node> = (node as DirectoryNode).entries;
      const child: Node = entries.get(name)!;
      if (child.owner === this.#owner) {
        node = child;
      } else {
        node = this.#copy(child);
        entries.set(name, node);
      }
    }
    return node;
  }

  #ownExisting(path: string): Node {
    return this.#own(this.#find(path, true).segments);
  }

  #ownParent(segments: readonly string[]): DirectoryNode {
    return this.#own(segments.slice(0, -1)) as DirectoryNode;
  }

  #copy(node: Node): Node {
    if (node.type === 'directory') return { ...node, entries: new Map(node.entries), owner: this.#owner };
    return { ...node, owner: this.#owner };
  }

  #enter(segments: readonly string[], node: Node): void {
    const parent = this.#ownParent(segments);
    parent.entries.set(segments.at(-1)!, node);
    parent.mtime = this.#clock.now();
    // The node before its name, so that a journal cut short never holds a name without one.
    this.#journal?.changed(node, node.type === 'file' ? node.size : 0);
    this.#journal?.changed(parent);
  }

  #leave(segments: readonly string[]): void {
    const parent = this.#ownParent(segments);
    parent.entries.delete(segments.at(-1)!);
    parent.mtime = this.#clock.now();
    this.#journal?.changed(parent);
  }

  /** Gives back what a node and all below it take. */
  #remove(node: Node): void {
    this.#used = Math.max(0, this.#used - bytes(node));
    if (!this.#journal) return;
    for (const inode of inodes(node)) this.#journal.removed(inode);
  }
}

/** As on ext4. */
const rootInode = 2;

function restore(stored: readonly StoredNode[], owner: object): DirectoryNode {
  const byInode = new Map(stored.map((node) => [node.inode, node]));
  const build = (inode: number): Node => {
    const { entries, ...node } = byInode.get(inode)!;
    if (node.type === 'file') return { ...node, type: 'file', owner, data: node.data!, size: node.data!.length };
    if (node.type === 'symlink') return { ...node, type: 'symlink', owner, target: node.target! };
    return {
      ...node,
      type: 'directory',
      owner,
      entries: new Map(Object.entries(entries!).map(([name, child]) => [name, build(child)])),
    };
  };
  return build(rootInode) as DirectoryNode;
}

function inodes(node: Node): number[] {
  const below = node.type === 'directory' ? [...node.entries.values()].flatMap(inodes) : [];
  return [node.inode, ...below];
}

interface Meta {
  owner: object;
  mode: number;
  uid: number;
  gid: number;
  mtime: number;
  readonly inode: number;
}

export interface FileNode extends Meta {
  readonly type: 'file';
  /** May be longer than `size`: room for appending. */
  data: Uint8Array;
  size: number;
  /** The tree that may write into `data` in place. */
  dataOwner?: object;
}

export interface DirectoryNode extends Meta {
  readonly type: 'directory';
  readonly entries: Map<string, Node>;
}

export interface LinkNode extends Meta {
  readonly type: 'symlink';
  readonly target: string;
}

export type Node = FileNode | DirectoryNode | LinkNode;

interface Located {
  segments: string[];
  node: Node | undefined;
}

function split(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

function isInside(ancestor: readonly string[], path: readonly string[]): boolean {
  return path.length > ancestor.length && ancestor.every((part, index) => path[index] === part);
}

function bytes(node: Node): number {
  if (node.type === 'file') return node.size;
  if (node.type === 'symlink') return 0;
  let sum = 0;
  for (const child of node.entries.values()) sum += bytes(child);
  return sum;
}

function describe(node: Node): FileStat {
  const { type, mode, uid, gid, mtime, inode } = node;
  const size = type === 'file' ? node.size : type === 'symlink' ? Buffer.byteLength(node.target) : 4096;
  return { type, mode, uid, gid, mtime, inode, size };
}

function failure(code: FileSystemErrorCode, path: string, message: string): FileSystemError {
  return new FileSystemError(code, path, message);
}
