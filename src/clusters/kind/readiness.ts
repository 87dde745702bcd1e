import { setTimeout as pause } from 'node:timers/promises';
import { ClusterApi } from '../access/api.ts';
import type { NodeContainer } from './containers.ts';

interface ListedNode {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  };
}

interface Lease {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly renewTime?: string };
}

/** Milliseconds between two looks. */
const interval = 500;

/**
 * Resolves with the version once every node is ready at the address it has now, and there is what Pods need; with what
 * is still missing where that does not come within `patience` milliseconds.
 */
export async function whenReady(options: {
  readonly kubeconfig: string;
  readonly containers: readonly NodeContainer[];
  readonly patience: number;
  readonly signal: AbortSignal;
  progress(message: string): void;
}): Promise<{ readonly version: string } | { readonly missing: string }> {
  const { kubeconfig, containers, patience, signal, progress } = options;
  const api = await ClusterApi.open(kubeconfig);
  const until = performance.now() + patience;
  let told = '';
  try {
    for (;;) {
      const seen = await look(api, containers, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        return { missing: `the API does not answer (${error instanceof Error ? error.message : error})` };
      });
      if ('version' in seen || performance.now() > until) return seen;
      if (seen.missing !== told) progress(`waiting: ${seen.missing}`);
      told = seen.missing;
      await pause(interval, undefined, { signal });
    }
  } finally {
    api.close();
  }
}

async function look(api: ClusterApi, containers: readonly NodeContainer[], signal: AbortSignal) {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(5000)]);
  const get = <T>(path: string) => api.json<T>({ path, signal: limit });
  const { gitVersion } = await get<{ gitVersion: string }>('/version');
  const [nodes, leases] = await Promise.all([
    get<{ items: ListedNode[] }>('/api/v1/nodes'),
    get<{ items: Lease[] }>('/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases'),
  ]);
  for (const container of containers) {
    const node = nodes.items.find(({ metadata }) => metadata.name === container.name);
    const lease = leases.items.find(({ metadata }) => metadata.name === container.name);
    const missing = node && lease ? unwell(node, lease, container) : 'is not registered yet';
    if (missing) return { missing: `${container.name} ${missing}` };
  }
  const accounts = await api.request({ path: '/api/v1/namespaces/default/serviceaccounts/default', signal: limit });
  if (accounts.status !== 200) return { missing: 'the service account of the namespace default' };
  const classes = await get<{ items: unknown[] }>('/apis/storage.k8s.io/v1/storageclasses');
  if (classes.items.length === 0) return { missing: 'a StorageClass' };
  return { version: gitVersion };
}

function unwell(node: ListedNode, lease: Lease, { startedAt, addresses }: NodeContainer): string | undefined {
  // What a node said before it was stopped stays true in the API for a while.
  if (!(Date.parse(lease.spec.renewTime ?? '') > Date.parse(startedAt))) return 'has not reported since its start';
  const internal = node.status.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  if (internal !== undefined && !Object.values(addresses).includes(internal)) {
    return `is still known by the address ${internal}`;
  }
  const ready = node.status.conditions?.find(({ type }) => type === 'Ready')?.status;
  return ready === 'True' ? undefined : 'is not ready';
}
