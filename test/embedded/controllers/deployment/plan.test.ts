import { describe, expect, it } from 'vitest';
import {
  isScalingDue,
  planRolling,
  planScaling,
  superfluousSets,
} from '../../../../src/embedded/controllers/deployment/plan.ts';
import type { Deployment, ReplicaSet } from '../../../../src/kubernetes/objects.ts';

function deployment(replicas: number, maxSurge: number | string = 0, maxUnavailable: number | string = 0): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'kiada' },
    spec: {
      replicas,
      selector: {},
      template: {},
      revisionHistoryLimit: 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
    },
  };
}

interface Traits {
  readonly available?: number;
  readonly desired?: number;
  readonly max?: number;
  readonly revision?: number;
  readonly actual?: number;
}

let created = 0;
function set(name: string, replicas: number, { available = replicas, ...traits }: Traits = {}): ReplicaSet {
  const annotation = (key: string, value?: number) =>
    value === undefined ? {} : { [`deployment.kubernetes.io/${key}`]: String(value) };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      creationTimestamp: new Date(Date.UTC(2026, 0, 1) + 1000 * created++).toISOString(),
      annotations: {
        ...annotation('desired-replicas', traits.desired),
        ...annotation('max-replicas', traits.max),
        ...annotation('revision', traits.revision),
      },
    },
    spec: { replicas, selector: {} },
    status: { replicas: traits.actual ?? replicas, availableReplicas: available },
  };
}

const words = (scalings: readonly { set: ReplicaSet; from: number; to: number }[]) =>
  scalings.map(({ set, from, to }) => `${set.metadata.name} ${from}-${to}`);

describe('planRolling', () => {
  it.each<[string, Deployment, ReplicaSet, ReplicaSet[], string[]]>([
    ['grows by the surge', deployment(10, 2), set('new', 0), [set('old', 10)], ['new 0-2']],
    ['rounds the surge up', deployment(10, '25%', '25%'), set('new', 0), [set('old', 10)], ['new 0-3']],
    ['does not grow beyond what is wanted', deployment(10, 5), set('new', 8), [set('old', 2)], ['new 8-10']],
    ['shrinks a new one that is too large', deployment(3, 1), set('new', 5), [], ['new 5-3']],
    ['shrinks old ones by the unavailability', deployment(10, 0, 2), set('new', 0), [set('old', 10)], ['old 10-8']],
    [
      'rounds unavailability down, to one at the least',
      deployment(2, 0, '25%'),
      set('new', 0),
      [set('old', 2)],
      ['old 2-1'],
    ],
    ['waits for new Pods', deployment(10, 1, 0), set('new', 1, { available: 0 }), [set('old', 10)], []],
    [
      'takes unavailable old Pods first',
      deployment(10, 2, 2),
      set('new', 4, { available: 4 }),
      [set('a', 4), set('b', 4, { available: 1 })],
      ['b 4-1', 'a 4-3'],
    ],
    [
      'leaves a good version alone while a bad one does not come up',
      deployment(10, 3, 2),
      set('new', 5, { available: 0 }),
      [set('old', 8, { available: 7 })],
      [],
    ],
    [
      'waits where an old one is still shrinking',
      deployment(10, 2, 2),
      set('new', 4),
      [set('old', 8, { available: 9 })],
      [],
    ],
  ])('%s', (_, owner, newest, old, expected) => {
    expect(words(planRolling(owner, { newest, old }))).toEqual(expected);
  });
});

describe('planScaling', () => {
  it.each<[string, Deployment, ReplicaSet | undefined, ReplicaSet[], string[]]>([
    ['scales the only one that has Pods', deployment(5), set('new', 0), [set('old', 3)], ['old 3-5']],
    ['scales the new one where none has Pods', deployment(5), set('new', 0), [set('old', 0)], ['new 0-5']],
    [
      'scales the youngest old one where there is nothing else',
      deployment(5),
      undefined,
      [set('a', 0), set('b', 0)],
      ['b 0-5'],
    ],
    [
      'ends old ones once the new one is complete',
      deployment(5),
      set('new', 5, { desired: 5 }),
      [set('old', 2)],
      ['old 2-0'],
    ],
    [
      'gives each its share',
      deployment(15, 3),
      set('new', 5, { max: 13 }),
      [set('old', 8, { max: 13 })],
      ['old 8-11', 'new 5-7'],
    ],
    [
      'takes from each its share',
      deployment(5, 1),
      set('new', 4, { max: 11 }),
      [set('old', 7, { max: 11 })],
      ['old 7-4', 'new 4-2'],
    ],
    [
      'ends all at zero',
      deployment(0, 1),
      set('new', 4, { max: 11 }),
      [set('old', 7, { max: 11 })],
      ['old 7-0', 'new 4-0'],
    ],
    [
      'gives the leftover to the largest',
      deployment(10, 0),
      set('new', 1, { max: 6 }),
      [set('a', 3, { max: 6 }), set('b', 2, { max: 6 })],
      ['a 3-5', 'b 2-3', 'new 1-2'],
    ],
  ])('%s', (_, owner, newest, old, expected) => {
    expect(words(planScaling(owner, { newest, old }))).toEqual(expected);
  });

  it('is due where a ReplicaSet with Pods was last scaled for another size', () => {
    const old = [set('old', 0, { desired: 3 })];
    expect(isScalingDue(deployment(5), { newest: set('new', 5, { desired: 5 }), old })).toBe(false);
    expect(isScalingDue(deployment(5), { newest: set('new', 3, { desired: 3 }), old })).toBe(true);
    expect(isScalingDue(deployment(5), { newest: set('new', 3), old })).toBe(false);
  });
});

describe('superfluousSets', () => {
  it('are the lowest revisions without Pods', () => {
    const old = [
      set('three', 0, { revision: 3 }),
      set('one', 0, { revision: 1 }),
      set('ending', 0, { revision: 0, actual: 1 }),
      set('two', 0, { revision: 2 }),
    ];
    const names = superfluousSets(deployment(1), { newest: undefined, old }).map(({ metadata }) => metadata.name);
    expect(names).toEqual(['one', 'two']);
  });
});
