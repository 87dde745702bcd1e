import type { Informer, InformerHandler } from '../../../src/embedded/client/client.ts';
import type { KubeObject } from '../../../src/kubernetes/object.ts';

/** A cache that a test fills by hand. */
export class FakeInformer<T extends KubeObject> implements Informer<T> {
  readonly #objects = new Map<string, T>();

  set(...objects: T[]): this {
    for (const object of objects)
      this.#objects.set(`${object.metadata.namespace ?? ''}/${object.metadata.name}`, object);
    return this;
  }

  remove(namespace: string, name: string): void {
    this.#objects.delete(`${namespace}/${name}`);
  }

  get(namespace: string, name: string): T | undefined {
    return this.#objects.get(`${namespace}/${name}`);
  }

  list(namespace?: string): readonly T[] {
    return [...this.#objects.values()].filter((object) => !namespace || object.metadata.namespace === namespace);
  }

  byIndex(_name: string, indexer: (object: T) => readonly string[], value: string): readonly T[] {
    return this.list().filter((object) => indexer(object).includes(value));
  }

  subscribe(handler: InformerHandler<T>): () => void {
    for (const object of this.list()) handler.added?.(object);
    return () => {};
  }
}
