import { matchesNode } from '../../../kubernetes/node-affinity.ts';
import type { Affinity, DaemonSet, Node, Pod, PodTemplateSpec, Toleration } from '../../../kubernetes/objects.ts';
import { untoleratedTaint } from '../../../kubernetes/taints.ts';

/** What makes a Pod a DaemonSet's: its node, its tolerations, and the version of the template it comes from. */

export const revisionLabel = 'controller-revision-hash';
const generationLabel = 'pod-template-generation';
const generationAnnotation = 'deprecated.daemonset.template.generation';

/** What may be wrong with a node while a daemon stays on it all the same. */
const evictingTaints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
const repellingTaints = [
  'node.kubernetes.io/disk-pressure',
  'node.kubernetes.io/memory-pressure',
  'node.kubernetes.io/pid-pressure',
  'node.kubernetes.io/unschedulable',
];

/** The template's tolerations and those that each daemon has. */
export function daemonTolerations({
  tolerations = [],
  hostNetwork,
}: NonNullable<PodTemplateSpec['spec']>): Toleration[] {
  const exists = (effect: string) => (key: string) => ({ key, operator: 'Exists', effect }) as Toleration;
  const wanted = [
    ...evictingTaints.map(exists('NoExecute')),
    ...repellingTaints.map(exists('NoSchedule')),
    ...(hostNetwork ? [exists('NoSchedule')('node.kubernetes.io/network-unavailable')] : []),
  ];
  return wanted.reduce<Toleration[]>(addOrReplace, [...tolerations]);
}

function addOrReplace(tolerations: readonly Toleration[], wanted: Toleration): Toleration[] {
  const matches = (each: Toleration) =>
    each.key === wanted.key && each.effect === wanted.effect && each.operator === wanted.operator && !each.value;
  if (!tolerations.some(matches)) return [...tolerations, wanted];
  return tolerations.map((each) => (matches(each) ? wanted : each));
}

/** The template as the Pod for a node is made from it: the scheduler has no choice but that node. */
export function templateFor(set: DaemonSet, node: string, hash: string): PodTemplateSpec {
  const { metadata, spec } = set.spec.template;
  const generation = templateGeneration(set);
  return {
    metadata: {
      ...metadata,
      labels: {
        ...metadata?.labels,
        ...(generation !== undefined && { [generationLabel]: generation }),
        [revisionLabel]: hash,
      },
    },
    spec: { ...spec!, tolerations: daemonTolerations(spec!), affinity: withNode(spec!.affinity, node) },
  };
}

/** Whatever nodes the affinity requires: that the node is one of them has been looked at before. */
function withNode(affinity: Affinity | undefined, node: string): Affinity {
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: [node] }] }];
  return {
    ...affinity,
    nodeAffinity: {
      ...affinity?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms },
    },
  };
}

/** The node a Pod is on or was made for; undefined for an adopted Pod that nothing ties to one. */
export function targetNode({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const field = terms
    .flatMap(({ matchFields = [] }) => matchFields)
    .find(({ key, operator }) => key === 'metadata.name' && operator === 'In');
  return field?.values?.length === 1 ? field.values[0] : undefined;
}

/** By hash; by number of the template's changes for Pods of old. */
export function isUpdated(set: DaemonSet, { metadata: { labels = {} } }: Pod, hash: string): boolean {
  const generation = templateGeneration(set);
  return labels[revisionLabel] === hash || (generation !== undefined && labels[generationLabel] === generation);
}

function templateGeneration({ metadata }: DaemonSet): string | undefined {
  const text = metadata.annotations?.[generationAnnotation];
  return text !== undefined && /^[+-]?[0-9]+$/.test(text) ? String(Number(text)) : undefined;
}

export interface Suitability {
  /** A daemon is to be created on the node. */
  readonly run: boolean;
  /** One that is there may stay. */
  readonly stay: boolean;
}

/** Whether the node is one of the DaemonSet's: upstream's NodeShouldRunDaemonPod. */
export function suits({ spec: { template } }: DaemonSet, node: Node): Suitability {
  const spec = template.spec!;
  if (spec.nodeName && spec.nodeName !== node.metadata.name) return { run: false, stay: false };
  if (!matchesNode(spec, node)) return { run: false, stay: false };
  const tolerations = daemonTolerations(spec);
  const untolerated = (...effects: string[]) => untoleratedTaint(node.spec?.taints, tolerations, effects) !== undefined;
  return { run: !untolerated('NoSchedule', 'NoExecute'), stay: !untolerated('NoExecute') };
}
