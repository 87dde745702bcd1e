import type { FileStat } from '../../storage/filesystem.ts';
import { basename, dirname, join } from '../files/paths.ts';
import { type Process, ProcessEnded, type Program } from '../process/process.ts';
import { describeError, errorCode, isFileError } from './errors.ts';
import { command, UsageError } from './options.ts';

/** Commands that make, move and remove files. */

/** Runs `body` for each operand; failures are told and make the exit code 1. */
export async function each(
  process: Process,
  name: string,
  operands: readonly string[],
  body: (path: string) => Promise<void>,
): Promise<number> {
  let code = 0;
  for (const path of operands) {
    await process.turn();
    try {
      await body(path);
    } catch (error) {
      if (error instanceof ProcessEnded) throw error;
      await process.error(`${name}: ${path}: ${describeError(error)}\n`);
      code = 1;
    }
  }
  return code;
}

const cat = command('cat', { flags: 'nbsvetAETu' }, async (process, options) => {
  let number = 1;
  const names = options.operands.length > 0 ? options.operands : ['-'];
  return each(process, 'cat', names, async (path) => {
    const fd = path === '-' ? 0 : 100;
    if (fd !== 0) {
      if ((await process.files.stat(path)).type === 'directory') throw new Error('Is a directory');
      process.descriptors.open(fd, await process.files.open(path, 'read'));
    }
    try {
      for (;;) {
        const data = options.has('n', 'b') ? await process.readUntil(fd, 10) : await process.read(fd);
        if (!data) break;
        const numbered = options.has('n') || (options.has('b') && data.length > 1);
        if (numbered) await process.print(`${String(number++).padStart(6)}\t`);
        await process.write(1, data);
      }
    } finally {
      if (fd !== 0) process.descriptors.close(fd);
    }
  });
});

/** Copies a tree, with what it can keep of its attributes. */
export async function copyTree(
  process: Process,
  from: string,
  to: string,
  { recursive, preserve }: { recursive: boolean; preserve: boolean },
): Promise<void> {
  await process.turn();
  const { files } = process;
  const stat = recursive ? await files.lstat(from) : await files.stat(from);
  if (stat.type === 'directory') {
    if (!recursive) throw new UsageError(`-r not specified; omitting directory '${from}'`);
    if (!(await files.find(to))) await files.mkdir(to, { mode: stat.mode | 0o700 });
    for (const name of await files.readdir(from))
      await copyTree(process, join(from, name), join(to, name), { recursive, preserve });
  } else if (stat.type === 'symlink') {
    if (await files.find(to, false)) await files.rm(to);
    await files.symlink(await files.readlink(from), to);
    return;
  } else {
    await files.writeFile(to, await files.readFile(from), { mode: stat.mode });
  }
  if (preserve) await keepAttributes(process, to, stat);
}

async function keepAttributes(process: Process, path: string, stat: FileStat): Promise<void> {
  await process.files.chmod(path, stat.mode);
  if (process.uid === 0) await process.files.chown(path, stat.uid, stat.gid);
  await process.files.utimes(path, stat.mtime);
}

/** Where each source goes: into a folder, or to one new name. */
async function destinations(
  process: Process,
  name: string,
  operands: readonly string[],
  asFile: boolean,
): Promise<[string, string][]> {
  if (operands.length === 0) throw new UsageError('missing file operand');
  const target = operands.at(-1)!;
  const sources = operands.slice(0, -1);
  if (sources.length === 0) throw new UsageError(`missing destination file operand after '${target}'`);
  const folder = !asFile && (await process.files.find(target))?.type === 'directory';
  if (!folder && sources.length > 1) throw new UsageError(`target '${target}' is not a directory`);
  void name;
  return sources.map((source) => [source, folder ? join(target, basename(source)) : target]);
}

