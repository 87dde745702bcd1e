import type { Pod } from '../../../kubernetes/objects.ts';
import type { Informer } from '../../client/client.ts';
import { claimName } from '../../kubelet/volumes/claims.ts';

/** Which Pods use a claim. */

/** "default/data-kubia-0" for each claim that the Pod names or gets with an ephemeral volume. */
export function claimKeys(pod: Pod): readonly string[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => {
    const name = claimName(pod, volume);
    return name === undefined ? [] : [`${pod.metadata.namespace}/${name}`];
  });
}

/** @param key "default/data-kubia-0" */
export function podsUsing(pods: Informer<Pod>, key: string): readonly Pod[] {
  return pods.byIndex('claims', claimKeys, key);
}

export function isTerminated({ status }: Pod): boolean {
  return status?.phase === 'Failed' || status?.phase === 'Succeeded';
}
