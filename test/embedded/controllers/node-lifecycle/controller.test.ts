import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { microTimestamp, timestamp } from '../../../../src/embedded/clock.ts';
import { nodeLifecycleController } from '../../../../src/embedded/controllers/node-lifecycle/controller.ts';
import { podGarbageCollector } from '../../../../src/embedded/controllers/node-lifecycle/pod-gc.ts';
import { taintEvictionController } from '../../../../src/embedded/controllers/node-lifecycle/taint-eviction.ts';
import type { Node, Pod, Toleration } from '../../../../src/kubernetes/objects.ts';
import { TestCluster } from '../cluster.ts';

let cluster: TestCluster;
/** Nodes that give signs of life every ten seconds. */
let alive: Set<string>;
beforeEach(async () => {
  cluster = await TestCluster.start(nodeLifecycleController, taintEvictionController, podGarbageCollector);
  alive = new Set(['worker', 'worker2']);
  for (const name of alive) await boot(name);
  await cluster.settle();
});
afterEach(() => cluster.stop());

async function boot(name: string): Promise<void> {
  await cluster.create(refs.nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {} });
  await report(name);
  await cluster.create(refs.leases, {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease' },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: microTimestamp(cluster.clock) as never },
  });
}

/** As a kubelet writes its node's status. */
async function report(name: string, status: 'True' | 'False' = 'True'): Promise<void> {
  const now = timestamp(cluster.clock) as never;
  const conditions = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) => ({
    type,
    status: type === 'Ready' ? status : 'False',
    reason: type === 'Ready' ? 'KubeletReady' : `KubeletHasNo${type}`,
    message: '',
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  }));
  await cluster.client.resource(refs.nodes).updateStatus({ ...node(name), status: { conditions } });
}

async function pass(seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= 10) {
    for (const name of alive) {
      const patch = { spec: { renewTime: microTimestamp(cluster.clock) } };
      await cluster.client.resource(refs.leases).patch('kube-node-lease', name, patch);
    }
    await cluster.advance(Math.min(left, 10));
  }
}

async function run(name: string, nodeName: string, tolerations: Toleration[] = []): Promise<Pod> {
  await cluster.create(refs.pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { nodeName, tolerations, containers: [{ name: 'main', image: 'kubia:1' }] },
  });
  await cluster.settle();
  return pod(name)!;
}

