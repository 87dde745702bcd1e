/**
 * A POSIX-like file tree: what a container's root and its volumes are made of. Paths are absolute and normalised by the
 * implementation. Errors are FileSystemError with Node's codes.
 */

export type FileSystemErrorCode =
  | 'ENOENT'
  | 'EEXIST'
  | 'ENOTDIR'
  | 'EISDIR'
  | 'ENOTEMPTY'
  | 'EROFS'
  | 'ELOOP'
  | 'EINVAL'
  | 'ENOSPC'
  | 'EACCES'
  | 'EPERM'
  | 'EXDEV'
  | 'EBUSY';

export class FileSystemError extends Error {
  constructor(
    readonly code: FileSystemErrorCode,
    readonly path: string,
    message: string,
  ) {
    super(`${code}: ${message}, '${path}'`);
  }
}

export interface FileStat {
  /** Volumes hold the first three; a device (/dev/null) and a pipe exist in a running container alone. */
  type: 'file' | 'directory' | 'symlink' | 'device' | 'pipe';
  /** Permission bits. */
  mode: number;
  uid: number;
  gid: number;
  /** Bytes. */
  size: number;
  /** Milliseconds since the epoch. */
  mtime: number;
  inode: number;
}

export interface FileSystem {
  /** Follows symbolic links. */
  stat(path: string): Promise<FileStat>;
  /** Does not. */
  lstat(path: string): Promise<FileStat>;
  readFile(path: string): Promise<Uint8Array>;
  /** Creates or replaces; `append` adds at the end. On a durable volume it resolves once committed. */
  writeFile(path: string, data: Uint8Array, options?: { append?: boolean; mode?: number }): Promise<void>;
  /** Names, sorted. */
  readdir(path: string): Promise<string[]>;
  mkdir(path: string, options?: { recursive?: boolean; mode?: number }): Promise<void>;
  rm(path: string, options?: { recursive?: boolean; force?: boolean }): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  symlink(target: string, path: string): Promise<void>;
  readlink(path: string): Promise<string>;
  chmod(path: string, mode: number): Promise<void>;
  chown(path: string, uid: number, gid: number): Promise<void>;
  utimes(path: string, mtime: number): Promise<void>;
}

/** The data behind PersistentVolumes: directories that outlive Pods, nodes' reboots and the process. */
export interface VolumeStore {
  /** The volume's file tree, made empty where there is none. `id` is e.g. the PersistentVolume's name or host path. */
  open(id: string): FileSystem;
  /** Resolves once its bytes are gone for good. Idempotent. */
  remove(id: string): Promise<void>;
  list(): readonly string[];
}
