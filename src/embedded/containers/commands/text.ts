import { join } from '../files/paths.ts';
import { type Process, ProcessEnded, type Program } from '../process/process.ts';
import { describeError } from './errors.ts';
import { parseSize } from './files.ts';
import { command, type Options, UsageError } from './options.ts';
import { runCommand } from './run.ts';

/** Commands on text that must stream: what comes in goes out before more is waited for. */

const decoder = new TextDecoder();

/** Opens each file in turn ("-" and none: standard input) as descriptor 100 or 0. */
async function eachInput(
  process: Process,
  name: string,
  operands: readonly string[],
  body: (fd: number, path: string) => Promise<void>,
): Promise<number> {
  let code = 0;
  for (const path of operands.length > 0 ? operands : ['-']) {
    if (path === '-') {
      await body(0, path);
      continue;
    }
    try {
      if ((await process.files.stat(path)).type === 'directory') throw new Error('Is a directory');
      process.descriptors.open(100, await process.files.open(path, 'read'));
    } catch (error) {
      if (error instanceof ProcessEnded) throw error;
      await process.error(`${name}: ${path}: ${describeError(error)}\n`);
      code = name === 'grep' ? 2 : 1;
      continue;
    }
    await body(100, path);
    process.descriptors.close(100);
  }
  return code;
}

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

const wc = command(
  'wc',
  { flags: 'lwcmL', long: { lines: 'l', words: 'w', bytes: 'c', chars: 'm' } },
  async (process, options) => {
    const rows: [number[], string][] = [];
    const code = await eachInput(process, 'wc', options.operands, async (fd, path) => {
      let lines = 0;
      let words = 0;
      let bytes = 0;
      let inWord = false;
      for (let data = await process.read(fd); data; data = await process.read(fd)) {
        bytes += data.length;
        for (const byte of data) {
          const space = byte === 32 || (byte >= 9 && byte <= 13);
          if (byte === 10) lines++;
          if (!space && !inWord) words++;
          inWord = !space;
        }
      }
      rows.push([[lines, words, bytes], path]);
    });
    if (rows.length > 1)
      rows.push([[0, 1, 2].map((column) => rows.reduce((sum, [counts]) => sum + counts[column]!, 0)), 'total']);
    const shown = options.has('l', 'w', 'c', 'm')
      ? [options.has('l'), options.has('w'), options.has('c', 'm')]
      : [true, true, true];
    const width =
      rows.length === 1 && shown.filter(Boolean).length === 1
        ? 0
        : Math.max(
            ...rows.flatMap(([counts]) => counts.map((count) => String(count).length)),
            rows[0]?.[1] === '-' ? 7 : 0,
          );
    for (const [counts, path] of rows) {
      const cells = counts.filter((_, column) => shown[column]).map((count) => String(count).padStart(width));
      await process.print(`${cells.join(' ')}${path === '-' ? '' : ` ${path}`}\n`);
    }
    return code;
  },
);

const grepSpec = {
  flags: 'EFGPivcnlLoqshHwxrRaIzUbT',
  valued: 'eABCmf',
  long: {
    'ignore-case': 'i',
    'invert-match': 'v',
    count: 'c',
    'line-number': 'n',
    'files-with-matches': 'l',
    'only-matching': 'o',
    quiet: 'q',
    silent: 'q',
    'no-messages': 's',
    'extended-regexp': 'E',
    'fixed-strings': 'F',
    'word-regexp': 'w',
    recursive: 'r',
    regexp: 'e',
    'after-context': 'A',
    'before-context': 'B',
    context: 'C',
    'max-count': 'm',
    'line-buffered': 'U',
    color: 'T',
    'no-filename': 'h',
    'with-filename': 'H',
  },
};

