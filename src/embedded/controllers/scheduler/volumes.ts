import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../../kubernetes/objects.ts';
import { isControlledBy } from '../../../kubernetes/owners.ts';
import { claimClass, findMatchingVolume, isReachableFrom, requestedStorage } from '../shared/volume-matching.ts';
import { bindCompleted, isAnnotated, selectedNode } from '../volume/annotations.ts';
import type { VolumeView } from './framework.ts';

/** What a StorageClass names whose volumes nobody makes. */
const noProvisioner = 'kubernetes.io/no-provisioner';

/** What has to happen to claims so that a Pod can run on a node. */
export interface VolumePlan {
  /** Volumes that are there, and the claims they go to. */
  readonly bindings: readonly { readonly volume: PersistentVolume; readonly claim: PersistentVolumeClaim }[];
  /** Claims that a provisioner makes a volume for, on the node. */
  readonly provisions: readonly PersistentVolumeClaim[];
}

/** A Pod's claims, by what is left to do for them. */
export interface PodClaims {
  readonly bound: readonly PersistentVolumeClaim[];
  /** Somebody else is about to bind them. */
  readonly immediate: readonly PersistentVolumeClaim[];
  /** They wait for the Pod to be given a node. */
  readonly delayed: readonly PersistentVolumeClaim[];
}

interface ClaimName {
  readonly name: string;
  /** Whether the claim is made for the Pod, by way of a volume's template. */
  readonly ephemeral: boolean;
}

export function claimNames({ metadata, spec }: Pod): ClaimName[] {
  return (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }): ClaimName[] => {
    if (persistentVolumeClaim) return [{ name: persistentVolumeClaim.claimName, ephemeral: false }];
    return ephemeral ? [{ name: `${metadata.name}-${name}`, ephemeral: true }] : [];
  });
}

/** Whether binding is over, both ways round. */
export function isFullyBound(claim: PersistentVolumeClaim): boolean {
  return Boolean(claim.spec.volumeName) && isAnnotated(claim, bindCompleted);
}

/** The Pod's claims, or why it cannot be scheduled anywhere as they are. */
export function claimsOf(pod: Pod, view: VolumeView): PodClaims | string {
  const { namespace = '' } = pod.metadata;
  const bound: PersistentVolumeClaim[] = [];
  const immediate: PersistentVolumeClaim[] = [];
  const delayed: PersistentVolumeClaim[] = [];
  for (const { name, ephemeral } of claimNames(pod)) {
    const claim = view.claim(namespace, name);
    if (!claim) {
      return ephemeral
        ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
        : `persistentvolumeclaim "${name}" not found`;
    }
    if (claim.status?.phase === 'Lost') {
      return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName ?? ''}"`;
    }
    if (claim.metadata.deletionTimestamp) return `persistentvolumeclaim "${name}" is being deleted`;
    if (ephemeral && !isControlledBy(claim, pod)) {
      return `PVC ${namespace}/${name} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`;
    }
    if (isFullyBound(claim)) bound.push(claim);
    else if (!claim.spec.volumeName && isDelayed(claim, view)) delayed.push(claim);
    else immediate.push(claim);
  }
  return { bound, immediate, delayed };
}

function isDelayed(claim: PersistentVolumeClaim, view: VolumeView): boolean {
  return view.storageClass(claimClass(claim))?.volumeBindingMode === 'WaitForFirstConsumer';
}

/** What a Pod's claims need on a node, or why they cannot have it there (volumeBinder.FindPodVolumes). */
export function planVolumes({ bound, delayed }: PodClaims, node: Node, view: VolumeView): VolumePlan | string[] {
  const reasons: string[] = [];
  const volumes = bound.map(({ spec }) => view.volume(spec.volumeName ?? ''));
  const lost = volumes.findIndex((volume) => !volume);
  const known = lost < 0 ? volumes : volumes.slice(0, lost);
  const unreachable = known.some((volume) => volume && !isReachableFrom(volume, node));
  if (unreachable) reasons.push("node(s) didn't match PersistentVolume's node affinity");
  const plan = planUnbound(delayed, node, view);
  if (!plan) reasons.push("node(s) didn't find available persistent volumes to bind");
  if (!unreachable && lost >= 0)
    reasons.push('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');
  return reasons.length === 0 && plan ? plan : reasons;
}

function planUnbound(claims: readonly PersistentVolumeClaim[], node: Node, view: VolumeView): VolumePlan | undefined {
  const toProvision: PersistentVolumeClaim[] = [];
  const toMatch: PersistentVolumeClaim[] = [];
  for (const claim of claims) {
    const selected = claim.metadata.annotations?.[selectedNode];
    if (selected !== undefined && selected !== node.metadata.name) return undefined;
    (selected === undefined ? toMatch : toProvision).push(claim);
  }
  const bindings: { volume: PersistentVolume; claim: PersistentVolumeClaim }[] = [];
  const taken = new Set<string>();
  // The smallest claims choose first, so that they leave large volumes to others.
  for (const claim of toMatch.sort((a, b) => requestedStorage(a).compare(requestedStorage(b)))) {
    const volume = findMatchingVolume(claim, view.available(claimClass(claim)), { node, excluded: taken });
    if (!volume) {
      toProvision.push(claim);
      continue;
    }
    taken.add(volume.metadata.name);
    bindings.push({ volume, claim });
  }
  const provisions = toProvision.every((claim) => canProvision(view.storageClass(claimClass(claim)), node));
  return provisions ? { bindings, provisions: toProvision } : undefined;
}

function canProvision(storageClass: StorageClass | undefined, { metadata: { labels = {} } }: Node): boolean {
  if (!storageClass?.provisioner || storageClass.provisioner === noProvisioner) return false;
  const topologies = storageClass.allowedTopologies ?? [];
  return (
    topologies.length === 0 ||
    topologies.some(({ matchLabelExpressions = [] }) =>
      matchLabelExpressions.every(({ key, values }) => values.includes(labels[key] ?? '')),
    )
  );
}
