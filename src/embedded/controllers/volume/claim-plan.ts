import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../../kubernetes/objects.ts';
import {
  capacityOf,
  claimClass,
  findMatchingVolume,
  hasClass,
  isReservedFor,
  modesDiffer,
  offersAccessModes,
  requestedStorage,
  volumeClass,
} from '../shared/volume-matching.ts';
import { betaDefaultClass, bindCompleted, defaultClass, selectedNode } from './annotations.ts';
import { isTerminated } from './pods.ts';

export interface Notice {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export type ClaimDecision =
  | { readonly do: 'bind'; readonly volume: PersistentVolume }
  /** It stays without a volume for now. */
  | { readonly do: 'wait'; readonly notice?: Notice }
  | { readonly do: 'assign-class'; readonly name: string }
  /** Whoever provisions for the class is to make a volume. */
  | { readonly do: 'provision'; readonly provisioner: string }
  /** The class cannot be provisioned from, and nothing is written. */
  | { readonly do: 'complain'; readonly notice: Notice }
  | { readonly do: 'lose'; readonly notice: Notice };

/** What there is besides the claim. */
export interface ClaimSituation {
  volumes(): readonly PersistentVolume[];
  volume(name: string): PersistentVolume | undefined;
  storageClass(name: string): StorageClass | undefined;
  storageClasses(): readonly StorageClass[];
  /** Those that use the claim. */
  pods(): readonly Pod[];
}

/** Decides what happens to a claim next: upstream's syncClaim. */
export function decideClaim(claim: PersistentVolumeClaim, situation: ClaimSituation): ClaimDecision {
  if (claim.metadata.annotations?.[bindCompleted] !== undefined) return decideBound(claim, situation);
  return claim.spec.volumeName ? decideRequested(claim, situation) : decideUnbound(claim, situation);
}

function decideBound({ metadata, spec }: PersistentVolumeClaim, situation: ClaimSituation): ClaimDecision {
  const lose = (reason: string, message: string): ClaimDecision => ({
    do: 'lose',
    notice: { type: 'Warning', reason, message },
  });
  if (!spec.volumeName) {
    return lose('ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!');
  }
  const volume = situation.volume(spec.volumeName);
  if (!volume) return lose('ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
  const { claimRef } = volume.spec;
  if (!claimRef || claimRef.uid === metadata.uid) return { do: 'bind', volume };
  return lose('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly');
}

/** The claim names its volume. */
function decideRequested(claim: PersistentVolumeClaim, situation: ClaimSituation): ClaimDecision {
  const volume = situation.volume(claim.spec.volumeName!);
  if (!volume) return { do: 'wait' };
  const { name } = volume.metadata;
  if (isReservedFor(volume, claim)) return { do: 'bind', volume };
  if (volume.spec.claimRef) {
    return wait('Warning', 'FailedBinding', `volume "${name}" already bound to a different claim.`);
  }
  const mismatch = whyUnsuited(volume, claim);
  if (!mismatch) return { do: 'bind', volume };
  return wait('Warning', 'VolumeMismatch', `Cannot bind to requested volume "${name}": ${mismatch}`);
}

/** checkVolumeSatisfyClaim. */
function whyUnsuited(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (volume.metadata.deletionTimestamp) return `the volume is marked for deletion "${volume.metadata.name}"`;
  if (capacityOf(volume).compare(requestedStorage(claim)) < 0) return 'requested PV is too small';
  if (volumeClass(volume) !== claimClass(claim)) return 'storageClassName does not match';
  if (modesDiffer(claim, volume)) return 'incompatible volumeMode';
  if (!offersAccessModes(volume, claim)) return 'incompatible accessMode';
  return undefined;
}

/** The claim takes any volume that suits it. */
function decideUnbound(claim: PersistentVolumeClaim, situation: ClaimSituation): ClaimDecision {
  const className = claimClass(claim);
  const storageClass = className ? situation.storageClass(className) : undefined;
  const delayBinding = storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
  const volume = bestMatch(claim, situation.volumes(), delayBinding);
  if (volume) return { do: 'bind', volume };
  if (!hasClass(claim)) {
    const name = newestDefaultClass(situation.storageClasses());
    if (name !== undefined) return { do: 'assign-class', name };
  }
  if (delayBinding && claim.metadata.annotations?.[selectedNode] === undefined)
    return waitForConsumer(situation.pods());
  if (!className) {
    return wait(
      'Normal',
      'FailedBinding',
      'no persistent volumes available for this claim and no storage class is set',
    );
  }
  if (!storageClass) return complain(`storageclass.storage.k8s.io "${className}" not found`);
  const { provisioner } = storageClass;
  // Kubernetes' own provisioners have all become drivers of their own.
  if (provisioner.startsWith('kubernetes.io/')) return complain(`no volume plugin matched name: ${provisioner}`);
  return { do: 'provision', provisioner };
}

/** Volumes with the fewest access modes come first, so that none is given away that another claim needs more. */
function bestMatch(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  delayBinding: boolean,
): PersistentVolume | undefined {
  const byModes = new Map<string, PersistentVolume[]>();
  for (const volume of volumes) {
    if (!offersAccessModes(volume, claim)) continue;
    const modes = [...new Set(volume.spec.accessModes)].sort().join();
    byModes.set(modes, [...(byModes.get(modes) ?? []), volume]);
  }
  const groups = [...byModes].sort(([a], [b]) => a.split(',').length - b.split(',').length);
  for (const [, group] of groups) {
    const match = findMatchingVolume(claim, group, { delayBinding });
    if (match) return match;
  }
  return undefined;
}

function waitForConsumer(pods: readonly Pod[]): ClaimDecision {
  const unscheduled = pods
    .filter((pod) => !isTerminated(pod) && !pod.spec.nodeName)
    .map(({ metadata }) => metadata.name);
  if (unscheduled.length === 0) {
    return wait('Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
  }
  const noun = unscheduled.length > 1 ? 'pods' : 'pod';
  return wait('Normal', 'WaitForPodScheduled', `waiting for ${noun} ${unscheduled.join(',')} to be scheduled`);
}

/** Of several default classes the newest counts, and of several as new the first by name. */
function newestDefaultClass(classes: readonly StorageClass[]): string | undefined {
  const defaults = classes.filter(
    ({ metadata: { annotations } }) =>
      annotations?.[defaultClass] === 'true' || annotations?.[betaDefaultClass] === 'true',
  );
  const [newest] = defaults.sort(
    ({ metadata: a }, { metadata: b }) =>
      Date.parse(b.creationTimestamp ?? '') - Date.parse(a.creationTimestamp ?? '') || (a.name < b.name ? -1 : 1),
  );
  return newest?.metadata.name;
}

function wait(type: Notice['type'], reason: string, message: string): ClaimDecision {
  return { do: 'wait', notice: { type, reason, message } };
}

function complain(message: string): ClaimDecision {
  return { do: 'complain', notice: { type: 'Warning', reason: 'ProvisioningFailed', message } };
}