const grep = (name: 'grep' | 'egrep' | 'fgrep'): Program =>
  command('grep', grepSpec, async (process, options) => {
    const patterns = options.has('e')
      ? options.values('e').flatMap((text) => text.split('\n'))
      : (options.operands[0]?.split('\n') ?? []);
    if (patterns.length === 0) throw new UsageError('usage: grep [OPTION]... PATTERNS [FILE]...', 2);
    const given = options.has('e') ? options.operands : options.operands.slice(1);
    const recursive = options.has('r', 'R');
    const files = recursive ? await tree(process, given.length > 0 ? given : ['.']) : given;
    const { RE2JS } = await import('re2js');
    const syntax =
      name === 'fgrep' || options.has('F') ? 'fixed' : name === 'egrep' || options.has('E', 'P') ? 'extended' : 'basic';
    let matcher: ReturnType<typeof RE2JS.compile>;
    try {
      const sources = patterns.map(
        (text) => `(?:${syntax === 'fixed' ? RE2JS.quote(text) : syntax === 'basic' ? fromBasic(text) : text})`,
      );
      const source = options.has('x')
        ? `^(?:${sources.join('|')})$`
        : options.has('w')
          ? `\\b(?:${sources.join('|')})\\b`
          : sources.join('|');
      matcher = RE2JS.compile(source, options.has('i') ? RE2JS.CASE_INSENSITIVE : 0);
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : String(error), 2);
    }
    const before = Number(options.value('B') ?? options.value('C') ?? 0);
    const after = Number(options.value('A') ?? options.value('C') ?? 0);
    const most = Number(options.value('m') ?? Number.POSITIVE_INFINITY);
    const label = options.has('H') || (!options.has('h') && (files.length > 1 || recursive));
    let any = false;
    const code = await eachInput(process, 'grep', files, async (fd, path) => {
      const prefix = (mark: string, number: number) =>
        `${label ? `${path === '-' ? '(standard input)' : path}${mark}` : ''}${options.has('n') ? `${number}${mark}` : ''}`;
      const held: string[] = [];
      let count = 0;
      let number = 0;
      let trailing = 0;
      let lastShown = 0;
      for (let line = await process.readUntil(fd, 10); line; line = await process.readUntil(fd, 10)) {
        number++;
        const text = decoder.decode(line).replace(/\n$/, '');
        const found = matcher.matcher(text);
        if (found.find() !== options.has('v')) {
          any = true;
          count++;
          if (options.has('q')) return;
          if (options.has('l')) {
            await process.print(`${path === '-' ? '(standard input)' : path}\n`);
            return;
          }
          if (!options.has('c', 'L')) {
            if ((before > 0 || after > 0) && lastShown > 0 && number - held.length > lastShown + 1)
              await process.print('--\n');
            for (const [index, context] of held.entries())
              await process.print(`${prefix('-', number - held.length + index)}${context}\n`);
            held.length = 0;
            if (options.has('o') && !options.has('v')) {
              do if (found.group()) await process.print(`${prefix(':', number)}${found.group()}\n`);
              while (found.find());
            } else await process.print(`${prefix(':', number)}${text}\n`);
            lastShown = number;
            trailing = after;
          }
          if (count >= most) break;
        } else if (trailing > 0) {
          trailing--;
          lastShown = number;
          await process.print(`${prefix('-', number)}${text}\n`);
        } else if (before > 0) {
          held.push(text);
          if (held.length > before) held.shift();
        }
      }
      if (options.has('L') && count === 0) await process.print(`${path}\n`);
      if (options.has('c')) await process.print(`${label ? `${path}:` : ''}${count}\n`);
    });
    if (options.has('q') && any) return 0;
    return code || (any ? 0 : 1);
  });

/** A basic regular expression as an extended one: there \( \) \{ \} \| \+ \? are the special ones. */
function fromBasic(source: string): string {
  return source.replace(/\\?[(){}|+?]|\\<|\\>/g, (found) =>
    found === '\\<' || found === '\\>' ? '\\b' : found.startsWith('\\') ? found.slice(1) : `\\${found}`,
  );
}

