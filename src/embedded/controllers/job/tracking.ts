import type { JobStatus, Pod } from '../../../kubernetes/objects.ts';
import type { Ending } from './conditions.ts';
import { count, includes, printIndexes } from './indexes.ts';
import type { IndexObservation, Observation } from './observe.ts';
import { judge } from './policies.ts';
import {
  hasFailed,
  hasLimitPerIndex,
  hasSucceeded,
  hasValidIndex,
  indexOf,
  isIndexed,
  isTracked,
} from './predicates.ts';

/**
 * A Pod that ends is counted exactly once, however often it is seen and whoever deletes it: its UID is written into the
 * status, then the finalizer that kept it is taken off, and only then does the UID become part of the number.
 */

/** So that the UIDs in a status stay below some 20 kB. */
const mostUncounted = 500;

export interface Tracking {
  /** With what is to be counted; to be written before the finalizers are taken off. */
  readonly status: JobStatus;
  readonly release: readonly Pod[];
  /** Whether that was not all. */
  readonly more: boolean;
}

export function track(observation: Observation, draft: JobStatus, ending: Ending | undefined): Tracking {
  const { job, pods, uncounted, indexes } = observation;
  const tracked = pods.filter(isTracked);
  let status = settleUncounted(draft, new Set(tracked.map(({ metadata }) => metadata.uid!)));
  const succeeded = [...(status.uncountedTerminatedPods?.succeeded ?? [])];
  const failed = [...(status.uncountedTerminatedPods?.failed ?? [])];
  let newIndexes = 0;
  const release: Pod[] = [];
  let more = false;
  for (const pod of inIndexOrder(observation, tracked)) {
    if (!isReleasable(observation, pod, ending)) continue;
    if (newIndexes + succeeded.length + failed.length >= mostUncounted) {
      more = true;
      break;
    }
    release.push(pod);
    const uid = pod.metadata.uid!;
    if (hasSucceeded(pod) && !uncounted.failed.has(uid)) {
      if (!isIndexed(job)) {
        if (!uncounted.succeeded.has(uid)) succeeded.push(uid);
      } else if (hasValidIndex(job, pod) && !includes(indexes!.before, indexOf(pod)!)) {
        newIndexes++;
      }
    } else if (hasFailed(job, pod) || (ending && !ending.succeeded)) {
      // Once the Job has failed, every Pod that has not ended well has failed with it.
      if (!uncounted.failed.has(uid) && hasValidIndex(job, pod) && judge(job, pod).counts) failed.push(uid);
    }
  }
  status = {
    ...status,
    uncountedTerminatedPods: {
      ...(succeeded.length > 0 && { succeeded }),
      ...(failed.length > 0 && { failed }),
    },
  };
  if (indexes) status = withIndexes(status, indexes);
  return { status, release, more };
}

/** An Indexed Job counts indexes, so that two Pods with the same one count once. */
function withIndexes(status: JobStatus, { succeeded, failed }: IndexObservation): JobStatus {
  const { succeeded: _, completedIndexes: __, failedIndexes: ___, ...others } = status;
  return {
    ...others,
    ...(succeeded.length > 0 && { succeeded: count(succeeded), completedIndexes: printIndexes(succeeded) }),
    ...(failed && { failedIndexes: printIndexes(failed) }),
  };
}

/** Counts those whose finalizers are gone. @param tracked UIDs of Pods that have theirs */
export function settleUncounted(status: JobStatus, tracked: ReadonlySet<string>): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const stillSucceeded = succeeded.filter((uid) => tracked.has(uid));
  const stillFailed = failed.filter((uid) => tracked.has(uid));
  const total = {
    succeeded: (status.succeeded ?? 0) + succeeded.length - stillSucceeded.length,
    failed: (status.failed ?? 0) + failed.length - stillFailed.length,
  };
  return {
    ...status,
    ...(total.succeeded > 0 && { succeeded: total.succeeded }),
    ...(total.failed > 0 && { failed: total.failed }),
    uncountedTerminatedPods: {
      ...(stillSucceeded.length > 0 && { succeeded: stillSucceeded }),
      ...(stillFailed.length > 0 && { failed: stillFailed }),
    },
  };
}

/** Whether the Pod need not be kept any longer. */
function isReleasable({ job, indexes }: Observation, pod: Pod, ending: Ending | undefined): boolean {
  if (job.metadata.deletionTimestamp || ending || hasSucceeded(pod)) return true;
  if (!hasFailed(job, pod)) return false;
  const index = indexOf(pod);
  if (!hasLimitPerIndex(job) || index === undefined) return true;
  return indexes!.replaceable.get(index) !== pod;
}

function inIndexOrder({ job }: Observation, pods: readonly Pod[]): readonly Pod[] {
  return isIndexed(job) ? [...pods].sort((a, b) => (indexOf(a) ?? -1) - (indexOf(b) ?? -1)) : pods;
}
