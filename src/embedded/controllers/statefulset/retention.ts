import type { KubeObject, OwnerReference } from '../../../kubernetes/object.ts';
import type { PersistentVolumeClaim, Pod, StatefulSet } from '../../../kubernetes/objects.ts';
import { controllerReference } from '../../../kubernetes/owners.ts';
import { isInOrdinalRange } from './identity.ts';

/**
 * Who owns a claim, by the set's persistentVolumeClaimRetentionPolicy, so that the garbage collector deletes it in time:
 *
 *   whenScaled Retain, whenDeleted Retain   nobody
 *   whenScaled Retain, whenDeleted Delete   the set
 *   whenScaled Delete, whenDeleted Retain   the Pod, once it is scaled away
 *   whenScaled Delete, whenDeleted Delete   the set, and instead of it the Pod once it is scaled away
 */
function wantedOwner(set: StatefulSet, pod: Pod): StatefulSet | Pod | undefined {
  const { whenScaled, whenDeleted } = retentionPolicy(set);
  if (whenScaled === 'Delete' && !isInOrdinalRange(set, pod)) return pod;
  return whenDeleted === 'Delete' ? set : undefined;
}

export function retentionPolicy({ spec }: StatefulSet): { whenScaled: string; whenDeleted: string } {
  const { whenScaled = 'Retain', whenDeleted = 'Retain' } = spec.persistentVolumeClaimRetentionPolicy ?? {};
  return { whenScaled, whenDeleted };
}

/** Whether the claim's owners are as the policy wants them, or are not to be touched. */
export function isClaimSettled(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pod): boolean {
  // Owned by an earlier set or Pod of the same name: that is for the garbage collector.
  if (isStale(claim, set) || isStale(claim, pod)) return true;
  const ownedBySet = isOwnedBy(claim, set);
  const ownedByPod = isOwnedBy(claim, pod);
  if (hasForeignController(claim, set, pod)) return !ownedBySet && !ownedByPod;
  if (isOwnedWithoutControl(claim, set) || isOwnedWithoutControl(claim, pod)) return false;
  const wanted = wantedOwner(set, pod);
  return ownedBySet === (wanted === set) && ownedByPod === (wanted === pod);
}

/** The owners the claim should have. */
export function settledOwners(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pod): OwnerReference[] {
  const others = owners(claim).filter((owner) => !names(owner, set) && !names(owner, pod));
  if (hasForeignController(claim, set, pod)) return others;
  const wanted = wantedOwner(set, pod);
  return wanted ? [...others, controllerReference(wanted)] : others;
}

/** Somebody else manages the claim, so that the policy cannot be carried out. */
export function hasForeignController(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pod): boolean {
  const { whenScaled, whenDeleted } = retentionPolicy(set);
  if (whenScaled === 'Retain' && whenDeleted === 'Retain') return false;
  for (const owner of owners(claim)) {
    const own = [set, pod].find((object) => names(owner, object));
    if (own ? owner.uid !== own.metadata.uid : owner.controller) return true;
  }
  return false;
}

/**
 * The claim of a Pod that was scaled away still waits for its deletion: a new Pod must not begin to use it.
 * @param pod one that has not been created yet
 */
export function isClaimStale(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pod): boolean {
  return retentionPolicy(set).whenScaled !== 'Retain' && isStale(claim, pod);
}

/** The reference means an object of this kind and name, if perhaps an earlier one. */
function names(owner: OwnerReference, { apiVersion, kind, metadata }: KubeObject): boolean {
  return owner.apiVersion === apiVersion && owner.kind === kind && owner.name === metadata.name;
}

function isStale(claim: PersistentVolumeClaim, object: KubeObject): boolean {
  const owner = owners(claim).find((each) => names(each, object));
  return owner !== undefined && owner.uid !== object.metadata.uid;
}

function isOwnedBy(claim: PersistentVolumeClaim, { metadata }: KubeObject): boolean {
  return owners(claim).some(({ uid }) => uid === metadata.uid);
}

function isOwnedWithoutControl(claim: PersistentVolumeClaim, { metadata }: KubeObject): boolean {
  return owners(claim).some(({ uid, controller }) => uid === metadata.uid && !controller);
}

function owners({ metadata }: PersistentVolumeClaim): readonly OwnerReference[] {
  return metadata.ownerReferences ?? [];
}
