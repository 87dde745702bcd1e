import type { FileStat } from '../../storage/filesystem.ts';
import type { MountTable } from '../files/mount-table.ts';
import { basename, join } from '../files/paths.ts';
import { mountLines } from '../files/proc-files.ts';
import type { Process, Program } from '../process/process.ts';
import { strftime } from '../shell/printf.ts';
import { describeError } from './errors.ts';
import { command, type Options } from './options.ts';

/** Commands that show files. */

const types: Readonly<Record<FileStat['type'], string>> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  device: 'c',
  pipe: 'p',
};

/** "drwxr-xr-x" */
export function modeText(stat: FileStat): string {
  const bits = (shift: number, special: number, mark: string) => {
    const set = (stat.mode & special) !== 0;
    const execute = ((stat.mode >> shift) & 1) !== 0;
    const last = set ? (execute ? mark : mark.toUpperCase()) : execute ? 'x' : '-';
    return `${(stat.mode >> shift) & 4 ? 'r' : '-'}${(stat.mode >> shift) & 2 ? 'w' : '-'}${last}`;
  };
  return `${types[stat.type]}${bits(6, 0o4000, 's')}${bits(3, 0o2000, 's')}${bits(0, 0o1000, 't')}`;
}

export function humanSize(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  let value = bytes;
  for (const unit of ['K', 'M', 'G', 'T']) {
    value /= 1024;
    if (value < 1024) return `${value < 10 ? value.toFixed(1) : Math.round(value)}${unit}`;
  }
  return `${Math.round(value)}P`;
}

/** Names of users or groups by their number, as /etc/passwd and /etc/group have them. */
export async function accountNames(process: Process, file: '/etc/passwd' | '/etc/group'): Promise<Map<number, string>> {
  const text = await process.files.readText(file).catch(() => '');
  return new Map(
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(':'))
      .map(([name, , id]) => [Number(id), name!]),
  );
}

interface Item {
  readonly name: string;
  readonly stat: FileStat;
  readonly target?: string;
}

const ls = command(
  'ls',
  {
    flags: 'alA1dhRrtSinFpgoLHsmxCZcuUkN',
    valued: 'IwT',
    long: {
      all: 'a',
      'almost-all': 'A',
      'human-readable': 'h',
      recursive: 'R',
      reverse: 'r',
      color: '1',
      directory: 'd',
      inode: 'i',
    },
  },
  async (process, options) => {
    const color = process.argv.some((word) => word.startsWith('--color'));
    const paths = options.operands.length > 0 ? options.operands : ['.'];
    const single: Item[] = [];
    const folders: string[] = [];
    let code = 0;
    for (const path of paths) {
      try {
        const item = await look(process, path, path, !options.has('l', 'd') || path.endsWith('/'));
        if (item.stat.type === 'directory' && !options.has('d')) folders.push(path);
        else single.push(item);
      } catch (error) {
        await process.error(`ls: cannot access '${path}': ${describeError(error)}\n`);
        code = 2;
      }
    }
    if (single.length > 0) await show(process, sorted(single, options), options, color);
    let first = single.length === 0;
    const headers = paths.length > 1 || options.has('R');
    while (folders.length > 0) {
      const folder = folders.shift()!;
      if (!first) await process.print('\n');
      first = false;
      if (headers) await process.print(`${folder}:\n`);
      let items: Item[];
      try {
        items = await entries(process, folder, options);
      } catch (error) {
        await process.error(`ls: cannot open directory '${folder}': ${describeError(error)}\n`);
        code = 2;
        continue;
      }
      if (options.has('l', 'g', 'o', 'n'))
        await process.print(`total ${items.reduce((sum, { stat }) => sum + blocks(stat), 0)}\n`);
      await show(process, sorted(items, options), options, color);
      if (options.has('R')) {
        const inner = items.filter(({ name, stat }) => stat.type === 'directory' && name !== '.' && name !== '..');
        folders.unshift(...inner.map(({ name }) => join(folder, name)));
      }
    }
    return code;
  },
);

function blocks(stat: FileStat): number {
  if (stat.type === 'symlink' || stat.type === 'device') return 0;
  return Math.ceil(stat.size / 4096) * 4;
}

async function look(process: Process, path: string, name: string, follow = false): Promise<Item> {
  const link = await process.files.lstat(path);
  if (link.type !== 'symlink') return { name, stat: link };
  const target = await process.files.readlink(path);
  const behind = follow ? await process.files.find(path) : undefined;
  return behind?.type === 'directory' ? { name, stat: behind } : { name, stat: link, target };
}

async function entries(process: Process, folder: string, options: Options): Promise<Item[]> {
  const names = (await process.files.readdir(folder)).filter((name) => options.has('a', 'A') || !name.startsWith('.'));
  const items: Item[] = [];
  if (options.has('a')) {
    items.push(
      { name: '.', stat: await process.files.stat(folder) },
      { name: '..', stat: await process.files.stat(`${folder}/..`) },
    );
  }
  for (const name of names) {
    await process.turn();
    items.push(
      await look(process, join(folder, name), name).catch((error) => {
        if (describeError(error) !== 'No such file or directory') throw error;
        return {
          name,
          stat: { type: 'file', mode: 0, uid: 0, gid: 0, size: 0, mtime: 0, inode: 0 } satisfies FileStat,
        };
      }),
    );
  }
  return items;
}

