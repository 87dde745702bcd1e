import type { Node, Pod } from '../../../kubernetes/objects.ts';
import type { Disruption } from '../shared/pod-conditions.ts';
import { readyCondition } from './health.ts';
import { outOfService } from './taints.ts';

/** Pods that have ended are kept up to this many. */
export const terminatedThreshold = 12_500;
/** Milliseconds after which the Pods of a node that is missing are taken to be orphans. */
export const quarantine = 40_000;

const nodeGone: Disruption = { reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' };

export interface Removal {
  readonly pod: Pod;
  readonly disruption?: Disruption;
}

export interface PodGcSituation {
  readonly pods: readonly Pod[];
  node(name: string): Node | undefined;
  /** Whether the node has been missing for long enough. */
  isGone(name: string): boolean;
  readonly threshold?: number;
}

/** Pods that nobody else will remove (podgc.gc). */
export function decideRemovals({ pods, node, isGone, threshold = terminatedThreshold }: PodGcSituation): Removal[] {
  const removals = new Map<Pod, Removal>();
  const ended = pods.filter(({ status }) => status?.phase === 'Succeeded' || status?.phase === 'Failed');
  for (const pod of ended.sort(evictedAndOldestFirst).slice(0, Math.max(0, ended.length - threshold))) {
    removals.set(pod, { pod });
  }
  for (const pod of pods) {
    const { nodeName } = pod.spec;
    const terminating = pod.metadata.deletionTimestamp !== undefined;
    if (!nodeName) {
      if (terminating) removals.set(pod, { pod });
    } else if (isGone(nodeName)) {
      removals.set(pod, { pod, disruption: nodeGone });
    } else if (terminating && isOutOfService(node(nodeName))) {
      removals.set(pod, { pod });
    }
  }
  return [...removals.values()];
}

/** Somebody vouches that nothing runs on the node any more. */
function isOutOfService(node: Node | undefined): boolean {
  if (!node || readyCondition(node)?.status === 'True') return false;
  return (node.spec.taints ?? []).some(({ key }) => key === outOfService);
}

function evictedAndOldestFirst(one: Pod, other: Pod): number {
  const evicted = Number(isEvicted(other)) - Number(isEvicted(one));
  if (evicted !== 0) return evicted;
  const key = ({ metadata }: Pod) => `${metadata.creationTimestamp} ${metadata.name}`;
  return key(one) < key(other) ? -1 : 1;
}

function isEvicted({ status }: Pod): boolean {
  return status?.phase === 'Failed' && status.reason === 'Evicted';
}
