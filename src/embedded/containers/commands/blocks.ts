import { dirname, join } from '../files/paths.ts';
import { ProcessEnded, type Program } from '../process/process.ts';
import { describeError, isFileError } from './errors.ts';
import { copyTree, destinations, each } from './files.ts';
import { command, UsageError } from './options.ts';
import { parseSize } from './sizes.ts';

/** Commands that write files by blocks and copies. */

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
  for (const [from, to] of await destinations(process, options.operands, false)) {
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

export const blockCommands: Readonly<Record<string, Program>> = {
  dd,
  truncate,
  tee,
  install,
  mktemp,
  sync: async () => 0,
};
