import type { Objects, Pod, Workload } from './kinds.ts';
import type { DnsItem, Slot } from './picture.ts';
import { owner, podItem } from './pod-item.ts';
import { podStatus } from './pod-status.ts';
import { claimItem } from './storage.ts';

/**
 * The slots of a StatefulSet, by ordinal: every ordinal it wants, every Pod it still has, and every ordinal whose claim
 * was left behind by scaling down.
 */
export function statefulSetSlots(set: Workload, objects: Objects): Slot[] {
  const name = set.metadata.name;
  const start = set.spec?.ordinals?.start ?? 0;
  const wanted = Array.from({ length: set.spec?.replicas ?? 1 }, (_, index) => start + index);
  const templates = (set.spec?.volumeClaimTemplates ?? []).flatMap((template) => template.metadata?.name ?? []);
  const pods = new Map<number, Pod>();
  for (const pod of objects.pods) {
    const ordinal = ordinalOf(pod.metadata.name, name);
    if (ordinal !== undefined && owner(pod.metadata)?.uid === set.metadata.uid) pods.set(ordinal, pod);
  }
  const leftBehind = objects.claims.flatMap((claim) =>
    templates.flatMap((template) => ordinalOf(claim.metadata.name, `${template}-${name}`) ?? []),
  );
  const ordinals = [...new Set([...wanted, ...pods.keys(), ...leftBehind])].sort((a, b) => a - b);
  const firstUnready = wanted.find((ordinal) => !isReady(pods.get(ordinal)));
  return ordinals.map((ordinal): Slot => {
    const pod = pods.get(ordinal);
    const state = pod ? 'live' : wanted.includes(ordinal) ? 'missing' : 'ghost';
    const claims = templates
      .map((template) => claimItem(`${template}-${name}-${ordinal}`, objects, pod ? [pod] : []))
      .filter((claim) => claim.exists || pod);
    return {
      key: `${name}/${ordinal}`,
      name: `${name}-${ordinal}`,
      ordinal,
      state,
      waiting: state === 'missing' ? waitsFor(set, ordinal, firstUnready) : undefined,
      pod: pod && podItem(pod),
      dns: dnsItem(`${name}-${ordinal}`, set.spec?.serviceName, objects),
      claims,
    };
  });
}

/** "kubia-2" of "kubia" is 2; "kubia-public-2" is not one of its names. */
export function ordinalOf(name: string, set: string): number | undefined {
  if (!name.startsWith(`${set}-`)) return undefined;
  const rest = name.slice(set.length + 1);
  return /^(0|[1-9]\d*)$/.test(rest) ? Number(rest) : undefined;
}

function isReady(pod: Pod | undefined): boolean {
  return pod !== undefined && podStatus(pod).ready;
}

function waitsFor(set: Workload, ordinal: number, firstUnready: number | undefined): string {
  const ordered = set.spec?.podManagementPolicy !== 'Parallel';
  return ordered && firstUnready !== undefined && firstUnready < ordinal
    ? `waits for ${set.metadata.name}-${firstUnready}`
    : 'to be created';
}

/** What cluster DNS answers: an endpoint of the governing Service with that hostname, once it counts as ready. */
function dnsItem(pod: string, service: string | undefined, objects: Objects): DnsItem | undefined {
  if (!service) return undefined;
  const endpoint = objects.slices
    .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === service)
    .flatMap((slice) => slice.endpoints ?? [])
    .find((one) => one.hostname === pod && one.conditions?.ready !== false);
  return { name: `${pod}.${service}`, resolves: endpoint !== undefined, address: endpoint?.addresses?.[0] };
}