const cp = command(
  'cp',
  { flags: 'rRafpvnLPdHuiT', long: { recursive: 'r', archive: 'a', force: 'f', verbose: 'v', 'no-clobber': 'n' } },
  async (process, options) => {
    let code = 0;
    for (const [from, to] of await destinations(process, 'cp', options.operands, options.has('T'))) {
      try {
        if (options.has('n') && (await process.files.exists(to))) continue;
        await copyTree(process, from, to, { recursive: options.has('r', 'R', 'a'), preserve: options.has('a', 'p') });
        if (options.has('v')) await process.print(`'${from}' -> '${to}'\n`);
      } catch (error) {
        if (error instanceof ProcessEnded) throw error;
        const place =
          errorCode(error) === 'ENOENT' && !(await process.files.find(from))
            ? `cannot stat '${from}'`
            : `cannot create regular file '${to}'`;
        await process.error(
          error instanceof UsageError ? `cp: ${error.message}\n` : `cp: ${place}: ${describeError(error)}\n`,
        );
        code = 1;
      }
    }
    return code;
  },
);

const mv = command(
  'mv',
  { flags: 'fvniuT', long: { force: 'f', verbose: 'v', 'no-clobber': 'n' } },
  async (process, options) => {
    let code = 0;
    for (const [from, to] of await destinations(process, 'mv', options.operands, options.has('T'))) {
      try {
        if (options.has('n') && (await process.files.exists(to))) continue;
        try {
          await process.files.rename(from, to);
        } catch (error) {
          if (errorCode(error) !== 'EXDEV') throw error;
          await copyTree(process, from, to, { recursive: true, preserve: true });
          await process.files.rm(from, { recursive: true });
        }
        if (options.has('v')) await process.print(`renamed '${from}' -> '${to}'\n`);
      } catch (error) {
        if (error instanceof ProcessEnded) throw error;
        const missing = errorCode(error) === 'ENOENT' && !(await process.files.find(from, false));
        const place = missing ? `cannot stat '${from}'` : `cannot move '${from}' to '${to}'`;
        await process.error(`mv: ${place}: ${describeError(error)}\n`);
        code = 1;
      }
    }
    return code;
  },
);

const rm = command(
  'rm',
  { flags: 'rRfvid', long: { recursive: 'r', force: 'f', verbose: 'v' } },
  async (process, options) => {
    if (options.operands.length === 0 && !options.has('f')) throw new UsageError('missing operand');
    let code = 0;
    for (const path of options.operands) {
      try {
        const found = await process.files.find(path, false);
        if (!found && options.has('f')) continue;
        if (found?.type === 'directory' && !options.has('r', 'R') && !options.has('d'))
          throw new Error('Is a directory');
        if (/(^|\/)\.\.?\/?$/.test(path)) throw new Error("refusing to remove '.' or '..' directory");
        await process.files.rm(path, { recursive: options.has('r', 'R') });
        if (options.has('v'))
          await process.print(found?.type === 'directory' ? `removed directory '${path}'\n` : `removed '${path}'\n`);
      } catch (error) {
        if (error instanceof ProcessEnded) throw error;
        await process.error(`rm: cannot remove '${path}': ${describeError(error)}\n`);
        code = 1;
      }
    }
    return code;
  },
);

const mkdir = command(
  'mkdir',
  { flags: 'pv', valued: 'm', long: { parents: 'p', mode: 'm', verbose: 'v' } },
  async (process, options) => {
    if (options.operands.length === 0) throw new UsageError('missing operand');
    let code = 0;
    for (const path of options.operands) {
      try {
        const mode = options.value('m');
        await process.files.mkdir(path, {
          recursive: options.has('p'),
          ...(mode && { mode: Number.parseInt(mode, 8) }),
        });
        if (options.has('v')) await process.print(`mkdir: created directory '${path}'\n`);
      } catch (error) {
        if (error instanceof ProcessEnded) throw error;
        await process.error(`mkdir: cannot create directory '${path}': ${describeError(error)}\n`);
        code = 1;
      }
    }
    return code;
  },
);

const rmdir = command('rmdir', { flags: 'pv' }, async (process, options) => {
  let code = 0;
  for (const path of options.operands) {
    try {
      if ((await process.files.lstat(path)).type !== 'directory') throw new Error('Not a directory');
      await process.files.rm(path);
    } catch (error) {
      if (error instanceof ProcessEnded) throw error;
      await process.error(`rmdir: failed to remove '${path}': ${describeError(error)}\n`);
      code = 1;
    }
  }
  return code;
});

