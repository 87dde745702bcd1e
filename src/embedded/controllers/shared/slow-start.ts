import { throwAny } from './failures.ts';

/**
 * Runs tasks in batches, 1, 2, 4 … at once, and none after a batch in which one failed: so a quota that is exhausted is
 * met once, not hundreds of times. Upstream's slowStartBatch.
 *
 * @returns how many succeeded
 * @throws what the tasks of the last batch threw; `done` has been told of the successes
 */
export async function slowStart(
  tasks: readonly (() => Promise<unknown>)[],
  { largest = Number.POSITIVE_INFINITY, done }: { largest?: number; done?(successes: number): void } = {},
): Promise<number> {
  let successes = 0;
  for (let start = 0, size = 1; start < tasks.length; start += size, size = Math.min(2 * size, largest)) {
    const results = await Promise.allSettled(tasks.slice(start, start + size).map((task) => task()));
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    successes += results.length - errors.length;
    if (errors.length > 0) {
      done?.(successes);
      throwAny(errors);
    }
  }
  done?.(successes);
  return successes;
}
