import type { Job, Pod } from '../../../kubernetes/objects.ts';
import { isPodActive, isPodReady, isPodTerminating } from '../../../kubernetes/readiness.ts';
import { type BackoffRecord, nextRecord } from './backoff.ts';
import { count, type Indexes, includes, indexesOf, parseIndexes, union } from './indexes.ts';
import { judge } from './policies.ts';
import {
  failuresBefore,
  finishedAt,
  hasFailed,
  hasLimitPerIndex,
  hasSucceeded,
  hasValidIndex,
  indexOf,
  isIndexed,
  isTracked,
} from './predicates.ts';

/** What there is of a Job. */
export interface Observation {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly ready: number;
  readonly terminating: number;
  /** Those counted in the status, and those that have yet to be. */
  readonly succeeded: number;
  readonly failed: number;
  readonly backoff: BackoffRecord;
  /** UIDs that the status holds until their Pods' finalizers are gone. */
  readonly uncounted: Uncounted;
  readonly indexes?: IndexObservation;
}

export interface Uncounted {
  readonly succeeded: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
}

/** Of an Indexed Job. */
export interface IndexObservation {
  /** According to the status. */
  readonly before: Indexes;
  readonly succeeded: Indexes;
  /** Where failures are counted by index. */
  readonly failed?: Indexes;
  /** The last failed Pod of each index that waits for another one: it stays until its count has been handed on. */
  readonly replaceable: ReadonlyMap<number, Pod>;
}

export function observe(job: Job, pods: readonly Pod[], record: BackoffRecord): Observation {
  const { status = {} } = job;
  const active = pods.filter(isPodActive);
  const uncounted = {
    succeeded: new Set(status.uncountedTerminatedPods?.succeeded),
    failed: new Set(status.uncountedTerminatedPods?.failed),
  };
  const news = pods.filter((pod) => isTracked(pod) && hasValidIndex(job, pod));
  const newlySucceeded = news.filter((pod) => hasSucceeded(pod) && !uncounted.succeeded.has(pod.metadata.uid ?? ''));
  const newlyFailed = news.filter((pod) => hasFailed(job, pod) && !uncounted.failed.has(pod.metadata.uid ?? ''));
  const indexes = isIndexed(job) ? observeIndexes(job, pods, active) : undefined;
  return {
    job,
    pods,
    active,
    ready: active.filter(isPodReady).length,
    terminating: pods.filter(isPodTerminating).length,
    succeeded: indexes
      ? count(indexes.succeeded)
      : (status.succeeded ?? 0) + newlySucceeded.length + uncounted.succeeded.size,
    failed: (status.failed ?? 0) + newlyFailed.filter((pod) => judge(job, pod).counts).length + uncounted.failed.size,
    backoff: nextRecord(record, newlySucceeded, newlyFailed),
    uncounted,
    ...(indexes && { indexes }),
  };
}

function observeIndexes(job: Job, pods: readonly Pod[], active: readonly Pod[]): IndexObservation {
  const completions = job.spec.completions ?? 0;
  const tracked = pods.filter((pod) => isTracked(pod) && hasValidIndex(job, pod));
  const numbers = (of: readonly Pod[]) => indexesOf(of.map((pod) => indexOf(pod)!));
  const before = parseIndexes(job.status?.completedIndexes, completions);
  const succeeded = union(before, numbers(tracked.filter(hasSucceeded)));
  if (!hasLimitPerIndex(job)) return { before, succeeded, replaceable: new Map() };
  const failed = union(
    parseIndexes(job.status?.failedIndexes, completions),
    numbers(tracked.filter((pod) => failsIndex(job, pod))),
  );
  const activeIndexes = new Set(active.map(indexOf));
  const replaceable = new Map<number, Pod>();
  for (const pod of tracked.filter((each) => hasFailed(job, each))) {
    const index = indexOf(pod)!;
    if (includes(succeeded, index) || includes(failed, index) || activeIndexes.has(index)) continue;
    const other = replaceable.get(index);
    if (!other || isLater(pod, other)) replaceable.set(index, pod);
  }
  return { before, succeeded, failed, replaceable };
}

/** Whether the Pod's failure is the one too many for its index. */
function failsIndex(job: Job, pod: Pod): boolean {
  if (!hasFailed(job, pod)) return false;
  const { action, counts } = judge(job, pod);
  return action === 'FailIndex' || (counts && failuresBefore(pod).counted >= job.spec.backoffLimitPerIndex!);
}

function isLater(pod: Pod, other: Pod): boolean {
  const failures = (of: Pod) => failuresBefore(of).counted + failuresBefore(of).ignored;
  return failures(other) <= failures(pod) && finishedAt(pod) >= finishedAt(other);
}
