import type { KubeObject } from '../../../kubernetes/object.ts';
import type { Timer } from '../../clock.ts';
import { storageKey, storageResource } from '../registry.ts';
import type { ResourceDefinition } from '../resource.ts';
import type { EngineParts } from './parts.ts';

/** Milliseconds between looking for objects whose time has come. */
const interval = 60_000;

/** Removes objects of kinds with a time to live (Events) that have not been written to for that long, as etcd's leases do. */
export class Expiry {
  readonly #parts: EngineParts;
  readonly #definitions: readonly ResourceDefinition[];
  #timer: Timer | undefined;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#definitions = parts.registry.definitions.filter(({ timeToLive, storedAs }) => timeToLive && !storedAs);
    if (this.#definitions.length > 0) this.#schedule();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #schedule(): void {
    this.#timer = this.#parts.clock.schedule(interval, () => {
      for (const definition of this.#definitions) this.#sweep(definition);
      this.#schedule();
    });
  }

  #sweep(definition: ResourceDefinition): void {
    const { store, clock } = this.#parts;
    const expired = (object: KubeObject | undefined) =>
      object !== undefined && lastWrite(object) + definition.timeToLive! * 1000 <= clock.now();
    for (const object of store.list(storageResource(definition))) {
      if (!expired(object)) continue;
      const { namespace = '', name } = object.metadata;
      // It may have been written to since; and a store that closes loses nothing by keeping it.
      store
        .write(storageKey(definition, namespace, name), (current) => (expired(current) ? undefined : current))
        .catch(() => {});
    }
  }
}

/** Milliseconds since the epoch: when somebody last changed it, as managedFields tells. */
function lastWrite({ metadata: { creationTimestamp, managedFields = [] } }: KubeObject): number {
  return Math.max(
    ...[creationTimestamp, ...managedFields.map(({ time }) => time)].map((time) => Date.parse(time ?? '') || 0),
  );
}
