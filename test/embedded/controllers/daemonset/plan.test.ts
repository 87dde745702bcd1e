import { describe, expect, it } from 'vitest';
import {
  type DaemonPlan,
  planPlacement,
  planRollout,
  type Situation,
} from '../../../../src/embedded/controllers/daemonset/plan.ts';
import type { DaemonSet, Node, Pod } from '../../../../src/kubernetes/objects.ts';

const now = Date.UTC(2026, 0, 1, 12);

function daemonSet(rollingUpdate: { maxSurge?: number | string; maxUnavailable?: number | string } = {}): DaemonSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent' },
    spec: {
      selector: {},
      template: { spec: { containers: [], nodeSelector: { daemons: 'yes' } } },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0, ...rollingUpdate } },
    },
  };
}

/** "a", "b no" (does not suit), "c tainted" (daemons may stay, but none is created) */
function node(words: string): Node {
  const [name = '', state] = words.split(' ');
  const taints = state === 'tainted' ? [{ key: 'own', effect: 'NoSchedule' as const }] : [];
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { daemons: state === 'no' ? 'no' : 'yes' } },
    spec: { taints },
  };
}

/** "a new ready", "a old pending", "b old failed", "c new ready terminating", "gone old waiting" (not scheduled yet) */
function pod(words: string, index: number): Pod {
  const [nodeName, version, state, ...rest] = words.split(' ');
  const phases: Record<string, 'Failed' | 'Succeeded' | 'Pending'> = {
    failed: 'Failed',
    succeeded: 'Succeeded',
    pending: 'Pending',
    waiting: 'Pending',
  };
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: [nodeName!] }] }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: words,
      creationTimestamp: new Date(now + index * 1000).toISOString(),
      labels: { 'controller-revision-hash': version! },
      ...(rest.includes('terminating') && { deletionTimestamp: '2026-01-01T12:00:00Z' }),
    },
    spec: {
      ...(state !== 'waiting' && { nodeName: nodeName! }),
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
      containers: [],
    },
    status: {
      phase: phases[state!] ?? 'Running',
      conditions: [{ type: 'Ready', status: state === 'ready' ? 'True' : 'False' }],
    },
  };
}

function situation(set: DaemonSet, nodes: readonly string[], pods: readonly string[]): Situation {
  return { set, hash: 'new', nodes: nodes.map(node), pods: pods.map(pod), now };
}

const words = (plan: DaemonPlan) => [
  ...plan.create.map((name) => `create ${name}`),
  ...plan.delete.map(({ metadata }) => `delete ${metadata.name}`),
];

describe('planPlacement', () => {
  it.each<[string, string[], string[], string[]]>([
    ['creates a Pod on each node that suits', ['a', 'b no', 'c'], [], ['create a', 'create c']],
    ['is content with Pods of any version', ['a', 'c'], ['a new ready', 'c old pending'], []],
    ['deletes Pods on nodes that do not suit', ['a no'], ['a new ready'], ['delete a new ready']],
    ['lets Pods stay on a node that takes no more', ['a tainted', 'b tainted'], ['a new ready'], []],
    ['keeps only the oldest', ['a'], ['a old ready', 'a new ready'], ['delete a new ready']],
    ['waits for a Pod that is going', ['a'], ['a old ready terminating'], []],
    [
      'deletes a Pod that waits for a node that has gone',
      [],
      ['gone old waiting', 'lost old ready'],
      ['delete gone old waiting'],
    ],
  ])('%s', (_, nodes, pods, expected) => {
    expect(words(planPlacement(situation(daemonSet(), nodes, pods)))).toEqual(expected);
  });

  it.each<[string, string[], string[]]>([
    ['creates a Pod beside one that is going', ['a old ready terminating'], ['create a']],
    ['keeps an old Pod beside a new one that is not ready', ['a old ready', 'a new running'], []],
    ['deletes the old Pod once the new one is available', ['a old ready', 'a new ready'], ['delete a old ready']],
    ['deletes an old Pod that is not ready anyway', ['a old running', 'a new running'], ['delete a old running']],
    ['keeps no more than one of each', ['a old ready', 'a old running', 'a new running'], ['delete a old running']],
  ])('with surge: %s', (_, pods, expected) => {
    const set = daemonSet({ maxSurge: 1, maxUnavailable: 0 });
    expect(words(planPlacement(situation(set, ['a'], pods)))).toEqual(expected);
  });

  it('names those that ended', () => {
    const { failed, succeeded } = planPlacement(
      situation(daemonSet(), ['a', 'b'], ['a new failed', 'b new succeeded']),
    );
    expect(failed.map(({ pod, node }) => [pod.metadata.name, node])).toEqual([['a new failed', 'a']]);
    expect(succeeded.map(({ metadata }) => metadata.name)).toEqual(['b new succeeded']);
  });
});

describe('planRollout', () => {
  const nodes = ['a', 'b', 'c'];

  it.each<[string, number | string, string[], string[]]>([
    ['deletes one', 1, ['a old ready', 'b old ready', 'c old ready'], ['delete a old ready']],
    [
      'deletes as many as may be missing',
      '60%',
      ['a old ready', 'b old ready', 'c old ready'],
      ['delete a old ready', 'delete b old ready'],
    ],
    ['waits for the new one', 1, ['a new running', 'b old ready', 'c old ready'], []],
    ['goes on', 1, ['a new ready', 'b old ready', 'c old ready'], ['delete b old ready']],
    [
      'replaces at once what is not available',
      1,
      ['a old running', 'b old running', 'c old ready'],
      ['delete a old running', 'delete b old running'],
    ],
    ['counts a node without a Pod as missing', 1, ['a old ready', 'b old ready'], []],
    ['counts a Pod that is going as missing', 1, ['a old ready terminating', 'b old ready', 'c old ready'], []],
    ['takes no unavailability as one', 0, ['a old ready', 'b old ready', 'c old ready'], ['delete a old ready']],
  ])('%s', (_, maxUnavailable, pods, expected) => {
    expect(words(planRollout(situation(daemonSet({ maxUnavailable }), nodes, pods)))).toEqual(expected);
  });

  it.each<[string, number, string[], string[]]>([
    ['creates one beside an old one', 1, ['a old ready', 'b old ready', 'c old ready'], ['create a']],
    ['creates as many as may be too many', 2, ['a old ready', 'b old ready', 'c old ready'], ['create a', 'create b']],
    ['waits for the new one', 1, ['a old ready', 'a new running', 'b old ready', 'c old ready'], []],
    [
      'deletes the old one and goes on',
      1,
      ['a old ready', 'a new ready', 'b old ready', 'c old ready'],
      ['create b', 'delete a old ready'],
    ],
    [
      'need not count where the old one is not available',
      1,
      ['a old ready', 'b old running', 'c old ready'],
      ['create b', 'create a'],
    ],
  ])('with surge: %s', (_, maxSurge, pods, expected) => {
    expect(words(planRollout(situation(daemonSet({ maxSurge, maxUnavailable: 0 }), nodes, pods)))).toEqual(expected);
  });

  it('deletes a Pod on a node that takes no more once another one makes up for it', () => {
    const set = daemonSet({ maxSurge: 1, maxUnavailable: 0 });
    const moved = (state: string) =>
      words(planRollout(situation(set, ['a tainted', 'b'], ['a old ready', `b new ${state}`])));
    expect(moved('running')).toEqual([]);
    expect(moved('ready')).toEqual(['delete a old ready']);
  });
});
