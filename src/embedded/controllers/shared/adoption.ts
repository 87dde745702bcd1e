import type { KubeObject } from '../../../kubernetes/object.ts';
import { controllerOf, controllerReference } from '../../../kubernetes/owners.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import type { ResourceClient } from '../../client/client.ts';
import { ignoreNotFound, settleAll } from './failures.ts';

/** Who belongs to an owner, and what it takes to make that so. */
export interface Claims<T> {
  /** The owner's already. */
  readonly owned: readonly T[];
  /** Nobody's, but matched by its selector. */
  readonly adopt: readonly T[];
  /** The owner's, but matched no more. */
  readonly release: readonly T[];
}

/** Upstream's BaseControllerRefManager.ClaimObject, for all candidates of the owner's namespace at once. */
export function decideClaims<T extends KubeObject>(
  owner: KubeObject,
  candidates: readonly T[],
  matches: (object: T) => boolean,
): Claims<T> {
  const owned: T[] = [];
  const adopt: T[] = [];
  const release: T[] = [];
  const deleted = owner.metadata.deletionTimestamp !== undefined;
  for (const object of candidates) {
    const controller = controllerOf(object);
    if (controller) {
      if (controller.uid !== owner.metadata.uid) continue;
      if (matches(object)) owned.push(object);
      else if (!deleted) release.push(object);
    } else if (!deleted && !object.metadata.deletionTimestamp && matches(object)) {
      adopt.push(object);
    }
  }
  return { owned, adopt, release };
}

/**
 * Adopts and releases as decided. `finalizers` are put on what is adopted and taken from what is released.
 * @returns what the owner has now
 */
export async function claim<T extends KubeObject>(
  client: ResourceClient<T>,
  owner: KubeObject,
  candidates: readonly T[],
  matches: (object: T) => boolean,
  finalizers: readonly string[] = [],
): Promise<readonly T[]> {
  const { owned, adopt, release } = decideClaims(owner, candidates, matches);
  if (adopt.length === 0 && release.length === 0) return owned;
  const adopted: T[] = [];
  await settleAll([
    ...adopt.map(async (object) => {
      const taken = await ignoreNotFound(adoptOne(client, owner, object, finalizers));
      if (taken) adopted.push(taken);
    }),
    ...release.map((object) => releaseOne(client, owner, object, finalizers)),
  ]);
  return [...owned, ...adopted];
}

/** The UID in the patch makes sure that it does not meet another object of the same name. */
export function adoptOne<T extends KubeObject>(
  client: ResourceClient<T>,
  owner: KubeObject,
  { metadata: { namespace = '', name, uid } }: T,
  finalizers: readonly string[] = [],
): Promise<T> {
  const patch = {
    metadata: { uid, ownerReferences: [controllerReference(owner)], ...(finalizers.length > 0 && { finalizers }) },
  };
  return client.patch(namespace, name, patch, { type: 'strategic' });
}

async function releaseOne<T extends KubeObject>(
  client: ResourceClient<T>,
  owner: KubeObject,
  { metadata: { namespace = '', name, uid } }: T,
  finalizers: readonly string[],
): Promise<void> {
  const patch = {
    metadata: {
      uid,
      ownerReferences: [{ $patch: 'delete', uid: owner.metadata.uid }],
      ...(finalizers.length > 0 && { '$deleteFromPrimitiveList/finalizers': finalizers }),
    },
  };
  try {
    await client.patch(namespace, name, patch, { type: 'strategic' });
  } catch (error) {
    // It has gone, has no owners any more, or is another one of the same name: nothing to release.
    if (!ApiError.is(error, 'NotFound') && !ApiError.is(error, 'Invalid')) throw error;
  }
}
