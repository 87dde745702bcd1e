import { type FileStat, type FileSystem, FileSystemError } from '../../storage/filesystem.ts';
import type { OpenFile } from '../process/open-file.ts';
import { type Process, ProcessEnded } from '../process/process.ts';
import { openDevice } from './devices.ts';
import type { MountTable } from './mount-table.ts';
import { openRegular } from './open-regular.ts';
import { absolute, dirname } from './paths.ts';

export type OpenMode = 'read' | 'write' | 'append' | 'read-write';

/**
 * The file tree as one process sees it: relative to its working directory, with its user's permissions, its umask and
 * /proc/self. Nothing can be done through it once the process has ended.
 */
export class ProcessFiles implements FileSystem {
  readonly #process: Process;

  constructor(process: Process) {
    this.#process = process;
  }

  path(path: string): string {
    const { cwd, pid } = this.#process;
    const whole = absolute(path, cwd);
    return whole === '/proc/self' || whole.startsWith('/proc/self/') ? `/proc/${pid}${whole.slice(10)}` : whole;
  }

  async stat(path: string): Promise<FileStat> {
    const target = await this.#throughDescriptors(path);
    const descriptor = descriptorPath.exec(target);
    if (!descriptor) return this.#tree().stat(target);
    const file = this.#process.system.processes.get(Number(descriptor[1]))?.descriptors.get(Number(descriptor[2]));
    if (!file) throw new FileSystemError('ENOENT', path, 'no such file or directory');
    if (file.name.startsWith('/') && !file.terminal) return this.#tree().stat(file.name);
    const type = file.terminal ? 'device' : 'pipe';
    return { type, mode: 0o600, uid: 0, gid: 0, size: 0, mtime: this.#process.startedAt, inode: 1 };
  }

  async lstat(path: string): Promise<FileStat> {
    return this.#tree().lstat(this.path(path));
  }

  /** Undefined where there is nothing. */
  async find(path: string, follow = true): Promise<FileStat | undefined> {
    try {
      return await (follow ? this.stat(path) : this.lstat(path));
    } catch (error) {
      if (error instanceof FileSystemError) return undefined;
      throw error;
    }
  }

  async exists(path: string): Promise<boolean> {
    return (await this.find(path)) !== undefined;
  }

  async readFile(path: string): Promise<Uint8Array> {
    const file = await this.open(path, 'read');
    try {
      const parts: Uint8Array[] = [];
      for (;;) {
        const part = await this.#process.block(file.read!(1024 * 1024));
        if (!part) return Buffer.concat(parts);
        parts.push(part);
        if (parts.length > 1024) throw new FileSystemError('EINVAL', path, 'the file is too large to be read whole');
      }
    } finally {
      file.close();
    }
  }

  async readText(path: string): Promise<string> {
    return new TextDecoder().decode(await this.readFile(path));
  }

  async writeFile(path: string, data: Uint8Array | string, options: { append?: boolean; mode?: number } = {}) {
    const file = await this.open(path, options.append ? 'append' : 'write', options.mode);
    try {
      const taken = file.write!(typeof data === 'string' ? new TextEncoder().encode(data) : data);
      if (taken) await this.#process.block(taken);
    } finally {
      file.close();
    }
  }

  async readdir(path: string): Promise<string[]> {
    await this.#require(path, 4);
    return this.#tree().readdir(this.path(path));
  }

  async mkdir(path: string, options: { recursive?: boolean; mode?: number } = {}): Promise<void> {
    const mode = options.mode ?? 0o777 & ~this.#process.umask;
    if (!options.recursive) {
      await this.#requireParent(path);
      await this.#tree().mkdir(this.path(path), { mode });
      return this.#own(path);
    }
    const parts = this.path(path).split('/').slice(1);
    for (let depth = 1; depth <= parts.length; depth++) {
      const prefix = `/${parts.slice(0, depth).join('/')}`;
      const found = await this.find(prefix);
      if (found && found.type !== 'directory') {
        throw new FileSystemError(depth === parts.length ? 'EEXIST' : 'ENOTDIR', path, 'mkdir');
      }
      if (!found) await this.mkdir(prefix, { mode: depth === parts.length ? mode : 0o777 & ~this.#process.umask });
    }
  }

  async rm(path: string, options?: { recursive?: boolean; force?: boolean }): Promise<void> {
    if (await this.find(path, false)) await this.#requireParent(path);
    return this.#tree().rm(this.path(path), options);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#requireParent(from);
    await this.#requireParent(to);
    return this.#tree().rename(this.path(from), this.path(to));
  }

  async symlink(target: string, path: string): Promise<void> {
    await this.#requireParent(path);
    await this.#tree().symlink(target, this.path(path));
  }

  async readlink(path: string): Promise<string> {
    return this.#tree().readlink(this.path(path));
  }

  async chmod(path: string, mode: number): Promise<void> {
    await this.#requireOwner(path);
    return this.#tree().chmod(this.path(path), mode);
  }

  async chown(path: string, uid: number, gid: number): Promise<void> {
    const { uid: own } = this.#process;
    if (own !== 0) throw new FileSystemError('EPERM', path, 'operation not permitted, chown');
    return this.#tree().chown(this.path(path), uid, gid);
  }

  async utimes(path: string, mtime: number): Promise<void> {
    await this.#requireOwner(path);
    return this.#tree().utimes(this.path(path), mtime);
  }

  realpath(path: string): Promise<string> {
    return this.#tree().realpath(this.path(path));
  }

  /** Whether the process may read (4), write (2) or execute (1) what is there. */
  async permits(path: string, want: 1 | 2 | 4): Promise<boolean> {
    const found = await this.find(path);
    return found !== undefined && this.#allowed(found, want);
  }

  /** @param mode permission bits of a new file, before the umask. */
  async open(path: string, how: OpenMode, mode = 0o666): Promise<OpenFile> {
    const process = this.#process;
    let target = await this.#throughDescriptors(path);
    // A log file that links to /dev/stdout is the descriptor too.
    if ((await this.find(target, false))?.type === 'symlink') {
      const link = await this.readlink(target);
      if (link.startsWith('/dev/') || link.startsWith('/proc/')) target = await this.#throughDescriptors(link);
    }
    const descriptor = descriptorPath.exec(target);
    if (descriptor) return this.#openDescriptor(path, Number(descriptor[1]), Number(descriptor[2]));
    const real = await this.#tree().realpath(target);
    await this.#requireSearch(real);
    const found = await this.find(real);
    if (found?.type === 'device') return openDevice(process, real, path);
    if (found?.type === 'directory' && how !== 'read') {
      throw new FileSystemError('EISDIR', path, 'illegal operation on a directory, open');
    }
    if (found) {
      if (how !== 'write' && how !== 'append' && !this.#allowed(found, 4)) throw denied(path);
      if (how !== 'read' && !this.#allowed(found, 2)) throw denied(path);
    } else {
      if (how === 'read') throw new FileSystemError('ENOENT', path, 'no such file or directory, open');
      await this.#requireParent(real);
      await this.#tree().writeFile(real, new Uint8Array(0), { mode: mode & ~process.umask });
      await this.#own(real);
    }
    if (found && how === 'write') await this.#tree().writeFile(real, new Uint8Array(0));
    return openRegular(this.#tree(), real, how);
  }

  /** Another descriptor for what a process has open already, as opening /proc/PID/fd/N gives. */
  #openDescriptor(path: string, pid: number, fd: number): OpenFile {
    const handle = this.#process.system.processes.get(pid)?.descriptors.handle(fd);
    if (!handle) throw new FileSystemError('ENOENT', path, 'no such file or directory, open');
    handle.retain();
    const { file } = handle;
    return {
      name: file.name,
      terminal: file.terminal,
      read: file.read?.bind(file),
      readUntil: file.readUntil?.bind(file),
      write: file.write?.bind(file),
      close: () => handle.release(),
    };
  }

  #tree(): MountTable {
    if (!this.#process.alive) throw new ProcessEnded();
    return this.#process.system.files as MountTable;
  }

  /** /dev/stdin and its like are links into /proc/self, which only here is known who that is. */
  async #throughDescriptors(path: string): Promise<string> {
    const whole = this.path(path);
    if (!whole.startsWith('/dev/')) return whole;
    const name = whole.slice(5);
    const { pid } = this.#process;
    const standard = ['stdin', 'stdout', 'stderr'].indexOf(name);
    if (standard >= 0) return `/proc/${pid}/fd/${standard}`;
    return name.startsWith('fd/') ? `/proc/${pid}/${name}` : name === 'fd' ? `/proc/${pid}/fd` : whole;
  }

  #allowed(stat: FileStat, want: 1 | 2 | 4): boolean {
    const { uid, gid, system } = this.#process;
    if (uid === 0) return want !== 1 || stat.type === 'directory' || (stat.mode & 0o111) !== 0;
    const shift = stat.uid === uid ? 6 : stat.gid === gid || system.groups.includes(stat.gid) ? 3 : 0;
    return ((stat.mode >> shift) & want) !== 0;
  }

  async #require(path: string, want: 1 | 2 | 4): Promise<void> {
    const found = await this.find(path);
    if (found && !this.#allowed(found, want)) throw denied(path);
  }

  /** Every folder on the way must let the process through. */
  async #requireSearch(path: string): Promise<void> {
    if (this.#process.uid === 0) return;
    for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) await this.#require(folder, 1);
  }

  async #requireParent(path: string): Promise<void> {
    if (this.#process.uid === 0) return;
    await this.#require(dirname(this.path(path)), 2);
  }

  async #requireOwner(path: string): Promise<void> {
    const { uid } = this.#process;
    if (uid !== 0 && (await this.stat(path)).uid !== uid)
      throw new FileSystemError('EPERM', path, 'operation not permitted');
  }

  /** What a process makes is its user's, and its group's unless the directory passes on its own. */
  async #own(path: string): Promise<void> {
    const { uid, gid } = this.#process;
    const parent = await this.find(dirname(this.path(path)));
    const inherits = parent !== undefined && (parent.mode & 0o2000) !== 0;
    const group = inherits ? parent.gid : gid;
    if (uid !== 0 || group !== 0) await this.#tree().chown(this.path(path), uid, group);
  }
}

const descriptorPath = /^\/proc\/(\d+)\/fd\/(\d+)$/;

function denied(path: string): FileSystemError {
  return new FileSystemError('EACCES', path, 'permission denied');
}
