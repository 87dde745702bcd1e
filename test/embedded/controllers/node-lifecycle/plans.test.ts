import { describe, expect, it } from 'vitest';
import { decideRemovals } from '../../../../src/embedded/controllers/node-lifecycle/pod-gc-plan.ts';
import { bears, decideEviction } from '../../../../src/embedded/controllers/node-lifecycle/taint-eviction-plan.ts';
import { decideTaints } from '../../../../src/embedded/controllers/node-lifecycle/taints.ts';
import type { Node, Pod, Taint, Toleration } from '../../../../src/kubernetes/objects.ts';

const broken: Taint = { key: 'broken', effect: 'NoExecute' };
const flaky: Taint = { key: 'flaky', effect: 'NoExecute' };
const tolerate = (key: string, tolerationSeconds?: number): Toleration => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  ...(tolerationSeconds !== undefined && { tolerationSeconds }),
});

function pod(name: string, spec: Partial<Pod['spec']> = {}, more: Partial<Pod> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    ...more,
    metadata: { name, ...more.metadata },
    spec: { containers: [], nodeName: 'a', ...spec },
  };
}

function node(taints: Taint[], ready: 'True' | 'False' | 'Unknown' = 'True'): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'a' },
    spec: { taints },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  };
}

describe('how long a Pod bears its node', () => {
  it.each<[string, Toleration[], Taint[], number | undefined]>([
    ['no taints', [], [], undefined],
    ['a taint that it does not tolerate', [], [broken], 0],
    ['one that it tolerates', [tolerate('broken')], [broken], undefined],
    ['one that it tolerates for a while', [tolerate('broken', 30)], [broken], 30_000],
    ['two: as long as the shorter', [tolerate('broken', 30), tolerate('flaky', 10)], [broken, flaky], 10_000],
    ['one of two', [tolerate('broken', 30)], [broken, flaky], 0],
    ['less than no time', [tolerate('broken', -1)], [broken], 0],
  ])('%s', (_, tolerations, taints, expected) => {
    expect(bears(pod('p', { tolerations }), taints)).toBe(expected);
  });
});

describe('an eviction that is scheduled', () => {
  const patient = pod('p', { tolerations: [tolerate('broken', 30), tolerate('flaky', 10)] });
  it.each<[string, Taint[], object]>([
    ['is kept when the taints are as they were', [broken], { do: 'nothing' }],
    ['is cancelled when they are gone', [], { do: 'cancel' }],
    ['is not put off by a further taint', [broken, flaky], { do: 'nothing' }],
    [
      'is due at once when one comes that is not tolerated',
      [broken, { key: 'other', effect: 'NoExecute' }],
      { do: 'schedule', eviction: { since: 5000, at: 5000 } },
    ],
  ])('%s', (_, taints, expected) => {
    expect(decideEviction(patient, node(taints), { since: 0, at: 30_000 }, 5000)).toEqual(expected);
  });
});

describe('which Pods are removed', () => {
  const outOfService: Taint = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' };
  const deleted = { metadata: { name: 'p', deletionTimestamp: '2026-01-01T00:00:00Z' } } as Partial<Pod>;
  const names = (situation: Partial<Parameters<typeof decideRemovals>[0]>) =>
    decideRemovals({ pods: [], node: () => undefined, isGone: () => false, ...situation }).map((each) => [
      each.pod.metadata.name,
      each.disruption?.message,
    ]);

  it('those of a node that is gone', () => {
    expect(names({ pods: [pod('p')], isGone: () => true })).toEqual([['p', 'PodGC: node no longer exists']]);
    expect(names({ pods: [pod('p')] })).toEqual([]);
  });

  it('those that are to end on a node out of service, unless it is back', () => {
    expect(names({ pods: [pod('p', {}, deleted)], node: () => node([outOfService], 'Unknown') })).toHaveLength(1);
    expect(names({ pods: [pod('p', {}, deleted)], node: () => node([outOfService]) })).toEqual([]);
    expect(names({ pods: [pod('p')], node: () => node([outOfService], 'Unknown') })).toEqual([]);
  });

  it('those deleted before they had a node', () => {
    const { nodeName: _, ...spec } = pod('p').spec;
    expect(
      names({
        pods: [
          { ...pod('p', {}, deleted), spec },
          { ...pod('q'), spec },
        ],
      }),
    ).toEqual([['p', undefined]]);
  });

  it('those that ended first, where there are too many', () => {
    const ended = (name: string, second: number, reason?: string) =>
      pod(name, {}, {
        metadata: { name, creationTimestamp: `2026-01-01T00:00:0${second}Z` },
        status: { phase: 'Failed', ...(reason && { reason }) },
      } as Partial<Pod>);
    const pods = [ended('c', 3), ended('a', 1), ended('b', 2), ended('evicted', 4, 'Evicted'), pod('running')];
    expect(names({ pods, threshold: 2 }).map(([name]) => name)).toEqual(['evicted', 'a']);
  });
});

describe('the taints of a node', () => {
  const now = '2026-01-01T00:00:00Z';
  const keys = (taints: Taint[] | undefined) => taints?.map(({ key, effect }) => `${key}:${effect}`);

  it('are left as they are where they are right, those of others always', () => {
    expect(decideTaints(node([broken]), { evict: true, disrupted: false, now })).toBeUndefined();
    expect(keys(decideTaints(node([broken], 'Unknown'), { evict: false, disrupted: false, now }))).toEqual([
      'broken:NoExecute',
      'node.kubernetes.io/unreachable:NoSchedule',
    ]);
  });

  it('change with the reason why it is not ready', () => {
    const before: Taint[] = ['NoSchedule', 'NoExecute'].map((effect) => ({
      key: 'node.kubernetes.io/unreachable',
      effect: effect as Taint['effect'],
    }));
    expect(keys(decideTaints(node(before, 'False'), { evict: false, disrupted: false, now }))).toEqual([
      'node.kubernetes.io/not-ready:NoSchedule',
      'node.kubernetes.io/not-ready:NoExecute',
    ]);
  });
});
