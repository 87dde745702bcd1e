import type { Job, JobCondition, Pod } from '../../../kubernetes/objects.ts';
import { isRestartableInitContainer, podCondition } from '../../../kubernetes/readiness.ts';

/** On each of a Job's Pods until it has been counted, so that none is lost that is deleted before. */
export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';
/** An annotation of an Indexed Job's Pods, and a label. */
export const completionIndex = 'batch.kubernetes.io/job-completion-index';
export const indexFailureCount = 'batch.kubernetes.io/job-index-failure-count';
export const indexIgnoredFailureCount = 'batch.kubernetes.io/job-index-ignored-failure-count';

const ownName = 'kubernetes.io/job-controller';

export function isIndexed({ spec }: Job): boolean {
  return spec.completionMode === 'Indexed';
}

export function isSuspended({ spec }: Job): boolean {
  return spec.suspend === true;
}

export function hasLimitPerIndex({ spec }: Job): boolean {
  return spec.backoffLimitPerIndex !== undefined;
}

/** Somebody else's, who says so in the Job. */
export function isManagedElsewhere({ spec }: Job): boolean {
  return spec.managedBy !== undefined && spec.managedBy !== ownName;
}

export function conditionOf({ status }: Pick<Job, 'status'>, type: string): JobCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type && condition.status === 'True');
}

/** Complete or Failed. */
export function isFinished(job: Job): boolean {
  return conditionOf(job, 'Complete') !== undefined || conditionOf(job, 'Failed') !== undefined;
}

/** Whether a Pod is replaced only once it has ended, rather than as soon as it is being deleted. */
export function replacesFailedOnly({ spec }: Job): boolean {
  return spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined;
}

export function isTracked({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(trackingFinalizer) ?? false;
}

export function hasSucceeded({ status }: Pod): boolean {
  return status?.phase === 'Succeeded';
}

/** Has failed, or is being deleted before it could end, where that counts the same. */
export function hasFailed(job: Job, { metadata, status }: Pod): boolean {
  if (status?.phase === 'Failed') return true;
  return !replacesFailedOnly(job) && metadata.deletionTimestamp !== undefined && status?.phase !== 'Succeeded';
}

/** The Pod's completion index, or undefined where it has no valid one. */
export function indexOf({ metadata }: Pod): number | undefined {
  const text = metadata.annotations?.[completionIndex];
  return text !== undefined && /^\+?[0-9]+$/.test(text) ? Number(text) : undefined;
}

/** Whether the Pod is one of those the Job counts: any of a Job that is not Indexed. */
export function hasValidIndex(job: Job, pod: Pod): boolean {
  const index = indexOf(pod);
  return !isIndexed(job) || (index !== undefined && index < (job.spec.completions ?? 0));
}

/** How often the index had failed before this Pod. */
export function failuresBefore({ metadata }: Pod): { readonly counted: number; readonly ignored: number } {
  const read = (name: string) => {
    const text = metadata.annotations?.[name] ?? '';
    return /^[0-9]+$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : 0;
  };
  return { counted: read(indexFailureCount), ignored: read(indexIgnoredFailureCount) };
}

/** When the Pod ended, in milliseconds, as well as that can be told. */
export function finishedAt(pod: Pod): number {
  const { metadata, status } = pod;
  const containers = lastFinish(pod);
  if (containers !== undefined) return containers;
  const ready = podCondition(status, 'Ready');
  if (ready?.status === 'False' && ready.lastTransitionTime) return Date.parse(ready.lastTransitionTime);
  if (metadata.deletionTimestamp) {
    return Date.parse(metadata.deletionTimestamp) - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  }
  return Date.parse(metadata.creationTimestamp ?? '');
}

/** Of all containers, sidecars included, once all of them have ended. */
function lastFinish({ spec, status }: Pod): number | undefined {
  const sidecars = new Set((spec.initContainers ?? []).filter(isRestartableInitContainer).map(({ name }) => name));
  const statuses = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name)),
  ];
  const times = statuses.map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ''));
  return times.length > 0 && times.every((time) => !Number.isNaN(time)) ? Math.max(...times) : undefined;
}
