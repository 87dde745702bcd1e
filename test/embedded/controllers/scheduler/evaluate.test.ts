import { describe, expect, it } from 'vitest';
import { evaluate, describe as inWords, pick } from '../../../../src/embedded/controllers/scheduler/evaluate.ts';
import type { ClusterView } from '../../../../src/embedded/controllers/scheduler/framework.ts';
import { NodeInfo } from '../../../../src/embedded/controllers/scheduler/node-info.ts';
import { defaultPlugins } from '../../../../src/embedded/controllers/scheduler/plugins/index.ts';
import type { Node, Pod, PodSpec } from '../../../../src/kubernetes/objects.ts';
import { LabelSelector } from '../../../../src/kubernetes/selectors.ts';
import { controlPlaneTaint, kindNodes, node, pod, requesting } from './fixtures.ts';

function view(nodes: readonly Node[], pods: readonly Pod[] = []): ClusterView {
  return {
    nodes: nodes.map(
      (one) =>
        new NodeInfo(
          one,
          pods.filter(({ spec }) => spec.nodeName === one.metadata.name),
        ),
    ),
    namespaceLabels: (namespace) => ({ 'kubernetes.io/metadata.name': namespace }),
    siblings: ({ metadata }) =>
      metadata.labels?.app ? LabelSelector.fromLabels({ app: metadata.labels.app }) : undefined,
    volumes: {
      claim: () => undefined,
      volume: () => undefined,
      storageClass: () => undefined,
      available: () => [],
    },
    budgets: [],
  };
}

/** The node, or why there is none. */
function place(wanted: Pod, cluster: ClusterView): string {
  const evaluation = evaluate(wanted, defaultPlugins, cluster);
  return evaluation.fits ? pick(evaluation) : inWords(evaluation.diagnosis, '');
}

const on = (nodeName: string, name: string, labels = {}, spec: Partial<PodSpec> = {}) =>
  pod(name, { ...spec, nodeName }, labels);

const near = (app: string, topologyKey = 'kubernetes.io/hostname') => ({
  requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector: { matchLabels: { app } } }],
});
const rather = (app: string) => ({
  preferredDuringSchedulingIgnoredDuringExecution: [
    {
      weight: 100,
      podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app } } },
    },
  ],
});
const zones = [
  node('a1', { labels: { 'topology.kubernetes.io/zone': 'a' } }),
  node('a2', { labels: { 'topology.kubernetes.io/zone': 'a' } }),
  node('b1', { labels: { 'topology.kubernetes.io/zone': 'b' } }),
];
const untolerated = '1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }';
const spread = (whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway', more = {}) => ({
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'topology.kubernetes.io/zone',
      whenUnsatisfiable,
      labelSelector: { matchLabels: { app: 'web' } },
      ...more,
    },
  ],
});

describe('where a Pod goes', () => {
  it.each<[string, Pod, ClusterView, string]>([
    [
      'nowhere without nodes that tolerate it',
      pod('p'),
      view([kindNodes()[0]!]),
      `0/1 nodes are available: ${untolerated}.`,
    ],
    [
      'onto a tainted node that it tolerates',
      pod('p', { tolerations: [{ key: controlPlaneTaint.key, operator: 'Exists' }] }),
      view([kindNodes()[0]!]),
      'control-plane',
    ],
    [
      'to the node that dislikes it least',
      pod('p'),
      view([node('a', { taints: [{ key: 'busy', effect: 'PreferNoSchedule' }] }), node('b')], [on('b', 'x')]),
      'b',
    ],
    [
      'not to a cordoned node',
      pod('p'),
      view([node('a', { unschedulable: true })]),
      '0/1 nodes are available: 1 node(s) were unschedulable.',
    ],
    [
      'by its node selector',
      pod('p', { nodeSelector: { disk: 'ssd' } }),
      view([...kindNodes(), node('fast', { labels: { disk: 'ssd' } })]),
      'fast',
    ],
    [
      'nowhere where the selector fits nothing',
      pod('p', { nodeSelector: { disk: 'ssd' } }),
      view(kindNodes()),
      `0/3 nodes are available: ${untolerated}, 2 node(s) didn't match Pod's node affinity/selector.`,
    ],
    [
      'to the node it names, as the Pods of DaemonSets do',
      pod('p', {
        ...requesting({ cpu: '10' }),
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['worker'] }] }],
            },
          },
        },
      }),
      view(kindNodes()),
      "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity].",
    ],
    [
      'where it prefers to be',
      pod('p', {
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 1, preference: { matchExpressions: [{ key: 'disk', operator: 'Exists' }] } },
            ],
          },
        },
      }),
      view([node('a'), node('b', { labels: { disk: 'ssd' } })]),
      'b',
    ],
    [
      'not where its port is taken',
      pod('p', { containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort: 80 }] }] }),
      view(
        [node('a')],
        [on('a', 'x', {}, { containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort: 80 }] }] })],
      ),
      "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
    ],
    [
      'not where it does not fit, for each reason',
      pod('p', requesting({ cpu: '3', memory: '8Gi', 'example.com/dongle': '1' })),
      view([node('a', { pods: '1' })], [on('a', 'x')]),
      '0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient example.com/dongle, 1 Insufficient memory, 1 Too many pods.',
    ],
    [
      'where more is free',
      pod('p', requesting({ cpu: '500m' })),
      view([node('a'), node('b')], [on('a', 'x', {}, requesting({ cpu: '1' })), on('b', 'y'), on('b', 'z')]),
      'b',
    ],
    [
      'away from its siblings',
      pod('p', {}, { app: 'web' }),
      view([node('a'), node('b')], [on('a', 'x', { app: 'web' })]),
      'b',
    ],
  ])('%s', (_, wanted, cluster, expected) => {
    expect(place(wanted, cluster)).toBe(expected);
  });
});

