import type { KubeObject } from '../../../kubernetes/object.ts';
import type { PersistentVolumeClaim, Pod } from '../../../kubernetes/objects.ts';
import { isControlledBy } from '../../../kubernetes/owners.ts';
import type { Controller } from '../../client/client.ts';
import * as refs from '../../client/refs.ts';
import { claimName } from '../../kubelet/volumes/claims.ts';
import type { ControllerContext } from '../shared/context.ts';
import { keyOf, reconciler, splitKey } from '../shared/reconciler.ts';
import { claimKeys, isTerminated, podsUsing } from './pods.ts';

const claimFinalizer = 'kubernetes.io/pvc-protection';
const volumeFinalizer = 'kubernetes.io/pv-protection';

/** Keeps claims that are to be deleted for as long as a Pod uses them. */
export function claimProtection(context: ControllerContext): Controller {
  const client = context.clientFor('pvc-protection-controller');
  const claims = client.informer(refs.persistentVolumeClaims);
  const pods = client.informer(refs.pods);
  return reconciler({
    name: 'persistentvolumeclaim-protection-controller',
    context,
    concurrency: 1,
    watch(queue) {
      const add = (claim: PersistentVolumeClaim) => {
        if (isUnsettled(claim, claimFinalizer)) queue.add(keyOf(claim));
      };
      const release = (pod: Pod) => {
        for (const key of claimKeys(pod)) queue.add(key);
      };
      return [
        claims.subscribe({ added: add, updated: add }),
        pods.subscribe({
          added: (pod) => isUsing(pod) || release(pod),
          updated: (pod) => isUsing(pod) || release(pod),
          deleted: release,
        }),
      ];
    },
    async sync(key) {
      const { namespace, name } = splitKey(key);
      const claim = claims.get(namespace, name);
      if (!claim || !isUnsettled(claim, claimFinalizer)) return;
      if (claim.metadata.deletionTimestamp && podsUsing(pods, key).some((pod) => usesClaim(pod, claim))) return;
      await client.resource(refs.persistentVolumeClaims).update(settled(claim, claimFinalizer));
    },
  });
}

/** Keeps volumes that are to be deleted for as long as they are bound. */
export function volumeProtection(context: ControllerContext): Controller {
  const client = context.clientFor('pv-protection-controller');
  const volumes = client.informer(refs.persistentVolumes);
  return reconciler({
    name: 'persistentvolume-protection-controller',
    context,
    concurrency: 1,
    watch(queue) {
      const add = (volume: KubeObject) => {
        if (isUnsettled(volume, volumeFinalizer)) queue.add(volume.metadata.name);
      };
      return [volumes.subscribe({ added: add, updated: add })];
    },
    async sync(name) {
      const volume = volumes.get('', name);
      if (!volume || !isUnsettled(volume, volumeFinalizer)) return;
      if (volume.metadata.deletionTimestamp && volume.status?.phase === 'Bound') return;
      await client.resource(refs.persistentVolumes).update(settled(volume, volumeFinalizer));
    },
  });
}

/** It lacks the finalizer, or its deletion waits for it. */
function isUnsettled({ metadata }: KubeObject, finalizer: string): boolean {
  return (metadata.deletionTimestamp !== undefined) === (metadata.finalizers?.includes(finalizer) ?? false);
}

function settled<T extends KubeObject>(object: T, finalizer: string): T {
  const { finalizers = [], deletionTimestamp } = object.metadata;
  const others = finalizers.filter((each) => each !== finalizer);
  return {
    ...object,
    metadata: { ...object.metadata, finalizers: deletionTimestamp ? others : [...others, finalizer] },
  };
}

/** A Pod that is on its way through its node: what it does to claims shows when it ends. */
function isUsing(pod: Pod): boolean {
  return !isTerminated(pod) && !!pod.spec.nodeName;
}

/** A kubelet knows of the Pod, and would not start one whose claim is being deleted: those without a node do not count. */
function usesClaim(pod: Pod, claim: PersistentVolumeClaim): boolean {
  if (!pod.spec.nodeName) return false;
  return (pod.spec.volumes ?? []).some((volume) => {
    if (claimName(pod, volume) !== claim.metadata.name) return false;
    return volume.persistentVolumeClaim !== undefined || (!isShutDown(pod) && isControlledBy(claim, pod));
  });
}

/** Nothing but the Pod's finalizers are waited for, which may themselves wait for the claim. */
function isShutDown({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0;
}
