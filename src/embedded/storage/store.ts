import type { KubeObject } from '../../kubernetes/object.ts';

/**
 * Versioned objects with a change log: what etcd and the watch cache are to a real API server.
 *
 * Every write gets the next revision; there is one sequence for all resources. A write is visible to readers and
 * watchers only once the backend has made it durable ("acknowledged means committed"), in order of revision.
 */

/** Where an object lives. `namespace` is '' for cluster-scoped ones. */
export interface ObjectKey {
  /** One bucket per stored resource, `plural.group` ("statefulsets.apps"), the core group without a dot ("pods"). */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** A key as one text, for maps. */
export function identity({ resource, namespace, name }: ObjectKey): string {
  return `${resource}\0${namespace}\0${name}`;
}

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  readonly key: ObjectKey;
  /** The new state; for DELETED the last one, with the deletion's own revision as its resourceVersion. */
  readonly object: KubeObject;
  /** The state before; absent for ADDED. */
  readonly previous?: KubeObject;
}

export interface Subscription {
  close(): void;
}

/** The revision asked for has left the change log. The API answers 410 Expired. */
export class CompactedError extends Error {
  constructor(
    readonly requested: number,
    readonly oldest: number,
  ) {
    super(`revision ${requested} has been compacted; the oldest one kept is ${oldest}`);
  }
}

/**
 * Given the newest state (writes still on their way to disk included, so that no update is lost), returns the next:
 * a new object to store, `undefined` to delete, or the very same object for "no change". Throws to give up.
 * It runs once, synchronously, and must not mutate its argument. `revision` is the one the write will get; the store
 * itself sets metadata.resourceVersion.
 */
export type Decide = (current: KubeObject | undefined, revision: number) => KubeObject | undefined;

export interface Store {
  /** The newest committed revision. */
  readonly revision: number;

  get(key: ObjectKey): KubeObject | undefined;

  /** All committed objects of a resource, of one namespace where given, in order of namespace and name. */
  list(resource: string, namespace?: string): readonly KubeObject[];

  /** The same as it stood at an earlier revision. @throws CompactedError */
  listAt(revision: number, resource: string, namespace?: string): readonly KubeObject[];

  /** Resolves with what is stored now (the deleted object for a deletion), once durable. Rejects with what `decide` threw. */
  write(key: ObjectKey, decide: Decide): Promise<KubeObject | undefined>;

  /**
   * Every change of a resource after `fromRevision`, each exactly once and in order: first those in the log,
   * synchronously, then the others as they are committed. With a name those of objects of that name alone: a thousand
   * watches of an object each cost a change of another one nothing. @throws CompactedError
   */
  watch(resource: string, fromRevision: number, listener: (change: Change) => void, name?: string): Subscription;

  /** Forgets the change log up to a revision, as etcd's compaction does. Runs by itself by age and count. */
  compact(revision: number): void;

  /** Resolves once all writes so far are durable and the backend is closed. Later writes reject. */
  close(): Promise<void>;
}
