import type { OwnerReference } from '../../../kubernetes/object.ts';
import {
  blocks,
  foregroundFinalizer,
  hasFinalizer,
  type Item,
  isBeingDeleted,
  isDeletingDependents,
  orphanFinalizer,
  uidOf,
} from './graph.ts';

export type Policy = 'Background' | 'Foreground' | 'Orphan';

export type Decision =
  | { readonly do: 'nothing' }
  /** Nothing holds it back any more. */
  | { readonly do: 'finish' }
  /** These have to go first. */
  | { readonly do: 'wait'; readonly for: readonly Item[] }
  /** It stays for its other owners' sake. */
  | { readonly do: 'disown'; readonly owners: readonly string[] }
  /** `unblock`: first its references are made non-blocking, as it and its owner would wait for each other. */
  | { readonly do: 'delete'; readonly policy: Policy; readonly unblock: boolean };

/** What a reference leads to; undefined where there is no such owner. */
export type FindOwner = (reference: OwnerReference) => Item | undefined;

/** What becomes of an item: upstream's attemptToDeleteItem. */
export function decide(item: Item, findOwner: FindOwner, dependents: readonly Item[]): Decision {
  if (isDeletingDependents(item)) {
    const blockers = dependents.filter((dependent) => blocks(dependent, item));
    if (blockers.length === 0) return { do: 'finish' };
    return { do: 'wait', for: blockers.filter((dependent) => !isDeletingDependents(dependent)) };
  }
  const references = item.metadata.ownerReferences ?? [];
  if (isBeingDeleted(item) || references.length === 0) return { do: 'nothing' };

  const owners = references.map((reference) => ({ uid: reference.uid, owner: findOwner(reference) }));
  const waiting = owners.filter(({ owner }) => owner && isDeletingDependents(owner));
  const lost = owners.filter(({ owner }) => !owner);
  if (lost.length + waiting.length < owners.length) {
    const uids = [...lost, ...waiting].map(({ uid }) => uid);
    return uids.length > 0 ? { do: 'disown', owners: uids } : { do: 'nothing' };
  }
  if (waiting.length > 0 && dependents.length > 0) {
    return { do: 'delete', policy: 'Foreground', unblock: dependents.some(isDeletingDependents) };
  }
  return { do: 'delete', policy: policyOf(item), unblock: false };
}

/** What its finalizers ask for already. */
function policyOf(item: Item): Policy {
  if (hasFinalizer(item, orphanFinalizer)) return 'Orphan';
  return hasFinalizer(item, foregroundFinalizer) ? 'Foreground' : 'Background';
}

export interface OwnerChanges {
  readonly added: readonly OwnerReference[];
  /** UIDs of owners whose deletion this item blocked, and blocks no more. */
  readonly unblocked: readonly string[];
}

export function ownerChanges(previous: readonly OwnerReference[], next: readonly OwnerReference[]): OwnerChanges {
  const before = new Map(previous.map((reference) => [reference.uid, reference]));
  const after = new Map(next.map((reference) => [reference.uid, reference]));
  return {
    added: next.filter(({ uid }) => !before.has(uid)),
    unblocked: [...before.values()].flatMap(({ uid, blockOwnerDeletion }) =>
      blockOwnerDeletion && !after.get(uid)?.blockOwnerDeletion ? [uid] : [],
    ),
  };
}

/** A strategic merge patch by which an item, and no other of its name, loses owners. */
export function disowningPatch(item: Item, owners: readonly string[]): object {
  const ownerReferences = owners.map((uid) => ({ $patch: 'delete', uid }));
  return { metadata: { uid: uidOf(item), ownerReferences } };
}

export function unblockingPatch(item: Item): object {
  const ownerReferences = (item.metadata.ownerReferences ?? [])
    .filter(({ blockOwnerDeletion }) => blockOwnerDeletion)
    .map((reference) => ({ ...reference, blockOwnerDeletion: false }));
  return { metadata: { uid: uidOf(item), ownerReferences } };
}

/** A merge patch that fails where the item has changed meanwhile. */
export function finalizerPatch({ metadata }: Item, finalizer: string): object {
  const finalizers = (metadata.finalizers ?? []).filter((each) => each !== finalizer);
  return { metadata: { resourceVersion: metadata.resourceVersion, finalizers } };
}
