import type { Pod } from '../../../kubernetes/objects.ts';
import { isPodReady, podCondition } from '../../../kubernetes/readiness.ts';

/**
 * Milliseconds until the next of these Pods has been ready for `minReadySeconds`; undefined where none is on its way.
 * Nothing in the cluster changes at that moment, so that whoever counts available Pods has to look again by then.
 * @param now when they were counted, which may be a while ago: what has become available since then is not in the count
 */
export function untilNextAvailable(pods: readonly Pod[], minReadySeconds: number, now: number): number | undefined {
  if (minReadySeconds === 0) return undefined;
  const waits = pods
    .filter(isPodReady)
    .map(({ status }) => Date.parse(podCondition(status, 'Ready')?.lastTransitionTime ?? ''))
    // One millisecond more: available is who has been ready for longer than that.
    .map((since) => since + minReadySeconds * 1000 + 1 - now)
    .filter((wait) => wait > 0);
  return waits.length > 0 ? Math.min(...waits) : undefined;
}
