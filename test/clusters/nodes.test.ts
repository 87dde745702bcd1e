import { afterAll, beforeAll, expect, it } from 'vitest';
import { ClusterApi } from '../../src/clusters/access/api.ts';
import { EmbeddedProvider } from '../../src/clusters/embedded.ts';
import { restoreNodes } from '../../src/clusters/nodes.ts';
import type { RunningCluster } from '../../src/clusters/provider.ts';
import { RealClock } from '../../src/embedded/clock.ts';

let cluster: RunningCluster;
let api: ClusterApi;
const { signal } = new AbortController();

beforeAll(async () => {
  const provider = new EmbeddedProvider({ distFolder: '', inProcess: true, speed: 'max', rate: 20 });
  cluster = await provider.up({ signal, progress() {} });
  api = await ClusterApi.open(cluster.kubeconfig);
});
afterAll(() => cluster.stop());

interface Node {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly unschedulable?: boolean; readonly taints?: readonly { readonly key: string }[] };
}

it('starts nodes, and takes away what keeps Pods from them', async () => {
  await cluster.node!('stop', 'ordinal-worker');
  await cluster.node!('partition', 'ordinal-worker2');
  const outOfService = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' };
  await api.json({
    method: 'PATCH',
    path: '/api/v1/nodes/ordinal-worker',
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
    body: JSON.stringify({ spec: { unschedulable: true, taints: [outOfService] } }),
  });
  await restoreNodes(cluster, new RealClock(), signal);
  const { items } = await api.json<{ items: Node[] }>({ path: '/api/v1/nodes' });
  expect(items.map(({ spec }) => spec.unschedulable)).toEqual([undefined, undefined, undefined]);
  const taints = Object.fromEntries(items.map(({ metadata, spec }) => [metadata.name, spec.taints ?? []]));
  expect(taints['ordinal-control-plane']).toEqual([expect.objectContaining({ effect: 'NoSchedule' })]);
  expect(taints['ordinal-worker']!.map(({ key }) => key)).not.toContain(outOfService.key);
});
