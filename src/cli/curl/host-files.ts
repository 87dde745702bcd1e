import * as fs from 'node:fs/promises';
import { type FileStat, type FileSystem, FileSystemError } from '../../embedded/storage/filesystem.ts';

/** This machine's files, as a simulated process sees those of its container. */
export class HostFiles implements FileSystem {
  stat = (path: string) => told(path, async () => described(await fs.stat(path)));
  lstat = (path: string) => told(path, async () => described(await fs.lstat(path)));
  readFile = (path: string) => told(path, () => fs.readFile(path));
  readdir = (path: string) => told(path, async () => (await fs.readdir(path)).sort());
  readlink = (path: string) => told(path, () => fs.readlink(path));
  rename = (from: string, to: string) => told(from, () => fs.rename(from, to));
  symlink = (target: string, path: string) => told(path, () => fs.symlink(target, path));
  chmod = (path: string, mode: number) => told(path, () => fs.chmod(path, mode));
  chown = (path: string, uid: number, gid: number) => told(path, () => fs.chown(path, uid, gid));
  utimes = (path: string, mtime: number) => told(path, () => fs.utimes(path, mtime / 1000, mtime / 1000));
  rm = (path: string, options?: { recursive?: boolean; force?: boolean }) => told(path, () => fs.rm(path, options));

  writeFile(path: string, data: Uint8Array, { append, mode }: { append?: boolean; mode?: number } = {}): Promise<void> {
    return told(path, () => fs.writeFile(path, data, { flag: append ? 'a' : 'w', mode }));
  }

  mkdir(path: string, options?: { recursive?: boolean; mode?: number }): Promise<void> {
    return told(path, async () => void (await fs.mkdir(path, options)));
  }
}

function described(stat: Awaited<ReturnType<typeof fs.stat>>): FileStat {
  const [file, directory, link] = [stat.isFile(), stat.isDirectory(), stat.isSymbolicLink()];
  return {
    type: file ? 'file' : directory ? 'directory' : link ? 'symlink' : stat.isFIFO() ? 'pipe' : 'device',
    mode: Number(stat.mode) & 0o7777,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    size: Number(stat.size),
    mtime: Number(stat.mtimeMs),
    inode: Number(stat.ino),
  };
}

/** @throws FileSystemError where Node tells what is wrong by a code: those are the same. */
async function told<T>(path: string, access: () => Promise<T>): Promise<T> {
  try {
    return await access();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code) throw error;
    throw new FileSystemError(code as FileSystemError['code'], path, message);
  }
}
