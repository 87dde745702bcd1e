import type { Job, Pod } from '../../../kubernetes/objects.ts';
import { isPodTerminating } from '../../../kubernetes/readiness.ts';
import { rankForDeletion } from '../shared/pod-ranking.ts';
import { remainingDelay, remainingIndexDelay } from './backoff.ts';
import { announcedEnding, type Ending } from './conditions.ts';
import { count, firstFree, indexesOf, union } from './indexes.ts';
import type { Observation } from './observe.ts';
import { judge, successMessage } from './policies.ts';
import { hasFailed, hasLimitPerIndex, indexOf, isIndexed, isSuspended, replacesFailedOnly } from './predicates.ts';

/** Pods created or deleted at once, at most. */
const mostAtOnce = 500;

/** What to do about a Job's Pods. */
export interface Plan {
  /** That the Job is over, whatever its active Pods do: they are deleted, and counted as failed where it failed. */
  readonly ending?: Ending;
  readonly delete: readonly Pod[];
  /** One Pod for each: its completion index, undefined where the Job has none. */
  readonly create: readonly (number | undefined)[];
  /** Milliseconds after which there may be more to do. */
  readonly again?: number;
  /** Pods are missing, but it is too early for them. */
  readonly waiting?: boolean;
}

/** @param now milliseconds since the epoch */
export function plan(observation: Observation, now: number): Plan {
  const { job } = observation;
  const ending = endingOf(observation, now);
  if (ending) return { ending, delete: observation.active, create: [] };
  const deadline = untilDeadline(job, now);
  const { again = Number.POSITIVE_INFINITY, ...rest } = job.metadata.deletionTimestamp
    ? { delete: [], create: [] }
    : manage(observation, now);
  const next = Math.min(again, deadline ?? Number.POSITIVE_INFINITY);
  return { ...rest, ...(next !== Number.POSITIVE_INFINITY && { again: next }) };
}

/** Whether all that was wanted of the Job is done. `active` is the number of Pods that are still at work. */
export function completion({ job: { spec }, succeeded }: Observation, active: number): Ending | undefined {
  const complete = active === 0 && (spec.completions === undefined ? succeeded > 0 : succeeded >= spec.completions);
  if (!complete) return undefined;
  const message = 'Reached expected number of succeeded pods';
  return { succeeded: true, reason: 'CompletionsReached', message, announced: false };
}

function endingOf(observation: Observation, now: number): Ending | undefined {
  const { job, pods, indexes } = observation;
  const announced = announcedEnding(job);
  if (announced) return announced;
  const failure = failureOf(job, pods) ?? limitFailure(observation, now) ?? indexFailure(observation);
  if (failure) return { succeeded: false, ...failure, announced: false };
  const message = indexes && successMessage(job, indexes.succeeded);
  return message === undefined ? undefined : { succeeded: true, reason: 'SuccessPolicy', message, announced: false };
}

type Failure = Pick<Ending, 'reason' | 'message'>;

function failureOf(job: Job, pods: readonly Pod[]): Failure | undefined {
  if (!job.spec.podFailurePolicy) return undefined;
  for (const pod of pods) {
    const message = hasFailed(job, pod) ? judge(job, pod).failsJob : undefined;
    if (message !== undefined) return { reason: 'PodFailurePolicy', message };
  }
  return undefined;
}

