import type { FileStat } from '../../storage/filesystem.ts';
import type { MountTable } from '../files/mount-table.ts';
import { basename } from '../files/paths.ts';
import { mountLines } from '../files/proc-files.ts';
import type { Program } from '../process/process.ts';
import { strftime } from '../shell/printf.ts';
import { describeError } from './errors.ts';
import { accountNames, blocks, humanSize, modeText, table } from './formats.ts';
import { ls } from './ls.ts';
import { command } from './options.ts';

/** Commands that show files. */

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
