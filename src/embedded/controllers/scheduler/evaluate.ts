import type { Pod } from '../../../kubernetes/objects.ts';
import { type ClusterView, isVerdict, type Plugin, type Prepared, type Verdict } from './framework.ts';
import type { NodeInfo } from './node-info.ts';

/** What became of looking for a node. */
export type Evaluation =
  | { readonly fits: true; readonly feasible: readonly NodeInfo[]; readonly scores: ReadonlyMap<string, number> }
  | { readonly fits: false; readonly diagnosis: Diagnosis };

/** Why no node will do. */
export interface Diagnosis {
  /** Of the Pod as a whole: then no node was looked at. */
  readonly pod?: Verdict;
  /** By node. */
  readonly nodes: ReadonlyMap<string, Verdict>;
  readonly total: number;
}

/**
 * Asks every plugin about every node.
 * @param nominated Pods that are to go to a node once others have left it: they count as if they were there
 */
export function evaluate(
  pod: Pod,
  plugins: readonly Plugin[],
  cluster: ClusterView,
  nominated: (node: string) => readonly Pod[] = () => [],
): Evaluation {
  const total = cluster.nodes.length;
  const prepared = prepare(pod, plugins, cluster);
  if (isVerdict(prepared)) return { fits: false, diagnosis: { pod: prepared, nodes: new Map(), total } };
  const feasible: NodeInfo[] = [];
  const verdicts = new Map<string, Verdict>();
  const verdictOn = (node: NodeInfo) =>
    filter(prepared, node) ?? filterWith(pod, plugins, cluster, node, nominated(node.name));
  // Others have been made to leave this node for the Pod.
  const own = cluster.nodes.find(({ name }) => name === pod.status?.nominatedNodeName);
  if (own && !verdictOn(own)) return { fits: true, feasible: [own], scores: new Map() };
  for (const node of cluster.nodes) {
    const verdict = verdictOn(node);
    if (verdict) verdicts.set(node.name, verdict);
    else feasible.push(node);
  }
  if (feasible.length === 0) return { fits: false, diagnosis: { nodes: verdicts, total } };
  return { fits: true, feasible, scores: score(prepared, feasible) };
}

interface Ready {
  readonly all: readonly { readonly plugin: Plugin; readonly prepared: Prepared }[];
}

function prepare(pod: Pod, plugins: readonly Plugin[], cluster: ClusterView): Ready | Verdict {
  const all: { plugin: Plugin; prepared: Prepared }[] = [];
  for (const plugin of plugins) {
    const prepared = plugin.prepare(pod, cluster);
    if (isVerdict(prepared)) return prepared;
    all.push({ plugin, prepared });
  }
  return { all };
}

function filter({ all }: Ready, node: NodeInfo): Verdict | undefined {
  const restricting = all.find(({ prepared }) => prepared.only && !prepared.only.has(node.name));
  if (restricting) {
    const plugin = restricting.plugin.name;
    return { plugin, resolvable: false, reasons: [`node(s) didn't satisfy plugin(s) [${plugin}]`] };
  }
  for (const { prepared } of all) {
    const verdict = prepared.filter?.(node);
    if (verdict) return verdict;
  }
  return undefined;
}

function filterWith(
  pod: Pod,
  plugins: readonly Plugin[],
  cluster: ClusterView,
  node: NodeInfo,
  nominated: readonly Pod[],
): Verdict | undefined {
  if (nominated.length === 0) return undefined;
  return fitsOn(pod, plugins, cluster, node.with(nominated));
}

/** Whether one node would do if it were as given. */
export function fitsOn(
  pod: Pod,
  plugins: readonly Plugin[],
  cluster: ClusterView,
  node: NodeInfo,
): Verdict | undefined {
  const nodes = cluster.nodes.map((each) => (each.name === node.name ? node : each));
  const prepared = prepare(pod, plugins, { ...cluster, nodes });
  return isVerdict(prepared) ? prepared : filter(prepared, node);
}

function score({ all }: Ready, nodes: readonly NodeInfo[]): ReadonlyMap<string, number> {
  const totals = new Map(nodes.map(({ name }) => [name, 0]));
  for (const { plugin, prepared } of all) {
    const scores = prepared.score?.(nodes) ?? [];
    scores.forEach((value, index) => {
      const { name } = nodes[index]!;
      totals.set(name, totals.get(name)! + value * plugin.weight);
    });
  }
  return totals;
}

/** What the event and the PodScheduled condition say (framework.FitError). */
export function describe({ pod, nodes, total }: Diagnosis, preemption: string): string {
  return `0/${total} nodes are available: ${pod ? `${pod.reasons.join(', ')}.` : histogram(nodes.values())}${preemption && ` ${preemption}`}`;
}

/** "1 Insufficient cpu, 2 node(s) were unschedulable." */
export function histogram(verdicts: Iterable<Pick<Verdict, 'reasons'>>): string {
  const counts = new Map<string, number>();
  for (const { reasons } of verdicts) {
    for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const texts = [...counts].map(([reason, count]) => `${count} ${reason}`);
  return `${texts.sort(byBytes).join(', ')}.`;
}

function byBytes(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The plugins that objected. */
export function objectors({ pod, nodes }: Diagnosis): ReadonlySet<string> {
  return new Set(pod ? [pod.plugin] : [...nodes.values()].map(({ plugin }) => plugin));
}

/** The best node; of several the one with the fewest Pods, where upstream throws dice. */
export function pick({ feasible, scores }: Evaluation & { fits: true }): string {
  const best = [...feasible].sort(
    (a, b) => (scores.get(b.name) ?? 0) - (scores.get(a.name) ?? 0) || a.pods.length - b.pods.length,
  );
  return best[0]!.name;
}
