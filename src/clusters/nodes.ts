import type { KubeObject } from '../kubernetes/object.ts';
import { ClusterApi } from './access/api.ts';
import { type Clock, pause } from './clock.ts';
import type { RunningCluster } from './provider.ts';

interface Node extends KubeObject {
  readonly spec?: {
    readonly unschedulable?: boolean;
    readonly taints?: readonly { readonly key: string; readonly effect: string }[];
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

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
  const list = async () => (await api.json<{ items: Node[] }>({ path: '/api/v1/nodes', signal })).items;
  for (const { metadata, spec } of await list()) {
    await act('start', metadata.name);
    const taints = spec?.taints ?? [];
    const kept = taints.filter(({ key }) => key !== outOfService);
    if (!spec?.unschedulable && kept.length === taints.length) continue;
    await api.json({
      method: 'PATCH',
      path: `/api/v1/nodes/${metadata.name}`,
      // A merge patch: taints are replaced, and the cordon's own is taken away by its controller.
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ spec: { unschedulable: null, taints: kept.length > 0 ? kept : null } }),
      signal,
    });
  }
  while (!(await list()).every(isReady)) await pause(clock, 200, signal);
}

function isReady({ status }: Node): boolean {
  return status?.conditions?.some(({ type, status: state }) => type === 'Ready' && state === 'True') ?? false;
}
