import { describe, expect, it } from 'vitest';
import {
  isClaimSettled,
  isClaimStale,
  settledOwners,
} from '../../../../src/embedded/controllers/statefulset/retention.ts';
import type { OwnerReference } from '../../../../src/kubernetes/object.ts';
import { claim, pod, statefulSet } from './fixtures.ts';

const policies = (whenScaled: 'Retain' | 'Delete', whenDeleted: 'Retain' | 'Delete') =>
  statefulSet({ replicas: 1, persistentVolumeClaimRetentionPolicy: { whenScaled, whenDeleted } });

function owner(kind: 'Pod' | 'StatefulSet' | 'Other', uid: string, name = 'kubia', controller = true): OwnerReference {
  const apiVersion = kind === 'StatefulSet' ? 'apps/v1' : kind === 'Pod' ? 'v1' : 'example.com/v1';
  return { apiVersion, kind, name, uid, ...(controller && { controller, blockOwnerDeletion: true }) };
}

const bySet = owner('StatefulSet', 'set');
const byPod = (ordinal: number) => owner('Pod', `pod-${ordinal}`, `kubia-${ordinal}`);

describe('the retention policy', () => {
  it.each<
    [
      whenScaled: 'Retain' | 'Delete',
      whenDeleted: 'Retain' | 'Delete',
      staying: OwnerReference[],
      scaled: OwnerReference[],
    ]
  >([
    ['Retain', 'Retain', [], []],
    ['Retain', 'Delete', [bySet], [bySet]],
    ['Delete', 'Retain', [], [byPod(1)]],
    ['Delete', 'Delete', [bySet], [byPod(1)]],
  ])('whenScaled %s, whenDeleted %s', (whenScaled, whenDeleted, staying, scaled) => {
    const set = policies(whenScaled, whenDeleted);
    const possible = [[], [bySet]];
    for (const [ordinal, wanted] of [
      [0, staying],
      [1, scaled],
    ] as const) {
      const subject = pod(set, `${ordinal} ready`);
      for (const owners of [...possible, [byPod(ordinal)], [bySet, byPod(ordinal)]]) {
        const given = claim('data', owners);
        expect(settledOwners(given, set, subject)).toEqual(wanted);
        expect(isClaimSettled(given, set, subject)).toBe(JSON.stringify(owners) === JSON.stringify(wanted));
      }
    }
  });

  it('leaves owners of other kinds where they are', () => {
    const set = policies('Retain', 'Delete');
    const other = owner('Other', 'x', 'x', false);
    expect(settledOwners(claim('data', [other]), set, pod(set, '0 ready'))).toEqual([other, bySet]);
  });

  it('makes an owner that is not the controller the controller', () => {
    const set = policies('Retain', 'Delete');
    const given = claim('data', [owner('StatefulSet', 'set', 'kubia', false)]);
    expect(isClaimSettled(given, set, pod(set, '0 ready'))).toBe(false);
    expect(settledOwners(given, set, pod(set, '0 ready'))).toEqual([bySet]);
  });

  it('gives way to another controller', () => {
    const set = policies('Retain', 'Delete');
    const foreign = owner('Other', 'x', 'x');
    expect(isClaimSettled(claim('data', [foreign]), set, pod(set, '0 ready'))).toBe(true);
    expect(isClaimSettled(claim('data', [foreign, bySet]), set, pod(set, '0 ready'))).toBe(false);
    expect(settledOwners(claim('data', [foreign, bySet]), set, pod(set, '0 ready'))).toEqual([foreign]);
  });

  it('does not touch what an earlier set or Pod of the same name owns', () => {
    const set = policies('Retain', 'Retain');
    expect(isClaimSettled(claim('data', [owner('StatefulSet', 'earlier')]), set, pod(set, '0 ready'))).toBe(true);
    expect(isClaimSettled(claim('data', [owner('Pod', 'earlier', 'kubia-0')]), set, pod(set, '0 ready'))).toBe(true);
  });

  it('knows a claim that waits for deletion', () => {
    const coming = pod(policies('Delete', 'Retain'), '0 ready');
    const given = claim('data', [owner('Pod', 'earlier', 'kubia-0')]);
    expect(isClaimStale(given, policies('Delete', 'Retain'), coming)).toBe(true);
    expect(isClaimStale(given, policies('Retain', 'Retain'), coming)).toBe(false);
    expect(isClaimStale(claim('data'), policies('Delete', 'Retain'), coming)).toBe(false);
  });
});
