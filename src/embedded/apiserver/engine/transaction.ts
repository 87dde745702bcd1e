import type { KubeObject } from '../../../kubernetes/object.ts';
import type { Clock } from '../../clock.ts';
import type { ClusterView } from '../admission/chain.ts';
import { storageKey } from '../registry.ts';
import type { ResourceDefinition, UserInfo, WriteContext } from '../resource.ts';
import type { EngineParts } from './parts.ts';
import type { Caller } from './request.ts';

/** What a write comes to. */
export interface Outcome {
  /** The new state; undefined where the object goes; the very same object as before where nothing changes. */
  readonly next: KubeObject | undefined;
  /** What the client is told where that is not the stored state: a deleted object, for instance. */
  readonly answer?: KubeObject;
}

/** One write while it is decided: what strategies and admission see of the cluster, and what they set aside for it. */
export class Transaction implements WriteContext, ClusterView {
  readonly user: UserInfo;
  readonly dryRun: boolean;
  readonly #parts: EngineParts;
  readonly #reserved: [pool: string, value: string][] = [];
  readonly #released: [pool: string, value: string][] = [];
  readonly #callbacks: (() => void)[] = [];
  /** The UID of the object that is written: the holder of what is reserved. */
  holder = '';

  constructor(parts: EngineParts, caller: Caller, dryRun: boolean) {
    this.#parts = parts;
    this.user = caller.user;
    this.dryRun = dryRun;
  }

  get clock(): Clock {
    return this.#parts.clock;
  }

  // Strategies take the ones they need out of their context, so each carries its transaction along.
  readonly get = (resource: string, namespace: string, name: string): KubeObject | undefined =>
    this.#parts.store.get({ resource, namespace, name });

  readonly list = (resource: string, namespace?: string): readonly KubeObject[] =>
    this.#parts.store.list(resource, namespace);

  readonly reserve = (pool: string, value: string): boolean => {
    const { pools } = this.#parts;
    if (pools.holds(pool, value, this.holder)) return true;
    if (!pools.reserve(pool, value, this.holder)) return false;
    this.#reserved.push([pool, value]);
    return true;
  };

  readonly release = (pool: string, value: string): void => {
    this.#released.push([pool, value]);
  };

  readonly afterwards = (callback: () => void): void => {
    this.#callbacks.push(callback);
  };

  commit(definition: ResourceDefinition, before: KubeObject | undefined, after: KubeObject | undefined): void {
    const { pools } = this.#parts;
    if (!after) pools.releaseAll(this.holder || (before?.metadata.uid ?? ''));
    for (const [pool, value] of this.#released) pools.release(pool, value, this.holder);
    if (before && after && definition.holds) {
      const kept = new Set(definition.holds(after).map(({ pool, value }) => `${pool}\0${value}`));
      for (const { pool, value } of definition.holds(before)) {
        if (!kept.has(`${pool}\0${value}`)) pools.release(pool, value, this.holder);
      }
    }
    this.#finish();
  }

  rollback(): void {
    for (const [pool, value] of this.#reserved) this.#parts.pools.release(pool, value, this.holder);
    this.#finish();
  }

  #finish(): void {
    for (const callback of this.#callbacks) callback();
  }
}

/**
 * Runs `decide` against the newest state and stores what it says, unless this is a dry run. Resolves with what the
 * client is told, once it is durable. Rejects with what `decide` threw.
 *
 * `decide` is given the object in the version of `definition`, whatever version it is stored in.
 */
export async function transact(
  parts: EngineParts,
  caller: Caller,
  definition: ResourceDefinition,
  at: { readonly namespace: string; readonly name: string },
  dryRun: boolean,
  decide: (current: KubeObject | undefined, transaction: Transaction) => Outcome,
): Promise<KubeObject> {
  const { store, registry } = parts;
  const transaction = new Transaction(parts, caller, dryRun);
  let outcome: Outcome | undefined;
  let current: KubeObject | undefined;
  let written: KubeObject | undefined;
  try {
    written = await store.write(storageKey(definition, at.namespace, at.name), (stored) => {
      current = stored && registry.serve(definition, stored);
      transaction.holder = current?.metadata.uid ?? '';
      outcome = decide(current, transaction);
      const { next } = outcome;
      if (dryRun || next === current) return stored;
      return next && definition.storedAs ? definition.storedAs.toStorage(next) : next;
    });
  } catch (error) {
    transaction.rollback();
    throw error;
  }
  const { next, answer } = outcome!;
  if (dryRun || next === current) transaction.rollback();
  else transaction.commit(definition, current, next);
  if (answer) return answer;
  if (dryRun && next) return next;
  return registry.serve(definition, written!);
}
