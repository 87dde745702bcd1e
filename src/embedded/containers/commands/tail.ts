import type { Process, Program } from '../process/process.ts';
import { eachInput } from './inputs.ts';
import { command, type Options, UsageError } from './options.ts';
import { parseSize } from './sizes.ts';

/** The beginnings and ends of texts. */

/** `head -5` for `head -n 5`. */
function countFlag(args: readonly string[]): readonly string[] {
  return args.map((word, index) =>
    /^-\d+$/.test(word) && !/^-[nc]$/.test(args[index - 1] ?? '') ? `-n${word.slice(1)}` : word,
  );
}

function withCounts(name: string, body: (process: Process, options: Options) => Promise<unknown>): Program {
  const spec = { flags: 'qvfFz', valued: 'ncs', long: { lines: 'n', bytes: 'c', follow: 'f', quiet: 'q', retry: 'F' } };
  return (process) => {
    process.argv = [process.argv[0]!, ...countFlag(process.argv.slice(1))];
    return command(name, spec, body)(process);
  };
}

const head = withCounts('head', async (process, options) => {
  const bytes = options.value('c');
  const lines = Number(options.value('n') ?? 10);
  if (Number.isNaN(lines)) throw new UsageError(`invalid number of lines: '${options.value('n')}'`);
  let first = true;
  return eachInput(process, 'head', options.operands, async (fd, path) => {
    if (options.operands.length > 1 && !options.has('q')) await process.print(`${first ? '' : '\n'}==> ${path} <==\n`);
    first = false;
    if (bytes !== undefined) {
      let left = parseSize(bytes.replace(/^-/, '')) ?? 0;
      while (left > 0) {
        const data = await process.read(fd, Math.min(left, 65_536));
        if (!data) return;
        left -= data.length;
        await process.write(1, data);
      }
      return;
    }
    if (lines < 0) {
      const held: Uint8Array[] = [];
      for (let line = await process.readUntil(fd, 10); line; line = await process.readUntil(fd, 10)) {
        held.push(line);
        if (held.length > -lines) await process.write(1, held.shift()!);
      }
      return;
    }
    for (let count = 0; count < lines; count++) {
      const line = await process.readUntil(fd, 10);
      if (!line) return;
      await process.write(1, line);
    }
  });
});

const tail = withCounts('tail', async (process, options) => {
  const text = options.value('n') ?? '10';
  const bytes = options.value('c');
  const follow = options.has('f', 'F');
  let first = true;
  const names = options.operands.length > 0 ? options.operands : ['-'];
  const code = await eachInput(
    process,
    'tail',
    follow && options.has('F') ? await present(process, names) : names,
    async (fd, path) => {
      if (names.length > 1 && !options.has('q')) await process.print(`${first ? '' : '\n'}==> ${path} <==\n`);
      first = false;
      if (bytes !== undefined) await lastBytes(process, fd, bytes);
      else await lastLines(process, fd, text);
    },
  );
  if (follow) await followFiles(process, names);
  return code;
});

async function present(process: Process, names: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) if (name === '-' || (await process.files.exists(name))) found.push(name);
  return found.length > 0 ? found : ['/dev/null'];
}

async function lastLines(process: Process, fd: number, text: string): Promise<void> {
  const from = text.startsWith('+') ? Number(text.slice(1)) : undefined;
  const count = Math.abs(Number(text));
  const held: Uint8Array[] = [];
  let number = 0;
  for (let line = await process.readUntil(fd, 10); line; line = await process.readUntil(fd, 10)) {
    number++;
    if (from !== undefined) {
      if (number >= from) await process.write(1, line);
      continue;
    }
    held.push(line);
    process.allocate(line.length);
    if (held.length > count) process.release(held.shift()!.length);
  }
  for (const line of held) await process.write(1, line);
}

async function lastBytes(process: Process, fd: number, text: string): Promise<void> {
  const data = await process.readAll(fd);
  const count = parseSize(text.replace(/^[-+]/, '')) ?? 0;
  await process.write(
    1,
    text.startsWith('+') ? data.subarray(count - 1) : data.subarray(Math.max(0, data.length - count)),
  );
}

/** Writes what is added to files, and begins anew where one was replaced or cut short. */
async function followFiles(process: Process, names: readonly string[]): Promise<void> {
  const positions = new Map<string, { size: number; inode: number }>();
  for (const name of names) {
    const found = await process.files.find(name);
    if (found) positions.set(name, { size: found.size, inode: found.inode });
  }
  let last = names.at(-1);
  for (;;) {
    await process.sleep(250);
    for (const name of names) {
      const found = await process.files.find(name);
      if (!found || found.type === 'directory') continue;
      const before = positions.get(name) ?? { size: 0, inode: found.inode };
      const start = found.inode !== before.inode || found.size < before.size ? 0 : before.size;
      positions.set(name, { size: found.size, inode: found.inode });
      if (found.size <= start) continue;
      if (names.length > 1 && last !== name) await process.print(`\n==> ${name} <==\n`);
      last = name;
      await process.write(1, (await process.files.readFile(name)).subarray(start));
    }
  }
}

export const tailCommands: Readonly<Record<string, Program>> = { head, tail };
