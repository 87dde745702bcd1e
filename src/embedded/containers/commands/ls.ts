import type { FileStat } from '../../storage/filesystem.ts';
import { join } from '../files/paths.ts';
import type { Process } from '../process/process.ts';
import { strftime } from '../shell/printf.ts';
import { describeError } from './errors.ts';
import { accountNames, blocks, humanSize, modeText } from './formats.ts';
import { command, type Options } from './options.ts';

interface Item {
  readonly name: string;
  readonly stat: FileStat;
  readonly target?: string;
}

export const ls = command(
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
    const paths = options.operands.length > 0 ? [...options.operands].sort() : ['.'];
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
