import { type FileStat, type FileSystem, FileSystemError } from '../../storage/filesystem.ts';
import { IoError, type OpenFile } from '../process/open-file.ts';
import type { Process } from '../process/process.ts';

const numbers: Readonly<Record<string, number>> = { null: 3, zero: 5, full: 7, random: 8, urandom: 9, tty: 0 };
const links: Readonly<Record<string, string>> = {
  fd: '/proc/self/fd',
  stdin: '/proc/self/fd/0',
  stdout: '/proc/self/fd/1',
  stderr: '/proc/self/fd/2',
  ptmx: 'pts/ptmx',
};
const folders = ['mqueue', 'pts', 'shm'];

/** /dev. Devices are opened by `openDevice`; this is only how they look. */
export class DeviceFiles implements FileSystem {
  readonly #time: number;

  constructor(time: number) {
    this.#time = time;
  }

  async lstat(path: string): Promise<FileStat> {
    const name = path.slice(1);
    const common = { uid: 0, gid: 0, mtime: this.#time, size: 0 };
    if (name === '') return { ...common, type: 'directory', mode: 0o755, inode: 1, size: 340 };
    if (Object.hasOwn(numbers, name)) return { ...common, type: 'device', mode: 0o666, inode: numbers[name]! + 2 };
    if (Object.hasOwn(links, name)) {
      return { ...common, type: 'symlink', mode: 0o777, inode: 20, size: links[name]!.length };
    }
    if (folders.includes(name))
      return { ...common, type: 'directory', mode: name === 'pts' ? 0o755 : 0o1777, inode: 30 };
    throw new FileSystemError('ENOENT', path, 'no such file or directory');
  }

  stat(path: string): Promise<FileStat> {
    return this.lstat(path);
  }

  async readFile(path: string): Promise<Uint8Array> {
    if (path === '/null') return new Uint8Array(0);
    throw new FileSystemError('EINVAL', path, 'invalid argument, read');
  }

  async writeFile(path: string): Promise<void> {
    if (!Object.hasOwn(numbers, path.slice(1))) throw readOnly(path);
  }

  async readdir(path: string): Promise<string[]> {
    if (path === '/') return [...Object.keys(numbers), ...Object.keys(links), ...folders].sort();
    if (folders.includes(path.slice(1))) return [];
    throw new FileSystemError('ENOTDIR', path, 'not a directory, scandir');
  }

  async readlink(path: string): Promise<string> {
    const target = links[path.slice(1)];
    if (target === undefined) throw new FileSystemError('EINVAL', path, 'invalid argument, readlink');
    return target;
  }

  mkdir = refuse;
  rm = refuse;
  rename = refuse;
  symlink = (_target: string, path: string) => refuse(path);
  chmod = refuse;
  chown = refuse;
  utimes = refuse;
}

async function refuse(path: string): Promise<never> {
  throw readOnly(path);
}

function readOnly(path: string): FileSystemError {
  return new FileSystemError('EPERM', path, 'operation not permitted');
}

/** @param path the device's own; @param asked what the caller wrote, for errors. */
export function openDevice(process: Process, path: string, asked: string): OpenFile {
  const discard = () => undefined;
  const close = () => {};
  switch (path) {
    case '/dev/null':
      return { name: path, read: async () => undefined, write: discard, close };
    case '/dev/zero':
      return { name: path, read: async (max) => new Uint8Array(max), write: discard, close };
    case '/dev/full':
      return {
        name: path,
        read: async (max) => new Uint8Array(max),
        write: () => Promise.reject(new FileSystemError('ENOSPC', asked, 'no space left on device, write')),
        close,
      };
    case '/dev/random':
    case '/dev/urandom':
      return { name: path, read: async (max) => randomBytes(process, max), write: discard, close };
    case '/dev/tty': {
      const { terminal } = process;
      if (!terminal) throw new IoError('EIO', 'No such device or address');
      return { ...terminal.file(), name: path };
    }
    default:
      throw new FileSystemError('ENOENT', asked, 'no such file or directory, open');
  }
}

function randomBytes(process: Process, count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  for (let index = 0; index < count; index++) bytes[index] = process.system.random() * 256;
  return bytes;
}
