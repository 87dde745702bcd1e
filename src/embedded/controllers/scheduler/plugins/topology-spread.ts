import { matchesNode } from '../../../../kubernetes/node-affinity.ts';
import type { Node, Pod, TopologySpreadConstraint } from '../../../../kubernetes/objects.ts';
import { LabelSelector } from '../../../../kubernetes/selectors.ts';
import { untoleratedTaint } from '../../../../kubernetes/taints.ts';
import type { ClusterView, Plugin } from '../framework.ts';
import type { NodeInfo } from '../node-info.ts';

const hostname = 'kubernetes.io/hostname';
const zone = 'topology.kubernetes.io/zone';

interface Constraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly minDomains: number;
  counts(pod: Pod): boolean;
  /** Whether Pods on a node count at all. */
  includes(node: Node): boolean;
}

/** Pods spread over topology domains: by their own constraints, and a little without any. */
export const podTopologySpread: Plugin = {
  name: 'PodTopologySpread',
  weight: 2,
  prepare(pod, cluster) {
    const hard = constraintsOf(pod, 'DoNotSchedule');
    const soft = pod.spec.topologySpreadConstraints?.length
      ? constraintsOf(pod, 'ScheduleAnyway')
      : defaultConstraints(pod, cluster);
    return {
      ...(hard.length > 0 && { filter: filter(this.name, pod, hard, cluster) }),
      ...(soft.length > 0 && { score: (nodes) => scores(pod, soft, cluster, nodes) }),
    };
  },
};

function constraintsOf(pod: Pod, action: TopologySpreadConstraint['whenUnsatisfiable']): Constraint[] {
  return (pod.spec.topologySpreadConstraints ?? [])
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action)
    .map((constraint) => {
      const { maxSkew, topologyKey, minDomains = 1, labelSelector, matchLabelKeys = [] } = constraint;
      const selector = LabelSelector.from(labelSelector);
      const own = pod.metadata.labels ?? {};
      const keys = matchLabelKeys.filter((key) => Object.hasOwn(own, key));
      const alike = ({ metadata }: Pod) => keys.every((key) => metadata.labels?.[key] === own[key]);
      const { nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' } = constraint;
      return {
        maxSkew,
        topologyKey,
        minDomains,
        counts: (other: Pod) => selector.matches(other.metadata.labels) && alike(other),
        includes: (node: Node) =>
          (nodeAffinityPolicy !== 'Honor' || matchesNode(pod.spec, node)) &&
          (nodeTaintsPolicy !== 'Honor' ||
            !untoleratedTaint(node.spec.taints, pod.spec.tolerations, ['NoSchedule', 'NoExecute'])),
      };
    });
}

/** What the scheduler does for Pods of a Service or a controller that say nothing themselves. */
function defaultConstraints(pod: Pod, cluster: ClusterView): Constraint[] {
  const selector = cluster.siblings(pod);
  if (!selector || selector.empty) return [];
  const common = {
    minDomains: 1,
    counts: ({ metadata }: Pod) => selector.matches(metadata.labels),
    includes: (node: Node) => matchesNode(pod.spec, node),
  };
  return [
    { ...common, topologyKey: hostname, maxSkew: 3 },
    { ...common, topologyKey: zone, maxSkew: 5 },
  ];
}

/** Pods that are going away do not count. */
function countOn({ pods }: NodeInfo, { counts }: Constraint, namespace: string | undefined): number {
  return pods.filter((pod) => !pod.metadata.deletionTimestamp && pod.metadata.namespace === namespace && counts(pod))
    .length;
}

function filter(plugin: string, pod: Pod, constraints: readonly Constraint[], { nodes }: ClusterView) {
  const domains = constraints.map(() => new Map<string, number>());
  for (const info of nodes) {
    if (!constraints.every(({ topologyKey }) => Object.hasOwn(info.labels, topologyKey))) continue;
    constraints.forEach((constraint, index) => {
      if (!constraint.includes(info.node)) return;
      const value = info.labels[constraint.topologyKey]!;
      const count = (domains[index]!.get(value) ?? 0) + countOn(info, constraint, pod.metadata.namespace);
      domains[index]!.set(value, count);
    });
  }
  return (node: NodeInfo) => {
    for (const [index, { topologyKey, minDomains, maxSkew, counts }] of constraints.entries()) {
      const reason = "node(s) didn't match pod topology spread constraints";
      if (!Object.hasOwn(node.labels, topologyKey)) {
        return { plugin, resolvable: false, reasons: [`${reason} (missing required label)`] };
      }
      const found = domains[index]!;
      const least = found.size < minDomains || found.size === 0 ? 0 : Math.min(...found.values());
      const there = found.get(node.labels[topologyKey]!) ?? 0;
      if (there + (counts(pod) ? 1 : 0) - least > maxSkew) {
        return { plugin, resolvable: true, reasons: [reason] };
      }
    }
    return undefined;
  };
}

function scores(
  pod: Pod,
  constraints: readonly Constraint[],
  { nodes: all }: ClusterView,
  nodes: readonly NodeInfo[],
): number[] {
  const strict = (pod.spec.topologySpreadConstraints?.length ?? 0) > 0;
  const hasKeys = ({ labels }: NodeInfo) => constraints.every(({ topologyKey }) => Object.hasOwn(labels, topologyKey));
  const ignored = new Set(strict ? nodes.filter((node) => !hasKeys(node)) : []);
  const considered = nodes.filter((node) => !ignored.has(node));
  const weighed = constraints.map((constraint) => {
    const { topologyKey } = constraint;
    const domains = new Map<string | undefined, number>();
    if (topologyKey !== hostname) {
      for (const { labels } of considered) domains.set(labels[topologyKey], 0);
      for (const node of all) {
        const value = node.labels[topologyKey];
        if ((strict && !hasKeys(node)) || !constraint.includes(node.node) || !domains.has(value)) continue;
        domains.set(value, domains.get(value)! + countOn(node, constraint, pod.metadata.namespace));
      }
    }
    const size = topologyKey === hostname ? considered.length : domains.size;
    return { constraint, domains, weight: Math.log(size + 2) };
  });
  const raw = nodes.map((node) => {
    if (ignored.has(node)) return undefined;
    let score = 0;
    for (const { constraint, domains, weight } of weighed) {
      const { topologyKey, maxSkew } = constraint;
      if (!Object.hasOwn(node.labels, topologyKey)) continue;
      const count =
        topologyKey === hostname
          ? countOn(node, constraint, pod.metadata.namespace)
          : (domains.get(node.labels[topologyKey]) ?? 0);
      score += count * weight + maxSkew - 1;
    }
    return Math.round(score);
  });
  const known = raw.filter((score) => score !== undefined);
  const [least, most] = [Math.min(...known), Math.max(0, ...known)];
  return raw.map((score) => {
    if (score === undefined) return 0;
    return most === 0 ? 100 : Math.trunc((100 * (most + least - score)) / most);
  });
}
