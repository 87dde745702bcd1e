import type { Node } from './memory-filesystem.ts';

/** Keeps a file tree elsewhere, node by node, while MemoryFileSystem holds it for reading. */
export interface FileJournal {
  /** All nodes as they were when last committed; empty for a new tree. */
  load(): StoredNode[];
  /** A node is new or has changed. For a file, `from` is the first byte that may differ: its size where none does. */
  changed(node: Node, from?: number): void;
  removed(inode: number): void;
  /** Resolves once all changes told of so far are durable. */
  committed(): Promise<void>;
}

export interface StoredNode {
  readonly inode: number;
  readonly type: 'file' | 'directory' | 'symlink';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  /** Of a directory: names and inodes. */
  readonly entries?: Record<string, number>;
  /** Of a symbolic link. */
  readonly target?: string;
  /** Of a file. */
  readonly data?: Uint8Array;
}
