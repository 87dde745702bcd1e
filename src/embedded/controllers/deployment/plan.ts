import type { Deployment, ReplicaSet } from '../../../kubernetes/objects.ts';
import { desiredReplicas, maxReplicas, revisionOf } from './annotations.ts';
import { all, byCreation, isActive, type ReplicaSets, replicasOf, sum } from './replica-sets.ts';
import { historyLimit, isRollingUpdate, maxSurge, maxUnavailable } from './strategy.ts';

/** A ReplicaSet gets another size. */
export interface Scaling {
  readonly set: ReplicaSet;
  readonly from: number;
  readonly to: number;
}

/** How many replicas a ReplicaSet begins with that is about to be created. */
export function initialReplicas(deployment: Deployment, old: readonly ReplicaSet[]): number {
  return isRollingUpdate(deployment) ? grown(deployment, 0, sum(old, replicasOf)) : replicasOf(deployment);
}

/** As many as there is room for beside what all ReplicaSets have. */
function grown(deployment: Deployment, newest: number, total: number): number {
  const room = replicasOf(deployment) + maxSurge(deployment) - total;
  return room <= 0 ? newest : newest + Math.min(room, replicasOf(deployment) - newest);
}

/** The next step of a rolling update: the new ReplicaSet grows as far as it may, or else the old ones shrink. */
export function planRolling(deployment: Deployment, sets: ReplicaSets & { newest: ReplicaSet }): readonly Scaling[] {
  const { newest } = sets;
  const wanted = replicasOf(deployment);
  const size = replicasOf(newest);
  const to = size > wanted ? wanted : grown(deployment, size, sum(all(sets), replicasOf));
  return to === size ? shrinkOld(deployment, sets) : [{ set: newest, from: size, to }];
}

/**
 * Pods that are not available may go first, as nobody misses them; then as many others as the new ReplicaSet's available
 * ones make up for. The new ReplicaSet's unavailable Pods count as if they were going to be available, so that a bad
 * version does not eat up the good one.
 */
function shrinkOld(deployment: Deployment, sets: ReplicaSets & { newest: ReplicaSet }): readonly Scaling[] {
  const active = sets.old.filter(isActive).sort(byCreation);
  // One with more Pods available than it is to have is still shrinking, and how many it will lose is not known yet.
  if (active.length === 0 || active.some((set) => availableOf(set) > replicasOf(set))) return [];
  const minAvailable = replicasOf(deployment) - maxUnavailable(deployment);
  const pending = replicasOf(sets.newest) - availableOf(sets.newest);
  const room = sum(all(sets), replicasOf) - minAvailable - pending;
  if (room <= 0) return [];
  const cleanup = shrink(active, replicasOf, room, (set, size) => size - availableOf(set));
  const sizes = new Map(cleanup.map(({ set, to }) => [set, to]));
  const spare = sum([...active, sets.newest], availableOf) - minAvailable;
  const sizeNow = (set: ReplicaSet) => sizes.get(set) ?? replicasOf(set);
  return [...cleanup, ...shrink(active, sizeNow, spare, (_, size) => size)];
}

/** Takes up to `total` from the sets in turn, and from each no more than `dispensable` says. */
function shrink(
  sets: readonly ReplicaSet[],
  sizeOf: (set: ReplicaSet) => number,
  total: number,
  dispensable: (set: ReplicaSet, size: number) => number,
): Scaling[] {
  const scalings: Scaling[] = [];
  let left = total;
  for (const set of sets) {
    const from = sizeOf(set);
    const by = Math.min(left, dispensable(set, from));
    if (left <= 0 || by === 0 || from === 0) continue;
    left -= by;
    scalings.push({ set, from, to: from - by });
  }
  return scalings;
}

/** Recreate begins with ending everything old. */
export function planShutdown({ old }: ReplicaSets): readonly Scaling[] {
  return old.filter(isActive).map((set) => ({ set, from: replicasOf(set), to: 0 }));
}

