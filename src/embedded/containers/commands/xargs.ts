import { command } from './options.ts';
import { runCommand } from './run.ts';

export const xargs = command(
  'xargs',
  {
    flags: '0rtpx',
    valued: 'nIPLsEd',
    untilOperand: true,
    long: { null: '0', 'no-run-if-empty': 'r', 'max-args': 'n', 'max-procs': 'P', replace: 'I' },
  },
  async (process, options) => {
    const input = new TextDecoder().decode(await process.readAll(0));
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
