import type { Deployment, DeploymentCondition, ReplicaSet } from '../../../kubernetes/objects.ts';
import { all, type ReplicaSets, replicasOf, sum } from './replica-sets.ts';
import { maxUnavailable, progressDeadline } from './strategy.ts';

export type DeploymentStatus = NonNullable<Deployment['status']>;

/** What there is of the Deployment, and whether it is enough. @param time RFC 3339 */
export function observedStatus(deployment: Deployment, sets: ReplicaSets, time: string): DeploymentStatus {
  const every = all(sets);
  const available = sum(every, ({ status }) => status?.availableReplicas);
  const { conditions, collisionCount } = deployment.status ?? {};
  const enough = available >= replicasOf(deployment) - maxUnavailable(deployment);
  const status: DeploymentStatus = {
    observedGeneration: deployment.metadata.generation,
    replicas: sum(every, ({ status }) => status?.replicas),
    updatedReplicas: sets.newest?.status?.replicas ?? 0,
    readyReplicas: sum(every, ({ status }) => status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sum(every, replicasOf) - available),
    ...(collisionCount !== undefined && { collisionCount }),
    conditions: conditions ?? [],
  };
  return withCondition(
    status,
    enough
      ? condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', time)
      : condition(
          'Available',
          'False',
          'MinimumReplicasUnavailable',
          'Deployment does not have minimum availability.',
          time,
        ),
  );
}

/** The status during a rollout: whether it gets on is judged, and why its Pods cannot be created is told. */
export function rolloutStatus(deployment: Deployment, sets: ReplicaSets, now: number, time: string): DeploymentStatus {
  const status = judgeProgress(deployment, sets, observedStatus(deployment, sets, time), now, time);
  const failure = failureOf(sets);
  return failure ? withCondition(status, failure) : withoutCondition(status, 'ReplicaFailure');
}

function judgeProgress(
  deployment: Deployment,
  { newest }: ReplicaSets,
  status: DeploymentStatus,
  now: number,
  time: string,
): DeploymentStatus {
  if (progressDeadline(deployment) === undefined) return withoutCondition(status, 'Progressing');
  const current = conditionOf(deployment.status, 'Progressing');
  const settled = status.replicas === status.updatedReplicas && current?.reason === 'NewReplicaSetAvailable';
  if (settled) return status;
  const subject = newest ? `ReplicaSet "${newest.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`;
    return withCondition(status, condition('Progressing', 'True', 'NewReplicaSetAvailable', message, time));
  }
  if (hasProgressed(deployment.status ?? {}, status)) {
    const progress = condition('Progressing', 'True', 'ReplicaSetUpdated', `${subject} is progressing.`, time);
    const since = current?.status === 'True' ? current.lastTransitionTime : time;
    // Progress counts from now although the reason may be the same.
    return withCondition(withoutCondition(status, 'Progressing'), { ...progress, lastTransitionTime: since });
  }
  if (hasTimedOut(deployment, status, now)) {
    const message = `${subject} has timed out progressing.`;
    return withCondition(status, condition('Progressing', 'False', 'ProgressDeadlineExceeded', message, time));
  }
  return status;
}

/** Everything is updated and available, and nothing old is left. */
export function isComplete(deployment: Deployment, status: DeploymentStatus = {}): boolean {
  const wanted = replicasOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus) => replicas - updatedReplicas;
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function hasTimedOut(deployment: Deployment, status: DeploymentStatus, now: number): boolean {
  const current = conditionOf(status, 'Progressing');
  if (!current || current.reason === 'NewReplicaSetAvailable') return false;
  return current.reason === 'ProgressDeadlineExceeded' || deadlineOf(deployment, current) < now;
}

/** Milliseconds until it is known whether the Deployment is stuck; undefined where there is nothing to wait for. */
export function untilDeadline(deployment: Deployment, status: DeploymentStatus, now: number): number | undefined {
  const current = conditionOf(deployment.status, 'Progressing');
  if (progressDeadline(deployment) === undefined || !current) return undefined;
  if (isComplete(deployment, status) || current.reason === 'ProgressDeadlineExceeded') return undefined;
  return Math.max(0, deadlineOf(deployment, current) - now) + 1000;
}

function deadlineOf(deployment: Deployment, { lastUpdateTime = '' }: DeploymentCondition): number {
  return Date.parse(lastUpdateTime) + (progressDeadline(deployment) ?? 0) * 1000;
}

/** Why Pods cannot be created or deleted; the new ReplicaSet's reason comes first. */
function failureOf({ newest, old }: ReplicaSets): DeploymentCondition | undefined {
  const failures = (set: ReplicaSet) => (set.status?.conditions ?? []).filter(({ type }) => type === 'ReplicaFailure');
  const [failure] = [...(newest ? failures(newest) : []), ...old.flatMap(failures)];
  return failure && { ...failure, lastUpdateTime: failure.lastTransitionTime };
}

export function conditionOf(status: DeploymentStatus | undefined, type: string): DeploymentCondition | undefined {
  return status?.conditions?.find((each) => each.type === type);
}

export function condition(
  type: string,
  status: string,
  reason: string,
  message: string,
  time: string,
): DeploymentCondition {
  return { type, status, reason, message, lastUpdateTime: time, lastTransitionTime: time };
}

/** Nothing changes where the condition has the status and the reason already. */
export function withCondition(status: DeploymentStatus, next: DeploymentCondition): DeploymentStatus {
  const current = conditionOf(status, next.type);
  if (current?.status === next.status && current.reason === next.reason) return status;
  const lastTransitionTime = current?.status === next.status ? current.lastTransitionTime : next.lastTransitionTime;
  const others = (status.conditions ?? []).filter(({ type }) => type !== next.type);
  return { ...status, conditions: [...others, { ...next, lastTransitionTime }] };
}

export function withoutCondition(status: DeploymentStatus, type: string): DeploymentStatus {
  return { ...status, conditions: (status.conditions ?? []).filter((each) => each.type !== type) };
}

/** Whether the Deployment does not show the status yet. */
export function isStatusNews({ status: shown }: Deployment, status: DeploymentStatus): boolean {
  const numbers = [
    'observedGeneration',
    'replicas',
    'updatedReplicas',
    'readyReplicas',
    'availableReplicas',
    'unavailableReplicas',
    'collisionCount',
  ] as const;
  return (
    numbers.some((field) => (shown?.[field] ?? 0) !== (status[field] ?? 0)) ||
    !sameConditions(shown?.conditions ?? [], status.conditions ?? [])
  );
}

function sameConditions(one: readonly DeploymentCondition[], other: readonly DeploymentCondition[]): boolean {
  const fields = ['type', 'status', 'reason', 'message', 'lastUpdateTime', 'lastTransitionTime'] as const;
  return (
    one.length === other.length &&
    one.every((each, index) => fields.every((field) => each[field] === other[index]![field]))
  );
}
