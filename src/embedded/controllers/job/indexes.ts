/** Completion indexes as a Job's status writes them: "0-2,4,7", in intervals that neither overlap nor touch. */

export interface Interval {
  readonly first: number;
  readonly last: number;
}

export type Indexes = readonly Interval[];

/** Indexes from `completions` on are left out, and so is what is no number. */
export function parseIndexes(text: string | undefined, completions: number): Indexes {
  const intervals = (text ?? '').split(',').flatMap((part) => {
    const [first = '', last = first] = part.split('-');
    if (!/^[0-9]+$/.test(first) || !/^[0-9]+$/.test(last) || Number(first) >= completions) return [];
    return [{ first: Number(first), last: Math.min(Number(last), completions - 1) }];
  });
  return union([], intervals);
}

export function printIndexes(indexes: Indexes): string {
  return indexes
    .map(({ first, last }) => (first === last ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`))
    .join(',');
}

export function union(one: Indexes, other: Indexes): Indexes {
  const result: { first: number; last: number }[] = [];
  for (const { first, last } of [...one, ...other].sort((a, b) => a.first - b.first)) {
    const before = result.at(-1);
    if (before && first <= before.last + 1) before.last = Math.max(before.last, last);
    else result.push({ first, last });
  }
  return result;
}

export function indexesOf(numbers: Iterable<number>): Indexes {
  return union(
    [],
    [...numbers].map((number) => ({ first: number, last: number })),
  );
}

export function count(indexes: Indexes): number {
  return indexes.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

export function includes(indexes: Indexes, index: number): boolean {
  return indexes.some(({ first, last }) => first <= index && index <= last);
}

/** How many indexes are in both. */
export function countCommon(one: Indexes, other: Indexes): number {
  let common = 0;
  for (const a of one) {
    for (const b of other) common += Math.max(0, Math.min(a.last, b.last) - Math.max(a.first, b.first) + 1);
  }
  return common;
}

/** The lowest indexes below `completions` that are not among the taken ones, `limit` at most. */
export function firstFree(taken: Indexes, limit: number, completions: number): number[] {
  const free: number[] = [];
  let candidate = 0;
  for (const { first, last } of [...taken, { first: completions, last: completions }]) {
    for (; candidate < Math.min(first, completions) && free.length < limit; candidate++) free.push(candidate);
    candidate = Math.max(candidate, last + 1);
  }
  return free;
}
