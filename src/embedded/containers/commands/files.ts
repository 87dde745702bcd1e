import type { FileStat } from '../../storage/filesystem.ts';
import { basename, join } from '../files/paths.ts';
import { type Process, ProcessEnded, type Program } from '../process/process.ts';
import { describeError, errorCode } from './errors.ts';
import { command, UsageError } from './options.ts';

/** Commands that make, move and remove files. */

/**
 * Runs `body` for each operand; failures are told and make the exit code 1.
 *
 * @param name what a failure begins with: a command ("cat"), or more, and then the path is quoted ("touch: cannot touch").
 */
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
      const subject = name.includes(':') ? `${name} '${path}'` : `${name}: ${path}`;
      await process.error(`${subject}: ${describeError(error)}\n`);
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
  options: { recursive: boolean; preserve: boolean; copied?(from: string, to: string): Promise<void> },
): Promise<void> {
  const { recursive, preserve, copied } = options;
  await process.turn();
  const { files } = process;
  const stat = recursive ? await files.lstat(from) : await files.stat(from);
  if (stat.type === 'directory') {
    if (!recursive) throw new UsageError(`-r not specified; omitting directory '${from}'`);
    if (!(await files.find(to))) await files.mkdir(to, { mode: stat.mode | 0o700 });
    await copied?.(from, to);
    for (const name of await files.readdir(from)) await copyTree(process, join(from, name), join(to, name), options);
  } else if (stat.type === 'symlink') {
    if (await files.find(to, false)) await files.rm(to);
    await files.symlink(await files.readlink(from), to);
    await copied?.(from, to);
    return;
  } else {
    await files.writeFile(to, await files.readFile(from), { mode: stat.mode });
    await copied?.(from, to);
  }
  if (preserve) await keepAttributes(process, to, stat);
}

async function keepAttributes(process: Process, path: string, stat: FileStat): Promise<void> {
  await process.files.chmod(path, stat.mode);
  if (process.uid === 0) await process.files.chown(path, stat.uid, stat.gid);
  await process.files.utimes(path, stat.mtime);
}

/** Where each source goes: into a folder, or to one new name. */
export async function destinations(
  process: Process,
  operands: readonly string[],
  asFile: boolean,
): Promise<[string, string][]> {
  if (operands.length === 0) throw new UsageError('missing file operand');
  const target = operands.at(-1)!;
  const sources = operands.slice(0, -1);
  if (sources.length === 0) throw new UsageError(`missing destination file operand after '${target}'`);
  const folder = !asFile && (await process.files.find(target))?.type === 'directory';
  if (!folder && sources.length > 1) throw new UsageError(`target '${target}' is not a directory`);
  return sources.map((source) => [source, folder ? join(target, basename(source)) : target]);
}

const cp = command(
  'cp',
  { flags: 'rRafpvnLPdHuiT', long: { recursive: 'r', archive: 'a', force: 'f', verbose: 'v', 'no-clobber': 'n' } },
  async (process, options) => {
    let code = 0;
    for (const [from, to] of await destinations(process, options.operands, options.has('T'))) {
      try {
        if (options.has('n') && (await process.files.exists(to))) continue;
        await copyTree(process, from, to, {
          recursive: options.has('r', 'R', 'a'),
          preserve: options.has('a', 'p'),
          copied: async (source, target) => {
            if (options.has('v')) await process.print(`'${source}' -> '${target}'\n`);
          },
        });
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
    for (const [from, to] of await destinations(process, options.operands, options.has('T'))) {
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
        if (options.has('v')) await removeTelling(process, path);
        else await process.files.rm(path, { recursive: options.has('r', 'R') });
      } catch (error) {
        if (error instanceof ProcessEnded) throw error;
        await process.error(`rm: cannot remove '${path}': ${describeError(error)}\n`);
        code = 1;
      }
    }
    return code;
  },
);

async function removeTelling(process: Process, path: string): Promise<void> {
  await process.turn();
  const folder = (await process.files.lstat(path)).type === 'directory';
  if (folder) for (const name of await process.files.readdir(path)) await removeTelling(process, join(path, name));
  await process.files.rm(path);
  await process.print(folder ? `removed directory '${path}'\n` : `removed '${path}'\n`);
}

const mkdir = command(
  'mkdir',
  { flags: 'pv', valued: 'm', long: { parents: 'p', mode: 'm', verbose: 'v' } },
  async (process, options) => {
    if (options.operands.length === 0) throw new UsageError('missing operand');
    let code = 0;
    for (const path of options.operands) {
      try {
        const mode = options.value('m');
        const missing = options.has('v') ? await missingFolders(process, path) : [];
        await process.files.mkdir(path, {
          recursive: options.has('p'),
          ...(mode && { mode: Number.parseInt(mode, 8) }),
        });
        for (const made of missing) await process.print(`mkdir: created directory '${made}'\n`);
      } catch (error) {
        if (error instanceof ProcessEnded) throw error;
        await process.error(`mkdir: cannot create directory '${path}': ${describeError(error)}\n`);
        code = 1;
      }
    }
    return code;
  },
);

/** The folders on the way to a path that do not exist yet, the path itself included. */
async function missingFolders(process: Process, path: string): Promise<string[]> {
  const missing: string[] = [];
  for (let end = path.indexOf('/', 1); ; end = path.indexOf('/', end + 1)) {
    const prefix = end < 0 ? path : path.slice(0, end);
    if (!(await process.files.exists(prefix))) missing.push(prefix);
    if (end < 0) return missing;
  }
}

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

export const fileCommands: Readonly<Record<string, Program>> = { cat, cp, mv, rm, mkdir, rmdir, ln };