const ln = command('ln', { flags: 'sfnvT', long: { symbolic: 's', force: 'f' } }, async (process, options) => {
  const [target, given] = options.operands;
  if (target === undefined) throw new UsageError('missing file operand');
  let path = given ?? basename(target);
  if ((await process.files.find(path))?.type === 'directory' && !options.has('n', 'T'))
    path = join(path, basename(target));
  try {
    if (options.has('f') && (await process.files.find(path, false))) await process.files.rm(path);
    if (options.has('s')) await process.files.symlink(target, path);
    else if (await process.files.find(path, false)) throw new Error('File exists');
    else await copyTree(process, target, path, { recursive: false, preserve: true });
  } catch (error) {
    if (error instanceof ProcessEnded) throw error;
    await process.error(
      `ln: failed to create ${options.has('s') ? 'symbolic' : 'hard'} link '${path}': ${describeError(error)}\n`,
    );
    return 1;
  }
  return 0;
});

const touch = command(
  'touch',
  { flags: 'acmh', valued: 'dtr', long: { date: 'd', 'no-create': 'c', reference: 'r' } },
  (process, options) =>
    each(process, 'touch', options.operands, async (path) => {
      const date = options.value('d');
      const reference = options.value('r');
      const at = date
        ? Date.parse(
            /[zZ]|[+-]\d\d:?\d\d$/.test(date) ? date : `${date.replace(' ', 'T')}${date.includes(':') ? 'Z' : ''}`,
          )
        : reference
          ? (await process.files.stat(reference)).mtime
          : process.system.clock.now();
      if (await process.files.exists(path))
        await process.files.utimes(path, Number.isNaN(at) ? process.system.clock.now() : at);
      else if (!options.has('c')) await process.files.writeFile(path, '', { append: true });
    }),
);

async function walk(
  process: Process,
  path: string,
  recursive: boolean,
  body: (path: string) => Promise<void>,
): Promise<void> {
  await body(path);
  if (!recursive || (await process.files.lstat(path)).type !== 'directory') return;
  for (const name of await process.files.readdir(path)) await walk(process, join(path, name), true, body);
}

/** "755", "u+x", "go-w,a=r" applied to a mode. */
export function applyMode(text: string, mode: number, isDirectory: boolean): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8);
  let result = mode;
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)([-+=])([rwxXst]*)$/.exec(clause);
    if (!match) return undefined;
    const [, who, operator, permissions] = match as unknown as [string, string, string, string];
    let bits = 0;
    if (permissions.includes('r')) bits |= 0o444;
    if (permissions.includes('w')) bits |= 0o222;
    if (permissions.includes('x') || (permissions.includes('X') && (isDirectory || (mode & 0o111) !== 0)))
      bits |= 0o111;
    const everyone = who === '' || who.includes('a');
    const mask = everyone
      ? 0o777
      : (who.includes('u') ? 0o700 : 0) | (who.includes('g') ? 0o070 : 0) | (who.includes('o') ? 0o007 : 0);
    let special = permissions.includes('t') ? 0o1000 : 0;
    if (permissions.includes('s'))
      special |= (everyone || who.includes('u') ? 0o4000 : 0) | (everyone || who.includes('g') ? 0o2000 : 0);
    const change = (bits & mask) | special;
    result = operator === '+' ? result | change : operator === '-' ? result & ~change : (result & ~mask) | change;
  }
  return result;
}

const chmod: Program = async (process) => {
  const words = process.argv.slice(1);
  const flags = words.filter((word) => /^-[Rvfc]+$/.test(word) || word === '--recursive').join('');
  const [mode, ...paths] = words.filter((word) => !(/^-[Rvfc]+$/.test(word) || word.startsWith('--')));
  if (mode === undefined || paths.length === 0) {
    await process.error('chmod: missing operand\n');
    return 1;
  }
  return each(process, 'chmod', paths, (path) =>
    walk(process, path, flags.includes('R') || flags.includes('recursive'), async (inner) => {
      const stat = await process.files.stat(inner);
      const next = applyMode(mode, stat.mode, stat.type === 'directory');
      if (next === undefined) throw new Error(`invalid mode: '${mode}'`);
      await process.files.chmod(inner, next);
    }),
  );
};

