import type { KubeObject } from '../../../kubernetes/object.ts';
import { escapeHtml } from '../apply/go-json.ts';
import type { WatchEventType } from '../engine/watch.ts';

/** How many objects' texts each half of the cache holds. */
const generation = 2_000;

/**
 * Objects as JSON text, each written once: objects never change, so a text is right for as long as its object lives.
 * Kept for the objects asked for lately, by halves: what is asked for moves to the young half, and the old half goes.
 */
export class Encoder {
  #young = new WeakMap<KubeObject, string>();
  #old = new WeakMap<KubeObject, string>();
  #count = 0;
  readonly #lists = new WeakMap<readonly KubeObject[], Buffer>();
  readonly #events = new Map<KubeObject, Map<WatchEventType, Buffer>>();

  /** `{"kind":…,"apiVersion":…,"metadata":…}` */
  object(object: KubeObject): string {
    return `{"kind":${JSON.stringify(object.kind)},"apiVersion":${JSON.stringify(object.apiVersion)},${this.item(object).slice(1)}`;
  }

  /** The same without kind and apiVersion: how it stands in a list of its kind. */
  item(object: KubeObject): string {
    const young = this.#young.get(object);
    if (young !== undefined) return young;
    const text = this.#old.get(object) ?? write(object);
    if (++this.#count > generation) {
      this.#old = this.#young;
      this.#young = new WeakMap();
      this.#count = 0;
    }
    this.#young.set(object, text);
    return text;
  }

  /** The items, separated by commas, without brackets. Remembered for an array that a store returns again. */
  items(objects: readonly KubeObject[]): Buffer {
    let bytes = this.#lists.get(objects);
    if (bytes === undefined) {
      bytes = Buffer.from(objects.map((object) => this.item(object)).join(','));
      this.#lists.set(objects, bytes);
    }
    return bytes;
  }

  /** An event of a watch, with its line end. All watches of a change send the same bytes. */
  event(type: WatchEventType, object: KubeObject): Buffer {
    let events = this.#events.get(object);
    if (!events) {
      events = new Map();
      if (this.#events.size >= 64) this.#events.delete(this.#events.keys().next().value!);
      this.#events.set(object, events);
    }
    let bytes = events.get(type);
    if (!bytes) {
      bytes = Buffer.from(`{"type":"${type}","object":${this.object(object)}}\n`);
      events.set(type, bytes);
    }
    return bytes;
  }
}

function write({ kind: _, apiVersion: __, metadata, ...rest }: KubeObject): string {
  return escapeHtml(JSON.stringify({ metadata, ...rest }));
}
