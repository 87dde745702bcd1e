import type { KubeObject } from '../../../kubernetes/object.ts';
import type { Deployment, ReplicaSet } from '../../../kubernetes/objects.ts';
import { replicasOf } from './replica-sets.ts';
import { maxSurge } from './strategy.ts';

/** What Deployments and their ReplicaSets remember in annotations. */

type Annotations = Readonly<Record<string, string>>;

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
const historyAnnotation = 'deployment.kubernetes.io/revision-history';
const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
const maxAnnotation = 'deployment.kubernetes.io/max-replicas';

/** A ReplicaSet has its own of these; all others are the Deployment's. */
const ownAnnotations: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
]);

/** Characters that the revisions a ReplicaSet once was may take. */
const historyLength = 2000;

/** Of 64 bits. undefined where the annotation is no number; 0 where there is none. */
export function revisionOf({ metadata }: KubeObject): bigint | undefined {
  return parseRevision(metadata.annotations?.[revisionAnnotation]);
}

export function highestRevision(sets: readonly ReplicaSet[]): bigint {
  return sets.map((set) => revisionOf(set) ?? 0n).reduce((a, b) => (a > b ? a : b), 0n);
}

/** Of the Deployment when the ReplicaSet was last scaled; undefined where nothing sensible is written there. */
export function desiredReplicas(set: ReplicaSet): number | undefined {
  return parseCount(set.metadata.annotations?.[desiredAnnotation]);
}

/** What the Deployment might have had with its surge. */
export function maxReplicas(set: ReplicaSet): number | undefined {
  return parseCount(set.metadata.annotations?.[maxAnnotation]);
}

/** The annotations that tell a ReplicaSet's part of its Deployment. */
export function sizeAnnotations(deployment: Deployment): Annotations {
  const desired = replicasOf(deployment);
  return { [desiredAnnotation]: String(desired), [maxAnnotation]: String(desired + maxSurge(deployment)) };
}

/**
 * The annotations of the ReplicaSet with the Deployment's template: the Deployment's, and the revision that it is now.
 * One that has been another revision before, since the Deployment was rolled back to it, keeps that in mind.
 */
export function newestAnnotations(deployment: Deployment, set: ReplicaSet | undefined, revision: bigint): Annotations {
  const before = set?.metadata.annotations ?? {};
  const inherited = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !ownAnnotations.has(key));
  const annotations = { ...before, ...Object.fromEntries(inherited) };
  const current = parseRevision(before[revisionAnnotation]);
  if (current === undefined || current >= revision) return annotations;
  return {
    ...annotations,
    [revisionAnnotation]: String(revision),
    ...(before[revisionAnnotation] !== undefined && {
      [historyAnnotation]: extendHistory(before[historyAnnotation] ?? '', before[revisionAnnotation]),
    }),
  };
}

/** "1,3" and "5" make "1,3,5", without the first ones where that would grow too long. */
function extendHistory(history: string, revision: string): string {
  const revisions = history === '' ? [] : history.split(',');
  while ([...revisions, revision].join(',').length > historyLength && revisions.length > 0) revisions.shift();
  return [...revisions, revision].join(',');
}

export function sameAnnotations(one: Annotations = {}, other: Annotations = {}): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}

function parseRevision(text = ''): bigint | undefined {
  const digits = /^([+-]?)([0-9]+)$/.exec(text);
  if (!digits) return text === '' ? 0n : undefined;
  const revision = digits[1] === '-' ? -BigInt(digits[2]!) : BigInt(digits[2]!);
  return BigInt.asIntN(64, revision) === revision ? revision : undefined;
}

function parseCount(text: string | undefined): number | undefined {
  if (text === undefined || !/^[0-9]+$/.test(text)) return undefined;
  return Number(text) < 2 ** 31 ? Number(text) : undefined;
}
