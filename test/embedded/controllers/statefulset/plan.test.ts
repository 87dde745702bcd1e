import { describe, expect, it } from 'vitest';
import { revisionOf } from '../../../../src/embedded/controllers/statefulset/identity.ts';
import { plan, type Situation } from '../../../../src/embedded/controllers/statefulset/plan.ts';
import type { StatefulSetSpec } from '../../../../src/kubernetes/objects.ts';
import { claim, situation, statefulSet } from './fixtures.ts';

/** The steps in words: "create 0", "delete 2 | delete 1" where they may happen at once. */
function stepsOf(given: Situation): string[] {
  return plan(given).stages.flatMap(({ parallel, pods }) => {
    const words = pods.map((steps) =>
      steps.map((step) => `${step.do} ${step.pod.metadata.name.slice('kubia-'.length)}`).join(', '),
    );
    return parallel ? [words.join(' | ')] : words;
  });
}

const ordered = (replicas: number, rest: Partial<StatefulSetSpec> = {}) => statefulSet({ replicas, ...rest });
const parallel = (replicas: number, rest: Partial<StatefulSetSpec> = {}) =>
  statefulSet({ replicas, podManagementPolicy: 'Parallel', ...rest });
const partition = (partition: number) => ({
  updateStrategy: { type: 'RollingUpdate' as const, rollingUpdate: { partition } },
});

describe('OrderedReady', () => {
  it.each<[why: string, replicas: number, pods: string[], steps: string[]]>([
    ['begins with the first Pod', 3, [], ['create 0']],
    ['waits for a Pod that is not running', 3, ['0 pending'], ['complete-claims 0']],
    ['waits for a Pod that is not ready', 3, ['0 running'], []],
    ['creates the next Pod once the one before is ready', 3, ['0 ready'], ['create 1']],
    ['fills a gap before it goes on', 3, ['0 ready', '2 ready'], ['create 1']],
    ['is content with what is as it should be', 3, ['0 ready', '1 ready', '2 ready'], []],
    ['waits for a Pod that is going', 3, ['0 ready', '1 terminating', '2 ready'], []],
    ['creates nothing after a Pod that has stopped being ready', 4, ['0 ready', '1 running', '2 ready'], []],
    ['deletes a failed Pod, to create it again once it is gone', 3, ['0 ready', '1 failed'], ['delete 1']],
    ['deletes a Pod that ended well as well', 3, ['0 succeeded'], ['delete 0']],
    ['waits for a failed Pod that is going', 3, ['0 failed terminating'], []],
    ['deletes the highest ordinal first', 1, ['0 ready', '1 ready', '2 ready'], ['delete 2']],
    ['deletes one Pod at a time', 0, ['0 ready', '1 ready', '2 terminating'], []],
    ['deletes the next one once the last is gone', 0, ['0 ready', '1 ready'], ['delete 1']],
    ['does not scale down past an unhealthy Pod with a lower ordinal', 1, ['0 ready', '1 running', '2 running'], []],
    ['lets go of the unhealthy Pod where it is the only one', 1, ['0 ready', '1 ready', '2 running'], ['delete 2']],
    ['does not scale down while a Pod that stays is unhealthy', 1, ['0 running', '1 ready'], []],
    ['creates what is missing before it scales down', 1, ['1 ready'], ['create 0']],
    ['gives a Pod its label back', 1, ['0 ready unlabelled'], ['repair 0']],
    ['does not repair a Pod that is not ready', 1, ['0 running unlabelled'], []],
  ])('%s', (_, replicas, pods, steps) => {
    expect(stepsOf(situation(ordered(replicas), pods, { updating: false }))).toEqual(steps);
  });

  it('counts a Pod as ready only after minReadySeconds', () => {
    const set = ordered(2, { minReadySeconds: 10 });
    expect(stepsOf(situation(set, ['0 ready 5s']))).toEqual([]);
    expect(stepsOf(situation(set, ['0 ready 10s']))).toEqual([]);
    expect(stepsOf(situation(set, ['0 ready 11s']))).toEqual(['create 1']);
    const smaller = ordered(1, { minReadySeconds: 10 });
    expect(stepsOf(situation(smaller, ['0 ready', '1 ready 5s', '2 ready']))).toEqual(['delete 2']);
    expect(stepsOf(situation(smaller, ['0 ready 5s', '1 ready']))).toEqual([]);
  });

  it('numbers its Pods from the start ordinal', () => {
    const set = ordered(2, { ordinals: { start: 5 } });
    expect(stepsOf(situation(set, []))).toEqual(['create 5']);
    expect(stepsOf(situation(set, ['5 ready', '6 ready', '7 ready']))).toEqual(['delete 7']);
    expect(stepsOf(situation(set, ['0 ready', '5 ready', '6 ready']))).toEqual(['delete 0']);
  });

  it('does nothing for a set that is being deleted but tell how it is', () => {
    const set = ordered(3);
    set.metadata.deletionTimestamp = '2026-01-01T12:00:00Z';
    const { stages, status } = plan(situation(set, ['0 ready', '1 running']));
    expect(stages).toEqual([]);
    expect(status).toMatchObject({ replicas: 2, readyReplicas: 1 });
  });
});

