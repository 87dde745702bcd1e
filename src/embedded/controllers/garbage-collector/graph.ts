import type { ObjectMeta, OwnerReference } from '../../../kubernetes/object.ts';
import type { ApiResource } from '../../client/discovery.ts';

/** An object as the garbage collector knows it. */
export interface Item {
  readonly resource: ApiResource;
  readonly metadata: ObjectMeta;
}

export const foregroundFinalizer = 'foregroundDeletion';
export const orphanFinalizer = 'orphan';

/** Who owns whom. Owners are known by UID before they have been seen, and after they are gone. */
export class Graph {
  readonly #items = new Map<string, Item>();
  readonly #dependents = new Map<string, Set<string>>();

  get(uid: string): Item | undefined {
    return this.#items.get(uid);
  }

  /** Adds an item, or puts it in the place of what was known of it. */
  set(item: Item): void {
    const uid = uidOf(item);
    const previous = this.#items.get(uid);
    if (previous?.metadata.ownerReferences !== item.metadata.ownerReferences) {
      if (previous) this.#detach(previous);
      for (const owner of ownersOf(item)) {
        const dependents = this.#dependents.get(owner.uid);
        if (dependents) dependents.add(uid);
        else this.#dependents.set(owner.uid, new Set([uid]));
      }
    }
    this.#items.set(uid, item);
  }

  remove(uid: string): void {
    const item = this.#items.get(uid);
    if (!item) return;
    this.#detach(item);
    this.#items.delete(uid);
  }

  /** What has an owner reference with this UID, whatever else the reference says. */
  dependentsOf(uid: string): Item[] {
    return [...(this.#dependents.get(uid) ?? [])].map((dependent) => this.#items.get(dependent)!);
  }

  #detach(item: Item): void {
    for (const { uid } of ownersOf(item)) {
      const dependents = this.#dependents.get(uid);
      dependents?.delete(uidOf(item));
      if (dependents?.size === 0) this.#dependents.delete(uid);
    }
  }
}

export function uidOf({ metadata }: Item): string {
  return metadata.uid ?? '';
}

export function ownersOf({ metadata }: Item): readonly OwnerReference[] {
  return metadata.ownerReferences ?? [];
}

export function apiVersionOf({ group, version }: ApiResource): string {
  return group ? `${group}/${version}` : version;
}

export function isBeingDeleted({ metadata }: Item): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** It stays until those that block its deletion are gone. */
export function isDeletingDependents(item: Item): boolean {
  return isBeingDeleted(item) && hasFinalizer(item, foregroundFinalizer);
}

/** It stays until its dependents have lost it as an owner. */
export function isOrphaningDependents(item: Item): boolean {
  return isBeingDeleted(item) && hasFinalizer(item, orphanFinalizer);
}

export function hasFinalizer({ metadata }: Item, finalizer: string): boolean {
  return metadata.finalizers?.includes(finalizer) ?? false;
}

export function blocks(dependent: Item, owner: Item): boolean {
  return ownersOf(dependent).some(({ uid, blockOwnerDeletion }) => uid === uidOf(owner) && blockOwnerDeletion === true);
}

/** Whether the reference calls the owner what it is: what has another name or kind is not meant. */
export function isMeant({ apiVersion, kind, name, uid }: OwnerReference, owner: Item): boolean {
  const { resource, metadata } = owner;
  return (
    apiVersion === apiVersionOf(resource) && kind === resource.kind && name === metadata.name && uid === metadata.uid
  );
}
