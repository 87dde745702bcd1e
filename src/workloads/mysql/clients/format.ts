import type { Heading } from '../engine/session.ts';

type Rows = readonly (readonly (string | null)[])[];

/** `+---+` around it, as on a terminal. */
export function table(columns: readonly Heading[], rows: Rows, headed: boolean): string {
  const names = columns.map(({ name }) => name);
  const lines = headed ? [names, ...rows] : rows;
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => width(line[at] ?? 'NULL')), 0));
  const border = `+${widths.map((wide) => '-'.repeat(wide + 2)).join('+')}+\n`;
  const print = (line: readonly (string | null)[], heading: boolean) => {
    const cells = line.map((value, at) => {
      const text = value ?? 'NULL';
      const blank = ' '.repeat(Math.max(widths[at]! - width(text), 0));
      return columns[at]!.numeric && !heading ? ` ${blank}${text} ` : ` ${text}${blank} `;
    });
    return `|${cells.join('|')}|\n`;
  };
  const head = headed ? `${border}${print(names, true)}` : '';
  return `${head}${border}${rows.map((line) => print(line, false)).join('')}${border}`;
}

/** A line a row, tabs between: for programs. */
export function batch(columns: readonly Heading[], rows: Rows, headed: boolean, raw: boolean): string {
  const escaped = (text: string) =>
    raw
      ? text
      : text.replace(/[\\\t\n\0]/g, (character) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n' })[character] ?? '\\0');
  const lines = headed ? [columns.map(({ name }) => name), ...rows] : rows;
  return lines.map((line) => `${line.map((value) => escaped(value ?? 'NULL')).join('\t')}\n`).join('');
}

/** A line a field. */
export function vertical(columns: readonly Heading[], rows: Rows): string {
  const widest = Math.max(...columns.map(({ name }) => width(name)));
  return rows
    .map((row, index) => {
      const fields = columns.map(
        ({ name }, at) => `${' '.repeat(widest - width(name))}${name}: ${row[at] ?? 'NULL'}\n`,
      );
      return `${'*'.repeat(27)} ${index + 1}. row ${'*'.repeat(27)}\n${fields.join('')}`;
    })
    .join('');
}

function width(text: string): number {
  return [...text].length;
}
