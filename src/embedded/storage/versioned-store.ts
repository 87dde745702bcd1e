import type { KubeObject } from '../../kubernetes/object.ts';
import type { Clock, Timer } from '../clock.ts';
import { type Backend, MemoryBackend } from './backend.ts';
import { Bucket } from './bucket.ts';
import { ChangeLog } from './change-log.ts';
import { type Change, type Decide, identity, type ObjectKey, type Store, type Subscription } from './store.ts';

/** Milliseconds between compactions: a change is kept for one to two of these, as kube-apiserver has etcd do. */
const compactionInterval = 5 * 60_000;
/** Changes kept at the most, so that a busy cluster's log stays within some tens of megabytes. */
const changeLimit = 20_000;

export interface StoreOptions {
  readonly clock: Clock;
  readonly backend?: Backend;
  /** Freezes what is stored, so that a caller who mutates a shared object is found out. For tests. */
  readonly freeze?: boolean;
}

/**
 * The Store. Writes are decided at once against the newest state, gathered, and handed to the backend one batch at a
 * time; what was decided while a batch was on its way goes into the next. Only then do readers and watchers see them.
 */
export class VersionedStore implements Store {
  readonly #backend: Backend;
  readonly #freeze: boolean;
  readonly #buckets = new Map<string, Bucket>();
  readonly #log: ChangeLog;
  /** The newest state of keys with writes that are not durable yet; the object is absent from one being deleted. */
  readonly #ahead = new Map<string, { readonly revision: number; readonly object?: KubeObject }>();
  #compaction: Timer | undefined;
  #queue: Write[] = [];
  /** The batch under way, if any. */
  #flushing: Promise<void> | undefined;
  #publishing = false;
  #assigned: number;
  #revision: number;
  #closed = false;

  constructor({ clock, backend = new MemoryBackend(), freeze = false }: StoreOptions) {
    this.#backend = backend;
    this.#freeze = freeze;
    const { revision, objects } = backend.load();
    // A cluster's first object is at revision 2 or later: clients take 0 and 1 for "any".
    this.#revision = this.#assigned = Math.max(1, revision);
    for (const { key, object } of objects) this.#bucket(key.resource).put(key, freeze ? deepFreeze(object) : object);
    this.#log = new ChangeLog(this.#revision, changeLimit);
    this.#compactRegularly(clock);
  }

  get revision(): number {
    return this.#revision;
  }

  /** How many watch: informers and clients. */
  get watchers(): number {
    return this.#log.listeners;
  }

  /** How many changes are kept for watches that begin with the past. */
  get changes(): number {
    return this.#log.size;
  }

  get(key: ObjectKey): KubeObject | undefined {
    return this.#buckets.get(key.resource)?.get(key);
  }

  list(resource: string, namespace?: string): readonly KubeObject[] {
    return this.#buckets.get(resource)?.list(namespace) ?? [];
  }

  listAt(revision: number, resource: string, namespace?: string): readonly KubeObject[] {
    const later = this.#log.since(resource, revision);
    return this.#bucket(resource).listBefore(later, namespace);
  }

  write(key: ObjectKey, decide: Decide): Promise<KubeObject | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new Error(`cannot write ${key.resource} ${key.name}: the store is closed`);
      const id = identity(key);
      const ahead = this.#ahead.get(id);
      const current = ahead ? ahead.object : this.get(key);
      const revision = this.#assigned + 1;
      const next = decide(current, revision);
      if (next === current) {
        // Nothing to store; but what was seen must be durable before anybody is told of it.
        if (!ahead) return resolve(current);
        this.#queue.push({ settle: () => resolve(current), reject });
        return this.#flush();
      }
      this.#assigned = revision;
      const stored = next && this.#stamp(next, revision);
      const object = stored ?? this.#stamp(current!, revision);
      this.#ahead.set(id, { revision, ...(stored && { object: stored }) });
      const type = stored === undefined ? 'DELETED' : current === undefined ? 'ADDED' : 'MODIFIED';
      const change: Change = { type, revision, key, object, ...(current && { previous: current }) };
      this.#queue.push({ change, settle: () => resolve(object), reject });
      this.#flush();
    });
  }

  watch(resource: string, fromRevision: number, listener: (change: Change) => void, name?: string): Subscription {
    return this.#log.subscribe(resource, fromRevision, listener, name);
  }

  compact(revision: number): void {
    this.#log.compact(Math.min(revision, this.#revision));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#compaction?.cancel();
    while (this.#flushing) await this.#flushing;
    await this.#backend.close();
  }

  /**
   * Hands over what is queued unless a batch is under way; then its end does. That includes one whose changes are just
   * being told: a watcher that writes at once would have its change told to the others before the one it answers.
   */
  #flush(): void {
    while (!this.#flushing && !this.#publishing && this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      const changes = batch.flatMap(({ change }) => (change ? [change] : []));
      try {
        const committing = changes.length
          ? this.#backend.commit({ revision: this.#assigned, writes: changes.map(toWrite) })
          : undefined;
        if (committing) this.#flushing = this.#finish(committing, batch);
        else this.#publish(batch);
      } catch (error) {
        this.#fail(batch, error);
      }
    }
  }

  async #finish(committing: Promise<void>, batch: readonly Write[]): Promise<void> {
    try {
      await committing;
      this.#publish(batch);
    } catch (error) {
      this.#fail(batch, error);
    }
    this.#flushing = undefined;
    this.#flush();
  }

  #publish(batch: readonly Write[]): void {
    this.#publishing = true;
    for (const { change, settle } of batch) {
      if (change) {
        const { key, object } = change;
        const bucket = this.#bucket(key.resource);
        if (change.type === 'DELETED') bucket.delete(key);
        else bucket.put(key, object);
        this.#revision = change.revision;
        // Unless a later write of the same key is waiting already.
        const id = identity(key);
        if (this.#ahead.get(id)?.revision === change.revision) this.#ahead.delete(id);
        this.#log.append(change);
      }
      settle();
    }
    this.#publishing = false;
  }

  /** What was decided meanwhile may rest on what was just lost, so it is lost too. */
  #fail(batch: readonly Write[], error: unknown): void {
    const lost = [...batch, ...this.#queue];
    this.#queue = [];
    this.#ahead.clear();
    for (const { reject } of lost) reject(error);
  }

  #bucket(resource: string): Bucket {
    let bucket = this.#buckets.get(resource);
    if (!bucket) {
      bucket = new Bucket();
      this.#buckets.set(resource, bucket);
    }
    return bucket;
  }

  #stamp(object: KubeObject, revision: number): KubeObject {
    const stamped = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    return this.#freeze ? deepFreeze(stamped) : stamped;
  }

  #compactRegularly(clock: Clock): void {
    const before = this.#revision;
    this.#compaction = clock.schedule(compactionInterval, () => {
      this.compact(before);
      this.#compactRegularly(clock);
    });
  }
}

interface Write {
  /** Absent for a caller that only waits for what it saw to be durable. */
  readonly change?: Change;
  settle(): void;
  reject(error: unknown): void;
}

function toWrite({ type, key, object }: Change) {
  return { key, object: type === 'DELETED' ? undefined : object };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