describe('Parallel', () => {
  it.each<[why: string, replicas: number, pods: string[], steps: string[]]>([
    ['creates all Pods at once', 3, [], ['create 0 | create 1 | create 2']],
    ['waits for nobody', 3, ['0 pending', '1 running'], ['complete-claims 0 | create 2']],
    ['deletes all Pods at once', 0, ['0 ready', '1 running', '2 ready'], ['delete 2 | delete 1 | delete 0']],
    ['deletes what is not going yet', 0, ['0 ready', '1 terminating'], ['delete 0']],
    ['replaces a failed Pod while it creates others', 3, ['1 failed'], ['create 0 | delete 1 | create 2']],
    ['creates and deletes in one go', 1, ['1 ready', '2 ready'], ['create 0', 'delete 2 | delete 1']],
    ['repairs Pods that are not ready', 1, ['0 running unlabelled'], ['repair 0']],
  ])('%s', (_, replicas, pods, steps) => {
    expect(stepsOf(situation(parallel(replicas), pods, { updating: false }))).toEqual(steps);
  });
});

describe('an update', () => {
  it.each<[why: string, pods: string[], steps: string[]]>([
    ['begins with the highest ordinal', ['0 ready old', '1 ready old', '2 ready old'], ['delete 2']],
    ['waits for the Pod to come back', ['0 ready old', '1 ready old'], ['create 2']],
    ['waits for the Pod to be ready', ['0 ready old', '1 ready old', '2 running'], []],
    ['goes on with the next lower ordinal', ['0 ready old', '1 ready old', '2 ready'], ['delete 1']],
    ['ends with the first Pod', ['0 ready old', '1 ready', '2 ready'], ['delete 0']],
    ['is over', ['0 ready', '1 ready', '2 ready'], []],
    ['waits for an unhealthy Pod even of the old revision', ['0 ready old', '1 running old', '2 ready old'], []],
  ])('%s', (_, pods, steps) => {
    expect(stepsOf(situation(ordered(3), pods))).toEqual(steps);
  });

  it('waits one Pod at a time in a Parallel set, too', () => {
    expect(stepsOf(situation(parallel(3), ['0 ready old', '1 ready old', '2 ready old']))).toEqual(['delete 2']);
    expect(stepsOf(situation(parallel(3), ['0 ready old', '1 ready old', '2 running']))).toEqual([]);
  });

  it('does not wait for an unhealthy Pod of the old revision in a Parallel set', () => {
    expect(stepsOf(situation(parallel(2), ['0 ready old', '1 running old']))).toEqual(['delete 1']);
  });

  it('leaves Pods below the partition alone', () => {
    const set = ordered(3, partition(2));
    expect(stepsOf(situation(set, ['0 ready old', '1 ready old', '2 ready old']))).toEqual(['delete 2']);
    expect(stepsOf(situation(set, ['0 ready old', '1 ready old', '2 ready']))).toEqual([]);
  });

  it('recreates Pods below the partition at the revision they had', () => {
    const at = (set: ReturnType<typeof statefulSet>, pods: string[]) => {
      const { stages } = plan(situation(set, pods));
      return stages.flatMap(({ pods }) => pods.flat().map(({ pod }) => [pod.metadata.name, revisionOf(pod)]));
    };
    expect(at(ordered(3, partition(1)), [])).toEqual([['kubia-0', 'kubia-old']]);
    expect(at(ordered(3, partition(1)), ['0 ready old'])).toEqual([['kubia-1', 'kubia-new']]);
    expect(at(parallel(2, { ordinals: { start: 4 }, ...partition(1) }), [])).toEqual([
      ['kubia-4', 'kubia-old'],
      ['kubia-5', 'kubia-new'],
    ]);
  });

  it('uses the template of the revision', () => {
    const { stages } = plan(situation(parallel(2, partition(1)), []));
    const images = stages.flatMap(({ pods }) => pods.flat().map(({ pod }) => pod.spec.containers[0]!.image));
    expect(images).toEqual(['kubia:1', 'kubia:2']);
  });

  it('leaves it to others to delete Pods OnDelete', () => {
    const set = ordered(2, { updateStrategy: { type: 'OnDelete' } });
    expect(stepsOf(situation(set, ['0 ready old', '1 ready old']))).toEqual([]);
    expect(stepsOf(situation(set, ['0 ready old']))).toEqual(['create 1']);
  });

  it('comes after scaling', () => {
    expect(stepsOf(situation(ordered(1), ['0 ready old', '1 ready old']))).toEqual(['delete 1']);
  });

  it('counts the Pod it deletes as no longer current', () => {
    const { status } = plan(situation(ordered(3), ['0 ready old', '1 ready old', '2 ready old']));
    expect(status).toMatchObject({ replicas: 3, currentReplicas: 2, updatedReplicas: 0 });
  });
});

