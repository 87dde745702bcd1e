import type { KubeObject } from '../kubernetes/object.ts';
import { isObject } from './text.ts';

/** What an object's own fields say about it, for any kind, defensively: objects come from whatever cluster there is. */

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** The value at a path, if every step of it is there: `at(pod, 'status', 'phase')`. */
export function at(object: unknown, ...path: readonly (string | number)[]): unknown {
  let value = object;
  for (const step of path) {
    if (typeof step === 'number' ? !Array.isArray(value) : !isObject(value)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

export function text(object: unknown, ...path: readonly (string | number)[]): string | undefined {
  const value = at(object, ...path);
  return typeof value === 'string' ? value : undefined;
}

export function number(object: unknown, ...path: readonly (string | number)[]): number | undefined {
  const value = at(object, ...path);
  return typeof value === 'number' ? value : undefined;
}

export function items(object: unknown, ...path: readonly (string | number)[]): readonly Record<string, unknown>[] {
  const value = at(object, ...path);
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function conditionOf(object: KubeObject, type: string): Condition | undefined {
  const found = items(object, 'status', 'conditions').find((condition) => condition.type === type);
  if (!found || typeof found.status !== 'string') return undefined;
  return {
    type,
    status: found.status,
    ...(typeof found.reason === 'string' && { reason: found.reason }),
    ...(typeof found.message === 'string' && { message: found.message }),
  };
}

/** "StatefulSet/kubia" */
export function controllerOf(object: KubeObject): string | undefined {
  const owner = object.metadata.ownerReferences?.find((reference) => reference.controller);
  return owner && `${owner.kind}/${owner.name}`;
}

/** Names of the claims a Pod mounts. */
export function claimsOf(pod: KubeObject): string[] {
  return items(pod, 'spec', 'volumes').flatMap((volume) => text(volume, 'persistentVolumeClaim', 'claimName') ?? []);
}

/** 1 for "kubia-1". */
export function ordinalOf(name: string): number | undefined {
  const ordinal = /-(0|[1-9]\d*)$/.exec(name)?.[1];
  return ordinal === undefined ? undefined : Number(ordinal);
}

export function isTerminating(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

/**
 * Whether it does what it is there for: a Pod or Node is Ready, a controller has as many ready replicas as it asks for
 * and no more, all at the newest revision, a claim is Bound, a Job complete.
 */
export function isReady(object: KubeObject): boolean {
  if (isTerminating(object)) return false;
  switch (object.kind) {
    case 'StatefulSet':
    case 'Deployment':
    case 'ReplicaSet':
    case 'ReplicationController':
      return hasItsReplicas(object);
    case 'DaemonSet':
      return (
        isObserved(object) &&
        (number(object, 'status', 'numberReady') ?? 0) === number(object, 'status', 'desiredNumberScheduled')
      );
    case 'PersistentVolumeClaim':
    case 'PersistentVolume':
      return text(object, 'status', 'phase') === 'Bound';
    case 'Namespace':
      return text(object, 'status', 'phase') === 'Active';
    case 'Job':
      return conditionOf(object, 'Complete')?.status === 'True';
    case 'Pod':
    case 'Node':
      return conditionOf(object, 'Ready')?.status === 'True';
    default: {
      // What has no conditions, a ConfigMap, is ready as soon as it is there.
      const condition = conditionOf(object, 'Ready') ?? conditionOf(object, 'Available');
      return condition ? condition.status === 'True' : items(object, 'status', 'conditions').length === 0;
    }
  }
}

function isObserved(object: KubeObject): boolean {
  return (number(object, 'status', 'observedGeneration') ?? 0) >= (object.metadata.generation ?? 0);
}

function hasItsReplicas(object: KubeObject): boolean {
  const wanted = number(object, 'spec', 'replicas') ?? 1;
  if (!isObserved(object) || (number(object, 'status', 'replicas') ?? 0) !== wanted) return false;
  return (number(object, 'status', 'readyReplicas') ?? 0) === wanted;
}