async function tree(process: Process, paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  const visit = async (path: string): Promise<void> => {
    await process.turn();
    const found = await process.files.find(path, false);
    if (found?.type === 'directory')
      for (const name of await process.files.readdir(path)) await visit(join(path, name));
    else if (found?.type === 'file' || !found) files.push(path);
  };
  for (const path of paths) await visit(path);
  return files;
}

const xargs = command(
  'xargs',
  {
    flags: '0rtpx',
    valued: 'nIPLsEd',
    untilOperand: true,
    long: { null: '0', 'no-run-if-empty': 'r', 'max-args': 'n', 'max-procs': 'P', replace: 'I' },
  },
  async (process, options) => {
    const input = decoder.decode(await process.readAll(0));
    const replacement = options.value('I');
    const delimiter = options.value('d')?.replace('\\n', '\n');
    const items = options.has('0')
      ? input.split('\0').filter((item) => item !== '')
      : delimiter
        ? input.split(delimiter).filter((item) => item !== '' && item !== '\n')
        : replacement
          ? input
              .split('\n')
              .map((line) => line.trim())
              .filter((line) => line !== '')
          : words(input);
    const base = options.operands.length > 0 ? options.operands : ['echo'];
    if (items.length === 0 && (options.has('r') || replacement)) return 0;
    const size = replacement ? 1 : Number(options.value('n') ?? options.value('L') ?? 5000);
    let code = 0;
    for (let index = 0; index < Math.max(1, items.length); index += size) {
      const group = items.slice(index, index + size);
      const argv = replacement ? base.map((word) => word.replaceAll(replacement, group[0]!)) : [...base, ...group];
      if (options.has('t')) await process.error(`${argv.join(' ')}\n`);
      const result = await runCommand(process, argv, 'xargs');
      if (result !== 0) code = result >= 126 ? result : 123;
    }
    return code;
  },
);

/** Words with the quotes that xargs knows. */
function words(text: string): string[] {
  return [...text.matchAll(/(?:[^\s"'\\]|\\.|"[^"\n]*"|'[^'\n]*')+/gs)].map(([word]) =>
    word.replace(/\\(.)|"([^"\n]*)"|'([^'\n]*)'/gs, (_, escaped, double, single) => escaped ?? double ?? single ?? ''),
  );
}

const find: Program = async (process) => {
  const { findFiles } = await import('./find.ts');
  return findFiles(process);
};

const yes: Program = async (process) => {
  const line = `${process.argv.slice(1).join(' ') || 'y'}\n`;
  const block = line.repeat(Math.max(1, Math.floor(4096 / line.length)));
  for (;;) await process.print(block);
};

const cmp = command('cmp', { flags: 's' }, async (process, options) => {
  const [one, other] = options.operands;
  if (one === undefined || other === undefined) throw new UsageError('missing operand', 2);
  const [a, b] = [await process.files.readFile(one), await process.files.readFile(other)];
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a[at] === b[at]) at++;
  if (at === length && a.length === b.length) return 0;
  if (!options.has('s')) await process.print(`${one} ${other} differ: byte ${at + 1}, line 1\n`);
  return 1;
});

const less: Program = async (process) => {
  const code = await eachInput(
    process,
    'less',
    process.argv.slice(1).filter((word) => !/^[-+]/.test(word)),
    async (fd) => {
      for (let data = await process.read(fd); data; data = await process.read(fd)) await process.write(1, data);
    },
  );
  return code;
};

const vi: Program = async (process) => {
  await process.error(
    'vi: there is no full-screen editor in a simulated container; write files with cat > FILE or kubectl cp\n',
  );
  return 1;
};

export const textCommands: Readonly<Record<string, Program>> = {
  head,
  tail,
  wc,
  grep: grep('grep'),
  egrep: grep('egrep'),
  fgrep: grep('fgrep'),
  xargs,
  find,
  yes,
  cmp,
  less,
  more: less,
  vi,
};
