import type { ControllerRevision, Pod, StatefulSet, StatefulSetStatus } from '../../../kubernetes/objects.ts';
import { revisionOf } from './identity.ts';
import { isCreated, isRunningAndAvailable, isRunningAndReady, isTerminating } from './predicates.ts';

/** The set's revisions, as its Pods are to be judged by. */
export interface Revisions {
  /** The one that rolling updates start from … */
  readonly current: ControllerRevision;
  /** … and the one they lead to. */
  readonly update: ControllerRevision;
  readonly collisions: number;
}

/** What there is of the set. `now` is in milliseconds. */
export function observedStatus(
  set: StatefulSet,
  { current, update, collisions }: Revisions,
  pods: readonly Pod[],
  now: number,
): StatefulSetStatus & { currentReplicas: number } {
  const { minReadySeconds = 0 } = set.spec;
  const count = (matches: (pod: Pod) => boolean) => pods.filter(matches).length;
  const atRevision = (revision: ControllerRevision) => (pod: Pod) =>
    isCreated(pod) && !isTerminating(pod) && revisionOf(pod) === revision.metadata.name;
  return {
    observedGeneration: set.metadata.generation,
    replicas: count(isCreated),
    readyReplicas: count(isRunningAndReady),
    availableReplicas: count((pod) => isRunningAndReady(pod) && isRunningAndAvailable(pod, minReadySeconds, now)),
    currentReplicas: count(atRevision(current)),
    updatedReplicas: count(atRevision(update)),
    currentRevision: current.metadata.name,
    updateRevision: update.metadata.name,
    collisionCount: collisions,
  };
}

/** Once all Pods are at the update revision and ready, it is the current one. */
export function completeRollingUpdate({ spec }: StatefulSet, status: StatefulSetStatus): StatefulSetStatus {
  const complete =
    spec.updateStrategy?.type === 'RollingUpdate' &&
    status.updatedReplicas === spec.replicas &&
    status.readyReplicas === spec.replicas &&
    status.replicas === spec.replicas;
  if (!complete) return status;
  return { ...status, currentReplicas: status.updatedReplicas, currentRevision: status.updateRevision };
}

/** Whether the set does not show the status yet. */
export function isStatusNews({ status: shown }: StatefulSet, status: StatefulSetStatus): boolean {
  return (
    (status.observedGeneration ?? 0) > (shown?.observedGeneration ?? 0) ||
    status.replicas !== (shown?.replicas ?? 0) ||
    status.currentReplicas !== (shown?.currentReplicas ?? 0) ||
    status.readyReplicas !== (shown?.readyReplicas ?? 0) ||
    status.updatedReplicas !== (shown?.updatedReplicas ?? 0) ||
    status.availableReplicas !== (shown?.availableReplicas ?? 0) ||
    status.currentRevision !== shown?.currentRevision ||
    status.updateRevision !== shown?.updateRevision
  );
}
