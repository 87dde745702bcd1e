import type { PersistentVolumeClaim, Pod, StatefulSet, StatefulSetStatus } from '../../../kubernetes/objects.ts';
import { templateOf } from '../shared/revisions.ts';
import {
  claimNames,
  endOrdinal,
  identityMatches,
  isInOrdinalRange,
  newPod,
  ordinalOf,
  revisionOf,
  startOrdinal,
  storageMatches,
} from './identity.ts';
import {
  isCreated,
  isFinished,
  isHealthy,
  isPending,
  isRunningAndAvailable,
  isRunningAndReady,
  isTerminating,
} from './predicates.ts';
import { isClaimSettled, isClaimStale } from './retention.ts';
import { observedStatus, type Revisions } from './status.ts';

/** One thing to do about one Pod. */
export type Step =
  /** Creates the claims that are missing, then the Pod. */
  | { readonly do: 'create'; readonly pod: Pod }
  | { readonly do: 'delete'; readonly pod: Pod }
  /** Creates claims that have gone since the Pod was created. */
  | { readonly do: 'complete-claims'; readonly pod: Pod }
  /** Gives the claims the owners that the retention policy asks for. */
  | { readonly do: 'settle-claims'; readonly pod: Pod }
  /** Gives the Pod its labels and volumes back. */
  | { readonly do: 'repair'; readonly pod: Pod };

/** What belongs together: nothing of the next stage happens where something of this one fails. */
export interface Stage {
  /** All Pods at once, in growing batches; else one after the other, and no further than the first failure. */
  readonly parallel: boolean;
  /** The steps of each Pod, in order. */
  readonly pods: readonly (readonly Step[])[];
}

export interface Plan {
  readonly stages: readonly Stage[];
  readonly status: StatefulSetStatus;
}

export interface Situation {
  readonly set: StatefulSet;
  readonly revisions: Revisions;
  /** The set's own, in any order. */
  readonly pods: readonly Pod[];
  claim(name: string): PersistentVolumeClaim | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Decides what is to be done for a StatefulSet next: upstream's updateStatefulSet.
 *
 * OrderedReady goes one step at a time: Pods are created in ascending order, each once all before it are available, and
 * deleted in descending order, each once the one after it is gone. Parallel waits for nobody. An update takes the Pod with
 * the highest ordinal that is not at the update revision, once all after it are healthy.
 */
export function plan(situation: Situation): Plan {
  const { set, revisions, pods, now } = situation;
  const status = observedStatus(set, revisions, pods, now);
  if (set.metadata.deletionTimestamp) return { stages: [], status };
  const replicas = wantedPods(situation);
  const condemned = pods
    .filter((pod) => ordinalOf(pod) >= 0 && !isInOrdinalRange(set, pod))
    .sort((a, b) => ordinalOf(b) - ordinalOf(a));
  const parallel = set.spec.podManagementPolicy === 'Parallel';
  const stages: Stage[] = [];
  /** False where nothing further may be done this time. */
  const enter = (decisions: Iterable<Decision>): boolean => {
    const steps: (readonly Step[])[] = [];
    let blocked = false;
    for (const decision of decisions) {
      if (decision.steps.length > 0) steps.push(decision.steps);
      blocked = decision.wait && !parallel;
      if (blocked) break;
    }
    if (steps.length > 0) stages.push({ parallel, pods: steps });
    return !blocked;
  };

  const proceed =
    enter(mapped(replicas, (pod) => decideReplica(situation, pod, parallel))) &&
    enter(mapped(condemned, (pod) => decideCondemnedClaims(situation, pod))) &&
    enter(mapped(condemned, (pod) => decideCondemned(situation, pod, firstUnhealthy(replicas, condemned), parallel)));
  if (!proceed || set.spec.updateStrategy?.type === 'OnDelete') return { stages, status };

  const outdated = nextToUpdate(situation, replicas);
  if (!outdated) return { stages, status };
  stages.push({ parallel: false, pods: [[{ do: 'delete', pod: outdated }]] });
  return { stages, status: { ...status, currentReplicas: status.currentReplicas - 1 } };
}

interface Decision {
  readonly steps: readonly Step[];
  /** In order, nothing may be done for any Pod after this one. */
  readonly wait: boolean;
}

/** The Pods of all ordinals, those that are missing as they are to be created. */
function wantedPods({ set, revisions, pods }: Situation): Pod[] {
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(pod), pod]));
  const wanted: Pod[] = [];
  for (let ordinal = startOrdinal(set); ordinal <= endOrdinal(set); ordinal++) {
    wanted.push(byOrdinal.get(ordinal) ?? missingPod(set, revisions, ordinal));
  }
  return wanted;
}

