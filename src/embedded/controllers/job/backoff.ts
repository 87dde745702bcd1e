import type { Pod } from '../../../kubernetes/objects.ts';
import { failuresBefore, finishedAt } from './predicates.ts';

/** A Job's failures since its last success: what the next Pod has to wait for. */
export interface BackoffRecord {
  readonly failures: number;
  /** Milliseconds since the epoch. */
  readonly lastFailure: number;
}

export const noFailures: BackoffRecord = { failures: 0, lastFailure: 0 };

const firstDelay = 10_000;
const longestDelay = 600_000;

/** The record once these Pods have ended too. */
export function nextRecord(record: BackoffRecord, succeeded: readonly Pod[], failed: readonly Pod[]): BackoffRecord {
  const failures = failed.map(finishedAt);
  if (succeeded.length === 0) {
    if (failures.length === 0) return record;
    return { failures: record.failures + failures.length, lastFailure: Math.max(...failures) };
  }
  const lastSuccess = Math.max(...succeeded.map(finishedAt));
  const since = failures.filter((time) => time > lastSuccess);
  return since.length > 0 ? { failures: since.length, lastFailure: Math.max(...since) } : noFailures;
}

/** Milliseconds until the next Pod may be created: 10 seconds after the first failure, doubled with each, up to 10 minutes. */
export function remainingDelay({ failures, lastFailure }: BackoffRecord, now: number): number {
  if (failures === 0) return 0;
  const delay = Math.min(longestDelay, firstDelay * 2 ** (failures - 1));
  return Math.max(0, lastFailure + delay - now);
}

/** The same for one index of a Job that counts failures by index; `failed` is the last Pod of that index. */
export function remainingIndexDelay(failed: Pod | undefined, now: number): number {
  if (!failed) return 0;
  const { counted, ignored } = failuresBefore(failed);
  return remainingDelay({ failures: counted + ignored + 1, lastFailure: finishedAt(failed) }, now);
}
