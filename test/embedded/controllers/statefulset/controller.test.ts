import { afterEach, describe, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import type { PersistentVolumeClaim } from '../../../../src/kubernetes/objects.ts';
import type { TestCluster } from '../cluster.ts';
import { kubia, patch, start, status, takeLog, withClaims } from './kubia.ts';

let cluster: TestCluster;
afterEach(() => cluster.stop());

describe('a StatefulSet', () => {
  it('creates its Pods in order, each once the one before it is ready', async () => {
    cluster = await start(kubia());
    expect(await takeLog(cluster)).toEqual([
      'create kubia-0',
      'ready kubia-0',
      'create kubia-1',
      'ready kubia-1',
      'create kubia-2',
      'ready kubia-2',
    ]);
    expect(await cluster.events('kubia')).toEqual([
      'SuccessfulCreate: create Pod kubia-0 in StatefulSet kubia successful',
      'SuccessfulCreate: create Pod kubia-1 in StatefulSet kubia successful',
      'SuccessfulCreate: create Pod kubia-2 in StatefulSet kubia successful',
    ]);
    expect(cluster.failures).toEqual([]);
  });

  it('gives its Pods an identity', async () => {
    cluster = await start(kubia());
    expect(cluster.get(refs.pods, 'kubia-1')).toMatchObject({
      metadata: {
        generateName: 'kubia-',
        labels: {
          app: 'kubia',
          'apps.kubernetes.io/pod-index': '1',
          'controller-revision-hash': 'kubia-78869cff74',
          'statefulset.kubernetes.io/pod-name': 'kubia-1',
        },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'kubia', controller: true }],
      },
      spec: { hostname: 'kubia-1', subdomain: 'kubia' },
    });
  });

  it('creates the claims of a Pod before the Pod, and keeps them when it goes', async () => {
    cluster = await start(withClaims({ replicas: 1 }));
    const [claim] = cluster.list(refs.persistentVolumeClaims);
    expect(claim).toMatchObject({
      metadata: { name: 'data-kubia-0', labels: { app: 'kubia', tier: 'storage' } },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
    });
    expect(claim!.metadata.ownerReferences).toBeUndefined();
    expect(cluster.get(refs.pods, 'kubia-0')?.spec.volumes?.[0]).toEqual({
      name: 'data',
      persistentVolumeClaim: { claimName: 'data-kubia-0' },
    });
    expect(await cluster.events('kubia')).toEqual([
      'SuccessfulCreate: create Claim data-kubia-0 Pod kubia-0 in StatefulSet kubia success',
      'SuccessfulCreate: create Pod kubia-0 in StatefulSet kubia successful',
    ]);
    await patch(cluster, { replicas: 0 });
    expect(cluster.names(refs.pods)).toEqual([]);
    expect(cluster.names(refs.persistentVolumeClaims)).toEqual(['data-kubia-0']);
  });

  it('brings a Pod back under its name, with its claim', async () => {
    cluster = await start(withClaims({ replicas: 2 }));
    const before = cluster.get(refs.persistentVolumeClaims, 'data-kubia-0')!.metadata.uid;
    const pod = cluster.get(refs.pods, 'kubia-0')!.metadata.uid;
    await cluster.client.resource(refs.pods).delete('default', 'kubia-0');
    await cluster.settle();
    expect(cluster.get(refs.pods, 'kubia-0')!.metadata.uid).not.toBe(pod);
    expect(cluster.get(refs.persistentVolumeClaims, 'data-kubia-0')!.metadata.uid).toBe(before);
  });

  it('is never at more than one Pod of a name', async () => {
    cluster = await start(kubia({ replicas: 1 }));
    cluster.nodes.lingering.add('kubia-0');
    await cluster.client.resource(refs.pods).delete('default', 'kubia-0');
    await takeLog(cluster);
    await cluster.advance(3600);
    expect(await takeLog(cluster)).toEqual([]);
    cluster.nodes.release('kubia-0');
    expect(await takeLog(cluster)).toEqual(['gone kubia-0', 'create kubia-0', 'ready kubia-0']);
  });

  it('scales down from the highest ordinal, one Pod at a time', async () => {
    cluster = await start(kubia());
    await takeLog(cluster);
    await patch(cluster, { replicas: 1 });
    expect(await takeLog(cluster)).toEqual(['delete kubia-2', 'gone kubia-2', 'delete kubia-1', 'gone kubia-1']);
    expect(status(cluster)).toMatchObject({ replicas: 1, currentReplicas: 1, updatedReplicas: 1 });
  });

  it('starts and stops everything at once when Parallel', async () => {
    cluster = await start();
    for (const name of ['kubia-0', 'kubia-1', 'kubia-2']) {
      cluster.nodes.unready.add(name);
      cluster.nodes.lingering.add(name);
    }
    await cluster.create(refs.statefulSets, kubia({ podManagementPolicy: 'Parallel' }));
    expect(await takeLog(cluster)).toEqual(['create kubia-0', 'create kubia-1', 'create kubia-2']);
    await patch(cluster, { replicas: 0 });
    expect(await takeLog(cluster)).toEqual(['delete kubia-2', 'delete kubia-1', 'delete kubia-0']);
  });

  it('waits for minReadySeconds before it goes on', async () => {
    cluster = await start(kubia({ replicas: 2, minReadySeconds: 10 }));
    expect(await takeLog(cluster)).toEqual(['create kubia-0', 'ready kubia-0']);
    expect(status(cluster)).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
    await cluster.advance(10);
    expect(await takeLog(cluster)).toEqual([]);
    await cluster.advance(1);
    expect(await takeLog(cluster)).toEqual(['create kubia-1', 'ready kubia-1']);
    await cluster.advance(11);
    expect(status(cluster)).toMatchObject({ readyReplicas: 2, availableReplicas: 2 });
  });

  it('adopts Pods of its name that match its selector, and lets go of those that stop matching', async () => {
    cluster = await start();
    await cluster.create(refs.pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'kubia-0', labels: { app: 'kubia' } },
      spec: { containers: [{ name: 'kubia', image: 'kubia:1' }] },
    });
    await cluster.create(refs.statefulSets, kubia({ replicas: 1, updateStrategy: { type: 'OnDelete' } }));
    await cluster.settle();
    expect(cluster.get(refs.pods, 'kubia-0')!.metadata).toMatchObject({
      ownerReferences: [{ kind: 'StatefulSet', name: 'kubia' }],
      labels: { 'statefulset.kubernetes.io/pod-name': 'kubia-0' },
    });
    await cluster.client.resource(refs.pods).patch('default', 'kubia-0', { metadata: { labels: { app: 'other' } } });
    await cluster.settle();
    expect(cluster.get(refs.pods, 'kubia-0')!.metadata.ownerReferences).toBeUndefined();
    expect(status(cluster)).toMatchObject({ replicas: 0 });
  });

  it('says in an Event why a Pod cannot be created, and tries again', async () => {
    cluster = await start();
    await cluster.create(refs.resourceQuotas, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'quota' },
      spec: { hard: { pods: '0' } },
    });
    const quota = cluster.get(refs.resourceQuotas, 'quota')!;
    const used = { hard: { pods: '0' }, used: { pods: '0' } };
    await cluster.client.resource(refs.resourceQuotas).updateStatus({ ...quota, status: used });
    await cluster.create(refs.statefulSets, kubia({ replicas: 1 }));
    expect(await cluster.events('kubia')).toEqual([
      'FailedCreate: create Pod kubia-0 in StatefulSet kubia failed error: pods "kubia-0" is forbidden: exceeded quota: quota, requested: pods=1, used: pods=0, limited: pods=0',
    ]);
    expect(status(cluster)).toMatchObject({ observedGeneration: 1, replicas: 0 });
    await cluster.client.resource(refs.resourceQuotas).delete('default', 'quota');
    await cluster.advance(30);
    expect(status(cluster)).toMatchObject({ readyReplicas: 1 });
  });

  it('does not create a Pod whose claim is being deleted', async () => {
    cluster = await start(withClaims({ replicas: 1 }));
    await patch(cluster, { replicas: 0 });
    const claims = cluster.client.resource(refs.persistentVolumeClaims);
    await claims.patch('default', 'data-kubia-0', { metadata: { finalizers: ['example.com/held'] } });
    await claims.delete('default', 'data-kubia-0');
    await patch(cluster, { replicas: 1 });
    expect(await cluster.events('kubia')).toContain(
      'FailedCreate: create Pod kubia-0 in StatefulSet kubia failed error: pvc data-kubia-0 is being deleted',
    );
    expect(cluster.names(refs.pods)).toEqual([]);
    await claims.patch('default', 'data-kubia-0', { metadata: { finalizers: null } });
    await cluster.settle();
    expect(cluster.names(refs.pods)).toEqual(['kubia-0']);
  });

  it.each<[PolicyName, PolicyName, staying: string[], scaled: string[]]>([
    ['Retain', 'Retain', [], []],
    ['Retain', 'Delete', ['StatefulSet'], ['StatefulSet']],
    ['Delete', 'Retain', [], ['Pod']],
    ['Delete', 'Delete', ['StatefulSet'], ['Pod']],
  ])(
    'owns claims as its retention policy says: scaled %s, deleted %s',
    async (whenScaled, whenDeleted, staying, scaled) => {
      cluster = await start(
        withClaims({ replicas: 2, persistentVolumeClaimRetentionPolicy: { whenScaled, whenDeleted } }),
      );
      const kinds = (name: string) => owners(cluster.get(refs.persistentVolumeClaims, name));
      expect(kinds('data-kubia-1')).toEqual(staying);
      cluster.nodes.lingering.add('kubia-1');
      await patch(cluster, { replicas: 1 });
      expect(kinds('data-kubia-0')).toEqual(staying);
      expect(kinds('data-kubia-1')).toEqual(scaled);
      await patch(cluster, { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Retain', whenDeleted: 'Retain' } });
      expect(kinds('data-kubia-0')).toEqual([]);
      expect(cluster.failures).toEqual([]);
    },
  );

  it('moves to other ordinals, creating those before it deletes others', async () => {
    cluster = await start(kubia({ replicas: 2 }));
    await takeLog(cluster);
    await patch(cluster, { replicas: 2, ordinals: { start: 4 } });
    expect((await takeLog(cluster)).filter((line) => !line.startsWith('ready') && !line.startsWith('gone'))).toEqual([
      'create kubia-4',
      'create kubia-5',
      'delete kubia-1',
      'delete kubia-0',
    ]);
    await patch(cluster, { ordinals: null });
    expect([...cluster.names(refs.pods)].sort()).toEqual(['kubia-0', 'kubia-1']);
    expect(status(cluster)).toMatchObject({ replicas: 2, readyReplicas: 2, currentReplicas: 2 });
  });

  it('gives the claims of a Pod that is refused the owner they are to have', async () => {
    cluster = await start();
    const quota = await cluster.create(refs.resourceQuotas, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'quota' },
      spec: { hard: { pods: '0' } },
    });
    const used = { hard: { pods: '0' }, used: { pods: '0' } };
    await cluster.client.resource(refs.resourceQuotas).updateStatus({ ...quota, status: used });
    const policy = { whenScaled: 'Retain', whenDeleted: 'Delete' } as const;
    await cluster.create(refs.statefulSets, withClaims({ persistentVolumeClaimRetentionPolicy: policy }));
    await cluster.settle();
    expect(owners(cluster.get(refs.persistentVolumeClaims, 'data-kubia-0'))).toEqual(['StatefulSet']);
  });

  it('replaces a Pod that has failed', async () => {
    cluster = await start(kubia({ replicas: 1 }));
    await takeLog(cluster);
    await cluster.nodes.finish('kubia-0', 'Failed');
    expect(await takeLog(cluster)).toEqual(['delete kubia-0', 'gone kubia-0', 'create kubia-0', 'ready kubia-0']);
  });
});

type PolicyName = 'Retain' | 'Delete';

function owners(claim: PersistentVolumeClaim | undefined): string[] {
  return (claim?.metadata.ownerReferences ?? []).map(({ kind }) => kind);
}