function sorted(items: Item[], options: Options): Item[] {
  if (options.has('U')) return items;
  const key = (one: Item, other: Item) =>
    (options.has('t') ? other.stat.mtime - one.stat.mtime : options.has('S') ? other.stat.size - one.stat.size : 0) ||
    (one.name < other.name ? -1 : 1);
  const result = [...items].sort(key);
  return options.has('r') ? result.reverse() : result;
}

async function show(process: Process, items: readonly Item[], options: Options, color: boolean): Promise<void> {
  const terminal = process.descriptors.get(1)?.terminal;
  const paint = (item: Item) => decorate(item, options, color && terminal !== undefined);
  if (options.has('l', 'g', 'o', 'n')) {
    await long(process, items, options, paint);
    return;
  }
  const inode = (item: Item) => (options.has('i') ? `${item.stat.inode} ` : '');
  const labels = items.map((item) => inode(item) + paint(item));
  if (!terminal || options.has('1')) {
    await process.print(labels.map((label) => `${label}\n`).join(''));
    return;
  }
  const widths = items.map((item) => (inode(item) + decorate(item, options, false)).length);
  const column = Math.max(...widths, 0) + 2;
  const across = Math.max(1, Math.floor(terminal.columns / column));
  const rows = Math.ceil(labels.length / across);
  for (let row = 0; row < rows; row++) {
    let line = '';
    for (let index = row; index < labels.length; index += rows) {
      line += labels[index]! + (index + rows < labels.length ? ' '.repeat(column - widths[index]!) : '');
    }
    await process.print(`${line}\n`);
  }
}

function decorate({ name, stat }: Item, options: Options, color: boolean): string {
  const executable = stat.type === 'file' && (stat.mode & 0o111) !== 0;
  const mark = options.has('F')
    ? stat.type === 'directory'
      ? '/'
      : stat.type === 'symlink'
        ? '@'
        : executable
          ? '*'
          : ''
    : options.has('p') && stat.type === 'directory'
      ? '/'
      : '';
  const code =
    stat.type === 'directory'
      ? '1;34'
      : stat.type === 'symlink'
        ? '1;36'
        : stat.type === 'device'
          ? '1;33'
          : executable
            ? '1;32'
            : '';
  return color && code ? `\x1b[${code}m${name}\x1b[m${mark}` : name + mark;
}

async function long(
  process: Process,
  items: readonly Item[],
  options: Options,
  paint: (item: Item) => string,
): Promise<void> {
  const numeric = options.has('n');
  const users = numeric ? new Map<number, string>() : await accountNames(process, '/etc/passwd');
  const groups = numeric ? new Map<number, string>() : await accountNames(process, '/etc/group');
  const rows = items.map((item) => {
    const { stat } = item;
    const size =
      stat.type === 'device' ? `1, ${stat.inode - 2}` : options.has('h') ? humanSize(stat.size) : String(stat.size);
    return {
      item,
      links: stat.type === 'directory' ? '2' : '1',
      user: users.get(stat.uid) ?? String(stat.uid),
      group: groups.get(stat.gid) ?? String(stat.gid),
      size,
    };
  });
  const width = (pick: (row: (typeof rows)[number]) => string) => Math.max(0, ...rows.map((row) => pick(row).length));
  const widths = { user: width((row) => row.user), group: width((row) => row.group), size: width((row) => row.size) };
  const now = process.system.clock.now();
  let text = '';
  for (const { item, links, user, group, size } of rows) {
    const { stat } = item;
    const recent = Math.abs(now - stat.mtime) < 182 * 86_400_000;
    const date = strftime(recent ? '%b %e %H:%M' : '%b %e  %Y', stat.mtime);
    const owner = `${options.has('g') ? '' : `${user.padEnd(widths.user)} `}${options.has('o') ? '' : `${group.padEnd(widths.group)} `}`;
    const inode = options.has('i') ? `${stat.inode} ` : '';
    text += `${inode}${modeText(stat)} ${links} ${owner}${size.padStart(widths.size)} ${date} ${paint(item)}${item.target === undefined ? '' : ` -> ${item.target}`}\n`;
  }
  await process.print(text);
}

