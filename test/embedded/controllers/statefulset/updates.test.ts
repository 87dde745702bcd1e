import { afterEach, describe, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import type { TestCluster } from '../cluster.ts';
import { image, kubia, patch, start, status, takeLog } from './kubia.ts';

let cluster: TestCluster;
afterEach(() => cluster.stop());

describe('a StatefulSet’s revisions', () => {
  it('names its revision as a real cluster names that of the same template', async () => {
    cluster = await start(kubia());
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
    expect(status(cluster)).toEqual({
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

  it('rolls an update out from the highest ordinal', async () => {
    cluster = await start(kubia());
    await takeLog(cluster);
    await patch(cluster, image('kubia:2'));
    expect(await takeLog(cluster)).toEqual(
      [2, 1, 0].flatMap((n) => [`delete kubia-${n}`, `gone kubia-${n}`, `create kubia-${n}`, `ready kubia-${n}`]),
    );
    expect(cluster.list(refs.pods).map(({ spec }) => spec.containers[0]!.image)).toEqual(Array(3).fill('kubia:2'));
    const { currentRevision, updateRevision } = status(cluster)!;
    expect(currentRevision).toBe(updateRevision);
    expect(
      cluster
        .list(refs.controllerRevisions)
        .map(({ revision }) => revision)
        .sort(),
    ).toEqual([1, 2]);
  });

  it('stays at a revision that never becomes ready, until it is set right and the Pod is deleted', async () => {
    cluster = await start(kubia());
    cluster.nodes.unready.add('kubia-2');
    await patch(cluster, image('broken'));
    await patch(cluster, image('kubia:1'));
    expect(status(cluster)).toMatchObject({ readyReplicas: 2, replicas: 3 });
    cluster.nodes.unready.clear();
    await cluster.client.resource(refs.pods).delete('default', 'kubia-2');
    await cluster.settle();
    expect(status(cluster)).toMatchObject({ readyReplicas: 3, currentReplicas: 3, updatedReplicas: 3 });
  });

  it('goes back to an earlier revision by making it the newest', async () => {
    cluster = await start(kubia({ replicas: 1 }));
    const first = status(cluster)!.currentRevision;
    await patch(cluster, image('kubia:2'));
    await patch(cluster, image('kubia:1'));
    expect(status(cluster)!.updateRevision).toBe(first);
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
    cluster = await start(kubia({ replicas: 1, revisionHistoryLimit: 2 }));
    for (let n = 2; n <= 6; n++) await patch(cluster, image(`kubia:${n}`));
    expect(
      cluster
        .list(refs.controllerRevisions)
        .map(({ revision }) => revision)
        .sort(),
    ).toEqual([4, 5, 6]);
  });

  it('gives a revision another name where its own is taken', async () => {
    cluster = await start();
    await cluster.create(refs.controllerRevisions, {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { name: 'kubia-78869cff74' },
      data: { other: true } as never,
      revision: 1,
    });
    await cluster.create(refs.statefulSets, kubia({ replicas: 1 }));
    await cluster.settle();
    expect(status(cluster)).toMatchObject({ collisionCount: 1, replicas: 1 });
    expect(status(cluster)!.updateRevision).not.toBe('kubia-78869cff74');
    expect(status(cluster)!.updateRevision).toMatch(/^kubia-[bcdfghjklmnpqrstvwxz2456789]+$/);
  });

  it('updates only from the partition on, and brings each Pod back at its own revision', async () => {
    cluster = await start(kubia());
    const before = status(cluster)!.currentRevision;
    await patch(cluster, {
      ...image('kubia:2'),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
    });
    expect(status(cluster)).toMatchObject({ currentReplicas: 2, updatedReplicas: 1, currentRevision: before });
    const imagesNow = () => cluster.list(refs.pods).map(({ spec }) => spec.containers[0]!.image);
    for (const name of ['kubia-0', 'kubia-2']) await cluster.client.resource(refs.pods).delete('default', name);
    await cluster.settle();
    expect(imagesNow().sort()).toEqual(['kubia:1', 'kubia:1', 'kubia:2']);
    expect(cluster.get(refs.pods, 'kubia-2')!.spec.containers[0]!.image).toBe('kubia:2');
    await patch(cluster, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } });
    expect(imagesNow()).toEqual(Array(3).fill('kubia:2'));
    expect(status(cluster)).toMatchObject({
      currentReplicas: 3,
      updatedReplicas: 3,
      currentRevision: status(cluster)!.updateRevision,
    });
  });

  it('updates Pods only as they are deleted when told to leave them alone', async () => {
    cluster = await start(kubia({ replicas: 2, updateStrategy: { type: 'OnDelete' } }));
    await patch(cluster, image('kubia:2'));
    expect(status(cluster)).toMatchObject({ currentReplicas: 2 });
    expect(status(cluster)!.updatedReplicas).toBeUndefined();
    await cluster.client.resource(refs.pods).delete('default', 'kubia-0');
    await cluster.settle();
    expect(cluster.get(refs.pods, 'kubia-0')!.spec.containers[0]!.image).toBe('kubia:2');
    expect(cluster.get(refs.pods, 'kubia-1')!.spec.containers[0]!.image).toBe('kubia:1');
    expect(status(cluster)).toMatchObject({ currentReplicas: 1, updatedReplicas: 1 });
  });
});
