import { failures } from '../sql/errors.ts';

/** Of each server how many of its transactions: `{ '3e11fa47-…': 5 }` is `3e11fa47-…:1-5`. They are never left out. */
export type GtidSet = Readonly<Record<string, number>>;

export interface Gtid {
  readonly source: string;
  readonly number: number;
}

export function written(set: GtidSet): string {
  return Object.entries(set)
    .filter(([, number]) => number > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([source, number]) => (number === 1 ? `${source}:1` : `${source}:1-${number}`))
    .join(',\n');
}

/** @throws SqlError for a text that is none, or a set with gaps. */
export function parseGtidSet(text: string): GtidSet {
  const set: Record<string, number> = {};
  for (const part of text.replace(/^\+/, '').split(',')) {
    if (part.trim() === '') continue;
    const [, source, last] = /^([0-9a-f-]{36}):1(?:-(\d+))?$/i.exec(part.trim()) ?? [];
    if (!source) throw failures.wrongValueForVariable('gtid_purged', text);
    set[source.toLowerCase()] = Number(last ?? 1);
  }
  return set;
}

export function has(set: GtidSet, { source, number }: Gtid): boolean {
  return (set[source] ?? 0) >= number;
}

/** Whether everything in `part` is in `whole`. */
export function contains(whole: GtidSet, part: GtidSet): boolean {
  return Object.entries(part).every(([source, number]) => has(whole, { source, number }));
}

export function union(a: GtidSet, b: GtidSet): GtidSet {
  const set: Record<string, number> = { ...a };
  for (const [source, number] of Object.entries(b)) set[source] = Math.max(set[source] ?? 0, number);
  return set;
}
