import { describe, expect, it } from 'vitest';
import { type Change, mayHelp } from '../../../../src/embedded/controllers/scheduler/requeue.ts';
import type { PersistentVolumeClaim } from '../../../../src/kubernetes/objects.ts';
import { controlPlaneTaint, node, pod, requesting } from './fixtures.ts';

const waiting = pod('waiting', {
  ...requesting({ cpu: '1' }),
  nodeSelector: { disk: 'ssd' },
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
});
const other = pod('other', { nodeName: 'a', ...requesting({ cpu: '1' }) }, { app: 'web' });
const claim = (name: string, namespace = 'default'): PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace },
  spec: {},
});
const ssd = node('a', { labels: { disk: 'ssd' } });
const heartbeat: Change = { kind: 'Node', object: ssd, previous: ssd };

describe('a Pod that waits is tried again', () => {
  it.each<[string, string, Change, boolean]>([
    ['NodeResourcesFit', 'a Pod has gone', { kind: 'Pod', object: other, deleted: true }, true],
    ['NodeResourcesFit', 'a Pod has come', { kind: 'Pod', object: other }, false],
    [
      'NodeResourcesFit',
      'a Pod has been made smaller',
      { kind: 'Pod', object: { ...other, spec: { ...other.spec, ...requesting({ cpu: '500m' }) } }, previous: other },
      true,
    ],
    ['NodeResourcesFit', 'a node has come', { kind: 'Node', object: ssd }, true],
    [
      'NodeResourcesFit',
      'a node has grown',
      { kind: 'Node', object: node('a', { cpu: '8' }), previous: node('a') },
      true,
    ],
    ['NodeResourcesFit', 'a node has said that it is alive', heartbeat, false],
    ['NodeAffinity', 'a node has been labelled', { kind: 'Node', object: ssd, previous: node('a') }, true],
    ['NodeAffinity', 'another node has come', { kind: 'Node', object: node('b') }, false],
    [
      'TaintToleration',
      'a taint has been taken off',
      { kind: 'Node', object: node('a'), previous: node('a', { taints: [controlPlaneTaint] }) },
      true,
    ],
    ['TaintToleration', 'a node has said that it is alive', heartbeat, false],
    [
      'NodeUnschedulable',
      'a node has been uncordoned',
      { kind: 'Node', object: node('a'), previous: node('a', { unschedulable: true }) },
      true,
    ],
    ['VolumeBinding', 'its claim has changed', { kind: 'PersistentVolumeClaim', object: claim('data') }, true],
    ['VolumeBinding', "another's claim has", { kind: 'PersistentVolumeClaim', object: claim('other') }, false],
    ['VolumeBinding', 'a claim elsewhere has', { kind: 'PersistentVolumeClaim', object: claim('data', 'b') }, false],
    ['InterPodAffinity', 'a Pod has come', { kind: 'Pod', object: other }, true],
    ['InterPodAffinity', "a Pod's status has changed", { kind: 'Pod', object: other, previous: other }, false],
    ['PodTopologySpread', 'a node has gone', { kind: 'Node', object: ssd, deleted: true }, true],
  ])('that %s refused, when %s: %#', (plugin, _, change, expected) => {
    expect(mayHelp(change, waiting, new Set([plugin]))).toBe(expected);
  });

  it('if any of those that refused it may think otherwise', () => {
    const gone: Change = { kind: 'Pod', object: other, deleted: true };
    expect(mayHelp(gone, waiting, new Set(['NodeAffinity', 'NodeResourcesFit']))).toBe(true);
    expect(mayHelp(gone, waiting, new Set(['NodeAffinity', 'TaintToleration']))).toBe(false);
  });
});
