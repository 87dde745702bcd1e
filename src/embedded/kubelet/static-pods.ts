import { createHash } from 'node:crypto';
import type { Node, Pod } from '../../kubernetes/objects.ts';
import { ApiError } from '../../kubernetes/status.ts';
import { clone } from '../apiserver/json.ts';
import type { ResourceClient } from '../client/client.ts';
import { type Clock, microTimestamp } from '../clock.ts';

/** Pods that a node runs by itself, from manifests, and shows to the API as mirrors that nobody can stop. */

const prefix = 'kubernetes.io/config';
const mirror = `${prefix}.mirror`;

export function isMirror({ metadata }: Pod): boolean {
  return metadata.annotations?.[mirror] !== undefined;
}

/** A Pod that came from a manifest, not from the API. */
export function isStatic({ metadata }: Pod): boolean {
  return metadata.annotations?.[`${prefix}.source`] === 'file';
}

/** The Pod that a node runs for a manifest: under a name of its own, whatever becomes of its mirror. */
export function staticPod(manifest: Pod, node: string, clock: Clock): Pod {
  const pod = clone(manifest);
  const hash = createHash('md5')
    .update(`${node}\n${JSON.stringify(manifest)}`)
    .digest('hex');
  const { annotations, namespace = 'kube-system', name } = pod.metadata;
  pod.metadata = {
    ...pod.metadata,
    name: `${name}-${node}`,
    namespace,
    uid: hash,
    annotations: {
      ...annotations,
      [`${prefix}.hash`]: hash,
      [`${prefix}.seen`]: microTimestamp(clock),
      [`${prefix}.source`]: 'file',
    },
  };
  pod.spec.nodeName = node;
  // Nothing that befalls the node drives them away.
  pod.spec.tolerations = [...(pod.spec.tolerations ?? []), { operator: 'Exists', effect: 'NoExecute' }];
  return pod;
}

/** Makes the mirror of a static Pod in the API, where there is none. */
export async function createMirror(pod: Pod, node: Node, pods: ResourceClient<Pod>): Promise<void> {
  const { uid: hash = '', ...metadata } = pod.metadata;
  const owner = { apiVersion: 'v1', kind: 'Node', name: node.metadata.name, uid: node.metadata.uid ?? '' };
  const object: Pod = {
    ...pod,
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, [mirror]: hash },
      ownerReferences: [{ ...owner, controller: true }],
    },
  };
  await pods.create(object).catch((error) => {
    if (!ApiError.is(error, 'AlreadyExists')) throw error;
  });
}
