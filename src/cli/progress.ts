import type { Writable } from 'node:stream';

/** Cells of the bar. */
const width = 30;

/**
 * Prints lines of progress. At a terminal those that end in a percentage become one bar that fills; elsewhere, where
 * lines cannot be taken back, such a step is one line when it begins and one when it is done.
 */
export function progressPrinter(stream: Writable & { readonly isTTY?: boolean }): (message: string) => void {
  let current: string | undefined;
  let open = false;
  return (message) => {
    const [, what = message, percent] = /^(.*): (\d+) %$/.exec(message) ?? [];
    if (open && (percent === undefined || what !== current)) stream.write('\n');
    if (percent === undefined || !stream.isTTY) {
      open = false;
      if (percent === '100') stream.write(`${what}: done\n`);
      else if (what !== current) stream.write(`${what}\n`);
    } else {
      open = percent !== '100';
      const filled = Math.round((Number(percent) / 100) * width);
      const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
      stream.write(`\r${bar} ${percent.padStart(3)} % ${what}${open ? '' : '\n'}`);
    }
    current = what;
  };
}
