import { type Change, CompactedError, type Subscription } from './store.ts';

/**
 * What has changed lately, per resource, and who wants to know. Changes leave it by count here and by age through
 * `compact`; whoever asks for one that has left gets a CompactedError.
 */
export class ChangeLog {
  readonly #limit: number;
  readonly #resources = new Map<string, ResourceLog>();
  /** All kept changes, oldest first, to know which resource's log to shorten. */
  #order: Change[] = [];
  #head = 0;
  #compacted: number;

  /** @param start changes up to this revision were never in the log; @param limit how many changes are kept. */
  constructor(start: number, limit: number) {
    this.#compacted = start;
    this.#limit = limit;
  }

  get size(): number {
    return this.#order.length - this.#head;
  }

  get listeners(): number {
    let count = 0;
    for (const { listeners, named } of this.#resources.values()) {
      count += listeners.size;
      for (const { size } of named.values()) count += size;
    }
    return count;
  }

  append(change: Change): void {
    this.#order.push(change);
    const log = this.#log(change.key.resource);
    log.changes.push(change);
    if (this.#order.length - this.#head > this.#limit) this.compact(this.#order[this.#head]!.revision);
    // Copies, because a listener may close its subscription or another's; one that is closed does nothing any more.
    for (const listener of [...log.listeners, ...(log.named.get(change.key.name) ?? [])]) listener(change);
  }

  /** The resource's changes after a revision, oldest first. @throws CompactedError */
  since(resource: string, revision: number): readonly Change[] {
    if (revision < this.#compacted) throw new CompactedError(revision, this.#compacted);
    const changes = this.#resources.get(resource)?.changes ?? [];
    let first = changes.length;
    while (first > 0 && changes[first - 1]!.revision > revision) first--;
    return changes.slice(first);
  }

  /** @param name of the objects that the listener is told of; of all where absent. @throws CompactedError */
  subscribe(resource: string, revision: number, listener: (change: Change) => void, name?: string): Subscription {
    const missed = this.since(resource, revision);
    const { listeners: all, named } = this.#log(resource);
    const listeners = name === undefined ? all : (named.get(name) ?? new Set());
    if (name !== undefined) named.set(name, listeners);
    let open = true;
    const own = (change: Change) => {
      if (!open) return;
      try {
        listener(change);
      } catch (error) {
        // A watcher's mistake must not look like a failed write to the writer; it surfaces as an uncaught exception.
        queueMicrotask(() => {
          throw error;
        });
      }
    };
    listeners.add(own);
    for (const change of missed) if (name === undefined || change.key.name === name) own(change);
    return {
      close: () => {
        open = false;
        listeners.delete(own);
        if (name !== undefined && listeners.size === 0 && named.get(name) === listeners) named.delete(name);
      },
    };
  }

  compact(revision: number): void {
    while (this.#head < this.#order.length && this.#order[this.#head]!.revision <= revision) {
      this.#resources.get(this.#order[this.#head]!.key.resource)!.changes.shift();
      this.#head++;
    }
    if (this.#head > this.#order.length / 2) {
      this.#order = this.#order.slice(this.#head);
      this.#head = 0;
    }
    this.#compacted = Math.max(this.#compacted, revision);
  }

  #log(resource: string): ResourceLog {
    let log = this.#resources.get(resource);
    if (!log) {
      log = { changes: [], listeners: new Set(), named: new Map() };
      this.#resources.set(resource, log);
    }
    return log;
  }
}

interface ResourceLog {
  readonly changes: Change[];
  readonly listeners: Set<(change: Change) => void>;
  /** Those who want to know of objects of one name, in any namespace. */
  readonly named: Map<string, Set<(change: Change) => void>>;
}
