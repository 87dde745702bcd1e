import type { Claim, Objects, Pod, Volume } from './kinds.ts';
import type { ClaimItem, VolumeItem } from './picture.ts';
import type { Tone } from './pod-status.ts';

export function claimNames(pod: Pod): string[] {
  return (pod.spec?.volumes ?? []).flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []);
}

/** A claim by name, there or not, with the volume it is bound to and the Pods that use it. */
export function claimItem(name: string, objects: Objects, pods: readonly Pod[]): ClaimItem {
  const claim = objects.claims.find((one) => one.metadata.name === name);
  const bound = claim && objects.volumes.find((one) => one.metadata.name === claim.spec?.volumeName);
  return {
    key: `claim/${claim?.metadata.uid ?? name}`,
    name,
    exists: claim !== undefined,
    ...claimPhase(claim),
    size: claim?.status?.capacity?.storage ?? claim?.spec?.resources?.requests?.storage ?? '',
    storageClass: claim?.spec?.storageClassName,
    modes: (claim?.spec?.accessModes ?? []).join(', '),
    volume: bound && volumeItem(bound),
    users: pods.filter((pod) => claimNames(pod).includes(name)).map((pod) => pod.metadata.uid),
  };
}

/** Volumes that no claim of this picture is bound to, shown as rows without a claim. */
export function looseVolumes(objects: Objects, namespace: string): ClaimItem[] {
  const bound = new Set(objects.claims.map((claim) => claim.spec?.volumeName));
  return objects.volumes
    .filter((volume) => !bound.has(volume.metadata.name))
    .filter(({ spec }) => !spec?.claimRef || spec.claimRef.namespace === namespace)
    .map((volume) => ({
      key: `no-claim/${volume.metadata.uid}`,
      name: volume.spec?.claimRef?.name ?? '',
      exists: false,
      phase: volume.spec?.claimRef ? 'Deleted' : 'Unclaimed',
      tone: 'off',
      size: '',
      storageClass: volume.spec?.storageClassName,
      modes: '',
      volume: volumeItem(volume),
      users: [],
    }));
}

function claimPhase(claim: Claim | undefined): { phase: string; tone: Tone } {
  if (!claim) return { phase: 'Not created', tone: 'off' };
  if (claim.metadata.deletionTimestamp) return { phase: 'Terminating', tone: 'off' };
  const phase = claim.status?.phase ?? 'Pending';
  return { phase, tone: phase === 'Bound' ? 'good' : phase === 'Lost' ? 'bad' : 'wait' };
}

function volumeItem(volume: Volume): VolumeItem {
  const phase = volume.metadata.deletionTimestamp ? 'Terminating' : (volume.status?.phase ?? 'Pending');
  return {
    key: `volume/${volume.metadata.uid}`,
    name: volume.metadata.name,
    phase,
    tone: phase === 'Bound' ? 'good' : phase === 'Failed' ? 'bad' : phase === 'Pending' ? 'wait' : 'off',
    size: volume.spec?.capacity?.storage ?? '',
    policy: volume.spec?.persistentVolumeReclaimPolicy ?? '',
    node: pinnedTo(volume),
  };
}

function pinnedTo(volume: Volume): string | undefined {
  const terms = volume.spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  const hosts = terms
    .flatMap((term) => term.matchExpressions ?? [])
    .filter((one) => one.key === 'kubernetes.io/hostname' && one.operator === 'In');
  const values = new Set(hosts.flatMap((one) => one.values ?? []));
  return values.size === 1 ? [...values][0] : undefined;
}
