import { afterEach, describe, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import {
  replicaSetController,
  replicationControllerController,
} from '../../../../src/embedded/controllers/replicaset/controller.ts';
import type { Pod, ReplicaSet, ReplicaSetSpec } from '../../../../src/kubernetes/objects.ts';
import { TestCluster } from '../cluster.ts';

let cluster: TestCluster;
afterEach(() => cluster.stop());

const template = {
  metadata: { labels: { app: 'kiada' } },
  spec: { containers: [{ name: 'kiada', image: 'kiada:1' }] },
};

const kiada = (spec: Partial<ReplicaSetSpec> = {}): ReplicaSet => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'kiada' },
  spec: { replicas: 3, selector: { matchLabels: { app: 'kiada' } }, template, ...spec },
});

async function start(set?: ReplicaSet): Promise<void> {
  cluster = await TestCluster.start(replicaSetController, replicationControllerController);
  if (set) await cluster.create(refs.replicaSets, set);
  await cluster.settle();
}

const status = () => cluster.get(refs.replicaSets, 'kiada')?.status;
const pods = () => cluster.list(refs.pods);

async function patch(spec: object): Promise<void> {
  await cluster.client.resource(refs.replicaSets).patch('default', 'kiada', { spec });
  await cluster.settle();
}

async function limitPods(count: string): Promise<void> {
  const quota = await cluster.create(refs.resourceQuotas, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'quota' },
    spec: { hard: { pods: count } },
  });
  const used = { hard: { pods: count }, used: { pods: '0' } };
  await cluster.client.resource(refs.resourceQuotas).updateStatus({ ...quota, status: used });
}