/** Whether a ReplicaSet was last scaled for another size of the Deployment: then it is scaling that is due, not a rollout. */
export function isScalingDue(deployment: Deployment, sets: ReplicaSets): boolean {
  return all(sets)
    .filter(isActive)
    .some((set) => (desiredReplicas(set) ?? replicasOf(deployment)) !== replicasOf(deployment));
}

/**
 * Brings a Deployment to its size while it is paused or in the middle of a rollout. Where several ReplicaSets have Pods,
 * each takes its share, so that the mix stays what it is.
 */
export function planScaling(deployment: Deployment, sets: ReplicaSets): readonly Scaling[] {
  const wanted = replicasOf(deployment);
  const active = all(sets).filter(isActive);
  if (active.length <= 1) {
    const only = active[0] ?? sets.newest ?? sets.old.at(-1);
    return only && replicasOf(only) !== wanted ? [{ set: only, from: replicasOf(only), to: wanted }] : [];
  }
  if (isSaturated(deployment, sets.newest)) return planShutdown(sets);
  return isRollingUpdate(deployment) ? proportional(deployment, active) : [];
}

/** The new ReplicaSet has all the Pods, and has them for the present size of the Deployment. */
function isSaturated(deployment: Deployment, set: ReplicaSet | undefined): boolean {
  const wanted = replicasOf(deployment);
  return !!set && replicasOf(set) === wanted && desiredReplicas(set) === wanted && availableOf(set) === wanted;
}

/** Includes ReplicaSets that keep their size, since their annotations may have to change. */
function proportional(deployment: Deployment, active: readonly ReplicaSet[]): readonly Scaling[] {
  const wanted = replicasOf(deployment);
  const allowed = wanted > 0 ? wanted + maxSurge(deployment) : 0;
  const toAdd = allowed - sum(active, replicasOf);
  // The largest first; of the same size, the newer one grows and the older one shrinks.
  const direction = toAdd > 0 ? -1 : 1;
  const sorted =
    toAdd === 0 ? active : [...active].sort((a, b) => replicasOf(b) - replicasOf(a) || direction * byCreation(a, b));
  let added = 0;
  const shares = sorted.map((set) => {
    const left = toAdd - added;
    const share = ownShare(deployment, set);
    const bounded = left === 0 ? 0 : toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
    added += bounded;
    return bounded;
  });
  return sorted.map((set, index) => {
    const from = replicasOf(set);
    // What rounding left over is the largest one's.
    const leftover = index === 0 ? toAdd - added : 0;
    return { set, from, to: Math.max(0, from + shares[index]! + leftover) };
  });
}

/** By how much a ReplicaSet would grow if it kept its part of the Deployment. */
function ownShare(deployment: Deployment, set: ReplicaSet): number {
  const size = replicasOf(set);
  if (replicasOf(deployment) === 0) return -size;
  const before = maxReplicas(set) || deployment.status?.replicas || 0;
  if (before === 0) return 0;
  return Math.round((size * (replicasOf(deployment) + maxSurge(deployment))) / before) - size;
}

/** The oldest revisions beyond the limit, if they have no Pods and none are on their way. */
export function superfluousSets(deployment: Deployment, { old }: ReplicaSets): readonly ReplicaSet[] {
  const limit = historyLimit(deployment);
  if (limit === undefined) return [];
  const living = old.filter(({ metadata }) => !metadata.deletionTimestamp).sort(byRevision);
  return living.slice(0, Math.max(0, living.length - limit)).filter((set) => {
    const { status, metadata } = set;
    const observed = (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0);
    return !isActive(set) && (status?.replicas ?? 0) === 0 && observed;
  });
}

function byRevision(a: ReplicaSet, b: ReplicaSet): number {
  const [one, other] = [revisionOf(a), revisionOf(b)];
  return one === undefined || other === undefined || one === other ? byCreation(a, b) : one < other ? -1 : 1;
}

function availableOf({ status }: ReplicaSet): number {
  return status?.availableReplicas ?? 0;
}
