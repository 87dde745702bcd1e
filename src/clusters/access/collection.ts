import { type KubeObject, withoutManagedFields } from '../../kubernetes/object.ts';

/** One kind's objects as they stand, and what has happened to them. */

export interface CollectionEntry {
  readonly type: 'added' | 'modified' | 'deleted';
  readonly object: KubeObject;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Found by a list, not seen happening: entries of one list have no order among themselves. */
  readonly listed?: boolean;
}

/** Entries kept at most; of older ones it is known only that there were some. */
const mostEntries = 4000;

/** Its history keeps many versions of an object: without managed fields, which are often the larger half of each. */
export class Collection {
  readonly #objects = new Map<string, KubeObject>();
  #entries: CollectionEntry[] = [];
  #gaps: number[] = [];
  #sorted: readonly KubeObject[] | undefined;

  get(name: string): KubeObject | undefined {
    return this.#objects.get(name);
  }

  /** By name, numbers in it by their value: kubia-2 before kubia-10. */
  list(): readonly KubeObject[] {
    this.#sorted ??= [...this.#objects.values()].sort((a, b) =>
      a.metadata.name.localeCompare(b.metadata.name, 'en', { numeric: true }),
    );
    return this.#sorted;
  }

  get history(): { readonly entries: readonly CollectionEntry[]; readonly gaps: readonly number[] } {
    return { entries: this.#entries, gaps: this.#gaps };
  }

  /** Replaces everything by what a list gave. Returns the changes this comes to. */
  reset(objects: readonly KubeObject[], gap: boolean, at: number): readonly CollectionEntry[] {
    if (gap) this.#gaps.push(this.#entries.length);
    const changes: CollectionEntry[] = [];
    const names = new Set(objects.map(({ metadata }) => metadata.name));
    for (const [name, object] of this.#objects) {
      if (!names.has(name)) changes.push(this.#apply('deleted', object, at, true));
    }
    for (const object of objects) {
      const known = this.#objects.get(object.metadata.name);
      if (known && known.metadata.uid !== object.metadata.uid) changes.push(this.#apply('deleted', known, at, true));
      if (known?.metadata.resourceVersion === object.metadata.resourceVersion) continue;
      const type = known?.metadata.uid === object.metadata.uid && known ? 'modified' : 'added';
      changes.push(this.#apply(type, object, at, true));
    }
    return changes;
  }

  change(type: CollectionEntry['type'], object: KubeObject, at: number): CollectionEntry {
    return this.#apply(type, object, at, false);
  }

  /** Begins the history anew with what there is. */
  restart(at: number): void {
    this.#entries = this.list().map((object) => ({
      type: 'added',
      object: withoutManagedFields(object),
      at,
      listed: true,
    }));
    this.#gaps = [];
  }

  #apply(type: CollectionEntry['type'], object: KubeObject, at: number, listed: boolean): CollectionEntry {
    if (type === 'deleted') this.#objects.delete(object.metadata.name);
    else this.#objects.set(object.metadata.name, object);
    this.#sorted = undefined;
    const entry: CollectionEntry = { type, object: withoutManagedFields(object), at, ...(listed && { listed }) };
    this.#entries.push(entry);
    if (this.#entries.length > mostEntries) {
      const dropped = this.#entries.length - mostEntries / 2;
      this.#entries = this.#entries.slice(dropped);
      this.#gaps = [0, ...this.#gaps.filter((position) => position > dropped).map((position) => position - dropped)];
    }
    return entry;
  }
}