async function lookupId(process: Process, file: string, name: string): Promise<number> {
  if (/^\d+$/.test(name)) return Number(name);
  const text = await process.files.readText(file).catch(() => '');
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name}:`));
  if (!line) throw new Error(`invalid ${file.endsWith('group') ? 'group' : 'user'}: '${name}'`);
  return Number(line.split(':')[2]);
}

const chown = command('chown', { flags: 'RvhfcLHP', long: { recursive: 'R' } }, async (process, options) => {
  const [owner, ...paths] = options.operands;
  if (owner === undefined || paths.length === 0) throw new UsageError('missing operand');
  const [user = '', group = ''] = owner.split(/[:.]/);
  return each(process, 'chown', paths, (path) =>
    walk(process, path, options.has('R'), async (inner) => {
      const stat = await process.files.lstat(inner);
      const uid = user === '' ? stat.uid : await lookupId(process, '/etc/passwd', user);
      const gid = group === '' ? stat.gid : await lookupId(process, '/etc/group', group);
      await process.files.chown(inner, uid, gid);
    }),
  );
});

const chgrp = command('chgrp', { flags: 'Rvhf', long: { recursive: 'R' } }, async (process, options) => {
  const [group, ...paths] = options.operands;
  if (group === undefined || paths.length === 0) throw new UsageError('missing operand');
  return each(process, 'chgrp', paths, (path) =>
    walk(process, path, options.has('R'), async (inner) => {
      const { uid } = await process.files.lstat(inner);
      await process.files.chown(inner, uid, await lookupId(process, '/etc/group', group));
    }),
  );
});

const readlink = command('readlink', { flags: 'fenqsvm' }, async (process, options) => {
  for (const path of options.operands) {
    const target = await (options.has('f', 'e', 'm')
      ? process.files.realpath(path)
      : process.files.readlink(path)
    ).catch((error) => {
      if (isFileError(error)) return undefined;
      throw error;
    });
    if (target === undefined) return 1;
    await process.print(options.has('n') ? target : `${target}\n`);
  }
  return 0;
});

const realpath = command('realpath', { flags: 'esmLPq' }, (process, options) =>
  each(process, 'realpath', options.operands, async (path) => {
    await process.files.lstat(path);
    await process.print(`${await process.files.realpath(path)}\n`);
  }),
);

const mktemp = command(
  'mktemp',
  { flags: 'dqut', valued: 'p', long: { directory: 'd', tmpdir: 'p' } },
  async (process, options) => {
    const template = options.operands[0] ?? 'tmp.XXXXXXXXXX';
    const folder =
      options.value('p') ?? (options.operands[0] && !options.has('t') ? '' : (process.env.TMPDIR ?? '/tmp'));
    const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
    if (!/X{3,}/.test(template)) throw new UsageError(`too few X's in template '${template}'`);
    for (;;) {
      const name = template.replace(/X{3,}(?=[^X]*$)/, (run) =>
        [...run].map(() => alphabet[Math.floor(process.system.random() * 62)]).join(''),
      );
      const path = folder ? join(folder, name) : name;
      if (await process.files.exists(path)) continue;
      if (options.has('d')) await process.files.mkdir(path, { mode: 0o700 });
      else {
        await process.files.writeFile(path, '');
        await process.files.chmod(path, 0o600);
      }
      await process.print(`${path}\n`);
      return 0;
    }
  },
);

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 512,
  c: 1,
  k: 1024,
  K: 1024,
  kB: 1000,
  M: 1024 ** 2,
  MB: 1e6,
  G: 1024 ** 3,
  GB: 1e9,
  T: 1024 ** 4,
};

