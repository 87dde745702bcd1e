import type { Node, Taint } from '../../../kubernetes/objects.ts';
import { sameTaint } from '../../../kubernetes/taints.ts';
import { readyCondition } from './health.ts';

const notReady = 'node.kubernetes.io/not-ready';
const unreachable = 'node.kubernetes.io/unreachable';
const unschedulable = 'node.kubernetes.io/unschedulable';
export const outOfService = 'node.kubernetes.io/out-of-service';

/** By condition, then by its status. */
const taintKeys: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: notReady, Unknown: unreachable },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
};

const ownKeys = new Set([unschedulable, ...Object.values(taintKeys).flatMap((byStatus) => Object.values(byStatus))]);

/** The NoSchedule taints that a node's conditions call for. */
function conditionTaints({ spec, status }: Node): Taint[] {
  const keys = (status?.conditions ?? []).flatMap((condition) => taintKeys[condition.type]?.[condition.status] ?? []);
  if (spec.unschedulable) keys.push(unschedulable);
  return keys.map((key) => ({ key, effect: 'NoSchedule' }));
}

/** The NoExecute taint of a node that is not ready; undefined for one that is. */
export function evictingTaint(node: Node): Taint | undefined {
  const key = taintKeys.Ready![readyCondition(node)?.status ?? ''];
  return key === undefined ? undefined : { key, effect: 'NoExecute' };
}

export interface TaintOptions {
  /** Whether a node that is not ready may have its Pods evicted; what says so already is kept up to date all the same. */
  readonly evict: boolean;
  /** Whether no node at all is ready: then the fault is not theirs, and nothing is evicted. */
  readonly disrupted: boolean;
  /** For `timeAdded`. */
  readonly now: string;
}

/** The taints a node should have; undefined where it has them. Those of others are left as they are. */
export function decideTaints(node: Node, { evict, disrupted, now }: TaintOptions): Taint[] | undefined {
  const current = node.spec.taints ?? [];
  const wanted = conditionTaints(node);
  const evicting = evictingTaint(node);
  if (evicting && !disrupted && (evict || current.some(isEvicting))) wanted.push(evicting);
  const kept = current.filter((taint) => !isOwn(taint) || wanted.some((each) => sameTaint(each, taint)));
  const added = wanted.filter((taint) => !current.some((each) => sameTaint(each, taint)));
  if (added.length === 0 && kept.length === current.length) return undefined;
  return [
    ...kept,
    ...added.map((taint) => ({ ...taint, timeAdded: now as unknown as NonNullable<Taint['timeAdded']> })),
  ];
}

function isOwn(taint: Taint): boolean {
  return isEvicting(taint) || (taint.effect === 'NoSchedule' && ownKeys.has(taint.key));
}

export function isEvicting({ key, effect }: Taint): boolean {
  return effect === 'NoExecute' && (key === notReady || key === unreachable);
}
