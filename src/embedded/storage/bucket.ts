import type { KubeObject } from '../../kubernetes/object.ts';
import type { Change, ObjectKey } from './store.ts';

/** The committed objects of one resource, in order of namespace and name, as etcd orders its keys. */
export class Bucket {
  readonly #objects = new Map<string, KubeObject>();
  readonly #sorted: string[] = [];
  readonly #lists = new Map<string | undefined, readonly KubeObject[]>();

  get(key: ObjectKey): KubeObject | undefined {
    return this.#objects.get(path(key.namespace, key.name));
  }

  put(key: ObjectKey, object: KubeObject): void {
    const at = path(key.namespace, key.name);
    if (!this.#objects.has(at)) this.#sorted.splice(this.#position(at), 0, at);
    this.#objects.set(at, object);
    this.#forget(key.namespace);
  }

  delete(key: ObjectKey): void {
    const at = path(key.namespace, key.name);
    if (!this.#objects.delete(at)) return;
    this.#sorted.splice(this.#position(at), 1);
    this.#forget(key.namespace);
  }

  /** The same array until something in it changes: callers may use it as a key. */
  list(namespace: string | undefined): readonly KubeObject[] {
    let list = this.#lists.get(namespace);
    if (!list) {
      const keys = namespace === undefined ? this.#sorted : this.#range(path(namespace, ''));
      list = keys.map((key) => this.#objects.get(key)!);
      this.#lists.set(namespace, list);
    }
    return list;
  }

  /** The list as it was before `changes`, which are newest last, happened. */
  listBefore(changes: readonly Change[], namespace: string | undefined): readonly KubeObject[] {
    if (changes.length === 0) return this.list(namespace);
    const objects = new Map(
      this.list(namespace).map((object) => [path(object.metadata.namespace ?? '', object.metadata.name), object]),
    );
    for (const change of changes.toReversed()) {
      if (namespace !== undefined && change.key.namespace !== namespace) continue;
      const at = path(change.key.namespace, change.key.name);
      if (change.previous) objects.set(at, change.previous);
      else objects.delete(at);
    }
    return [...objects.keys()].sort(compare).map((key) => objects.get(key)!);
  }

  #forget(namespace: string): void {
    this.#lists.delete(undefined);
    this.#lists.delete(namespace);
  }

  #range(prefix: string): string[] {
    const start = this.#position(prefix);
    let end = start;
    while (this.#sorted[end]?.startsWith(prefix)) end++;
    return this.#sorted.slice(start, end);
  }

  /** Where a key stands, or would. */
  #position(key: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.#sorted[middle]!, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** NUL sorts before every character of a name, so that namespace "a" precedes "a-b" as a whole. */
function path(namespace: string, name: string): string {
  return `${namespace}\0${name}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
