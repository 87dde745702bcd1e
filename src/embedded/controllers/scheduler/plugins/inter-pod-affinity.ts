import type { Pod, PodAffinityTerm, WeightedPodAffinityTerm } from '../../../../kubernetes/objects.ts';
import { LabelSelector } from '../../../../kubernetes/selectors.ts';
import type { ClusterView, Plugin, Verdict } from '../framework.ts';
import type { NodeInfo } from '../node-info.ts';

/** A term of a Pod's affinity, ready to be held against other Pods. */
interface Term {
  readonly topologyKey: string;
  matches(other: Pod): boolean;
}

/** How often each value of each topology key was met: "key\0value". */
type Counts = Map<string, number>;

const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
/** What the required affinity of a Pod counts for that is there already. */
const hardWeight = 1;

/** Pods that want to be near other Pods, or far from them. */
export const interPodAffinity: Plugin = {
  name: 'InterPodAffinity',
  weight: 2,
  prepare(pod, cluster) {
    return { ...filter(this.name, pod, cluster), ...score(pod, cluster) };
  },
};

function termOf(owner: Pod, term: PodAffinityTerm, cluster: ClusterView): Term {
  const { topologyKey, labelSelector, namespaces = [], namespaceSelector } = term;
  const selector = LabelSelector.from(labelSelector);
  const inNamespaces = namespaceSelector ? LabelSelector.from(namespaceSelector) : LabelSelector.nothing();
  const own = namespaces.length === 0 && !namespaceSelector ? [owner.metadata.namespace ?? ''] : namespaces;
  return {
    topologyKey,
    matches({ metadata }) {
      const namespace = metadata.namespace ?? '';
      const there = own.includes(namespace) || inNamespaces.matches(cluster.namespaceLabels(namespace));
      return there && selector.matches(metadata.labels);
    },
  };
}

function requiredTerms(pod: Pod, kind: 'podAffinity' | 'podAntiAffinity', cluster: ClusterView): Term[] {
  return (pod.spec.affinity?.[kind]?.[required] ?? []).map((term) => termOf(pod, term, cluster));
}

function add(counts: Counts, { labels }: NodeInfo, topologyKey: string, amount: number): void {
  if (!Object.hasOwn(labels, topologyKey)) return;
  const key = `${topologyKey}\0${labels[topologyKey]}`;
  counts.set(key, (counts.get(key) ?? 0) + amount);
}

function countAt(counts: Counts, { labels }: NodeInfo, topologyKey: string): number {
  return counts.get(`${topologyKey}\0${labels[topologyKey]}`) ?? 0;
}

function filter(plugin: string, pod: Pod, cluster: ClusterView) {
  const affinity = requiredTerms(pod, 'podAffinity', cluster);
  const antiAffinity = requiredTerms(pod, 'podAntiAffinity', cluster);
  const near: Counts = new Map();
  const far: Counts = new Map();
  const unwelcome: Counts = new Map();
  for (const node of cluster.nodes) {
    for (const other of node.pods) {
      if (affinity.length > 0 && affinity.every((term) => term.matches(other))) {
        for (const { topologyKey } of affinity) add(near, node, topologyKey, 1);
      }
      for (const term of antiAffinity) if (term.matches(other)) add(far, node, term.topologyKey, 1);
      if (!other.spec.affinity?.podAntiAffinity) continue;
      for (const term of requiredTerms(other, 'podAntiAffinity', cluster)) {
        if (term.matches(pod)) add(unwelcome, node, term.topologyKey, 1);
      }
    }
  }
  if (affinity.length === 0 && antiAffinity.length === 0 && unwelcome.size === 0) return {};
  // The first of a group that wants to be together finds nobody: it may go anywhere.
  const first = near.size === 0 && affinity.every((term) => term.matches(pod));
  const fail = (resolvable: boolean, reason: string): Verdict => ({ plugin, resolvable, reasons: [reason] });
  return {
    filter(node: NodeInfo): Verdict | undefined {
      const placed = affinity.every(({ topologyKey }) => Object.hasOwn(node.labels, topologyKey));
      const together = affinity.every(({ topologyKey }) => countAt(near, node, topologyKey) > 0);
      if (!placed || (!together && !first)) return fail(false, "node(s) didn't match pod affinity rules");
      if (antiAffinity.some(({ topologyKey }) => countAt(far, node, topologyKey) > 0)) {
        return fail(true, "node(s) didn't match pod anti-affinity rules");
      }
      if (Object.keys(node.labels).some((key) => countAt(unwelcome, node, key) > 0)) {
        return fail(true, "node(s) didn't satisfy existing pods anti-affinity rules");
      }
      return undefined;
    },
  };
}

interface Weighted extends Term {
  readonly weight: number;
}

function preferredTerms(pod: Pod, cluster: ClusterView): Weighted[] {
  const weighted = (terms: readonly WeightedPodAffinityTerm[] | undefined, sign: 1 | -1) =>
    (terms ?? []).map(({ weight, podAffinityTerm }) => ({
      ...termOf(pod, podAffinityTerm, cluster),
      weight: weight * sign,
    }));
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  return [...weighted(podAffinity?.[preferred], 1), ...weighted(podAntiAffinity?.[preferred], -1)];
}

function score(pod: Pod, cluster: ClusterView) {
  const own = preferredTerms(pod, cluster);
  const counts: Counts = new Map();
  for (const node of cluster.nodes) {
    for (const other of node.pods) {
      for (const term of own) if (term.matches(other)) add(counts, node, term.topologyKey, term.weight);
      if (!other.spec.affinity?.podAffinity && !other.spec.affinity?.podAntiAffinity) continue;
      const hard = requiredTerms(other, 'podAffinity', cluster).map((term) => ({ ...term, weight: hardWeight }));
      for (const term of [...hard, ...preferredTerms(other, cluster)]) {
        if (term.matches(pod)) add(counts, node, term.topologyKey, term.weight);
      }
    }
  }
  if (counts.size === 0) return {};
  return {
    score(nodes: readonly NodeInfo[]): number[] {
      const raw = nodes.map(({ labels }) =>
        Object.entries(labels).reduce((sum, [key, value]) => sum + (counts.get(`${key}\0${value}`) ?? 0), 0),
      );
      const [least, most] = [Math.min(...raw), Math.max(...raw)];
      return raw.map((value) => (most > least ? Math.trunc((100 * (value - least)) / (most - least)) : 0));
    },
  };
}