const stat = command(
  'stat',
  { flags: 'Lft', valued: 'c', long: { format: 'c', printf: 'c', dereference: 'L' } },
  async (process, options) => {
    let code = 0;
    const users = await accountNames(process, '/etc/passwd');
    const groups = await accountNames(process, '/etc/group');
    for (const path of options.operands) {
      let found: FileStat;
      try {
        found = await (options.has('L') ? process.files.stat(path) : process.files.lstat(path));
      } catch (error) {
        await process.error(`stat: cannot statx '${path}': ${describeError(error)}\n`);
        code = 1;
        continue;
      }
      const kinds = {
        file: found.size === 0 ? 'regular empty file' : 'regular file',
        directory: 'directory',
        symlink: 'symbolic link',
        device: 'character special file',
        pipe: 'fifo',
      };
      const octal = (found.mode & 0o7777).toString(8);
      const time = strftime('%F %T.%N %z', found.mtime);
      const values: Record<string, string> = {
        n: path,
        s: String(found.size),
        a: octal,
        A: modeText(found),
        u: String(found.uid),
        U: users.get(found.uid) ?? 'UNKNOWN',
        g: String(found.gid),
        G: groups.get(found.gid) ?? 'UNKNOWN',
        i: String(found.inode),
        F: kinds[found.type],
        y: time,
        Y: String(Math.floor(found.mtime / 1000)),
        z: time,
        Z: String(Math.floor(found.mtime / 1000)),
        x: time,
        X: String(Math.floor(found.mtime / 1000)),
        h: '1',
        b: String(blocks(found) * 2),
        B: '512',
        N: `'${path}'`,
        d: '1',
      };
      const format = options.value('c');
      if (format !== undefined) {
        await process.print(
          `${format.replace(/%([a-zA-Z])/g, (whole, letter: string) => values[letter] ?? whole).replaceAll('\\n', '\n')}\n`,
        );
        continue;
      }
      const access = `(${octal.padStart(4, '0')}/${modeText(found)})  Uid: (${String(found.uid).padStart(5)}/${(values.U ?? '').padStart(8)})   Gid: (${String(found.gid).padStart(5)}/${(values.G ?? '').padStart(8)})`;
      await process.print(
        `  File: ${path}\n  Size: ${String(found.size).padEnd(10)}\tBlocks: ${String(blocks(found) * 2).padEnd(10)} IO Block: 4096   ${kinds[found.type]}\nDevice: 0,1\tInode: ${String(found.inode).padEnd(11)} Links: 1\nAccess: ${access}\nAccess: ${time}\nModify: ${time}\nChange: ${time}\n Birth: -\n`,
      );
    }
    return code;
  },
);

const df = command('df', { flags: 'hkTPaim', valued: 't' }, async (process, options) => {
  const { mounts, files } = process.system;
  const wanted = new Set<string>();
  for (const path of options.operands) wanted.add((await (files as MountTable).mountOf(process.files.path(path))).path);
  const size = 10 * 1024 ** 3;
  const rows = mounts
    .filter(({ path, type }) => (wanted.size > 0 ? wanted.has(path) : type !== 'proc'))
    .map(({ device, path, type }) => {
      const total = type === 'tmpfs' ? 64 * 1024 ** 2 : size;
      const used = type === 'tmpfs' ? 0 : 1024 ** 3;
      const show = (bytes: number) => (options.has('h') ? humanSize(bytes) : String(Math.round(bytes / 1024)));
      return [
        device,
        ...(options.has('T') ? [type] : []),
        show(total),
        show(used),
        show(total - used),
        `${Math.ceil((used / total) * 100)}%`,
        path,
      ];
    });
  const header = [
    'Filesystem',
    ...(options.has('T') ? ['Type'] : []),
    options.has('h') ? 'Size' : '1K-blocks',
    'Used',
    options.has('h') ? 'Avail' : 'Available',
    'Use%',
    'Mounted on',
  ];
  await process.print(table([header, ...rows]));
});

/** Columns aligned, the last one as long as it is. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column]!))).join(' ')}\n`,
    )
    .join('');
}

const mount: Program = async (process) => {
  if (process.argv.length > 1) {
    await process.error('mount: permission denied\n');
    return 32;
  }
  const text = mountLines(process.system).replace(/^(\S+) (\S+) (\S+) (\S+) 0 0$/gm, '$1 on $2 type $3 ($4)');
  await process.print(text);
  return 0;
};

const umount: Program = async (process) => {
  await process.error(`umount: ${process.argv[1] ?? ''}: must be superuser to unmount.\n`);
  return 32;
};

const namesOf: Readonly<Record<string, Program>> = {
  basename: async (process) => {
    const [path = '', suffix = ''] = process.argv.slice(1);
    const name = basename(path);
    await process.print(
      `${suffix && name.endsWith(suffix) && name !== suffix ? name.slice(0, -suffix.length) : name}\n`,
    );
    return 0;
  },
  dirname: async (process) => {
    for (const path of process.argv.slice(1)) {
      const trimmed = path.replace(/\/+$/, '');
      const at = trimmed.lastIndexOf('/');
      await process.print(`${at < 0 ? '.' : trimmed.slice(0, at).replace(/\/+$/, '') || '/'}\n`);
    }
    return 0;
  },
};

export const listCommands: Readonly<Record<string, Program>> = { ls, stat, df, mount, umount, ...namesOf };
