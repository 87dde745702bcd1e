import { afterEach, describe, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { statefulSetController } from '../../../../src/embedded/controllers/statefulset/controller.ts';
import type { PersistentVolumeClaim, StatefulSet, StatefulSetSpec } from '../../../../src/kubernetes/objects.ts';
import { TestCluster } from '../cluster.ts';

let cluster: TestCluster;
afterEach(() => cluster.stop());

const kubia = (spec: Partial<StatefulSetSpec> = {}): StatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'kubia' },
  spec: {
    serviceName: 'kubia',
    replicas: 3,
    selector: { matchLabels: { app: 'kubia' } },
    template: {
      metadata: { labels: { app: 'kubia' } },
      spec: { containers: [{ name: 'kubia', image: 'kubia:1' }] },
    },
    ...spec,
  },
});

const withClaims = (spec: Partial<StatefulSetSpec> = {}) =>
  kubia({
    volumeClaimTemplates: [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data', labels: { tier: 'storage' } },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
      },
    ],
    ...spec,
  });

async function start(set?: StatefulSet): Promise<void> {
  cluster = await TestCluster.start(statefulSetController);
  if (set) await cluster.create(refs.statefulSets, set);
  await cluster.settle();
}

const sets = () => cluster.client.resource(refs.statefulSets);
const status = () => cluster.get(refs.statefulSets, 'kubia')?.status;

async function patch(spec: object): Promise<void> {
  await sets().patch('default', 'kubia', { spec });
  await cluster.settle();
}

async function takeLog(): Promise<string[]> {
  await cluster.settle();
  return cluster.nodes.log.splice(0);
}

const image = (image: string) => ({ template: { spec: { containers: [{ name: 'kubia', image }] } } });

