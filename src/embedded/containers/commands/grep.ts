import { join } from '../files/paths.ts';
import type { Process, Program } from '../process/process.ts';
import { eachInput } from './inputs.ts';
import { command, UsageError } from './options.ts';

const decoder = new TextDecoder();

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

export const grepCommands: Readonly<Record<string, Program>> = {
  grep: grep('grep'),
  egrep: grep('egrep'),
  fgrep: grep('fgrep'),
};