/** "10M" in bytes; undefined for what is no size. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+)([a-zA-Z]{0,2})i?B?$/.exec(text);
  return match && Object.hasOwn(units, match[2]!) ? Number(match[1]) * units[match[2]!]! : undefined;
}

const truncate = command('truncate', { flags: 'c', valued: 's', long: { size: 's' } }, async (process, options) => {
  const size = parseSize(options.value('s') ?? '');
  if (size === undefined) throw new UsageError("you must specify either '--size' or '--reference'");
  return each(process, 'truncate', options.operands, async (path) => {
    const before = (await process.files.find(path)) ? await process.files.readFile(path) : new Uint8Array(0);
    process.allocate(size);
    const next = new Uint8Array(size);
    next.set(before.subarray(0, size));
    await process.files.writeFile(path, next);
    process.release(size);
  });
});

const dd: Program = async (process) => {
  const options = new Map(process.argv.slice(1).map((word) => word.split(/=(.*)/s).slice(0, 2) as [string, string]));
  const block = parseSize(options.get('bs') ?? options.get('ibs') ?? '512') ?? 512;
  const count = options.has('count') ? parseSize(options.get('count')!) : undefined;
  const began = process.system.clock.now();
  const input = options.get('if');
  const output = options.get('of');
  if (block > process.system.memoryLimit) {
    await process.error('dd: memory exhausted\n');
    return 1;
  }
  let blocks = 0;
  let bytes = 0;
  let failure: unknown;
  try {
    if (input) process.descriptors.open(0, await process.files.open(input, 'read'));
    if (output)
      process.descriptors.open(
        1,
        await process.files.open(
          output,
          options.get('conv')?.includes('notrunc') || options.get('oflag')?.includes('append') ? 'append' : 'write',
        ),
      );
    const skip = Number(options.get('skip') ?? 0) * block;
    for (let left = skip; left > 0; ) {
      const part = await process.read(0, Math.min(left, 65_536));
      if (!part) break;
      left -= part.length;
    }
    while (count === undefined || blocks < count) {
      let filled = 0;
      while (filled < block) {
        const part = await process.read(0, Math.min(block - filled, 1024 * 1024));
        if (!part) break;
        filled += part.length;
        await process.write(1, part);
        if (!options.get('iflag')?.includes('fullblock') && !input) break;
      }
      if (filled === 0) break;
      blocks++;
      bytes += filled;
    }
  } catch (error) {
    if (error instanceof ProcessEnded) throw error;
    failure = error;
  }
  if (failure !== undefined) {
    const opening = blocks === 0 && isFileError(failure) && failure.code !== 'ENOSPC';
    await process.error(
      `dd: ${opening ? `failed to open '${input ?? output}'` : `error writing '${output ?? 'standard output'}'`}: ${describeError(failure)}\n`,
    );
    if (opening) return 1;
  }
  if (options.get('status') !== 'none') {
    const seconds = Math.max(0.001, (process.system.clock.now() - began) / 1000);
    await process.error(
      `${blocks}+0 records in\n${blocks}+0 records out\n${bytes} bytes copied, ${seconds.toFixed(3)} s, ${(bytes / seconds / 1e6).toFixed(1)} MB/s\n`,
    );
  }
  return failure === undefined ? 0 : 1;
};

const install = command('install', { flags: 'dDv', valued: 'mog' }, async (process, options) => {
  const mode = Number.parseInt(options.value('m') ?? '755', 8);
  if (options.has('d'))
    return each(process, 'install', options.operands, (path) => process.files.mkdir(path, { recursive: true, mode }));
  for (const [from, to] of await destinations(process, 'install', options.operands, false)) {
    if (options.has('D')) await process.files.mkdir(dirname(to), { recursive: true });
    await copyTree(process, from, to, { recursive: false, preserve: false });
    await process.files.chmod(to, mode);
  }
  return 0;
});

const tee = command('tee', { flags: 'ai' }, async (process, options) => {
  const fds: number[] = [1];
  for (const path of options.operands) {
    const fd = process.descriptors.free(3);
    try {
      process.descriptors.open(fd, await process.files.open(path, options.has('a') ? 'append' : 'write'));
      fds.push(fd);
    } catch (error) {
      if (error instanceof ProcessEnded) throw error;
      await process.error(`tee: ${path}: ${describeError(error)}\n`);
    }
  }
  for (;;) {
    const data = await process.read(0);
    if (!data) return 0;
    for (const fd of fds) await process.write(fd, data);
  }
});

export const fileCommands: Readonly<Record<string, Program>> = {
  cat,
  cp,
  mv,
  rm,
  mkdir,
  rmdir,
  ln,
  touch,
  chmod,
  chown,
  chgrp,
  readlink,
  realpath,
  mktemp,
  truncate,
  dd,
  install,
  tee,
  sync: async () => 0,
};
