import type { Node } from '../../../kubernetes/objects.ts';
import type { Controller } from '../../client/client.ts';
import * as refs from '../../client/refs.ts';
import type { ControllerContext } from '../shared/context.ts';
import { keyOf, reconciler } from '../shared/reconciler.ts';

const annotation = 'node.alpha.kubernetes.io/ttl';

/** For how many seconds kubelets may keep Secrets and ConfigMaps, up to how many nodes. */
const steps = [
  { nodes: 100, seconds: 0 },
  { nodes: 500, seconds: 15 },
  { nodes: 1000, seconds: 30 },
  { nodes: 2000, seconds: 60 },
  { nodes: Number.POSITIVE_INFINITY, seconds: 300 },
];

/** Notes on each node for how long its kubelet may keep Secrets and ConfigMaps: longer, the more nodes there are. */
export function ttlController(context: ControllerContext): Controller {
  const client = context.clientFor('ttl-controller');
  const nodes = client.informer(refs.nodes);
  const nodeClient = client.resource(refs.nodes);
  return reconciler({
    name: 'ttl-controller',
    context,
    watch: (queue) => {
      const changed = (node: Node) => queue.add(keyOf(node));
      return [nodes.subscribe({ added: changed, updated: changed })];
    },
    async sync(key) {
      const node = nodes.get('', key);
      const wanted = String(secondsFor(nodes.list().length));
      if (!node || node.metadata.annotations?.[annotation] === wanted) return;
      await nodeClient.patch('', key, { metadata: { annotations: { [annotation]: wanted } } }, { type: 'strategic' });
    },
  });
}

export function secondsFor(nodes: number): number {
  return steps.find((step) => nodes <= step.nodes)!.seconds;
}