/** Below the partition a Pod comes back at the revision it had. */
function missingPod(set: StatefulSet, { current, update }: Revisions, ordinal: number): Pod {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
  const kept = rollingUpdate
    ? (rollingUpdate.partition ?? 0)
    : type === 'RollingUpdate'
      ? (set.status?.currentReplicas ?? 0)
      : 0;
  const revision = ordinal < startOrdinal(set) + kept ? current : update;
  return newPod(set, ordinal, templateOf(revision), revision.metadata.name);
}

function decideReplica({ set, claim, now }: Situation, pod: Pod, parallel: boolean): Decision {
  // Whatever it ended with. The new one is created once this one is gone.
  if (isFinished(pod)) return { steps: isTerminating(pod) ? [] : [{ do: 'delete', pod }], wait: true };
  const claims = claimNames(set, ordinalOf(pod)).flatMap((name) => claim(name) ?? []);
  if (!isCreated(pod)) {
    if (claims.some((each) => isClaimStale(each, set, pod))) return { steps: [], wait: true };
    return { steps: [{ do: 'create', pod }], wait: true };
  }
  const steps: Step[] = isPending(pod) ? [{ do: 'complete-claims', pod }] : [];
  const steady =
    !isTerminating(pod) && isRunningAndReady(pod) && isRunningAndAvailable(pod, set.spec.minReadySeconds ?? 0, now);
  if (!steady && !parallel) return { steps, wait: true };
  const settled = claims.every((each) => isClaimSettled(each, set, pod));
  if (!identityMatches(set, pod) || !storageMatches(set, pod) || !settled) steps.push({ do: 'repair', pod });
  return { steps, wait: false };
}

function decideCondemnedClaims({ set, claim }: Situation, pod: Pod): Decision {
  const claims = claimNames(set, ordinalOf(pod)).flatMap((name) => claim(name) ?? []);
  const settled = claims.every((each) => isClaimSettled(each, set, pod));
  return { steps: settled ? [] : [{ do: 'settle-claims', pod }], wait: false };
}

/** In order, only the first unhealthy Pod may be deleted before it is healthy again. */
function decideCondemned({ set, now }: Situation, pod: Pod, unhealthy: Pod | undefined, parallel: boolean): Decision {
  if (isTerminating(pod)) return { steps: [], wait: true };
  const available = isRunningAndReady(pod) && isRunningAndAvailable(pod, set.spec.minReadySeconds ?? 0, now);
  if (!available && !parallel && pod !== unhealthy) return { steps: [], wait: true };
  return { steps: [{ do: 'delete', pod }], wait: true };
}

/** By ordinal, those that are to stay before those that are to go. */
function firstUnhealthy(replicas: readonly Pod[], condemned: readonly Pod[]): Pod | undefined {
  return replicas.find((pod) => !isHealthy(pod)) ?? condemned.findLast((pod) => !isHealthy(pod));
}

/** The Pod to delete so that it comes back at the update revision, unless one has to be waited for. */
function nextToUpdate({ set, revisions }: Situation, replicas: readonly Pod[]): Pod | undefined {
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (const pod of replicas.slice(partition).reverse()) {
    const outdated = revisionOf(pod) !== revisions.update.metadata.name && !isTerminating(pod);
    // One that has finished is about to be deleted already.
    if (outdated && !isFinished(pod)) return pod;
    if (!isHealthy(pod)) return undefined;
  }
  return undefined;
}

function* mapped(pods: readonly Pod[], decide: (pod: Pod) => Decision): Iterable<Decision> {
  for (const pod of pods) yield decide(pod);
}
