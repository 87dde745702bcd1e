import { type FileStat, type FileSystem, FileSystemError } from '../../storage/filesystem.ts';
import type { Process } from '../process/process.ts';
import type { System } from '../process/system.ts';

type Entry = { readonly text: () => string } | { readonly link: () => string } | { readonly names: () => string[] };

/** /proc, made up from the container's own processes at every look. Nothing of the machine is in it. */
export class ProcFiles implements FileSystem {
  /** Set once the system exists: its mounts come first. */
  system!: System;

  async lstat(path: string): Promise<FileStat> {
    const entry = this.#entry(path);
    const common = { uid: 0, gid: 0, mtime: this.system.clock.now(), size: 0, inode: 4_026_531_000 + path.length };
    if ('names' in entry) return { ...common, type: 'directory', mode: 0o555 };
    if ('link' in entry) return { ...common, type: 'symlink', mode: 0o777 };
    return { ...common, type: 'file', mode: 0o444 };
  }

  stat(path: string): Promise<FileStat> {
    return this.lstat(path);
  }

  async readFile(path: string): Promise<Uint8Array> {
    const entry = this.#entry(path);
    if (!('text' in entry)) throw new FileSystemError('EISDIR', path, 'illegal operation on a directory, read');
    return new TextEncoder().encode(entry.text());
  }

  async readdir(path: string): Promise<string[]> {
    const entry = this.#entry(path);
    if (!('names' in entry)) throw new FileSystemError('ENOTDIR', path, 'not a directory, scandir');
    return entry.names();
  }

  async readlink(path: string): Promise<string> {
    const entry = this.#entry(path);
    if (!('link' in entry)) throw new FileSystemError('EINVAL', path, 'invalid argument, readlink');
    return entry.link();
  }

  writeFile = refuse;
  mkdir = refuse;
  rm = refuse;
  rename = refuse;
  symlink = (_target: string, path: string) => refuse(path);
  chmod = refuse;
  chown = refuse;
  utimes = refuse;

  #entry(path: string): Entry {
    const [first = '', ...rest] = path.slice(1).split('/');
    const general = this.#general();
    if (first === '') {
      const pids = [...this.system.processes.keys()].map(String);
      return { names: () => [...pids, ...Object.keys(general)].sort() };
    }
    const process = this.system.processes.get(Number(first));
    const found = process ? inside(this.#ofProcess(process), rest) : inside(general[first], rest);
    if (!found) throw new FileSystemError('ENOENT', path, 'no such file or directory');
    return found;
  }

  #general(): Record<string, Tree> {
    const { system } = this;
    const uptime = () => ((system.clock.now() - system.bootedAt) / 1000).toFixed(2);
    const kibibytes = (bytes: number) => `${String(Math.round(bytes / 1024)).padStart(8)} kB`;
    const free = () => Math.max(0, system.memoryLimit - system.memoryUsed);
    return {
      self: { link: () => '1' },
      cmdline: { text: () => 'console=ttyS0\n' },
      cpuinfo: {
        text: () =>
          'processor\t: 0\nvendor_id\t: Ordinal\nmodel name\t: Simulated processor\ncpu MHz\t\t: 1000.000\n\n',
      },
      filesystems: { text: () => 'nodev\tproc\nnodev\ttmpfs\n\text4\n\toverlay\n' },
      hostname: { text: () => `${system.hostname}\n` },
      loadavg: { text: () => `0.00 0.00 0.00 1/${system.processes.size} ${Math.max(0, ...system.processes.keys())}\n` },
      meminfo: {
        text: () =>
          `MemTotal:       ${kibibytes(system.memoryLimit)}\nMemFree:        ${kibibytes(free())}\nMemAvailable:   ${kibibytes(free())}\nSwapTotal:      ${kibibytes(0)}\nSwapFree:       ${kibibytes(0)}\n`,
      },
      mounts: { text: () => mountLines(system) },
      stat: {
        text: () =>
          `cpu  0 0 0 0 0 0 0 0 0 0\nbtime ${Math.floor(system.bootedAt / 1000)}\nprocesses ${system.processes.size}\n`,
      },
      sys: {
        kernel: { hostname: { text: () => `${system.hostname}\n` }, osrelease: { text: () => `${system.kernel}\n` } },
      },
      uptime: { text: () => `${uptime()} ${uptime()}\n` },
      version: { text: () => `Linux version ${system.kernel} (ordinal@simulated) #1 SMP\n` },
    };
  }

  #ofProcess(process: Process): Tree {
    const { system } = this;
    const comm = basename(process.name).slice(0, 15);
    const fds = process.descriptors;
    const descriptors: Record<string, Tree> = {};
    for (const fd of fds.numbers()) descriptors[String(fd)] = { link: () => fds.get(fd)?.name ?? '' };
    const parent = process.parent?.pid ?? 0;
    const threads = { uid: process.uid, gid: process.gid };
    return {
      cmdline: { text: () => process.argv.map((word) => `${word}\0`).join('') },
      comm: { text: () => `${comm}\n` },
      cwd: { link: () => process.cwd },
      environ: {
        text: () =>
          Object.entries(process.env)
            .map(([name, value]) => `${name}=${value}\0`)
            .join(''),
      },
      exe: { link: () => process.name },
      fd: descriptors,
      limits: { text: () => 'Limit                     Soft Limit           Hard Limit           Units     \n' },
      mounts: { text: () => mountLines(system) },
      root: { link: () => '/' },
      stat: {
        text: () =>
          `${process.pid} (${comm}) ${process.stoppedBy ? 'T' : 'S'} ${parent} ${process.group} ${process.group} 0 -1 0\n`,
      },
      status: {
        text: () =>
          `Name:\t${comm}\nUmask:\t${process.umask.toString(8).padStart(4, '0')}\nState:\t${process.stoppedBy ? 'T (stopped)' : 'S (sleeping)'}\nPid:\t${process.pid}\nPPid:\t${parent}\n` +
          `Uid:\t${Array(4).fill(threads.uid).join('\t')}\nGid:\t${Array(4).fill(threads.gid).join('\t')}\n` +
          `VmRSS:\t${String(Math.round(process.memory / 1024)).padStart(8)} kB\nThreads:\t1\n`,
      },
    };
  }
}

/** A file's text, a link, or a folder of more. */
type Tree = { readonly text: () => string } | { readonly link: () => string } | { readonly [name: string]: Tree };

function inside(tree: Tree | undefined, path: readonly string[]): Entry | undefined {
  if (tree === undefined) return undefined;
  if (isFile(tree) || isLink(tree)) return path.length === 0 ? tree : undefined;
  const [first, ...rest] = path;
  if (first === undefined) return { names: () => Object.keys(tree).sort() };
  return Object.hasOwn(tree, first) ? inside(tree[first], rest) : undefined;
}

function isFile(tree: Tree): tree is { readonly text: () => string } {
  return typeof (tree as { text?: unknown }).text === 'function';
}

function isLink(tree: Tree): tree is { readonly link: () => string } {
  return typeof (tree as { link?: unknown }).link === 'function';
}

export function mountLines(system: System): string {
  return system.mounts
    .map(({ device, path, type, readOnly }) => `${device} ${path} ${type} ${readOnly ? 'ro' : 'rw'},relatime 0 0\n`)
    .join('');
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

async function refuse(path: string): Promise<never> {
  throw new FileSystemError('EACCES', path, 'permission denied');
}
