import type { Deployment, PodTemplateSpec, ReplicaSet } from '../../../kubernetes/objects.ts';
import { canonicalJson } from '../shared/hash.ts';

/** The ReplicaSets of a Deployment, seen from there. */

export const hashLabel = 'pod-template-hash';

export interface ReplicaSets {
  /** The one with the Deployment's template, if there is one yet. */
  readonly newest: ReplicaSet | undefined;
  /** All others, in the order in which they were created. */
  readonly old: readonly ReplicaSet[];
}

/** Where several have the template, as may be after an upgrade, the oldest of them is the new one. */
export function sortOut({ spec }: Deployment, sets: readonly ReplicaSet[]): ReplicaSets {
  const sorted = [...sets].sort(byCreation);
  const newest = sorted.find((set) => sameTemplate(set.spec.template, spec.template));
  return { newest, old: sorted.filter((set) => set !== newest) };
}

export function all({ newest, old }: ReplicaSets): readonly ReplicaSet[] {
  return newest ? [...old, newest] : old;
}

/** Whether two templates are equal but for the hash in their labels. */
export function sameTemplate(one: PodTemplateSpec | undefined, other: PodTemplateSpec | undefined): boolean {
  return canonicalJson(withoutHash(one)) === canonicalJson(withoutHash(other));
}

function withoutHash({ metadata = {}, spec }: PodTemplateSpec = {}): unknown {
  const { labels: { [hashLabel]: _, ...labels } = {}, creationTimestamp: __, ...rest } = metadata;
  return { metadata: { ...rest, labels }, spec };
}

export function isActive(set: ReplicaSet): boolean {
  return replicasOf(set) > 0;
}

export function replicasOf({ spec }: ReplicaSet | Deployment): number {
  return spec.replicas ?? 1;
}

export function sum(sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number | undefined): number {
  return sets.reduce((total, set) => total + (count(set) ?? 0), 0);
}

/** Names decide between those of the same second. */
export function byCreation({ metadata: a }: ReplicaSet, { metadata: b }: ReplicaSet): number {
  return compare(a.creationTimestamp ?? '', b.creationTimestamp ?? '') || compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
