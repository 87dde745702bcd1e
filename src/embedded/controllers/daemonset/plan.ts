import { type IntOrString, scaledValue } from '../../../kubernetes/int-or-string.ts';
import type { DaemonSet, Node, Pod } from '../../../kubernetes/objects.ts';
import { isPodAvailable, isPodReady, isPodTerminal } from '../../../kubernetes/readiness.ts';
import { isUpdated, suits, targetNode } from './daemon-pod.ts';

export interface Situation {
  readonly set: DaemonSet;
  /** Of the present template. */
  readonly hash: string;
  readonly nodes: readonly Node[];
  /** The set's own. */
  readonly pods: readonly Pod[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface DaemonPlan {
  /** Names of nodes that get a Pod. */
  readonly create: readonly string[];
  readonly delete: readonly Pod[];
}

export interface Placement extends DaemonPlan {
  /** To be deleted too, but not over and over again at once where a node keeps refusing them. */
  readonly failed: readonly { readonly pod: Pod; readonly node: string }[];
  /** To be deleted too, since daemons do not end. */
  readonly succeeded: readonly Pod[];
}

/** A Pod on each node that suits, and none elsewhere: upstream's manage. */
export function planPlacement(situation: Situation): Placement {
  const { set, nodes } = situation;
  const create: string[] = [];
  const deleted: Pod[] = [];
  const failed: { pod: Pod; node: string }[] = [];
  const succeeded: Pod[] = [];
  const byNode = podsByNode(situation.pods);
  for (const node of nodes) {
    const { name } = node.metadata;
    const { run, stay } = suits(set, node);
    const pods = byNode.get(name);
    if (!pods) {
      if (run) create.push(name);
      continue;
    }
    const present = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
    if (!stay) {
      deleted.push(...present);
      continue;
    }
    failed.push(...present.filter(({ status }) => status?.phase === 'Failed').map((pod) => ({ pod, node: name })));
    succeeded.push(...present.filter(({ status }) => status?.phase === 'Succeeded'));
    const running = present.filter((pod) => !isPodTerminal(pod)).sort(oldestFirst);
    if (!allowsSurge(set)) deleted.push(...running.slice(1));
    else if (running.length > 1) deleted.push(...superfluousInSurge(situation, running));
    else if (running.length === 0 && run) create.push(name);
  }
  return { create, delete: [...deleted, ...stranded(nodes, byNode)], failed, succeeded };
}

/** While surging there may be an old Pod and a new one: as long as the old one is ready and the new one not available. */
function superfluousInSurge({ set, hash, now }: Situation, running: readonly Pod[]): Pod[] {
  const isNew = ({ metadata }: Pod) => metadata.labels?.['controller-revision-hash'] === hash;
  const [newest, ...otherNew] = running.filter(isNew);
  const [old, ...otherOld] = running.filter((pod) => !isNew(pod));
  const rest = running.filter((pod) => otherNew.includes(pod) || otherOld.includes(pod));
  if (!newest || !old) return rest;
  const replaced = !isPodReady(old) || isPodAvailable(newest, set.spec.minReadySeconds ?? 0, now);
  return replaced ? [...rest, old] : rest;
}

/** Pods that wait for a node that has gone: the scheduler cannot place them, and nobody else cleans them up. */
function stranded(nodes: readonly Node[], byNode: ReadonlyMap<string, readonly Pod[]>): Pod[] {
  const names = new Set(nodes.map(({ metadata }) => metadata.name));
  return [...byNode].flatMap(([node, pods]) => (names.has(node) ? [] : pods.filter(({ spec }) => !spec.nodeName)));
}

/** The next step of a rolling update. */
export function planRollout(situation: Situation): DaemonPlan {
  const { set, nodes } = situation;
  const desired = nodes.filter((node) => suits(set, node).run);
  const byNode = new Map(podsByNode(situation.pods));
  for (const { metadata } of desired) if (!byNode.has(metadata.name)) byNode.set(metadata.name, []);
  const { maxSurge = 0, maxUnavailable = 0 } = set.spec.updateStrategy?.rollingUpdate ?? {};
  const surge = scaledValue(maxSurge as IntOrString, desired.length, true);
  const unavailable = scaledValue(maxUnavailable as IntOrString, desired.length, true);
  const onNodes = [...byNode].map(([node, pods]) => ({ node, ...versions(situation, pods) }));
  if (surge > 0) return planSurge(situation, onNodes, surge, desired.length);
  return planReplacement(situation, onNodes, Math.max(unavailable, desired.length > 0 ? 1 : 0));
}

interface OnNode {
  readonly node: string;
  readonly current: Pod | undefined;
  readonly old: Pod | undefined;
  /** More than one of either: the next placement has to sort that out. */
  readonly confused: boolean;
}

function versions({ set, hash }: Situation, pods: readonly Pod[]): Omit<OnNode, 'node'> {
  const present = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
  const current = present.filter((pod) => isUpdated(set, pod, hash));
  const old = present.filter((pod) => !isUpdated(set, pod, hash));
  return { current: current[0], old: old[0], confused: current.length > 1 || old.length > 1 };
}

/** Old Pods go, as many as may be missing at a time; whoever is not available is missing anyway and may go at once. */
function planReplacement({ set, now }: Situation, onNodes: readonly OnNode[], maxUnavailable: number): DaemonPlan {
  const available = (pod: Pod) => isPodAvailable(pod, set.spec.minReadySeconds ?? 0, now);
  const dispensable: Pod[] = [];
  const candidates: Pod[] = [];
  let unavailable = 0;
  for (const { current, old, confused } of onNodes) {
    if (confused || !current === !old) unavailable++;
    else if (current) unavailable += Number(!available(current));
    else if (old && available(old)) candidates.push(old);
    else if (old) {
      dispensable.push(old);
      unavailable++;
    }
  }
  return { create: [], delete: [...dispensable, ...candidates.slice(0, Math.max(0, maxUnavailable - unavailable))] };
}

/** New Pods come beside old ones, which go once the new ones are available. */
function planSurge(
  { set, nodes, now }: Situation,
  onNodes: readonly OnNode[],
  maxSurge: number,
  desired: number,
): DaemonPlan {
  const available = (pod: Pod) => isPodAvailable(pod, set.spec.minReadySeconds ?? 0, now);
  const runs = (name: string) => {
    const node = nodes.find(({ metadata }) => metadata.name === name);
    return !!node && suits(set, node).run;
  };
  const deleted: Pod[] = [];
  const misplaced: Pod[] = [];
  const urgent: string[] = [];
  const candidates: string[] = [];
  let surging = 0;
  let numAvailable = 0;
  for (const { node, current, old, confused } of onNodes) {
    if (confused) {
      surging++;
      continue;
    }
    const counted = old ?? current;
    if (counted && available(counted)) numAvailable++;
    if (!old) continue;
    if (current) {
      if (available(current)) deleted.push(old);
      else surging++;
    } else if (available(old)) {
      if (runs(node)) candidates.push(node);
      else misplaced.push(old);
    } else if (runs(node)) urgent.push(node);
    else deleted.push(old);
  }
  // Where the set has moved to other nodes, Pods on the former ones go as those on the new ones become available.
  const spare = Math.max(0, numAvailable - desired);
  return {
    create: [...urgent, ...candidates.slice(0, Math.max(0, maxSurge - surging))],
    delete: [...deleted, ...misplaced.slice(0, spare)],
  };
}

function allowsSurge({ spec: { updateStrategy } }: DaemonSet): boolean {
  if (updateStrategy?.type !== 'RollingUpdate') return false;
  return scaledValue((updateStrategy.rollingUpdate?.maxSurge ?? 0) as IntOrString, 1, true) > 0;
}

/** Pods that have ended and are being deleted are not counted: only a finalizer keeps them. */
export function podsByNode(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    const node = targetNode(pod);
    if (node === undefined || (isPodTerminal(pod) && pod.metadata.deletionTimestamp)) continue;
    byNode.set(node, [...(byNode.get(node) ?? []), pod]);
  }
  return byNode;
}

/** Those that the scheduler has placed come before all others. */
export function oldestFirst(a: Pod, b: Pod): number {
  return (
    Number(!a.spec.nodeName) - Number(!b.spec.nodeName) ||
    compare(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') ||
    compare(a.metadata.name, b.metadata.name)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
