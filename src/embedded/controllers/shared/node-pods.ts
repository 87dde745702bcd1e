import type { Pod } from '../../../kubernetes/objects.ts';
import type { Informer } from '../../client/client.ts';

function nodeIndex({ spec: { nodeName } }: Pod): readonly string[] {
  return nodeName ? [nodeName] : [];
}

/** All Pods that were given to a node, those that have ended among them. */
export function podsOnNode(pods: Informer<Pod>, node: string): readonly Pod[] {
  return pods.byIndex('node', nodeIndex, node);
}
