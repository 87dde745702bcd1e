import type { KubeObject } from '../kubernetes/object.ts';
import { ClusterApi } from './access/api.ts';
import { follow, type WatchListener } from './access/watch.ts';
import type { Clock } from './clock.ts';
import type { RunningCluster } from './provider.ts';

interface Node extends KubeObject {
  readonly spec?: {
    readonly unschedulable?: boolean;
    readonly taints?: readonly { readonly key: string; readonly effect: string }[];
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const nodesPath = '/api/v1/nodes';
/** What an administrator writes on a node that will not come back; nobody else takes it away. */
const outOfService = 'node.kubernetes.io/out-of-service';

/**
 * Puts nodes right that somebody has let fail: each runs and is connected, takes Pods again, and is Ready when this
 * resolves. Where nothing is wrong it changes nothing.
 */
export async function restoreNodes(
  { kubeconfig, node: act }: Pick<RunningCluster, 'kubeconfig' | 'node'>,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  if (!act) return;
  const api = await ClusterApi.open(kubeconfig);
  try {
    const { items } = await api.json<{ items: Node[] }>({ path: nodesPath, signal });
    for (const node of items) {
      await act('start', node.metadata.name);
      await letPodsIn(api, node, signal);
    }
    await allReady(api, clock, signal);
  } finally {
    api.close();
  }
}

async function letPodsIn(api: ClusterApi, { metadata, spec }: Node, signal: AbortSignal): Promise<void> {
  const taints = spec?.taints ?? [];
  const kept = taints.filter(({ key }) => key !== outOfService);
  if (!spec?.unschedulable && kept.length === taints.length) return;
  await api.json({
    method: 'PATCH',
    path: `${nodesPath}/${metadata.name}`,
    // A merge patch: taints are replaced, and the cordon's own is taken away by its controller.
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ spec: { unschedulable: null, taints: kept.length > 0 ? kept : null } }),
    signal,
  });
}

async function allReady(api: ClusterApi, clock: Clock, signal: AbortSignal): Promise<void> {
  const nodes = new Map<string, Node>();
  const done = new AbortController();
  let failure: Error | undefined;
  const look = () => {
    if ([...nodes.values()].every(isReady)) done.abort();
  };
  const listener: WatchListener = {
    listed(objects) {
      nodes.clear();
      for (const node of objects) nodes.set(node.metadata.name, node);
      look();
    },
    changed(type, node) {
      if (type === 'deleted') nodes.delete(node.metadata.name);
      else nodes.set(node.metadata.name, node);
      look();
    },
    trouble(error) {
      failure = error;
      if (error) done.abort();
    },
  };
  await follow(api, nodesPath, clock, listener, AbortSignal.any([signal, done.signal]));
  signal.throwIfAborted();
  if (failure) throw failure;
}

function isReady({ status }: Node): boolean {
  return status?.conditions?.some(({ type, status: state }) => type === 'Ready' && state === 'True') ?? false;
}
