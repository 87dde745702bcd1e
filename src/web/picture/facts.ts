import type { ClaimItem, DnsItem, Picture, PodItem, Slot, VolumeItem } from './picture.ts';

/** What is told about one thing of the picture, and the command that tells more. */
export interface Facts {
  readonly key: string;
  readonly title: string;
  /** For those who do not see the drawing: what stands before and after the words in it, to make a sentence. */
  readonly spoken: readonly [before: string, after: string];
  readonly facts: readonly (readonly [string, string])[];
  readonly command: string | undefined;
}

/** The facts with this key, where the thing is still there. */
export function findFacts(picture: Picture, key: string): Facts | undefined {
  const slots = picture.groups.flatMap((group) => group.slots);
  const claims = picture.groups.flatMap((group) => [...group.claims, ...group.slots.flatMap((slot) => slot.claims)]);
  return [
    ...slots.flatMap(({ pod }) => (pod ? podFacts(pod) : [])),
    ...slots.flatMap((slot) => (slot.dns ? dnsFacts(slot.dns, slot) : [])),
    ...claims.map(claimFacts),
    ...claims.flatMap((claim) => (claim.volume ? volumeFacts(claim.volume, claim) : [])),
  ].find((facts) => facts.key === key);
}

export function podFacts(pod: PodItem): Facts {
  const where = pod.node ? `on node ${pod.node}` : 'on no node yet';
  return {
    key: `pod/${pod.uid}`,
    title: `Pod ${pod.name}`,
    spoken: ['Pod', `, ${where}`],
    facts: filled([
      ['Status', pod.text],
      ['Node', pod.node ?? 'none yet'],
      ['Address', pod.address],
      ['UID', pod.uid],
      ['Image', pod.image],
      ['Restarts', pod.restarts > 0 ? `${pod.restarts}` : undefined],
      ['Message', pod.message],
    ]),
    command: `kubectl describe pod ${pod.name}`,
  };
}

export function claimFacts(claim: ClaimItem): Facts {
  const bound = claim.volume ? ` to volume ${claim.volume.name}` : '';
  return {
    key: claim.key,
    title: `Claim ${claim.name}`,
    spoken: ['PersistentVolumeClaim', `, ${claim.phase}${bound}`],
    facts: filled([
      ['Phase', claim.phase],
      ['Size', claim.size],
      ['Access', claim.modes],
      ['Class', claim.storageClass],
      ['Volume', claim.volume?.name],
    ]),
    command: claim.exists ? `kubectl describe pvc ${claim.name}` : undefined,
  };
}

export function volumeFacts(volume: VolumeItem, claim: ClaimItem): Facts {
  const where = volume.node ? `on node ${volume.node}` : 'reachable from any node';
  return {
    key: volume.key,
    title: `Volume ${volume.name}`,
    spoken: ['PersistentVolume', `, ${volume.phase}, ${where}`],
    facts: filled([
      ['Phase', volume.phase],
      ['Size', volume.size],
      ['On', volume.node ?? 'any node'],
      ['Claim', claim.name],
      ['When released', volume.policy],
    ]),
    command: `kubectl describe pv ${volume.name}`,
  };
}

export function dnsFacts(dns: DnsItem, slot: Slot): Facts {
  const why = slot.pod ? 'its Pod is not ready, or no Service announces it' : 'it has no Pod';
  return {
    key: `dns/${slot.key}`,
    title: `DNS name ${dns.name}`,
    spoken: ['Ordinal', `, its DNS name ${dns.resolves ? 'resolves' : 'does not resolve'}`],
    facts: filled([
      ['Address', dns.resolves ? dns.address : `none: ${why}`],
      ['Ordinal', `${slot.ordinal}`],
      ['Pod', slot.pod ? slot.name : slot.state === 'ghost' ? 'scaled away' : slot.waiting],
    ]),
    command: undefined,
  };
}

function filled(rows: readonly (readonly [string, string | undefined])[]): (readonly [string, string])[] {
  return rows.filter((row): row is readonly [string, string] => Boolean(row[1]));
}