describe('where a Pod goes for the sake of others', () => {
  it.each<[string, Pod, ClusterView, string]>([
    [
      'near those it needs',
      pod('p', { affinity: { podAffinity: near('db') } }),
      view([node('a'), node('b')], [on('b', 'x', { app: 'db' })]),
      'b',
    ],
    [
      'nowhere where they are not',
      pod('p', { affinity: { podAffinity: near('db') } }),
      view([node('a'), node('b')]),
      "0/2 nodes are available: 2 node(s) didn't match pod affinity rules.",
    ],
    [
      'anywhere as the first of its kind',
      pod('p', { affinity: { podAffinity: near('web') } }, { app: 'web' }),
      view([node('a')]),
      'a',
    ],
    [
      'not next to those it shuns',
      pod('p', { affinity: { podAntiAffinity: near('web') } }, { app: 'web' }),
      view([node('a'), node('b')], [on('a', 'x', { app: 'web' }), on('b', 'y', { app: 'web' })]),
      "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules.",
    ],
    [
      'not next to those that shun it',
      pod('p', {}, { app: 'web' }),
      view([node('a')], [on('a', 'x', {}, { affinity: { podAntiAffinity: near('web') } })]),
      "0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules.",
    ],
    [
      'not into the zone of those it shuns',
      pod('p', { affinity: { podAntiAffinity: near('web', 'topology.kubernetes.io/zone') } }),
      view(zones, [on('a1', 'x', { app: 'web' })]),
      'b1',
    ],
    [
      'rather near those it likes',
      pod('p', { affinity: { podAffinity: rather('db') } }),
      view([node('a'), node('b')], [on('b', 'x', { app: 'db' })]),
      'b',
    ],
    [
      'rather away from those it dislikes',
      pod('p', { affinity: { podAntiAffinity: rather('db') } }),
      view([node('a'), node('b')], [on('a', 'x', { app: 'db' }), on('b', 'y'), on('b', 'z')]),
      'b',
    ],
    [
      'evenly over zones',
      pod('p', spread('DoNotSchedule'), { app: 'web' }),
      view(zones, [on('a1', 'x', { app: 'web' })]),
      'b1',
    ],
    [
      'nowhere where zones would be uneven',
      pod('p', spread('DoNotSchedule'), { app: 'web' }),
      view(
        [...zones.slice(0, 2), node('b1', { labels: { 'topology.kubernetes.io/zone': 'b' }, unschedulable: true })],
        [on('a1', 'x', { app: 'web' })],
      ),
      "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match pod topology spread constraints.",
    ],
    [
      'not to a node without the label',
      pod('p', spread('DoNotSchedule'), { app: 'web' }),
      view([node('a')]),
      "0/1 nodes are available: 1 node(s) didn't match pod topology spread constraints (missing required label).",
    ],
    [
      'only where there are enough zones',
      pod('p', spread('DoNotSchedule', { minDomains: 3 }), { app: 'web' }),
      view(zones, [on('a1', 'x', { app: 'web' }), on('b1', 'y', { app: 'web' })]),
      "0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints.",
    ],
    [
      'rather evenly',
      pod('p', spread('ScheduleAnyway'), { app: 'web' }),
      view(zones, [on('a1', 'x', { app: 'web' }), on('b1', 'y'), on('b1', 'z')]),
      'b1',
    ],
  ])('%s', (_, wanted, cluster, expected) => {
    expect(place(wanted, cluster)).toBe(expected);
  });
});
