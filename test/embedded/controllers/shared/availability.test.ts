import { describe, expect, it } from 'vitest';
import { untilNextAvailable } from '../../../../src/embedded/controllers/shared/availability.ts';
import type { Pod } from '../../../../src/kubernetes/objects.ts';

const start = Date.parse('2026-01-01T00:00:00Z');

function pod(readyAt: number | undefined): Pod {
  const since = new Date(start + (readyAt ?? 0) * 1000).toISOString();
  const status = readyAt === undefined ? 'False' : 'True';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'kubia-0' },
    spec: { containers: [] },
    status: { conditions: [{ type: 'Ready', status, lastTransitionTime: since }] },
  };
}

describe('until the next Pod is available', () => {
  it.each([
    ['nothing where a Pod is available as soon as it is ready', [pod(0)], 0, 0, undefined],
    ['what is left of its seconds, and a moment', [pod(0)], 5, 2, 3001],
    ['of the one that is first', [pod(1), pod(0)], 5, 2, 3001],
    ['nothing of those that were counted as available', [pod(0)], 5, 5.001, undefined],
    ['of one that was not, however little was missing', [pod(0)], 5, 5, 1],
    ['nothing of those that are not ready', [pod(undefined)], 5, 0, undefined],
  ])('%s', (_, pods, minReadySeconds, counted, expected) => {
    expect(untilNextAvailable(pods, minReadySeconds, start + counted * 1000)).toBe(expected);
  });
});
