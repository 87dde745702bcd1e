import type { Controller } from '../../client/client.ts';
import * as refs from '../../client/refs.ts';
import type { ControllerContext } from '../shared/context.ts';
import { ignoreNotFound, settleAll } from '../shared/failures.ts';
import { podsOnNode } from '../shared/node-pods.ts';
import { markDisrupted } from '../shared/pod-conditions.ts';
import { reconciler } from '../shared/reconciler.ts';
import { decideRemovals, quarantine, type Removal, terminatedThreshold } from './pod-gc-plan.ts';

const name = 'pod-garbage-collector-controller';
const sweep = 'sweep';

/**
 * Removes Pods that no kubelet will: those of nodes that are gone or out of service, those that were deleted before they
 * had a node, and those that ended long ago. Upstream looks every 20 seconds; here it is looked when something happens.
 */
export function podGarbageCollector(context: ControllerContext): Controller {
  const client = context.clientFor('pod-garbage-collector');
  const { clock } = context;
  const pods = client.informer(refs.pods);
  const nodes = client.informer(refs.nodes);
  /** Since when nodes have been missing that Pods name. */
  const missing = new Map<string, number>();
  const remove = async ({ pod, disruption }: Removal) => {
    const { namespace = '', name, uid } = pod.metadata;
    const { phase } = pod.status ?? {};
    if (phase !== 'Succeeded' && phase !== 'Failed') {
      await ignoreNotFound(markDisrupted(client, clock, pod, disruption, { phase: 'Failed' }));
    }
    const options = { gracePeriodSeconds: 0, preconditions: { uid: uid! } };
    await ignoreNotFound(client.resource(refs.pods).delete(namespace, name, options));
  };
  return reconciler({
    name,
    context,
    concurrency: 1,
    watch: (queue) => [
      nodes.subscribe({
        updated: () => queue.add(sweep),
        deleted: () => queue.add(sweep),
      }),
      pods.subscribe({
        added: () => queue.add(sweep),
        updated: (pod, previous) => {
          const ended = pod.status?.phase !== previous.status?.phase;
          if (ended || pod.metadata.deletionTimestamp || pod.spec.nodeName !== previous.spec.nodeName) queue.add(sweep);
        },
      }),
    ],
    async sync(_, queue) {
      const all = pods.list();
      const now = clock.now();
      for (const [node] of missing) {
        if (nodes.get('', node) || podsOnNode(pods, node).length === 0) missing.delete(node);
      }
      for (const { spec } of all) {
        if (!spec.nodeName || nodes.get('', spec.nodeName) || missing.has(spec.nodeName)) continue;
        missing.set(spec.nodeName, now);
        queue.addAfter(sweep, quarantine);
      }
      const isGone = (node: string) => now - (missing.get(node) ?? now) >= quarantine;
      const node = (wanted: string) => nodes.get('', wanted);
      const removals = decideRemovals({ pods: all, node, isGone, threshold: terminatedThreshold });
      await settleAll(removals.map(remove));
    },
  });
}
