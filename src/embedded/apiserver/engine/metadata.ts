import { randomInt, randomUUID } from 'node:crypto';
import { badRequest } from '../../../kubernetes/errors.ts';
import type { KubeObject, ObjectMeta, OwnerReference } from '../../../kubernetes/object.ts';
import { type Clock, timestamp } from '../../clock.ts';
import { equal } from '../json.ts';
import type { Caller } from './request.ts';

/** What only the server sets: removed from what a client sends to create. */
export function wipeSystemFields(meta: ObjectMeta): void {
  delete meta.creationTimestamp;
  delete meta.uid;
  delete meta.deletionTimestamp;
  delete meta.deletionGracePeriodSeconds;
}

export function fillSystemFields(meta: ObjectMeta, clock: Clock): void {
  meta.creationTimestamp = timestamp(clock);
  meta.uid = randomUUID();
}

/** Longest prefix that leaves room for the generated end in a name of 63 characters. */
const longestPrefix = 58;
/** Upstream's: no vowels and no digits that look like letters, so that no words come about. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

export function generateName(prefix: string): string {
  let suffix = '';
  for (let i = 0; i < 5; i++) suffix += alphabet[randomInt(alphabet.length)];
  return prefix.slice(0, longestPrefix) + suffix;
}

/**
 * Fills in the namespace of the request, and removes one from a cluster-scoped object.
 * @throws ApiError BadRequest where the object names another one.
 */
export function ensureNamespace(meta: ObjectMeta, namespace: string): void {
  const own = meta.namespace ?? '';
  if (own === namespace) return;
  if (own === '') meta.namespace = namespace;
  else if (namespace === '') delete meta.namespace;
  else throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

/** @throws ApiError BadRequest where the object's name is not the one in the path. */
export function ensureName(object: KubeObject, name: string): void {
  const own = object.metadata.name ?? '';
  if (own === '') {
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  if (own !== name) throw badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`);
}

const duplicateOwners =
  'API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ';

/** Removes owner references that stand twice, and tells the client. */
export function dedupOwnerReferences(object: KubeObject, caller: Caller, afterAdmission: boolean): void {
  const references = object.metadata.ownerReferences;
  if (!references || references.length < 2) return;
  const kept: OwnerReference[] = [];
  const duplicates: string[] = [];
  for (const reference of references) {
    if (kept.some((other) => other.uid === reference.uid && equal(other, reference))) duplicates.push(reference.uid);
    else kept.push(reference);
  }
  if (duplicates.length === 0) return;
  const when = afterAdmission ? ' after mutating admission happens' : '';
  caller.warn(
    `.metadata.ownerReferences contains duplicate entries${when}; ${duplicateOwners}${duplicates.join(', ')}`,
  );
  object.metadata.ownerReferences = kept;
}
