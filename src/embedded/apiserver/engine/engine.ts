import type { KubeObject } from '../../../kubernetes/object.ts';
import type { Clock } from '../../clock.ts';
import type { Store, Subscription } from '../../storage/store.ts';
import { AdmissionChain, type AdmissionPlugin, type AdmissionRequest } from '../admission/chain.ts';
import { notFound } from '../failures.ts';
import { type Registry, storageKey, storageResource } from '../registry.ts';
import type { ResourceDefinition } from '../resource.ts';
import type { Schemas } from '../schema/schemas.ts';
import { create } from './create.ts';
import { type DeleteResult, remove, removeCollection } from './delete.ts';
import { Expiry } from './expiry.ts';
import { type ListResult, list } from './list.ts';
import { parseResourceVersion, tooLargeResourceVersion } from './list-options.ts';
import type { EngineParts } from './parts.ts';
import { patch } from './patch.ts';
import { Pools } from './pools.ts';
import type { Body, Caller, DeleteOptions, ListOptions, PatchOptions, WatchOptions, WriteOptions } from './request.ts';
import { Transaction } from './transaction.ts';
import { mainStrategy, statusStrategy, type UpdateResult, type UpdateStrategy, update } from './update.ts';
import { type WatchSink, watch } from './watch.ts';

export interface EngineOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly schemas: Schemas;
  readonly registry: Registry;
  readonly admission: readonly AdmissionPlugin[];
}

/** An object's address. `namespace` is '' for cluster-scoped kinds. */
export interface At {
  readonly namespace: string;
  readonly name: string;
}

/** Subresources that every kind may have, written through a strategy of the kind's definition. */
export type StandardSubresource = '' | 'status';

/**
 * The operations of the Kubernetes API, without transport: HTTP and the in-process client both come here. Who may do
 * what has been decided before. Rejections are ApiErrors; what is returned is shared and must not be mutated.
 */
export class Engine {
  readonly parts: EngineParts;
  readonly #expiry: Expiry;

  constructor(options: EngineOptions) {
    this.parts = { ...options, admission: new AdmissionChain(options.admission), pools: new Pools() };
    this.#fillPools();
    this.#expiry = new Expiry(this.parts);
  }

  get registry(): Registry {
    return this.parts.registry;
  }

  get clock(): Clock {
    return this.parts.clock;
  }

  /** @throws ApiError NotFound, or Timeout for a resourceVersion that is yet to come */
  get(definition: ResourceDefinition, { namespace, name }: At, resourceVersion?: string): KubeObject {
    const { store } = this.parts;
    if (resourceVersion) {
      const wanted = parseResourceVersion(resourceVersion) ?? 0;
      if (wanted > store.revision) throw tooLargeResourceVersion(wanted, store.revision);
    }
    const object = this.find(definition, namespace, name);
    if (!object) throw notFound(definition, name);
    return object;
  }

  find(definition: ResourceDefinition, namespace: string, name: string): KubeObject | undefined {
    const stored = this.parts.store.get(storageKey(definition, namespace, name));
    return stored && this.registry.serve(definition, stored);
  }

  /** @param namespace all of them where absent */
  list(definition: ResourceDefinition, namespace?: string, options?: ListOptions): ListResult {
    return list(this.parts, definition, namespace, options);
  }

  watch(
    definition: ResourceDefinition,
    namespace: string | undefined,
    options: WatchOptions,
    sink: WatchSink,
  ): Subscription {
    return watch(this.parts, definition, namespace, options, sink);
  }

  create(
    caller: Caller,
    definition: ResourceDefinition,
    namespace: string,
    body: Body,
    options?: WriteOptions,
  ): Promise<KubeObject> {
    return create(this.parts, caller, definition, namespace, body, options);
  }

  /** @param mayCreate throws Forbidden at those who may update but not create, where the write is about to create */
  update(
    caller: Caller,
    definition: ResourceDefinition,
    at: At,
    subresource: StandardSubresource | UpdateStrategy,
    body: Body,
    options?: WriteOptions,
    mayCreate?: () => void,
  ): Promise<UpdateResult> {
    const target = { definition, ...at, strategy: strategyFor(definition, subresource) };
    return update(this.parts, caller, target, body, options, mayCreate);
  }

  patch(
    caller: Caller,
    definition: ResourceDefinition,
    at: At,
    subresource: StandardSubresource | UpdateStrategy,
    body: Body,
    options: PatchOptions,
    mayCreate?: () => void,
  ): Promise<UpdateResult> {
    const target = { definition, ...at, strategy: strategyFor(definition, subresource) };
    return patch(this.parts, caller, target, body, options, mayCreate);
  }

  delete(caller: Caller, definition: ResourceDefinition, at: At, options?: DeleteOptions): Promise<DeleteResult> {
    return remove(this.parts, caller, definition, at, options);
  }

  deleteCollection(
    caller: Caller,
    definition: ResourceDefinition,
    namespace: string,
    options?: DeleteOptions,
    selection?: ListOptions,
  ): Promise<ListResult> {
    return removeCollection(this.parts, caller, definition, namespace, options, selection);
  }

  /** Asks admission about something that is not a write of its own: CONNECT, or a create that stores nothing. */
  admit(caller: Caller, request: Omit<AdmissionRequest, 'user' | 'warn'>): void {
    const transaction = new Transaction(this.parts, caller, request.dryRun);
    const full: AdmissionRequest = { ...request, user: caller.user, warn: (message) => caller.warn(message) };
    try {
      this.parts.admission.mutate(full, transaction);
      this.parts.admission.validate(full, transaction);
    } finally {
      transaction.rollback();
    }
  }

  /** Stops what runs by itself. Requests can still be answered. */
  stop(): void {
    this.#expiry.stop();
  }

  /** What stored objects hold, from before a restart. */
  #fillPools(): void {
    const { store, pools } = this.parts;
    for (const definition of this.registry.definitions) {
      if (!definition.holds || definition.storedAs) continue;
      for (const object of store.list(storageResource(definition))) {
        for (const { pool, value } of definition.holds(object)) pools.reserve(pool, value, object.metadata.uid ?? '');
      }
    }
  }
}

function strategyFor(
  definition: ResourceDefinition,
  subresource: StandardSubresource | UpdateStrategy,
): UpdateStrategy {
  if (typeof subresource !== 'string') return subresource;
  return subresource === 'status' ? statusStrategy(definition) : mainStrategy(definition);
}
