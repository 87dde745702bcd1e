import { Quantity } from '../../../kubernetes/quantity.ts';
import type { Controller } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import type { ControllerContext } from '../shared/context.ts';
import { keyOf, reconciler, splitKey } from '../shared/reconciler.ts';
import { requestedStorage } from '../shared/volume-matching.ts';

/**
 * Says of claims that ask for more than they have who would have to see to it: none of the volumes of this cluster can
 * be expanded by Kubernetes itself, and nobody else is there.
 */
export function expandController(context: ControllerContext): Controller {
  const client = context.clientFor('expand-controller');
  const recorder = new EventRecorder({ client, clock: context.clock, component: 'volume_expand' });
  const claims = client.informer(refs.persistentVolumeClaims);
  return reconciler({
    name: 'persistentvolume-expander-controller',
    context,
    recorder,
    watch: (queue) => [
      claims.subscribe({
        updated(claim, previous) {
          if (requestedStorage(claim).compare(requestedStorage(previous)) > 0) queue.add(keyOf(claim));
        },
      }),
    ],
    async sync(key) {
      const { namespace, name } = splitKey(key);
      const claim = claims.get(namespace, name);
      const has = Quantity.tryParse(claim?.status?.capacity?.storage);
      if (!claim || !has || requestedStorage(claim).compare(has) <= 0) return;
      recorder.event(claim, 'Normal', 'ExternalExpanding', 'waiting for an external controller to expand this PVC');
    },
  });
}
