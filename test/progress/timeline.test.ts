import { expect, it } from 'vitest';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import { type Change, Timeline } from '../../src/progress/timeline.ts';

type Loose = { metadata?: object; spec?: object; status?: object };

/** What is told of an object's states, one after the other. */
function told(kind: string, states: Loose[], last: Change['type'] = 'modified'): string[] {
  const timeline = new Timeline();
  return states.flatMap((state, index) => {
    const object = {
      apiVersion: 'v1',
      kind,
      ...state,
      metadata: { name: 'x', uid: 'u', ...state.metadata },
    } as KubeObject;
    const type = index === 0 ? 'added' : index === states.length - 1 ? last : 'modified';
    return timeline.add({ type, object, at: index }).map(({ subject, what, tone }) => `${tone}: ${subject} ${what}`);
  });
}

const ready = (status: string) => [{ type: 'Ready', status }];

it('tells the life of a Pod', () => {
  expect(
    told(
      'Pod',
      [
        { status: { phase: 'Pending' } },
        { spec: { nodeName: 'worker' }, status: { phase: 'Pending' } },
        { spec: { nodeName: 'worker' }, status: { phase: 'Running', conditions: ready('False') } },
        { spec: { nodeName: 'worker' }, status: { phase: 'Running', conditions: ready('True') } },
        {
          metadata: { deletionTimestamp: 'now' },
          spec: { nodeName: 'worker' },
          status: { phase: 'Running', conditions: ready('True') },
        },
        {
          metadata: { deletionTimestamp: 'now' },
          spec: { nodeName: 'worker' },
          status: { phase: 'Succeeded', conditions: ready('False') },
        },
        { metadata: { deletionTimestamp: 'now' } },
      ],
      'deleted',
    ),
  ).toEqual([
    'neutral: Pod x was created',
    'neutral: Pod x was assigned to node worker',
    'neutral: Pod x started',
    'good: Pod x became ready',
    'neutral: Pod x is being deleted',
    'neutral: Pod x is no longer ready',
    'neutral: Pod x is gone',
  ]);
});

it('tells what goes wrong with a Pod', () => {
  const container = (changes: object) => ({ containerStatuses: [{ name: 'kubia', restartCount: 0, ...changes }] });
  expect(
    told('Pod', [
      {
        status: {
          conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes' }],
        },
      },
      { status: container({ state: { waiting: { reason: 'ContainerCreating' } } }) },
      { status: container({ state: { waiting: { reason: 'ImagePullBackOff' } } }) },
      { status: container({ restartCount: 1, lastState: { terminated: { exitCode: 137 } } }) },
      { status: { phase: 'Failed', reason: 'Evicted' } },
    ]),
  ).toEqual([
    'neutral: Pod x was created',
    'bad: Pod x cannot be scheduled: 0/3 nodes',
    'bad: Pod x waits: container kubia is in ImagePullBackOff',
    'bad: Pod x restarted its container kubia after exit code 137',
    'bad: Pod x has failed (Evicted)',
  ]);
});

it('tells of StatefulSets, claims and nodes', () => {
  expect(
    told('StatefulSet', [
      { spec: { replicas: 2 } },
      { spec: { replicas: 2 }, status: { readyReplicas: 1 } },
      { spec: { replicas: 2 }, status: { readyReplicas: 2 } },
      { spec: { replicas: 3 }, status: { readyReplicas: 2 } },
      { spec: { replicas: 3 }, status: { readyReplicas: 3 } },
      { spec: { replicas: 1 }, status: { readyReplicas: 3 } },
      { spec: { replicas: 1 }, status: { readyReplicas: 1 } },
    ]),
  ).toEqual([
    'neutral: StatefulSet x was created',
    'good: StatefulSet x has all 2 replicas ready',
    'neutral: StatefulSet x was scaled from 2 to 3',
    'good: StatefulSet x has all 3 replicas ready',
    'neutral: StatefulSet x was scaled from 3 to 1',
  ]);
  expect(
    told('PersistentVolumeClaim', [
      { status: { phase: 'Pending' } },
      { spec: { volumeName: 'pvc-1' }, status: { phase: 'Bound' } },
    ]),
  ).toEqual(['neutral: PersistentVolumeClaim x was created', 'good: PersistentVolumeClaim x was bound to pvc-1']);
  expect(
    told('Node', [
      { status: { conditions: ready('True') } },
      { status: { conditions: ready('Unknown') } },
      { spec: { unschedulable: true }, status: { conditions: ready('True') } },
    ]),
  ).toEqual([
    'neutral: Node x was created',
    'good: Node x became ready',
    'bad: Node x is no longer ready',
    'good: Node x became ready',
    'neutral: Node x takes no new Pods (cordoned)',
  ]);
});

it('does not tell of what was there before, nor of kinds that say nothing', () => {
  const timeline = new Timeline();
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', uid: 'u' } };
  expect(timeline.add({ type: 'added', object, at: 0, listed: true })).toEqual([]);
  expect(timeline.add({ type: 'modified', object, at: 1 })).toEqual([]);
  expect(timeline.add({ type: 'added', object: { ...object, kind: 'EndpointSlice' }, at: 2 })).toEqual([]);
});