function limitFailure({ job, pods, failed }: Observation, now: number): Failure | undefined {
  // Where failures are counted by index and no limit is given, the API server has put the largest number there.
  if (failed > (job.spec.backoffLimit ?? 6) || restartedTooOften(job, pods)) {
    return { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  }
  const left = untilDeadline(job, now);
  if (left !== undefined && left <= 0) {
    return { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  }
  return undefined;
}

function indexFailure({ job: { spec }, indexes }: Observation): Failure | undefined {
  if (!indexes?.failed) return undefined;
  const failed = count(indexes.failed);
  if (spec.maxFailedIndexes !== undefined && failed > spec.maxFailedIndexes) {
    const message = 'Job has exceeded the specified maximal number of failed indexes';
    return { reason: 'MaxFailedIndexesExceeded', message };
  }
  if (failed > 0 && failed + count(indexes.succeeded) >= (spec.completions ?? 0)) {
    return { reason: 'FailedIndexes', message: 'Job has failed indexes' };
  }
  return undefined;
}

/** Containers that are restarted in their Pods count by their restarts. */
function restartedTooOften({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec.template.spec?.restartPolicy !== 'OnFailure') return false;
  const limit = spec.backoffLimit ?? 6;
  let restarts = 0;
  for (const { status } of pods) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue;
    for (const each of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
      restarts += each.restartCount;
    }
  }
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** Milliseconds until the Job has been active for too long; undefined where there is no limit, or it is suspended. */
function untilDeadline(job: Job, now: number): number | undefined {
  const { activeDeadlineSeconds } = job.spec;
  if (activeDeadlineSeconds === undefined || isSuspended(job)) return undefined;
  const { startTime } = job.status ?? {};
  return (startTime === undefined ? now : Date.parse(startTime)) + activeDeadlineSeconds * 1000 - now;
}

function manage(observation: Observation, now: number): Omit<Plan, 'ending'> {
  const { job, active } = observation;
  if (isSuspended(job)) return { delete: superfluous(job, active, active.length, now), create: [] };
  const wanted = wantedActive(observation);
  const surplus = superfluous(job, active, Math.max(0, active.length - wanted), now).slice(0, mostAtOnce);
  // Where Pods have to go and others to come, the former go first.
  if (surplus.length > 0) return { delete: surplus, create: [] };
  const terminating = replacesFailedOnly(job) ? observation.terminating : 0;
  const missing = Math.min(mostAtOnce, wanted - terminating - active.length);
  if (missing <= 0) return { delete: [], create: [] };
  if (hasLimitPerIndex(job)) return createIndexes(observation, missing, now);
  const again = remainingDelay(observation.backoff, now);
  if (again > 0) return { delete: [], create: [], again, waiting: true };
  const create = isIndexed(job)
    ? pendingIndexes(observation, missing)
    : Array.from({ length: missing }, () => undefined);
  return { delete: [], create };
}

function wantedActive({ job: { spec }, active, succeeded }: Observation): number {
  const { completions, parallelism = 1 } = spec;
  // A work queue: once one Pod has found it empty no more are started, and the others end by themselves.
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(parallelism, completions - succeeded));
}

/** Each index waits for itself after a failure; those that need not wait are not kept by those that do. */
function createIndexes(observation: Observation, missing: number, now: number): Omit<Plan, 'ending'> {
  const { replaceable } = observation.indexes!;
  const delays = pendingIndexes(observation, missing).map((index) => ({
    index,
    delay: remainingIndexDelay(replaceable.get(index), now),
  }));
  const create = delays.filter(({ delay }) => delay === 0).map(({ index }) => index);
  if (create.length > 0 || delays.length === 0) return { delete: [], create };
  return { delete: [], create, again: Math.min(...delays.map(({ delay }) => delay)), waiting: true };
}

function pendingIndexes({ job, active, pods, indexes }: Observation, limit: number): number[] {
  const busy = [...active, ...(replacesFailedOnly(job) ? pods.filter(isPodTerminating) : [])].map(indexOf);
  const taken = union(
    union(indexes!.succeeded, indexes!.failed ?? []),
    indexesOf(busy.filter((index) => index !== undefined)),
  );
  return firstFree(taken, limit, job.spec.completions ?? 0);
}

/** At least so many of the Pods; of an Indexed Job also those whose index is none, too high, or another one's too. */
function superfluous(job: Job, active: readonly Pod[], atLeast: number, now: number): Pod[] {
  const inOrder = rankForDeletion(active, [], now);
  const misplaced = isIndexed(job) ? misplacedPods(inOrder, job.spec.completions ?? 0) : new Set<Pod>();
  const others = inOrder.filter((pod) => !misplaced.has(pod));
  return [...misplaced, ...others.slice(0, Math.max(0, atLeast - misplaced.size))];
}

/** @param inOrder of several with the same index the last one may stay */
function misplacedPods(inOrder: readonly Pod[], completions: number): Set<Pod> {
  const last = new Map(inOrder.map((pod) => [indexOf(pod), pod]));
  return new Set(
    inOrder.filter((pod) => {
      const index = indexOf(pod);
      return index === undefined || index >= completions || last.get(index) !== pod;
    }),
  );
}
