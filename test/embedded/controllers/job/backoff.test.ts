import { describe, expect, it } from 'vitest';
import {
  nextRecord,
  noFailures,
  remainingDelay,
  remainingIndexDelay,
} from '../../../../src/embedded/controllers/job/backoff.ts';
import type { Pod } from '../../../../src/kubernetes/objects.ts';

/** A Pod whose container ended `second` seconds after the epoch. */
const ended = (second: number, annotations: Record<string, string> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `at-${second}`, annotations },
  spec: { containers: [{ name: 'main' }] },
  status: {
    containerStatuses: [
      {
        name: 'main',
        image: '',
        imageID: '',
        ready: false,
        restartCount: 0,
        state: { terminated: { exitCode: 1, finishedAt: new Date(second * 1000).toISOString() } },
      },
    ],
  },
});

describe('the back-off of a Job', () => {
  it.each([
    [0, 0],
    [1, 10],
    [2, 20],
    [3, 40],
    [6, 320],
    [7, 600],
    [40, 600],
  ])('after %i failures is %i seconds', (failures, seconds) => {
    expect(remainingDelay({ failures, lastFailure: 1000 }, 1000)).toBe(seconds * 1000);
    expect(remainingDelay({ failures, lastFailure: 1000 }, 1000 + seconds * 1000)).toBe(0);
  });

  it.each([
    ['nothing new', [], [], { failures: 2, lastFailure: 5000 }],
    ['failures', [], [ended(9), ended(7)], { failures: 4, lastFailure: 9000 }],
    ['a success', [ended(9)], [], noFailures],
    ['a success after failures', [ended(9)], [ended(8)], noFailures],
    ['failures after a success', [ended(9)], [ended(8), ended(10), ended(11)], { failures: 2, lastFailure: 11_000 }],
  ])('goes on from two failures with %s', (_, succeeded, failed, expected) => {
    expect(nextRecord({ failures: 2, lastFailure: 5000 }, succeeded, failed)).toEqual(expected);
  });

  it('of an index counts what its last Pod tells, ignored failures too', () => {
    const last = ended(0, {
      'batch.kubernetes.io/job-index-failure-count': '1',
      'batch.kubernetes.io/job-index-ignored-failure-count': '1',
    });
    expect(remainingIndexDelay(last, 0)).toBe(40_000);
    expect(remainingIndexDelay(ended(0), 4000)).toBe(6000);
    expect(remainingIndexDelay(undefined, 0)).toBe(0);
  });
});
