import type { PersistentVolume, PersistentVolumeClaim } from '../../../kubernetes/objects.ts';
import { modesDiffer } from '../shared/volume-matching.ts';
import { boundByController, isAnnotated, provisionedBy } from './annotations.ts';

export type VolumeDecision =
  | { readonly do: 'settle'; readonly phase: 'Available' | 'Bound' }
  /** Its claim is gone, or bound elsewhere: what the reclaim policy says is due. */
  | { readonly do: 'reclaim' }
  | { readonly do: 'unbind' }
  /** The claim has to finish the binding. */
  | { readonly do: 'hand-over'; readonly claim: PersistentVolumeClaim }
  | { readonly do: 'refuse'; readonly claim: PersistentVolumeClaim };

/**
 * Decides what happens to a volume next: upstream's syncVolume.
 * @param claim the one that the volume names, whatever its UID
 */
export function decideVolume(volume: PersistentVolume, claim: PersistentVolumeClaim | undefined): VolumeDecision {
  const { claimRef } = volume.spec;
  if (!claimRef?.uid) return { do: 'settle', phase: 'Available' };
  if (!claim || claim.metadata.uid !== claimRef.uid) return { do: 'reclaim' };
  const { volumeName } = claim.spec;
  if (!volumeName) return { do: modesDiffer(claim, volume) ? 'refuse' : 'hand-over', claim };
  if (volumeName === volume.metadata.name) return { do: 'settle', phase: 'Bound' };
  const superfluous = isAnnotated(volume, provisionedBy) && volume.spec.persistentVolumeReclaimPolicy === 'Delete';
  return { do: superfluous ? 'reclaim' : 'unbind' };
}

/** What is done to a released volume. */
export type Reclaim =
  | { readonly do: 'keep' }
  | { readonly do: 'delete' }
  | { readonly do: 'fail'; readonly reason: string; readonly message: string };

/** Upstream's reclaimVolume with the plugins that kube-controller-manager has. */
export function decideReclaim(volume: PersistentVolume): Reclaim {
  switch (volume.spec.persistentVolumeReclaimPolicy) {
    case 'Retain':
      return { do: 'keep' };
    case 'Recycle':
      return { do: 'fail', reason: 'VolumeFailedRecycle', message: 'No recycler plugin found for the volume!' };
    case 'Delete':
      return decideDeletion(volume);
    default:
      return {
        do: 'fail',
        reason: 'VolumeUnknownReclaimPolicy',
        message: 'Volume has unrecognized PersistentVolumeReclaimPolicy',
      };
  }
}

function decideDeletion({ metadata, spec }: PersistentVolume): Reclaim {
  const fail = (message: string): Reclaim => ({ do: 'fail', reason: 'VolumeFailedDelete', message });
  const provisioner = metadata.annotations?.[provisionedBy];
  if (provisioner) {
    // Whoever provisioned it deletes it.
    if (!provisioner.startsWith('kubernetes.io/')) return { do: 'keep' };
    return fail(`no volume plugin matched name: ${provisioner}`);
  }
  if (spec.csi) return { do: 'keep' };
  if (!spec.hostPath) {
    const { name } = metadata;
    const matched = spec.nfs ? 'deletable volume plugin' : 'volume plugin';
    return fail(`error getting deleter volume plugin for volume "${name}": no ${matched} matched`);
  }
  const { path } = spec.hostPath;
  if (/\/tmp\/.+/.test(path)) return { do: 'delete' };
  return fail(`host_path deleter only supports /tmp/.+ but received provided ${path}`);
}

/** The volume without the claim that it was bound to: Available again, or still reserved by whoever made it. */
export function unbound(volume: PersistentVolume): PersistentVolume {
  const { claimRef, ...spec } = volume.spec;
  if (!isAnnotated(volume, boundByController)) {
    const { uid: _, ...reserved } = claimRef ?? {};
    return { ...volume, spec: { ...spec, claimRef: reserved } };
  }
  const { [boundByController]: _, ...annotations } = volume.metadata.annotations ?? {};
  const { annotations: __, ...metadata } = volume.metadata;
  return {
    ...volume,
    metadata: { ...metadata, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec,
  };
}
