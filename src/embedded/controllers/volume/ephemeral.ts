import type { PersistentVolumeClaim, Pod, Volume } from '../../../kubernetes/objects.ts';
import { controllerReference, isControlledBy } from '../../../kubernetes/owners.ts';
import type { Controller } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import { claimName } from '../../kubelet/volumes/claims.ts';
import type { ControllerContext } from '../shared/context.ts';
import { messageOf } from '../shared/failures.ts';
import { keyOf, reconciler, splitKey } from '../shared/reconciler.ts';

/** Makes the claims of Pods' ephemeral volumes, which live as long as their Pod. */
export function ephemeralVolumeController(context: ControllerContext): Controller {
  const client = context.clientFor('ephemeral-volume-controller');
  const recorder = new EventRecorder({ client, clock: context.clock, component: 'ephemeral_volume' });
  const pods = client.informer(refs.pods);
  const claims = client.informer(refs.persistentVolumeClaims);

  async function ensureClaim(pod: Pod, volume: Volume): Promise<void> {
    const { namespace = '' } = pod.metadata;
    const name = claimName(pod, volume)!;
    const existing = claims.get(namespace, name);
    if (existing && !isControlledBy(existing, pod)) {
      throw new Error(
        `PVC ${namespace}/${name} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`,
      );
    }
    if (existing) return;
    try {
      await client.resource(refs.persistentVolumeClaims).create(ephemeralClaim(pod, volume, name));
    } catch (error) {
      throw new Error(`create PVC ${name}: ${messageOf(error)}`);
    }
  }

  return reconciler({
    name: 'ephemeral-volume-controller',
    context,
    recorder,
    watch(queue) {
      const add = (pod: Pod) => {
        if (pod.spec.volumes?.some(({ ephemeral }) => ephemeral) && !pod.metadata.deletionTimestamp) {
          queue.add(keyOf(pod));
        }
      };
      return [
        pods.subscribe({ added: add }),
        claims.subscribe({
          deleted({ metadata: { namespace = '', ownerReferences } }) {
            for (const { kind, name } of ownerReferences ?? []) {
              const pod = kind === 'Pod' ? pods.get(namespace, name) : undefined;
              if (pod) add(pod);
            }
          },
        }),
      ];
    },
    async sync(key) {
      const { namespace, name } = splitKey(key);
      const pod = pods.get(namespace, name);
      if (!pod || pod.metadata.deletionTimestamp) return;
      for (const volume of pod.spec.volumes ?? []) {
        if (!volume.ephemeral) continue;
        try {
          await ensureClaim(pod, volume);
        } catch (error) {
          const message = `ephemeral volume ${volume.name}: ${messageOf(error)}`;
          recorder.event(pod, 'Warning', 'FailedBinding', message);
          throw new Error(`pod ${key}, ${message}`);
        }
      }
    },
  });
}

function ephemeralClaim(pod: Pod, { ephemeral }: Volume, name: string): PersistentVolumeClaim {
  const { metadata, spec } = ephemeral!.volumeClaimTemplate!;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name,
      namespace: pod.metadata.namespace,
      ownerReferences: [controllerReference(pod)],
      ...(metadata?.annotations && { annotations: metadata.annotations }),
      ...(metadata?.labels && { labels: metadata.labels }),
    },
    spec,
  };
}
