import type { Pod, PodDisruptionBudget } from '../../../kubernetes/objects.ts';
import { LabelSelector } from '../../../kubernetes/selectors.ts';
import { type Diagnosis, fitsOn, histogram } from './evaluate.ts';
import type { ClusterView, Plugin, Verdict } from './framework.ts';
import type { NodeInfo } from './node-info.ts';
import { priorityOf } from './queue.ts';

/** What comes of making less important Pods go. */
export type Preemption =
  | { readonly node: string; readonly victims: readonly Pod[] }
  /** Why none need go, as the event's second half tells it. */
  | {
      readonly refusal: string;
      /** The node that was to be left for the Pod is of no use to it any more. */
      readonly forget: boolean;
    };

export interface PreemptionRequest {
  readonly pod: Pod;
  readonly plugins: readonly Plugin[];
  readonly cluster: ClusterView;
  readonly diagnosis: Diagnosis;
  /** Pods as important as this one or more so that are to go to a node. */
  nominated(node: string): readonly Pod[];
}

interface Candidate {
  readonly node: string;
  /** The most important first. */
  readonly victims: readonly Pod[];
  /** How many of them a PodDisruptionBudget would keep. */
  readonly violations: number;
}

/** Decides whose place a Pod takes that fits nowhere (the DefaultPreemption plugin). */
export function decidePreemption(request: PreemptionRequest): Preemption {
  const { cluster, diagnosis } = request;
  const ineligible = whyIneligible(request);
  if (ineligible) return { refusal: `preemption: ${ineligible}`, forget: false };
  const promising = diagnosis.pod ? [] : cluster.nodes.filter(({ name }) => diagnosis.nodes.get(name)?.resolvable);
  const reasons: Pick<Verdict, 'reasons'>[] = cluster.nodes
    .filter((node) => !promising.includes(node))
    .map(() => ({ reasons: ['Preemption is not helpful for scheduling'] }));
  const candidates: Candidate[] = [];
  for (const node of promising) {
    const found = selectVictims(request, node);
    if ('victims' in found) candidates.push(found);
    else reasons.push(found);
  }
  const best = pickCandidate(candidates);
  if (best) return { node: best.node, victims: best.victims };
  const why = `0/${cluster.nodes.length} nodes are available: ${histogram(reasons)}`;
  return { refusal: `preemption: ${why}`, forget: true };
}

function whyIneligible({ pod, cluster, diagnosis }: PreemptionRequest): string | undefined {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const nominated = pod.status?.nominatedNodeName;
  if (!nominated) return undefined;
  const verdict = diagnosis.pod ?? diagnosis.nodes.get(nominated);
  if (verdict && !verdict.resolvable) return undefined;
  const node = cluster.nodes.find(({ name }) => name === nominated);
  const leaving = node?.pods.some((other) => priorityOf(other) < priorityOf(pod) && isBeingPreempted(other));
  return leaving ? 'not eligible due to a terminating pod on the nominated node.' : undefined;
}

function isBeingPreempted({ metadata, status }: Pod): boolean {
  if (!metadata.deletionTimestamp) return false;
  return (status?.conditions ?? []).some(
    (condition) =>
      condition.type === 'DisruptionTarget' &&
      condition.status === 'True' &&
      condition.reason === 'PreemptionByScheduler',
  );
}

/** The least that has to go from a node. */
function selectVictims(request: PreemptionRequest, info: NodeInfo): Candidate | Pick<Verdict, 'reasons'> {
  const { pod, plugins, cluster, nominated } = request;
  const lesser = info.pods.filter((other) => priorityOf(other) < priorityOf(pod));
  if (lesser.length === 0) return { reasons: ['No preemption victims found for incoming pod'] };
  const others = nominated(info.name);
  const objection = (gone: ReadonlySet<Pod>) => {
    const left = info.without(gone);
    return (
      (others.length > 0 ? fitsOn(pod, plugins, cluster, left.with(others)) : undefined) ??
      fitsOn(pod, plugins, cluster, left)
    );
  };
  const gone = new Set(lesser);
  const hopeless = objection(gone);
  if (hopeless) return hopeless;
  const ordered = lesser.sort(moreImportantFirst);
  const { violating, harmless } = splitByBudgets(ordered, cluster.budgets);
  let violations = 0;
  for (const each of [...violating, ...harmless]) {
    gone.delete(each);
    if (!objection(gone)) continue;
    gone.add(each);
    if (violating.includes(each)) violations++;
  }
  // Where all may stay it is Pods on their way to the node that stand in the way, which nobody can make leave.
  if (gone.size === 0) return { reasons: [`expected at least one victim pod on node "${info.name}"`] };
  return { node: info.name, victims: ordered.filter((each) => gone.has(each)), violations };
}

function splitByBudgets(pods: readonly Pod[], budgets: readonly PodDisruptionBudget[]) {
  const allowed = new Map(budgets.map((budget) => [budget, budget.status?.disruptionsAllowed ?? 0]));
  const violating: Pod[] = [];
  const harmless: Pod[] = [];
  for (const pod of pods) {
    let violates = false;
    for (const budget of budgets) {
      if (!protects(budget, pod)) continue;
      const left = allowed.get(budget)! - 1;
      allowed.set(budget, left);
      if (left < 0) violates = true;
    }
    (violates ? violating : harmless).push(pod);
  }
  return { violating, harmless };
}

function protects({ metadata, spec, status }: PodDisruptionBudget, pod: Pod): boolean {
  if (metadata.namespace !== pod.metadata.namespace || Object.keys(pod.metadata.labels ?? {}).length === 0)
    return false;
  const selector = LabelSelector.from(spec?.selector);
  if (selector.empty || !selector.matches(pod.metadata.labels)) return false;
  return !Object.hasOwn(status?.disruptedPods ?? {}, pod.metadata.name);
}

/** By priority, then by how long they have been running. */
function moreImportantFirst(one: Pod, other: Pod): number {
  return priorityOf(other) - priorityOf(one) || startOf(one) - startOf(other);
}

function startOf({ status }: Pod): number {
  return status?.startTime ? Date.parse(String(status.startTime)) : Number.MAX_SAFE_INTEGER;
}

/** Fewest broken budgets, least important victims, fewest of them, started last. */
function pickCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  const offset = 2 ** 31;
  const rank = ({ victims, violations }: Candidate) => {
    const highest = priorityOf(victims[0]!);
    const starts = victims.filter((victim) => priorityOf(victim) === highest).map(startOf);
    const sum = victims.reduce((total, victim) => total + priorityOf(victim) + offset, 0);
    return [violations, highest, sum, victims.length, -Math.min(...starts)];
  };
  return [...candidates].sort((one, other) => {
    const [a, b] = [rank(one), rank(other)];
    const index = a.findIndex((value, position) => value !== b[position]);
    return index < 0 ? 0 : a[index]! - b[index]!;
  })[0];
}
