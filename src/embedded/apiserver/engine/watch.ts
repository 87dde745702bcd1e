import { randomInt } from 'node:crypto';
import { expired } from '../../../kubernetes/errors.ts';
import type { KubeObject } from '../../../kubernetes/object.ts';
import type { Status } from '../../../kubernetes/status.ts';
import type { Timer } from '../../clock.ts';
import { type Change, CompactedError, type Subscription } from '../../storage/store.ts';
import { storageKey, storageResource } from '../registry.ts';
import type { ResourceDefinition } from '../resource.ts';
import { parseResourceVersion, tooLargeResourceVersion, validateWatchOptions } from './list-options.ts';
import type { EngineParts } from './parts.ts';
import type { WatchOptions } from './request.ts';
import { type Selection, select } from './selection.ts';

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** Where events go, in order, each exactly once. Called synchronously, as changes are committed. */
export interface WatchSink {
  event(type: WatchEventType, object: KubeObject): void;
  /** Everything up to this revision has been told. `initialEnd` closes what sendInitialEvents asked for. */
  bookmark(resourceVersion: string, initialEnd: boolean): void;
  /** Nothing follows: the watch is over (410 Expired). */
  error(status: Status): void;
  /** Nothing follows: the time is up. */
  end(): void;
}

/** Milliseconds between bookmarks on a quiet watch, as upstream's watch cache sends them. */
const bookmarkInterval = 60_000;
/** Milliseconds that a watch lasts at least where the client does not say. */
const leastTimeout = 1_800_000;

/**
 * @param namespace all of them where absent.
 * @throws ApiError BadRequest, Invalid
 */
export function watch(
  parts: EngineParts,
  definition: ResourceDefinition,
  namespace: string | undefined,
  options: WatchOptions,
  sink: WatchSink,
): Subscription {
  validateWatchOptions(options);
  const selection = select(definition, options);
  const revision = parseResourceVersion(options.resourceVersion);
  const scope = definition.namespaced ? (namespace ?? selection.namespace) : undefined;
  if (options.sendInitialEvents && revision && revision > parts.store.revision) {
    throw tooLargeResourceVersion(revision, parts.store.revision);
  }
  return new Watch(parts, definition, scope, selection, revision, options, sink);
}

class Watch implements Subscription {
  readonly #parts: EngineParts;
  readonly #definition: ResourceDefinition;
  readonly #namespace: string | undefined;
  readonly #selection: Selection;
  readonly #sink: WatchSink;
  readonly #bookmarks: boolean;
  #subscription: Subscription | undefined;
  #timeout: Timer | undefined;
  #bookmark: Timer | undefined;
  #closed = false;

  constructor(
    parts: EngineParts,
    definition: ResourceDefinition,
    namespace: string | undefined,
    selection: Selection,
    revision: number | undefined,
    options: WatchOptions,
    sink: WatchSink,
  ) {
    this.#parts = parts;
    this.#definition = definition;
    this.#namespace = namespace;
    this.#selection = selection;
    this.#sink = sink;
    this.#bookmarks = options.allowBookmarks ?? false;
    this.#start(revision, options.sendInitialEvents);
    if (this.#closed) return;
    const seconds = options.timeoutSeconds;
    this.#timeout = parts.clock.schedule(seconds ? seconds * 1000 : leastTimeout + randomInt(leastTimeout), () =>
      this.#expire(),
    );
    this.#scheduleBookmark();
  }

  close(): void {
    this.#closed = true;
    this.#subscription?.close();
    this.#timeout?.cancel();
    this.#bookmark?.cancel();
  }

  #start(revision: number | undefined, sendInitialEvents: boolean | undefined): void {
    const { store } = this.#parts;
    const resource = storageResource(this.#definition);
    // Without a revision to start from, a watch begins with what there is.
    const initial = sendInitialEvents ?? !revision;
    const from = initial || !revision ? store.revision : revision;
    try {
      if (initial) this.#tellAll(this.#candidates());
      if (sendInitialEvents && this.#bookmarks) this.#sink.bookmark(String(from), true);
      // A client may know a revision that is yet to come: then it hears of what comes after that one.
      const listener =
        from > store.revision
          ? (change: Change) => change.revision > from && this.#tell(change)
          : (change: Change) => this.#tell(change);
      this.#subscription = store.watch(resource, Math.min(from, store.revision), listener, this.#selection.name);
      if (this.#closed) this.#subscription.close();
    } catch (error) {
      if (!(error instanceof CompactedError)) throw error;
      this.close();
      this.#sink.error(expired(`too old resource version: ${error.requested} (${error.oldest})`).status);
    }
  }

  /** What there is to choose from: all of it, or the one object of that name. */
  #candidates(): readonly KubeObject[] {
    const { store } = this.#parts;
    const { namespaced } = this.#definition;
    const { name } = this.#selection;
    if (name === undefined || (namespaced && this.#namespace === undefined)) {
      return store.list(storageResource(this.#definition), this.#namespace);
    }
    const stored = store.get(storageKey(this.#definition, this.#namespace ?? '', name));
    return stored ? [stored] : [];
  }

  #tellAll(stored: readonly KubeObject[]): void {
    for (const each of stored) {
      const object = this.#parts.registry.serve(this.#definition, each);
      if (this.#selection.matches(object)) this.#sink.event('ADDED', object);
    }
  }

  #tell(change: Change): void {
    const { key } = change;
    if (this.#closed || (this.#namespace !== undefined && key.namespace !== this.#namespace)) return;
    const { registry } = this.#parts;
    const object = registry.serve(this.#definition, change.object);
    if (this.#selection.all) {
      this.#sink.event(change.type, object);
      return;
    }
    const previous = change.previous && registry.serve(this.#definition, change.previous);
    const matched = previous !== undefined && this.#selection.matches(previous);
    if (change.type === 'DELETED') {
      if (matched) this.#sink.event('DELETED', object);
      return;
    }
    const matches = this.#selection.matches(object);
    if (matches) this.#sink.event(matched ? 'MODIFIED' : 'ADDED', object);
    else if (matched) this.#sink.event('DELETED', atRevision(previous, change.revision));
  }

  #scheduleBookmark(): void {
    if (!this.#bookmarks) return;
    this.#bookmark = this.#parts.clock.schedule(bookmarkInterval, () => {
      this.#sink.bookmark(String(this.#parts.store.revision), false);
      this.#scheduleBookmark();
    });
  }

  #expire(): void {
    this.close();
    if (this.#bookmarks) this.#sink.bookmark(String(this.#parts.store.revision), false);
    this.#sink.end();
  }
}

function atRevision(object: KubeObject, revision: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}
