import type { Container, Pod, PodCondition, PodStatus } from './objects.ts';

/** What a Pod's status says: k8s.io/kubernetes/pkg/api/v1/pod. */

export function podCondition(status: PodStatus | undefined, type: string): PodCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

export function isPodReady(pod: Pod): boolean {
  return podCondition(pod.status, 'Ready')?.status === 'True';
}

/**
 * Ready, and for longer than `minReadySeconds`.
 * @param now milliseconds since the epoch
 */
export function isPodAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  const ready = podCondition(pod.status, 'Ready');
  if (ready?.status !== 'True') return false;
  if (minReadySeconds === 0) return true;
  return !!ready.lastTransitionTime && Date.parse(ready.lastTransitionTime) + minReadySeconds * 1000 < now;
}

/** Its containers have stopped for good. */
export function isPodTerminal(pod: Pod): boolean {
  return pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded';
}

/** Neither finished nor being deleted: what ReplicaSets and Jobs count. */
export function isPodActive(pod: Pod): boolean {
  return !isPodTerminal(pod) && !pod.metadata.deletionTimestamp;
}

export function isPodTerminating(pod: Pod): boolean {
  return !isPodTerminal(pod) && pod.metadata.deletionTimestamp !== undefined;
}

/** An init container that keeps running beside the others: a sidecar. */
export function isRestartableInitContainer(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

/**
 * The status's conditions with `condition` in place of the one of its type. Its lastTransitionTime is `now` where the
 * condition is new or its status changed, and stays as it was otherwise.
 * @param now RFC 3339
 */
export function withPodCondition(
  conditions: readonly PodCondition[] | undefined,
  condition: PodCondition,
  now: string,
): PodCondition[] {
  const previous = conditions?.find((each) => each.type === condition.type);
  const next = {
    ...condition,
    lastTransitionTime: previous?.status === condition.status ? (previous.lastTransitionTime ?? now) : now,
  };
  if (!previous) return [...(conditions ?? []), next];
  return conditions!.map((each) => (each === previous ? next : each));
}
