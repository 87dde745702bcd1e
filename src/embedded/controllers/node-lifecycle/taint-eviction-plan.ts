import type { Node, Pod, Taint } from '../../../kubernetes/objects.ts';
import { tolerates } from '../../../kubernetes/taints.ts';

/** An eviction that waits for its time. Milliseconds of the clock. */
export interface Scheduled {
  readonly since: number;
  readonly at: number;
}

export type EvictionDecision =
  | { readonly do: 'nothing' }
  | { readonly do: 'cancel' }
  /** Instead of any other that was scheduled. */
  | { readonly do: 'schedule'; readonly eviction: Scheduled };

/** How long a Pod bears the NoExecute taints of its node, in milliseconds: 0 not at all, undefined for ever. */
export function bears({ spec: { tolerations = [] } }: Pod, taints: readonly Taint[]): number | undefined {
  let least = Number.POSITIVE_INFINITY;
  for (const taint of taints) {
    const toleration = tolerations.find((each) => tolerates(each, taint));
    if (!toleration) return 0;
    least = Math.min(least, Math.max(0, toleration.tolerationSeconds ?? Number.POSITIVE_INFINITY));
  }
  return least === Number.POSITIVE_INFINITY ? undefined : least * 1000;
}

/** What to do about a Pod now that its node has these taints (tainteviction.processPodOnNode). */
export function decideEviction(
  pod: Pod,
  node: Node | undefined,
  scheduled: Scheduled | undefined,
  now: number,
): EvictionDecision {
  const taints = (node?.spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
  const wait = bears(pod, taints);
  if (wait === undefined) return { do: scheduled ? 'cancel' : 'nothing' };
  const since = wait === 0 ? now : (scheduled?.since ?? now);
  const eviction = { since, at: wait === 0 ? now : now + wait };
  // An earlier one stays: taints that come or change later grant no delay.
  if (scheduled && wait > 0 && scheduled.since + wait < eviction.at) return { do: 'nothing' };
  if (scheduled && scheduled.at === eviction.at) return { do: 'nothing' };
  return { do: 'schedule', eviction };
}
