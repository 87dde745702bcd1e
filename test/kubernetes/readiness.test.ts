import { describe, expect, it } from 'vitest';
import type { Pod, PodStatus } from '../../src/kubernetes/objects.ts';
import {
  isPodActive,
  isPodAvailable,
  isPodReady,
  isPodTerminal,
  isPodTerminating,
  withPodCondition,
} from '../../src/kubernetes/readiness.ts';

const noon = Date.UTC(2026, 10, 21, 12);

function pod(status: PodStatus, deletionTimestamp?: string): Pod {
  const metadata = { name: 'web-0', ...(deletionTimestamp && { deletionTimestamp }) };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [] }, status };
}

function ready(status: 'True' | 'False', lastTransitionTime?: string): PodStatus {
  return { conditions: [{ type: 'Ready', status, ...(lastTransitionTime && { lastTransitionTime }) }] };
}

describe('readiness', () => {
  it('is what the condition says', () => {
    expect(isPodReady(pod(ready('True')))).toBe(true);
    expect(isPodReady(pod(ready('False')))).toBe(false);
    expect(isPodReady(pod({}))).toBe(false);
  });

  it('counts as available after a time', () => {
    const since = pod(ready('True', '2026-11-21T11:59:50Z'));
    expect(isPodAvailable(since, 0, noon)).toBe(true);
    expect(isPodAvailable(since, 9, noon)).toBe(true);
    expect(isPodAvailable(since, 10, noon)).toBe(false);
    expect(isPodAvailable(pod(ready('True')), 1, noon)).toBe(false);
    expect(isPodAvailable(pod(ready('False', '2026-11-21T11:00:00Z')), 0, noon)).toBe(false);
  });
});

describe('the end of a Pod', () => {
  it.each([
    ['Running', undefined, { terminal: false, active: true, terminating: false }],
    ['Running', '2026-11-21T12:00:00Z', { terminal: false, active: false, terminating: true }],
    ['Succeeded', undefined, { terminal: true, active: false, terminating: false }],
    ['Failed', '2026-11-21T12:00:00Z', { terminal: true, active: false, terminating: false }],
  ] as const)('%s, deleted %s', (phase, deleted, expected) => {
    const subject = pod({ phase }, deleted);
    expect({
      terminal: isPodTerminal(subject),
      active: isPodActive(subject),
      terminating: isPodTerminating(subject),
    }).toEqual(expected);
  });
});

describe('a condition that is set', () => {
  const before = { type: 'Ready', status: 'False', lastTransitionTime: '2026-11-21T11:00:00Z' } as const;
  const other = { type: 'Initialized', status: 'True' } as const;

  it('comes after the others when it is new', () => {
    expect(withPodCondition([other], { type: 'Ready', status: 'True' }, 'NOW')).toEqual([
      other,
      { type: 'Ready', status: 'True', lastTransitionTime: 'NOW' },
    ]);
  });

  it('keeps its place, and the time of its last change of status', () => {
    const again = withPodCondition([before, other], { type: 'Ready', status: 'False', reason: 'Why' }, 'NOW');
    expect(again).toEqual([{ ...before, reason: 'Why' }, other]);
    const changed = withPodCondition([before, other], { type: 'Ready', status: 'True' }, 'NOW');
    expect(changed).toEqual([{ type: 'Ready', status: 'True', lastTransitionTime: 'NOW' }, other]);
  });
});
