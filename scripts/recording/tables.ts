import type { Segment } from './segments.ts';

/**
 * kubectl pads its columns to the widest cell, so one longer address moves everything to its right. Here tables are taken
 * apart by the positions of their headers and put together with a separator, so that only the cells count. A cell that
 * is empty stays one, and a line that does not fit its header ends the table. Without headers wide gaps become equal.
 */
export function splitTables(text: string, splitCell: (column: string, cell: string) => readonly Segment[]): Segment[] {
  const input = text.split('\n');
  const output: Segment[][] = [];
  for (let index = 0; index < input.length; index++) {
    const header = columnsAt(input, index);
    if (!header) {
      output.push([input[index]!.replace(/(?<=\S) {3,}(?=\S)/g, '   ')]);
      continue;
    }
    const { columns, rows } = header;
    const names = cells(input[index]!, columns)!;
    output.push([names.join(separator)]);
    if (rows === 2) output.push([cells(input[++index]!, columns)!.join(separator)]);
    for (;;) {
      const row = input[index + 1] === undefined ? undefined : cells(input[index + 1]!, columns);
      if (!row || columnsAt(input, index + 1)) break;
      output.push(row.flatMap((cell, column) => [column ? separator : '', ...splitCell(names[column]!, cell)]));
      index++;
    }
  }
  return output.flatMap((line, index) => (index ? ['\n', ...line] : line));
}

const separator = ' | ';

interface Header {
  /** Where each column begins. */
  readonly columns: readonly number[];
  /** How many lines it takes: `kubectl describe` underlines its headers. */
  readonly rows: 1 | 2;
}

/** Upper-case words at least two blanks apart, or anything that the next line underlines with dashes. */
function columnsAt(input: readonly string[], index: number): Header | undefined {
  const line = input[index]!;
  const next = input[index + 1] ?? '';
  if (/^ *-{2,}( +-{2,})+ *$/.test(next)) {
    const columns = starts(next, /-+/g);
    if (cells(line, columns)) return { columns, rows: 2 };
  }
  if (/^[A-Z][A-Z0-9()/%.:-]*( [A-Z0-9()/%.:-]+)*( {2,}[A-Z][A-Z0-9()/%.:-]*( [A-Z0-9()/%.:-]+)*)+ *$/.test(line)) {
    return { columns: starts(line, /\S+( \S+)*/g), rows: 1 };
  }
  return undefined;
}

const starts = (line: string, pattern: RegExp) => [...line.matchAll(pattern)].map((match) => match.index);

/** Undefined when the line has something where the blank before a column is, or nothing at all. */
function cells(line: string, columns: readonly number[]): string[] | undefined {
  if (line.trim() === '' || line.slice(0, columns[0]).trim() !== '') return undefined;
  if (columns.some((start) => start > 0 && start <= line.length && line[start - 1] !== ' ')) return undefined;
  return columns.map((start, index) => line.slice(start, columns[index + 1]).trimEnd());
}
