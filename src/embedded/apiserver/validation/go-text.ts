import { byteLength } from '../../../kubernetes/names.ts';

/** Structured text laid out as github.com/google/go-cmp lays out its reports. */

export type Text = string | TextWrap | TextList;

export interface TextWrap {
  readonly prefix: string;
  readonly value: Text;
  readonly suffix: string;
}

export type TextList = readonly TextRecord[];

export interface TextRecord {
  readonly diff?: '-' | '+';
  readonly key?: string;
  readonly value: Text;
  /** "6 identical fields", after an ellipsis. */
  readonly comment?: string;
}

export const ellipsis = '...';

/** A removed or added list longer than this takes several lines. */
const maximumColumn = 80;

type Diff = '-' | '+' | undefined;

/** The report: two columns that say what was removed and added, then the text, indented by tabs. */
export function layOut(text: Text): string {
  return `${indent(0, undefined)}${expand(compact(text, undefined), undefined, 0)}\n`;
}

export function isList(text: Text): text is TextList {
  return Array.isArray(text);
}

/** The same on one line, wherever it may be. */
function compact(text: Text, diff: Diff): Text {
  if (typeof text === 'string') return text;
  if (!isList(text)) {
    const value = compact(text.value, diff);
    return typeof value === 'string' ? `${text.prefix}${value}${text.suffix}` : { ...text, value };
  }
  const records = text.map((record) => ({ ...record, value: compact(record.value, diff ?? record.diff) }));
  const several = records.some((record) => record.diff || record.comment || typeof record.value !== 'string');
  if (several) return records;
  const line = records.map(({ key, value }) => (key ? `${key}: ${value}` : value)).join(', ');
  return diff && byteLength(line) > maximumColumn ? records : line;
}

function expand(text: Text, diff: Diff, level: number): string {
  if (typeof text === 'string') return text;
  if (!isList(text)) return `${text.prefix}${expand(text.value, diff, level)}${text.suffix}`;
  const lines = isPlain(text) ? batches(text) : undefined;
  if (lines)
    return [...lines.map((line) => `\n${indent(level + 1, diff)}${line}`), `\n${indent(level, diff)}`].join('');
  const keyWidths = widths(text, (record) => (record.key && typeof record.value === 'string' ? record.key : undefined));
  const valueWidths = widths(text, ({ value, comment }) =>
    typeof value === 'string' && value !== ellipsis && comment ? value : undefined,
  );
  let printed = '';
  text.forEach((record, index) => {
    const own = diff ?? record.diff;
    printed += `\n${indent(level + 1, own)}`;
    if (record.key) printed += `${record.key}: `;
    printed += ' '.repeat(keyWidths[index]!);
    printed += expand(record.value, own, level + 1);
    if (record.value !== ellipsis) printed += ',';
    printed += ' '.repeat(valueWidths[index]!);
    if (record.comment) printed += ` // ${record.comment}`;
  });
  return `${printed}\n${indent(level, diff)}`;
}

function isPlain(list: TextList): boolean {
  return (
    list.length > 0 &&
    list.every(({ diff, key, value, comment }) => !diff && !key && !comment && typeof value === 'string')
  );
}

function batches(list: TextList): string[] {
  const lines: string[] = [];
  let line = '';
  for (const { value } of list) {
    const text = value as string;
    if (line && line.length + text.length + 2 > maximumColumn) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += `${text}, `;
  }
  return [...lines, line.trimEnd()];
}

/** How many spaces bring each text of a run of neighbours to the width of the run's longest. */
function widths(list: TextList, text: (record: TextRecord) => string | undefined): number[] {
  const padding = list.map(() => 0);
  let start = 0;
  for (let index = 0; index <= list.length; index++) {
    if (index < list.length && text(list[index]!) !== undefined) continue;
    const run = list.slice(start, index).map((record) => [...text(record)!].length);
    const longest = Math.max(0, ...run);
    run.forEach((length, offset) => {
      padding[start + offset] = longest - length;
    });
    start = index + 1;
  }
  return padding;
}

function indent(level: number, diff: Diff): string {
  return `${diff ?? ' '} ${'\t'.repeat(level)}`;
}