const node = (name: string): Node => cluster.get(refs.nodes, name, '')!;
const pod = (name: string) => cluster.get(refs.pods, name);
const taints = (name: string) => (node(name).spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`);
const condition = (object: Node | Pod | undefined, type: string) =>
  object?.status?.conditions?.find((each) => each.type === type);

describe('a node', () => {
  it('loses the taint it came with once it is ready', () => {
    expect(taints('worker')).toEqual([]);
  });

  it('that reports that it is not ready keeps Pods away', async () => {
    await report('worker', 'False');
    await cluster.settle();
    expect(taints('worker')).toEqual(['node.kubernetes.io/not-ready:NoSchedule']);
    await cluster.advance(5);
    expect(taints('worker')).toEqual([
      'node.kubernetes.io/not-ready:NoSchedule',
      'node.kubernetes.io/not-ready:NoExecute',
    ]);
    await report('worker');
    await cluster.settle();
    expect(taints('worker')).toEqual([]);
  });

  it('that is cordoned says so in a taint', async () => {
    await cluster.client.resource(refs.nodes).patch('', 'worker', { spec: { unschedulable: true } });
    await cluster.settle();
    expect(taints('worker')).toEqual(['node.kubernetes.io/unschedulable:NoSchedule']);
  });

  it('that renews its Lease is left alone', async () => {
    await pass(300);
    expect(condition(node('worker'), 'Ready')?.status).toBe('True');
  });

  it('that falls silent is unknown after fifty seconds, and its Pods are not ready', async () => {
    await run('kubia', 'worker');
    alive.delete('worker');
    await pass(50);
    expect(condition(node('worker'), 'Ready')?.status).toBe('True');
    await pass(1);
    for (const type of ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']) {
      expect(condition(node('worker'), type)).toMatchObject({
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
      });
    }
    expect(condition(pod('kubia'), 'Ready')?.status).toBe('False');
    expect(await cluster.events('kubia')).toEqual(['NodeNotReady: Node is not ready']);
    expect(await cluster.events('worker')).toEqual([
      'RegisteredNode: Node worker event: Registered Node worker in Controller',
      'NodeNotReady: Node worker status is now: NodeNotReady',
    ]);
    await pass(5);
    expect(taints('worker')).toEqual([
      'node.kubernetes.io/unreachable:NoSchedule',
      'node.kubernetes.io/unreachable:NoExecute',
    ]);
    expect(node('worker').spec.taints?.[1]?.timeAdded).toBeDefined();
  });

  it('is not blamed where all are silent', async () => {
    alive.clear();
    await pass(100);
    expect(taints('worker')).toEqual(['node.kubernetes.io/unreachable:NoSchedule']);
    expect(taints('worker2')).toEqual(['node.kubernetes.io/unreachable:NoSchedule']);
  });
});

const taint = (key: string, effect = 'NoExecute') =>
  cluster.client.resource(refs.nodes).patch('', 'worker', { spec: { taints: [{ key, effect }] } });

describe('Pods of a node with a NoExecute taint', () => {
  it('go at once, later or never, as they tolerate it', async () => {
    cluster.nodes.lingering.add('short');
    await run('none', 'worker');
    await run('short', 'worker', [{ key: 'broken', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 }]);
    await run('all', 'worker', [{ operator: 'Exists' }]);
    await taint('broken');
    await cluster.settle();
    expect(pod('none')).toBeUndefined();
    expect(await cluster.events('none')).toEqual(['TaintManagerEviction: Marking for deletion Pod default/none']);
    await cluster.advance(29);
    expect(pod('short')?.metadata.deletionTimestamp).toBeUndefined();
    await cluster.advance(1);
    expect(pod('short')?.metadata.deletionTimestamp).toBeDefined();
    expect(condition(pod('short'), 'DisruptionTarget')).toMatchObject({
      status: 'True',
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
    });
    expect(pod('all')?.metadata.deletionTimestamp).toBeUndefined();
  });

  it('stay where it is taken off in time', async () => {
    const before = cluster.clock.pending;
    const tolerations: Toleration[] = [
      { key: 'broken', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 },
    ];
    await run('short', 'worker', tolerations);
    await taint('broken');
    await cluster.advance(10);
    await cluster.client.resource(refs.nodes).patch('', 'worker', { spec: { taints: null } });
    await cluster.settle();
    expect(await cluster.events('short')).toEqual(['TaintManagerEviction: Cancelling deletion of Pod default/short']);
    expect(cluster.clock.pending).toBe(before);
  });

  it('of an unreachable node are evicted after five minutes, as admission has them tolerate it', async () => {
    cluster.nodes.lingering.add('kubia');
    await run('kubia', 'worker');
    alive.delete('worker');
    await pass(56 + 299);
    expect(pod('kubia')?.metadata.deletionTimestamp).toBeUndefined();
    await pass(2);
    expect(pod('kubia')?.metadata.deletionTimestamp).toBeDefined();
  });
});

describe('Pods that no kubelet will remove', () => {
  it('are removed from a node that is out of service', async () => {
    cluster.nodes.lingering.add('kubia');
    await run('kubia', 'worker');
    alive.delete('worker');
    await pass(60);
    await cluster.client.resource(refs.pods).delete('default', 'kubia');
    await cluster.settle();
    expect(pod('kubia')).toBeDefined();
    await taint('node.kubernetes.io/out-of-service');
    await cluster.settle();
    expect(pod('kubia')).toBeUndefined();
  });

  it('are removed some time after their node', async () => {
    cluster.nodes.lingering.add('kubia');
    await run('kubia', 'worker');
    alive.delete('worker');
    await cluster.client.resource(refs.nodes).delete('', 'worker');
    await pass(39);
    expect(pod('kubia')).toBeDefined();
    await pass(1);
    expect(pod('kubia')).toBeUndefined();
    expect(cluster.failures).toEqual([]);
  });
});
