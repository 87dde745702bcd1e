import type { KubeObject } from '../../kubernetes/object.ts';
import type { Engine } from '../apiserver/engine/engine.ts';
import { type Registry, storageResource } from '../apiserver/registry.ts';
import type { ResourceDefinition } from '../apiserver/resource.ts';
import type { Change, Subscription } from '../storage/store.ts';
import type { Informer, InformerHandler, ResourceRef } from './client.ts';

/** @throws Error where the API server does not serve it. */
export function definitionOf(registry: Registry, ref: ResourceRef<KubeObject>): ResourceDefinition {
  const definition = registry.resource(ref.group, ref.version, ref.plural);
  if (!definition) {
    throw new Error(`${ref.plural} of ${ref.group || 'core'}/${ref.version} is not served: add its definition`);
  }
  return definition;
}

/** The informers of one API server: one for each resource, shared by all its clients. */
export class Informers {
  readonly #engine: Engine;
  readonly #informers = new Map<ResourceDefinition, SharedInformer<KubeObject>>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  of<T extends KubeObject>(ref: ResourceRef<T>): Informer<T> {
    const definition = definitionOf(this.#engine.registry, ref);
    let informer = this.#informers.get(definition);
    if (!informer) {
      informer = new SharedInformer(this.#engine, definition);
      this.#informers.set(definition, informer);
    }
    return informer as unknown as Informer<T>;
  }

  /** No handler is called any more. Reads go on. */
  stop(): void {
    for (const informer of this.#informers.values()) informer.stop();
  }
}

type Indexer<T> = (object: T) => readonly string[];

/** An index by name: objects under each value that the indexer gives for them. */
interface Index<T> {
  readonly indexer: Indexer<T>;
  readonly values: Map<string, Map<string, T>>;
}

/**
 * Reads go to the store itself, which holds what has been committed; only indexes are kept here. An index is brought up
 * to date before any handler hears of the change.
 */
class SharedInformer<T extends KubeObject> implements Informer<T> {
  readonly #engine: Engine;
  readonly #definition: ResourceDefinition;
  readonly #indexes = new Map<string, Index<T>>();
  readonly #handlers = new Set<InformerHandler<T>>();
  #subscription: Subscription | undefined;
  #stopped = false;

  constructor(engine: Engine, definition: ResourceDefinition) {
    this.#engine = engine;
    this.#definition = definition;
  }

  get(namespace: string, name: string): T | undefined {
    return this.#engine.find(this.#definition, namespace, name) as T | undefined;
  }

  list(namespace?: string): readonly T[] {
    const { store, registry } = this.#engine.parts;
    const scope = this.#definition.namespaced ? namespace : undefined;
    return registry.serveAll(this.#definition, store.list(storageResource(this.#definition), scope)) as readonly T[];
  }

  byIndex(name: string, indexer: Indexer<T>, value: string): readonly T[] {
    let index = this.#indexes.get(name);
    if (!index) {
      index = { indexer, values: new Map() };
      this.#indexes.set(name, index);
      for (const object of this.list()) insert(index, object);
      this.#follow();
    }
    return [...(index.values.get(value)?.values() ?? [])];
  }

  subscribe(handler: InformerHandler<T>): () => void {
    this.#follow();
    const existing = this.list();
    // A handler of its own for each subscription, so that subscribing twice means being told twice.
    const own: InformerHandler<T> = {
      added: (object) => handler.added?.(object),
      updated: (object, previous) => handler.updated?.(object, previous),
      deleted: (object) => handler.deleted?.(object),
    };
    this.#handlers.add(own);
    for (const object of existing) handler.added?.(object);
    return () => void this.#handlers.delete(own);
  }

  stop(): void {
    this.#stopped = true;
    this.#subscription?.close();
  }

  #follow(): void {
    if (this.#subscription || this.#stopped) return;
    const { store } = this.#engine.parts;
    const resource = storageResource(this.#definition);
    this.#subscription = store.watch(resource, store.revision, (change) => this.#tell(change));
  }

  #tell({ type, object: stored, previous: before }: Change): void {
    const { registry } = this.#engine.parts;
    const object = registry.serve(this.#definition, stored) as T;
    const previous = before && (registry.serve(this.#definition, before) as T);
    for (const index of this.#indexes.values()) {
      if (previous) withdraw(index, previous);
      if (type !== 'DELETED') insert(index, object);
    }
    for (const handler of [...this.#handlers]) {
      if (!this.#handlers.has(handler)) continue;
      try {
        if (type === 'ADDED') handler.added?.(object);
        else if (type === 'MODIFIED') handler.updated?.(object, previous!);
        else handler.deleted?.(object);
      } catch (error) {
        // One subscriber's mistake is not the others': it surfaces as an uncaught exception.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

function keyOf({ metadata: { namespace = '', name } }: KubeObject): string {
  return `${namespace}/${name}`;
}

function insert<T extends KubeObject>({ indexer, values }: Index<T>, object: T): void {
  for (const value of indexer(object)) {
    let objects = values.get(value);
    if (!objects) {
      objects = new Map();
      values.set(value, objects);
    }
    objects.set(keyOf(object), object);
  }
}

function withdraw<T extends KubeObject>({ indexer, values }: Index<T>, object: T): void {
  for (const value of indexer(object)) {
    const objects = values.get(value);
    objects?.delete(keyOf(object));
    if (objects?.size === 0) values.delete(value);
  }
}