describe('a ReplicaSet', () => {
  it('creates as many Pods as are wanted, and says so', async () => {
    await start(kiada());
    expect(pods()).toHaveLength(3);
    expect(pods()[0]).toMatchObject({
      metadata: {
        generateName: 'kiada-',
        labels: { app: 'kiada' },
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'kiada', controller: true, blockOwnerDeletion: true },
        ],
      },
      spec: { containers: [{ name: 'kiada', image: 'kiada:1' }] },
    });
    expect(pods()[0]!.metadata.name).toMatch(/^kiada-[a-z0-9]{5}$/);
    const events = await cluster.events('kiada');
    expect([...events].sort()).toEqual(
      cluster
        .names(refs.pods)
        .map((name) => `SuccessfulCreate: Created pod: ${name}`)
        .sort(),
    );
    expect(status()).toEqual({
      replicas: 3,
      fullyLabeledReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      observedGeneration: 1,
    });
    expect(cluster.failures).toEqual([]);
  });

  it('replaces Pods that are deleted or that ended', async () => {
    await start(kiada());
    const [first, second] = cluster.names(refs.pods);
    await cluster.client.resource(refs.pods).delete('default', first!);
    await cluster.nodes.finish(second!, 'Failed');
    await cluster.settle();
    expect(cluster.names(refs.pods)).not.toContain(first);
    expect(pods().filter(({ status }) => status?.phase === 'Running')).toHaveLength(3);
    expect(pods()).toHaveLength(4);
    expect(status()).toMatchObject({ replicas: 3, readyReplicas: 3 });
  });

  it('replaces a Pod while it is still ending', async () => {
    await start(kiada({ replicas: 1 }));
    const [name] = cluster.names(refs.pods);
    cluster.nodes.lingering.add(name!);
    await cluster.client.resource(refs.pods).delete('default', name!);
    await cluster.settle();
    expect(pods()).toHaveLength(2);
    expect(status()).toMatchObject({ replicas: 1, readyReplicas: 1 });
  });

  it('deletes those Pods first that would be missed least', async () => {
    await start(kiada());
    const [first] = cluster.names(refs.pods);
    await cluster.nodes.setReady(first!, false);
    await patch({ replicas: 2 });
    expect(cluster.names(refs.pods)).toHaveLength(2);
    expect(cluster.names(refs.pods)).not.toContain(first);
    expect(await cluster.events('kiada')).toContain(`SuccessfulDelete: Deleted pod: ${first}`);
    await patch({ replicas: 0 });
    expect(cluster.names(refs.pods)).toEqual([]);
    expect(status()).toEqual({ replicas: 0, observedGeneration: 3 });
  });

  it('adopts Pods that match, and lets go of those that stop matching', async () => {
    await start();
    const orphan: Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'orphan', labels: { app: 'kiada', extra: 'yes' } },
      spec: { containers: [{ name: 'kiada', image: 'kiada:0' }] },
    };
    await cluster.create(refs.pods, orphan);
    await cluster.create(refs.replicaSets, kiada({ replicas: 1 }));
    await cluster.settle();
    expect(cluster.names(refs.pods)).toEqual(['orphan']);
    expect(cluster.get(refs.pods, 'orphan')!.metadata.ownerReferences).toMatchObject([{ name: 'kiada' }]);
    await cluster.client.resource(refs.pods).patch('default', 'orphan', { metadata: { labels: { app: 'debug' } } });
    await cluster.settle();
    expect(cluster.get(refs.pods, 'orphan')!.metadata.ownerReferences).toBeUndefined();
    expect(pods()).toHaveLength(2);
  });

  it('counts a Pod as available once it has been ready for minReadySeconds', async () => {
    await start(kiada({ replicas: 1, minReadySeconds: 30 }));
    expect(status()).toMatchObject({ readyReplicas: 1 });
    expect(status()!.availableReplicas).toBeUndefined();
    await cluster.advance(29);
    expect(status()!.availableReplicas).toBeUndefined();
    await cluster.advance(2);
    expect(status()).toMatchObject({ availableReplicas: 1 });
  });

  it('says in a condition and an Event what Pods cannot be created for, and tries again', async () => {
    await start();
    await limitPods('0');
    await cluster.create(refs.replicaSets, kiada({ replicas: 20 }));
    await cluster.settle();
    const message =
      /^pods "kiada-[a-z0-9]{5}" is forbidden: exceeded quota: quota, requested: pods=1, used: pods=0, limited: pods=0$/;
    expect(status()!.conditions).toMatchObject([
      { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: expect.stringMatching(message) },
    ]);
    expect((await cluster.events('kiada'))[0]).toMatch(/^FailedCreate: Error creating: pods "kiada-/);
    await cluster.client.resource(refs.resourceQuotas).delete('default', 'quota');
    await cluster.advance(60);
    expect(status()).toMatchObject({ readyReplicas: 20 });
    expect(status()!.conditions).toBeUndefined();
  });

  it('leaves its Pods alone while it is being deleted', async () => {
    await start(kiada({ replicas: 1 }));
    await cluster.client
      .resource(refs.replicaSets)
      .patch('default', 'kiada', { metadata: { finalizers: ['example.com/held'] } });
    await cluster.client.resource(refs.replicaSets).delete('default', 'kiada');
    await cluster.client.resource(refs.pods).delete('default', cluster.names(refs.pods)[0]!);
    await cluster.settle();
    expect(pods()).toEqual([]);
    expect(status()).toMatchObject({ replicas: 0 });
  });
});

describe('a ReplicationController', () => {
  it('keeps Pods as a ReplicaSet does', async () => {
    await start();
    await cluster.create(refs.replicationControllers, {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: 'kiada' },
      spec: { replicas: 2, selector: { app: 'kiada' }, template },
    });
    await cluster.settle();
    expect(pods().map(({ metadata }) => metadata.ownerReferences?.[0])).toMatchObject(
      Array(2).fill({ apiVersion: 'v1', kind: 'ReplicationController', name: 'kiada', controller: true }),
    );
    expect(cluster.get(refs.replicationControllers, 'kiada')!.status).toEqual({
      replicas: 2,
      fullyLabeledReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      observedGeneration: 1,
    });
    expect(cluster.failures).toEqual([]);
  });
});
