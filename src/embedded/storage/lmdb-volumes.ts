import type { Database, Key, RootDatabase } from 'lmdb';
import type { Clock } from '../clock.ts';
import type { FileJournal, StoredNode } from './file-journal.ts';
import type { FileSystem, VolumeStore } from './filesystem.ts';
import { MemoryFileSystem, type Node } from './memory-filesystem.ts';
import { volumeCapacity } from './memory-volumes.ts';
import { written } from './written.ts';

/** Bytes of a file kept in one row, so that appending to a large file writes only its end. */
const chunkSize = 64 * 1024;

interface NodeRow extends Omit<StoredNode, 'inode' | 'data'> {
  readonly size: number;
}

/** With what LMDB's types leave out. */
type Root = RootDatabase & { isOperational(): boolean };

/**
 * Volumes' files in LMDB: a row for each node, [volume, inode], and one for each chunk of a file, [volume, inode, n].
 * Writes of all volumes that happen in one turn of the event loop share a transaction.
 */
export class LmdbVolumes implements VolumeStore {
  readonly #clock: Clock;
  readonly #root: Root;
  readonly #nodes: Database<NodeRow, Key>;
  readonly #chunks: Database<Buffer, Key>;
  readonly #open = new Map<string, { files: FileSystem; journal: FileJournal }>();

  constructor(root: RootDatabase, clock: Clock) {
    this.#clock = clock;
    this.#root = root as Root;
    this.#nodes = root.openDB({ name: 'file-nodes', encoding: 'json' });
    this.#chunks = root.openDB({ name: 'file-chunks', encoding: 'binary' });
  }

  open(id: string): FileSystem {
    const open = this.#open.get(id);
    if (open) return open.files;
    const journal = this.#journal(id);
    const files = new MemoryFileSystem(this.#clock, { capacity: volumeCapacity, journal });
    this.#open.set(id, { files, journal });
    return files;
  }

  async remove(id: string): Promise<void> {
    // What is on its way to the disk could not be found there to be removed.
    await this.#open.get(id)?.journal.committed();
    this.#open.delete(id);
    await written(
      this.#nodes.batch(() => {
        for (const table of [this.#nodes, this.#chunks] as Database<unknown, Key>[]) {
          for (const key of table.getKeys({ start: [id], end: [id, Number.POSITIVE_INFINITY] })) table.remove(key);
        }
      }),
    );
  }

  list(): readonly string[] {
    const ids = new Set<string>();
    for (const key of this.#nodes.getKeys()) ids.add((key as [string, number])[0]);
    return [...ids];
  }

  #journal(id: string): FileJournal {
    const root = this.#root;
    const nodes = this.#nodes;
    const chunks = this.#chunks;
    /** All writes so far, each of which may be of another commit. Once one has failed, so has everything after it. */
    let writes: Promise<void> = Promise.resolve();
    let last: Promise<unknown> | undefined;
    // What a container or its log does while everything ends comes too late, and must not begin to read what is closing.
    const open = () => {
      if (!root.isOperational()) throw new Error(`cannot write to volume ${id}: its cluster has ended`);
    };
    const wrote = (write: Promise<unknown>) => {
      // LMDB gives the same promise to all that goes into one commit.
      if (write === last) return;
      last = write;
      const outcome = written(write);
      writes = writes.then(() => outcome);
      for (const each of [outcome, writes]) each.catch(() => {});
    };
    const load = () => {
      const stored: StoredNode[] = [];
      for (const { key, value } of nodes.getRange({ start: [id], end: [id, Number.POSITIVE_INFINITY] })) {
        const inode = (key as [string, number])[1];
        const { size, ...node } = value;
        stored.push({ inode, ...node, ...(node.type === 'file' && { data: read(inode, size) }) });
      }
      return stored;
    };
    const read = (inode: number, size: number) => {
      const data = new Uint8Array(size);
      for (let at = 0; at < size; at += chunkSize) data.set(chunks.get([id, inode, at / chunkSize])!, at);
      return data;
    };
    const drop = (inode: number, fromChunk: number) => {
      for (const key of chunks.getKeys({ start: [id, inode, fromChunk], end: [id, inode, Number.POSITIVE_INFINITY] })) {
        wrote(chunks.remove(key));
      }
    };
    return {
      load,
      changed(node: Node, from = 0) {
        open();
        if (node.type === 'file') {
          for (let chunk = Math.floor(from / chunkSize); chunk * chunkSize < node.size; chunk++) {
            const at = chunk * chunkSize;
            // A copy: the file may be appended to in place before LMDB gets to write this.
            const bytes = Buffer.from(node.data.slice(at, Math.min(at + chunkSize, node.size)));
            wrote(chunks.put([id, node.inode, chunk], bytes));
          }
          if (from < node.size || node.size === 0) drop(node.inode, Math.ceil(node.size / chunkSize));
        }
        wrote(nodes.put([id, node.inode], toRow(node)));
      },
      removed(inode: number) {
        open();
        wrote(nodes.remove([id, inode]));
        drop(inode, 0);
      },
      committed: () => writes,
    };
  }
}

function toRow(node: Node): NodeRow {
  const { type, mode, uid, gid, mtime } = node;
  const row = { type, mode, uid, gid, mtime, size: node.type === 'file' ? node.size : 0 };
  if (node.type === 'symlink') return { ...row, target: node.target };
  if (node.type !== 'directory') return row;
  return { ...row, entries: Object.fromEntries([...node.entries].map(([name, child]) => [name, child.inode])) };
}
