import type { Operation } from './journal.ts';
import type { Document, Value } from './values.ts';

/** All that the oplog has led to: the documents of each collection, by their `_id`. */
export class Documents {
  readonly #collections = new Map<string, Map<string, Document>>();

  apply(change: Operation): void {
    switch (change.op) {
      case 'put':
        this.#collection(change.ns).set(keyOf(change.doc._id!), change.doc);
        return;
      case 'remove':
        this.#collections.get(change.ns)?.delete(keyOf(change.id));
        return;
      case 'drop':
        this.#collections.delete(change.ns);
        return;
      default:
        return;
    }
  }

  /** In the order in which they were inserted. */
  of(ns: string): Document[] {
    return [...(this.#collections.get(ns)?.values() ?? [])];
  }

  has(ns: string, id: Value): boolean {
    return this.#collections.get(ns)?.has(keyOf(id)) ?? false;
  }

  /** "DATABASE.COLLECTION" of all there are. */
  namespaces(): string[] {
    return [...this.#collections.keys()].sort();
  }

  clear(): void {
    this.#collections.clear();
  }

  #collection(ns: string): Map<string, Document> {
    let collection = this.#collections.get(ns);
    if (!collection) {
      collection = new Map();
      this.#collections.set(ns, collection);
    }
    return collection;
  }
}

export function keyOf(id: Value): string {
  return JSON.stringify(id);
}
