import type { KubeObject } from '../../../kubernetes/object.ts';
import type { Pod } from '../../../kubernetes/objects.ts';
import { isPodTerminal } from '../../../kubernetes/readiness.ts';
import type { Client } from '../../client/client.ts';
import type { ApiResource } from '../../client/discovery.ts';
import { ignoreNotFound, settleAll } from '../shared/failures.ts';
import type { Remaining } from './conditions.ts';

/** Seconds within which something that finalizers hold is expected to go. */
const finalizerEstimate = 15;

export interface Emptied {
  /** Seconds until the rest is expected to be gone; 0 where nothing is left. */
  readonly estimate: number;
  readonly remaining: Remaining | undefined;
}

/**
 * Asks for the deletion of everything a resource has in a namespace.
 * @param elapsed seconds since the namespace's own deletion
 * @throws Error where something stays for no reason
 */
export async function empty(
  client: Client,
  resource: ApiResource,
  namespace: string,
  elapsed: number,
): Promise<Emptied> {
  const objects = client.informer<KubeObject>(resource);
  const grace = resource.plural === 'pods' ? podEstimate(objects.list(namespace) as readonly Pod[], elapsed) : 0;
  const deletions = objects.list(namespace).map(({ metadata: { name } }) => {
    return ignoreNotFound(client.resource(resource).delete(namespace, name, { propagationPolicy: 'Background' }));
  });
  await settleAll(deletions);

  const rest = objects.list(namespace);
  if (rest.length === 0) return { estimate: 0, remaining: undefined };
  const finalizers = new Map<string, number>();
  for (const finalizer of rest.flatMap(({ metadata }) => metadata.finalizers ?? [])) {
    finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
  }
  const { group, version, plural } = resource;
  const estimate = grace || (finalizers.size > 0 ? finalizerEstimate : 0);
  if (estimate === 0) {
    const gvr = `${group}/${version}, Resource=${plural}`;
    throw new Error(`unexpected items still remain in namespace: ${namespace} for gvr: ${gvr}`);
  }
  return { estimate, remaining: { resource: `${plural}.${group}`, count: rest.length, finalizers } };
}

/** The longest time that a Pod is given to end, until that has passed. */
function podEstimate(pods: readonly Pod[], elapsed: number): number {
  const periods = pods.filter((pod) => !isPodTerminal(pod)).map(({ spec }) => spec.terminationGracePeriodSeconds ?? 0);
  const longest = Math.max(0, ...periods);
  return elapsed >= longest ? 0 : longest;
}