describe('the status', () => {
  it('counts Pods by what they are', () => {
    const set = parallel(5, { minReadySeconds: 10 });
    const { status } = plan(
      situation(set, ['0 ready old', '1 ready 5s', '2 running', '3 pending', '4 terminating old']),
    );
    expect(status).toEqual({
      observedGeneration: 1,
      replicas: 5,
      readyReplicas: 3,
      availableReplicas: 2,
      currentReplicas: 1,
      updatedReplicas: 3,
      currentRevision: 'kubia-old',
      updateRevision: 'kubia-new',
      collisionCount: 0,
    });
  });
});

describe('claims', () => {
  const templates = {
    volumeClaimTemplates: [
      { apiVersion: 'v1' as const, kind: 'PersistentVolumeClaim' as const, metadata: { name: 'data' }, spec: {} },
    ],
  };
  const deleting = { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Retain' } } as const;
  const owner = (uid: string, name: string, kind = 'Pod') => ({
    apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1',
    kind,
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  });

  it('of a Pod that is scaled away become its own before it is deleted', () => {
    const set = ordered(1, { ...templates, ...deleting });
    const claims = [claim('data-kubia-0'), claim('data-kubia-1')];
    expect(stepsOf(situation(set, ['0 ready', '1 ready'], { claims, updating: false }))).toEqual([
      'settle-claims 1',
      'delete 1',
    ]);
  });

  it('are given back when the Pod is to stay after all', () => {
    const set = ordered(2, { ...templates, ...deleting });
    const claims = [claim('data-kubia-0'), claim('data-kubia-1', [owner('pod-1', 'kubia-1')])];
    expect(stepsOf(situation(set, ['0 ready', '1 ready'], { claims, updating: false }))).toEqual(['repair 1']);
  });

  it('that wait for deletion keep the next Pod of the same name from being created', () => {
    const set = parallel(2, { ...templates, ...deleting });
    const claims = [claim('data-kubia-1', [owner('earlier', 'kubia-1')])];
    expect(stepsOf(situation(set, [], { claims, updating: false }))).toEqual(['create 0']);
  });
});