describe('a StatefulSet', () => {
  it('creates its Pods in order, each once the one before it is ready', async () => {
    await start(kubia());
    expect(await takeLog()).toEqual([
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

  it('names its revision as a real cluster names that of the same template', async () => {
    await start(kubia());
    const [revision] = cluster.list(refs.controllerRevisions);
    expect(revision).toMatchObject({
      metadata: {
        name: 'kubia-78869cff74',
        labels: { app: 'kubia', 'controller.kubernetes.io/hash': '78869cff74' },
        ownerReferences: [{ kind: 'StatefulSet', name: 'kubia', controller: true, blockOwnerDeletion: true }],
      },
      data: { spec: { template: { $patch: 'replace', metadata: { creationTimestamp: null } } } },
      revision: 1,
    });
    expect(status()).toEqual({
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      currentRevision: 'kubia-78869cff74',
      updateRevision: 'kubia-78869cff74',
      collisionCount: 0,
    });
  });

  it('gives its Pods an identity', async () => {
    await start(kubia());
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
    await start(withClaims({ replicas: 1 }));
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
    await patch({ replicas: 0 });
    expect(cluster.names(refs.pods)).toEqual([]);
    expect(cluster.names(refs.persistentVolumeClaims)).toEqual(['data-kubia-0']);
  });

  it('brings a Pod back under its name, with its claim', async () => {
    await start(withClaims({ replicas: 2 }));
    const before = cluster.get(refs.persistentVolumeClaims, 'data-kubia-0')!.metadata.uid;
    const pod = cluster.get(refs.pods, 'kubia-0')!.metadata.uid;
    await cluster.client.resource(refs.pods).delete('default', 'kubia-0');
    await cluster.settle();
    expect(cluster.get(refs.pods, 'kubia-0')!.metadata.uid).not.toBe(pod);
    expect(cluster.get(refs.persistentVolumeClaims, 'data-kubia-0')!.metadata.uid).toBe(before);
  });

  it('is never at more than one Pod of a name', async () => {
    await start(kubia({ replicas: 1 }));
    cluster.nodes.lingering.add('kubia-0');
    await cluster.client.resource(refs.pods).delete('default', 'kubia-0');
    await takeLog();
    await cluster.advance(3600);
    expect(await takeLog()).toEqual([]);
    cluster.nodes.release('kubia-0');
    expect(await takeLog()).toEqual(['gone kubia-0', 'create kubia-0', 'ready kubia-0']);
  });

  it('scales down from the highest ordinal, one Pod at a time', async () => {
    await start(kubia());
    await takeLog();
    await patch({ replicas: 1 });
    expect(await takeLog()).toEqual(['delete kubia-2', 'gone kubia-2', 'delete kubia-1', 'gone kubia-1']);
    expect(status()).toMatchObject({ replicas: 1, currentReplicas: 1, updatedReplicas: 1 });
  });

  it('starts and stops everything at once when Parallel', async () => {
    await start();
    for (const name of ['kubia-0', 'kubia-1', 'kubia-2']) {
      cluster.nodes.unready.add(name);
      cluster.nodes.lingering.add(name);
    }
    await cluster.create(refs.statefulSets, kubia({ podManagementPolicy: 'Parallel' }));
    expect(await takeLog()).toEqual(['create kubia-0', 'create kubia-1', 'create kubia-2']);
    await patch({ replicas: 0 });
    expect(await takeLog()).toEqual(['delete kubia-2', 'delete kubia-1', 'delete kubia-0']);
  });

  it('rolls an update out from the highest ordinal', async () => {
    await start(kubia());
    await takeLog();
    await patch(image('kubia:2'));
    expect(await takeLog()).toEqual(
      [2, 1, 0].flatMap((n) => [`delete kubia-${n}`, `gone kubia-${n}`, `create kubia-${n}`, `ready kubia-${n}`]),
    );
    expect(cluster.list(refs.pods).map(({ spec }) => spec.containers[0]!.image)).toEqual(Array(3).fill('kubia:2'));
    const { currentRevision, updateRevision } = status()!;
    expect(currentRevision).toBe(updateRevision);
    expect(
      cluster
        .list(refs.controllerRevisions)
        .map(({ revision }) => revision)
        .sort(),
    ).toEqual([1, 2]);
  });

  it('stays at a revision that never becomes ready, until it is set right and the Pod is deleted', async () => {
    await start(kubia());
    cluster.nodes.unready.add('kubia-2');
    await patch(image('broken'));
    await patch(image('kubia:1'));
    expect(status()).toMatchObject({ readyReplicas: 2, replicas: 3 });
    cluster.nodes.unready.clear();
    await cluster.client.resource(refs.pods).delete('default', 'kubia-2');
    await cluster.settle();
    expect(status()).toMatchObject({ readyReplicas: 3, currentReplicas: 3, updatedReplicas: 3 });
  });

  it('goes back to an earlier revision by making it the newest', async () => {
    await start(kubia({ replicas: 1 }));
    const first = status()!.currentRevision;
    await patch(image('kubia:2'));
    await patch(image('kubia:1'));
    expect(status()!.updateRevision).toBe(first);
    const revisions = cluster.list(refs.controllerRevisions);
    expect(revisions.map(({ metadata, revision }) => [metadata.name === first, revision])).toEqual(
      expect.arrayContaining([
        [true, 3],
        [false, 2],
      ]),
    );
    expect(cluster.failures).toEqual([]);
  });

  it('keeps as many old revisions as it is told to', async () => {
    await start(kubia({ replicas: 1, revisionHistoryLimit: 2 }));
    for (let n = 2; n <= 6; n++) await patch(image(`kubia:${n}`));
    expect(
      cluster
        .list(refs.controllerRevisions)
        .map(({ revision }) => revision)
        .sort(),
    ).toEqual([4, 5, 6]);
  });

  it('gives a revision another name where its own is taken', async () => {
    await start();
    await cluster.create(refs.controllerRevisions, {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { name: 'kubia-78869cff74' },
      data: { other: true } as never,
      revision: 1,
    });
    await cluster.create(refs.statefulSets, kubia({ replicas: 1 }));
    await cluster.settle();
    expect(status()).toMatchObject({ collisionCount: 1, replicas: 1 });
    expect(status()!.updateRevision).not.toBe('kubia-78869cff74');
    expect(status()!.updateRevision).toMatch(/^kubia-[bcdfghjklmnpqrstvwxz2456789]+$/);
  });

  it('waits for minReadySeconds before it goes on', async () => {
    await start(kubia({ replicas: 2, minReadySeconds: 10 }));
    expect(await takeLog()).toEqual(['create kubia-0', 'ready kubia-0']);
    expect(status()).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
    await cluster.advance(10);
    expect(await takeLog()).toEqual([]);
    await cluster.advance(1);
    expect(await takeLog()).toEqual(['create kubia-1', 'ready kubia-1']);
    await cluster.advance(11);
    expect(status()).toMatchObject({ readyReplicas: 2, availableReplicas: 2 });
  });

  it('adopts Pods of its name that match its selector, and lets go of those that stop matching', async () => {
    await start();
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
    expect(status()).toMatchObject({ replicas: 0 });
  });

  it('says in an Event why a Pod cannot be created, and tries again', async () => {
    await start();
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
    expect(status()).toMatchObject({ observedGeneration: 1, replicas: 0 });
    await cluster.client.resource(refs.resourceQuotas).delete('default', 'quota');
    await cluster.advance(30);
    expect(status()).toMatchObject({ readyReplicas: 1 });
  });

  it('does not create a Pod whose claim is being deleted', async () => {
    await start(withClaims({ replicas: 1 }));
    await patch({ replicas: 0 });
    const claims = cluster.client.resource(refs.persistentVolumeClaims);
    await claims.patch('default', 'data-kubia-0', { metadata: { finalizers: ['example.com/held'] } });
    await claims.delete('default', 'data-kubia-0');
    await patch({ replicas: 1 });
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
      await start(withClaims({ replicas: 2, persistentVolumeClaimRetentionPolicy: { whenScaled, whenDeleted } }));
      const kinds = (name: string) => owners(cluster.get(refs.persistentVolumeClaims, name));
      expect(kinds('data-kubia-1')).toEqual(staying);
      cluster.nodes.lingering.add('kubia-1');
      await patch({ replicas: 1 });
      expect(kinds('data-kubia-0')).toEqual(staying);
      expect(kinds('data-kubia-1')).toEqual(scaled);
      await patch({ persistentVolumeClaimRetentionPolicy: { whenScaled: 'Retain', whenDeleted: 'Retain' } });
      expect(kinds('data-kubia-0')).toEqual([]);
      expect(cluster.failures).toEqual([]);
    },
  );

  it('moves to other ordinals, creating those before it deletes others', async () => {
    await start(kubia({ replicas: 2 }));
    await takeLog();
    await patch({ replicas: 2, ordinals: { start: 4 } });
    expect((await takeLog()).filter((line) => !line.startsWith('ready') && !line.startsWith('gone'))).toEqual([
      'create kubia-4',
      'create kubia-5',
      'delete kubia-1',
      'delete kubia-0',
    ]);
    await patch({ ordinals: null });
    expect([...cluster.names(refs.pods)].sort()).toEqual(['kubia-0', 'kubia-1']);
    expect(status()).toMatchObject({ replicas: 2, readyReplicas: 2, currentReplicas: 2 });
  });

  it('updates only from the partition on, and brings each Pod back at its own revision', async () => {
    await start(kubia());
    const before = status()!.currentRevision;
    await patch({ ...image('kubia:2'), updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } });
    expect(status()).toMatchObject({ currentReplicas: 2, updatedReplicas: 1, currentRevision: before });
    const imagesNow = () => cluster.list(refs.pods).map(({ spec }) => spec.containers[0]!.image);
    for (const name of ['kubia-0', 'kubia-2']) await cluster.client.resource(refs.pods).delete('default', name);
    await cluster.settle();
    expect(imagesNow().sort()).toEqual(['kubia:1', 'kubia:1', 'kubia:2']);
    expect(cluster.get(refs.pods, 'kubia-2')!.spec.containers[0]!.image).toBe('kubia:2');
    await patch({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } });
    expect(imagesNow()).toEqual(Array(3).fill('kubia:2'));
    expect(status()).toMatchObject({
      currentReplicas: 3,
      updatedReplicas: 3,
      currentRevision: status()!.updateRevision,
    });
  });

  it('updates Pods only as they are deleted when told to leave them alone', async () => {
    await start(kubia({ replicas: 2, updateStrategy: { type: 'OnDelete' } }));
    await patch(image('kubia:2'));
    expect(status()).toMatchObject({ currentReplicas: 2 });
    expect(status()!.updatedReplicas).toBeUndefined();
    await cluster.client.resource(refs.pods).delete('default', 'kubia-0');
    await cluster.settle();
    expect(cluster.get(refs.pods, 'kubia-0')!.spec.containers[0]!.image).toBe('kubia:2');
    expect(cluster.get(refs.pods, 'kubia-1')!.spec.containers[0]!.image).toBe('kubia:1');
    expect(status()).toMatchObject({ currentReplicas: 1, updatedReplicas: 1 });
  });

  it('gives the claims of a Pod that is refused the owner they are to have', async () => {
    await start();
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
    await start(kubia({ replicas: 1 }));
    await takeLog();
    await cluster.nodes.finish('kubia-0', 'Failed');
    expect(await takeLog()).toEqual(['delete kubia-0', 'gone kubia-0', 'create kubia-0', 'ready kubia-0']);
  });
});

type PolicyName = 'Retain' | 'Delete';

function owners(claim: PersistentVolumeClaim | undefined): string[] {
  return (claim?.metadata.ownerReferences ?? []).map(({ kind }) => kind);
}
