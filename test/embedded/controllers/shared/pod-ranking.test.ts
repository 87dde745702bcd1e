import { describe, expect, it } from 'vitest';
import { rankForDeletion } from '../../../../src/embedded/controllers/shared/pod-ranking.ts';
import type { Pod } from '../../../../src/kubernetes/objects.ts';

const now = Date.UTC(2026, 0, 1, 12);

interface Traits {
  readonly node?: string;
  readonly phase?: 'Pending' | 'Running';
  /** Seconds since it became ready. */
  readonly ready?: number;
  readonly cost?: string;
  readonly restarts?: number;
  readonly sidecarRestarts?: number;
  /** Seconds since it was created. */
  readonly age?: number;
}

function pod(name: string, { node = 'n', phase = 'Running', ready = 60, age = 3600, ...traits }: Traits = {}): Pod {
  const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();
  const status = (containerName: string, restartCount: number) => ({
    name: containerName,
    image: 'a',
    imageID: '',
    ready: true,
    restartCount,
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      uid: name,
      creationTimestamp: ago(age),
      ...(traits.cost !== undefined && { annotations: { 'controller.kubernetes.io/pod-deletion-cost': traits.cost } }),
    },
    spec: {
      ...(node && { nodeName: node }),
      containers: [{ name: 'a', image: 'a' }],
      initContainers: [{ name: 'sidecar', image: 'a', restartPolicy: 'Always' }],
    },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: ready >= 0 ? 'True' : 'False', lastTransitionTime: ago(Math.abs(ready)) }],
      containerStatuses: [status('a', traits.restarts ?? 0)],
      initContainerStatuses: [status('sidecar', traits.sidecarRestarts ?? 0)],
    },
  };
}

const names = (pods: readonly Pod[]) => pods.map(({ metadata }) => metadata.name);

describe('rankForDeletion', () => {
  it.each<[string, Traits, Traits]>([
    ['one without a node before one that has one', { node: '' }, { node: 'n' }],
    ['a pending one before a running one', { phase: 'Pending' }, { phase: 'Running' }],
    ['one that is not ready before one that is', { ready: -60 }, { ready: 60 }],
    ['a cheaper one before a dearer one', { cost: '-5' }, { cost: '3' }],
    ['one whose cost is no number as if it cost nothing', { cost: 'much' }, { cost: '1' }],
    ['one that has been ready for a shorter time', { ready: 10 }, { ready: 1000 }],
    ['one that restarted more often', { restarts: 3 }, { restarts: 1 }],
    ['one whose sidecar restarted more often', { sidecarRestarts: 3 }, { sidecarRestarts: 1 }],
    ['a younger one', { age: 10 }, { age: 1000 }],
  ])('takes %s', (_, first, second) => {
    const pods = [pod('second', second), pod('first', first)];
    expect(names(rankForDeletion(pods, pods, now))).toEqual(['first', 'second']);
    expect(names(rankForDeletion([...pods].reverse(), pods, now))).toEqual(['first', 'second']);
  });

  it('takes one from the node with most Pods of the same work', () => {
    const pods = [pod('alone', { node: 'a', ready: 10 }), pod('together', { node: 'b', ready: 1000 })];
    const related = [...pods, pod('other', { node: 'b' })];
    expect(names(rankForDeletion(pods, related, now))).toEqual(['together', 'alone']);
  });

  it('lets chance decide among Pods of much the same age', () => {
    const pods = [pod('b', { ready: 1000 }), pod('a', { ready: 1010 })];
    expect(names(rankForDeletion(pods, pods, now))).toEqual(['a', 'b']);
  });
});
