import { matchesNodeSelector } from '../../../kubernetes/node-affinity.ts';
import type { Node, PersistentVolume, PersistentVolumeClaim } from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import { LabelSelector } from '../../../kubernetes/selectors.ts';

/** Which volume suits a claim: k8s.io/component-helpers/storage/volume, for the binder and the scheduler. */

/** The annotation comes from before there was a field, and wins. */
const classAnnotation = 'volume.beta.kubernetes.io/storage-class';

export function claimClass({ metadata, spec }: PersistentVolumeClaim): string {
  return metadata.annotations?.[classAnnotation] ?? spec.storageClassName ?? '';
}

/** Whether a class was asked for at all; '' asks for none. */
export function hasClass({ metadata, spec }: PersistentVolumeClaim): boolean {
  return metadata.annotations?.[classAnnotation] !== undefined || spec.storageClassName !== undefined;
}

export function volumeClass({ metadata, spec }: PersistentVolume): string {
  return metadata.annotations?.[classAnnotation] ?? spec.storageClassName ?? '';
}

/** The volume is reserved for the claim or bound to it; for an earlier claim of the same name it is not. */
export function isReservedFor({ spec: { claimRef } }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  if (!claimRef || claimRef.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return !claimRef.uid || claimRef.uid === metadata.uid;
}

export function modesDiffer(claim: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  return (claim.spec.volumeMode ?? 'Filesystem') !== (volume.spec.volumeMode ?? 'Filesystem');
}

/** Whether the volume has all access modes that the claim asks for. */
export function offersAccessModes(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode));
}

export function isReachableFrom({ spec }: PersistentVolume, node: Node): boolean {
  const required = spec.nodeAffinity?.required;
  return !required || matchesNodeSelector(required, node);
}

export function requestedStorage({ spec }: PersistentVolumeClaim): Quantity {
  return Quantity.tryParse(spec.resources?.requests?.storage) ?? Quantity.zero;
}

export function capacityOf({ spec }: PersistentVolume): Quantity {
  return Quantity.tryParse(spec.capacity?.storage) ?? Quantity.zero;
}

export interface MatchOptions {
  /** For the scheduler: the volume has to be reachable from there. */
  readonly node?: Node;
  /** For the scheduler: the names of volumes that other claims of the same Pod take. */
  readonly excluded?: ReadonlySet<string>;
  /** For the binder: only a volume reserved for the claim will do, because the scheduler chooses among the others. */
  readonly delayBinding?: boolean;
}

/** The volume reserved for the claim, else the smallest that suits it: FindMatchingVolume. */
export function findMatchingVolume(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  { node, excluded, delayBinding = false }: MatchOptions = {},
): PersistentVolume | undefined {
  const requested = requestedStorage(claim);
  const selector = claim.spec.selector && LabelSelector.from(claim.spec.selector);
  let smallest: { readonly volume: PersistentVolume; readonly capacity: Quantity } | undefined;
  for (const volume of volumes) {
    const { metadata, spec, status } = volume;
    if (excluded?.has(metadata.name) || metadata.deletionTimestamp) continue;
    const reserved = isReservedFor(volume, claim);
    if (spec.claimRef && !reserved) continue;
    const capacity = capacityOf(volume);
    if (capacity.compare(requested) < 0 || modesDiffer(claim, volume)) continue;
    const reachable = !node || isReachableFrom(volume, node);
    if (reserved) return reachable ? volume : undefined;
    if (!node && delayBinding) continue;
    if (status?.phase !== 'Available' || (selector && !selector.matches(metadata.labels))) continue;
    if (volumeClass(volume) !== claimClass(claim) || !reachable || !offersAccessModes(volume, claim)) continue;
    if (!smallest || smallest.capacity.compare(capacity) > 0) smallest = { volume, capacity };
  }
  return smallest?.volume;
}
