import type { Program } from '../process/process.ts';
import { dumpCommands } from './dump.ts';
import { grepCommands } from './grep.ts';
import { eachInput } from './inputs.ts';
import { command, UsageError } from './options.ts';
import { tailCommands } from './tail.ts';
import { xargs } from './xargs.ts';

/** Commands on text that must stream: what comes in goes out before more is waited for. */

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
  const content = (path: string) => (path === '-' ? process.readAll(0) : process.files.readFile(path));
  const [a, b] = [await content(one), await content(other)];
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
  ...tailCommands,
  ...grepCommands,
  ...dumpCommands,
  wc,
  xargs,
  find,
  yes,
  cmp,
  less,
  more: less,
  vi,
};
