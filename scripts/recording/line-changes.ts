/** A line that only the recording has (-), that only the other answer has (+), or that stands beside such a line. */
export interface LineChange {
  readonly sign: '-' | '+' | ' ';
  readonly line: string;
}

/** Positions in two texts: of a line that both have, or of one that only one of them has. */
export type Aligned = readonly [left: number | undefined, right: number | undefined];

/** Aligns lines by their longest common subsequence. */
export function align(left: readonly string[], right: readonly string[]): Aligned[] {
  const lengths = Array.from({ length: left.length + 1 }, () => new Uint32Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      lengths[i]![j] =
        left[i] === right[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  const aligned: Aligned[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) aligned.push([i++, j++]);
    else if (j >= right.length || (i < left.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) {
      aligned.push([i++, undefined]);
    } else aligned.push([undefined, j++]);
  }
  return aligned;
}

/** The lines that differ, with one line around them. */
export function lineChanges(expected: string, actual: string): LineChange[] {
  const [left, right] = [expected.split('\n'), actual.split('\n')];
  const all = align(left, right).map(([i, j]): LineChange => {
    if (i === undefined) return { sign: '+', line: right[j!]! };
    return { sign: j === undefined ? '-' : ' ', line: left[i]! };
  });
  const near = (index: number) => [index - 1, index, index + 1].some((at) => all[at] && all[at].sign !== ' ');
  return all.filter((_, index) => near(index));
}
