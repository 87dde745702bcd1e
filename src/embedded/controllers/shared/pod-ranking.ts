import type { Pod } from '../../../kubernetes/objects.ts';
import { isPodActive, isPodReady, isRestartableInitContainer, podCondition } from '../../../kubernetes/readiness.ts';

/** Which Pods to part with first: upstream's ActivePodsWithRanks. */

const deletionCost = 'controller.kubernetes.io/pod-deletion-cost';
const phases = ['Pending', 'Unknown', 'Running'];

type Order = (a: Pod, b: Pod) => number;

/**
 * The Pods in the order in which to delete them: those first that nobody would miss, and otherwise the younger ones.
 *
 * @param related Pods that do the same work; a Pod that shares its node with many of them goes earlier
 * @param now milliseconds since the epoch
 */
export function rankForDeletion(pods: readonly Pod[], related: readonly Pod[], now: number): Pod[] {
  const neighbours = new Map<string, number>();
  for (const { spec } of related.filter(isPodActive)) {
    neighbours.set(spec.nodeName ?? '', (neighbours.get(spec.nodeName ?? '') ?? 0) + 1);
  }
  const crowding = ({ spec }: Pod) => neighbours.get(spec.nodeName ?? '') ?? 0;
  const inOrder: readonly Order[] = [
    by((pod) => Number(!!pod.spec.nodeName)),
    by((pod) => phases.indexOf(pod.status?.phase ?? '')),
    by((pod) => Number(isPodReady(pod))),
    by(costOf),
    by((pod) => -crowding(pod)),
    youngerFirst(readySince, now),
    by((pod) => -restarts(pod, false)),
    by((pod) => -restarts(pod, true)),
    youngerFirst(({ metadata }) => Date.parse(metadata.creationTimestamp ?? ''), now),
  ];
  return [...pods].sort((a, b) => {
    for (const compare of inOrder) {
      const result = compare(a, b);
      if (result !== 0) return result;
    }
    return 0;
  });
}

function by(value: (pod: Pod) => number): Order {
  return (a, b) => value(a) - value(b);
}

function costOf({ metadata }: Pod): number {
  const cost = metadata.annotations?.[deletionCost] ?? '';
  return /^[+-]?[0-9]+$/.test(cost) ? Number(cost) : 0;
}

function readySince(pod: Pod): number {
  return isPodReady(pod) ? Date.parse(podCondition(pod.status, 'Ready')?.lastTransitionTime ?? '') : 0;
}

function restarts({ spec, status }: Pod, ofSidecars: boolean): number {
  const sidecars = new Set((spec.initContainers ?? []).filter(isRestartableInitContainer).map(({ name }) => name));
  const statuses = ofSidecars
    ? (status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name))
    : (status?.containerStatuses ?? []);
  return Math.max(0, ...statuses.map(({ restartCount }) => restartCount));
}

/** Ages count by their order of magnitude only: among Pods of much the same age, chance (their UID) decides. */
function youngerFirst(time: (pod: Pod) => number, now: number): Order {
  const magnitude = (since: number) => (now > since ? Math.trunc(Math.log2((now - since) * 1e6)) : -1);
  return (a, b) => {
    const [first, second] = [time(a), time(b)];
    if (first === second) return 0;
    if (Number.isNaN(first) || Number.isNaN(second)) return Number.isNaN(first) ? -1 : 1;
    const difference = magnitude(first) - magnitude(second);
    if (difference !== 0) return difference;
    return (a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1;
  };
}
