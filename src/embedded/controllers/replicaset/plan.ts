import type { Pod, ReplicaSet, ReplicationController } from '../../../kubernetes/objects.ts';
import { isPodAvailable, isPodReady } from '../../../kubernetes/readiness.ts';
import { messageOf } from '../shared/failures.ts';
import { rankForDeletion } from '../shared/pod-ranking.ts';

/** ReplicationControllers are ReplicaSets in all but their selector. */
export type Replicator = ReplicaSet | ReplicationController;

export type ReplicatorStatus = NonNullable<ReplicaSet['status']>;
type ReplicatorCondition = NonNullable<ReplicatorStatus['conditions']>[number];

/** Pods created or deleted at once at the most. */
const burst = 500;

export interface ReplicaPlan {
  readonly create: number;
  readonly delete: readonly Pod[];
}

/**
 * @param active the owner's Pods that are neither finished nor on their way out
 * @param related Pods that do the same work, such as those of a Deployment's other ReplicaSets
 */
export function plan(owner: Replicator, active: readonly Pod[], related: readonly Pod[], now: number): ReplicaPlan {
  if (owner.metadata.deletionTimestamp) return { create: 0, delete: [] };
  const excess = active.length - wantedReplicas(owner);
  if (excess < 0) return { create: Math.min(-excess, burst), delete: [] };
  if (excess === 0) return { create: 0, delete: [] };
  const ranked = excess < active.length ? rankForDeletion(active, related, now) : active;
  return { create: 0, delete: ranked.slice(0, Math.min(excess, burst)) };
}

export function wantedReplicas({ spec }: Replicator): number {
  return spec.replicas ?? 1;
}

/**
 * What there is of the replicas.
 * @param failure what creating or deleting Pods failed with
 * @param time RFC 3339, of `now`
 */
export function observedStatus(
  owner: Replicator,
  active: readonly Pod[],
  failure: unknown,
  now: number,
  time: string,
): ReplicatorStatus {
  const { spec, metadata } = owner;
  const wanted = Object.entries(spec.template?.metadata?.labels ?? {});
  const conditions = failureCondition(owner, active.length, failure, time);
  return {
    replicas: active.length,
    fullyLabeledReplicas: active.filter(({ metadata: { labels = {} } }) =>
      wanted.every(([key, value]) => labels[key] === value),
    ).length,
    readyReplicas: active.filter(isPodReady).length,
    availableReplicas: active.filter((pod) => isPodAvailable(pod, spec.minReadySeconds ?? 0, now)).length,
    observedGeneration: metadata.generation,
    ...(conditions.length > 0 && { conditions }),
  };
}

function failureCondition(owner: Replicator, active: number, failure: unknown, time: string): ReplicatorCondition[] {
  const conditions = (owner.status?.conditions ?? []) as ReplicatorCondition[];
  const known = conditions.some(({ type }) => type === 'ReplicaFailure');
  if (failure === undefined) return conditions.filter(({ type }) => type !== 'ReplicaFailure');
  if (known) return conditions;
  const excess = active - wantedReplicas(owner);
  const reason = excess < 0 ? 'FailedCreate' : excess > 0 ? 'FailedDelete' : '';
  return [
    ...conditions,
    { type: 'ReplicaFailure', status: 'True', lastTransitionTime: time, reason, message: messageOf(failure) },
  ];
}

/** Whether the owner does not show the status yet. */
export function isStatusNews({ status: shown }: Replicator, status: ReplicatorStatus): boolean {
  return (
    (shown?.replicas ?? 0) !== status.replicas ||
    (shown?.fullyLabeledReplicas ?? 0) !== status.fullyLabeledReplicas ||
    (shown?.readyReplicas ?? 0) !== status.readyReplicas ||
    (shown?.availableReplicas ?? 0) !== status.availableReplicas ||
    shown?.observedGeneration !== status.observedGeneration ||
    JSON.stringify(shown?.conditions ?? []) !== JSON.stringify(status.conditions ?? [])
  );
}
