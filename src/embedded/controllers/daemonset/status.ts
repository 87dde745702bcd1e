import type { DaemonSet } from '../../../kubernetes/objects.ts';
import { isPodAvailable, isPodReady } from '../../../kubernetes/readiness.ts';
import { isUpdated, suits } from './daemon-pod.ts';
import { oldestFirst, podsByNode, type Situation } from './plan.ts';

export type DaemonSetStatus = NonNullable<DaemonSet['status']>;

/** What there is of the daemons. @param collisions of names of revisions, ever */
export function observedStatus(
  { set, hash, nodes, pods, now }: Situation,
  collisions: number | undefined,
): DaemonSetStatus {
  const { minReadySeconds = 0 } = set.spec;
  const byNode = podsByNode(pods);
  const on = (name: string) => byNode.get(name) ?? [];
  const desired = nodes.filter((node) => suits(set, node).run);
  const others = nodes.filter((node) => !desired.includes(node));
  const daemons = desired.flatMap(({ metadata }) => [...on(metadata.name)].sort(oldestFirst).slice(0, 1));
  const available = daemons.filter((pod) => isPodAvailable(pod, minReadySeconds, now)).length;
  return {
    currentNumberScheduled: daemons.length,
    numberMisscheduled: others.filter(({ metadata }) => on(metadata.name).length > 0).length,
    desiredNumberScheduled: desired.length,
    numberReady: daemons.filter(isPodReady).length,
    observedGeneration: set.metadata.generation,
    updatedNumberScheduled: daemons.filter((pod) => isUpdated(set, pod, hash)).length,
    numberAvailable: available,
    numberUnavailable: desired.length - available,
    ...(collisions !== undefined && { collisionCount: collisions }),
    ...(set.status?.conditions && { conditions: set.status.conditions }),
  };
}

/** Whether the DaemonSet does not show the status yet. */
export function isStatusNews({ status: shown }: DaemonSet, status: DaemonSetStatus): boolean {
  const numbers = [
    'currentNumberScheduled',
    'numberMisscheduled',
    'desiredNumberScheduled',
    'numberReady',
    'observedGeneration',
    'updatedNumberScheduled',
    'numberAvailable',
    'numberUnavailable',
    'collisionCount',
  ] as const;
  return !shown || numbers.some((field) => (shown[field] ?? 0) !== (status[field] ?? 0));
}
