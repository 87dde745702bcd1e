import { createHash } from 'node:crypto';
import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { KubeObject } from '../../../kubernetes/object.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../../kubernetes/objects.ts';
import { controllerReference } from '../../../kubernetes/owners.ts';
import type { ResourceClient } from '../../client/client.ts';
import { isNamespaceTerminating } from './failures.ts';
import { triggerTimeAnnotation } from './trigger-times.ts';

/** How endpoints are put into slices: what the controllers for EndpointSlices and for mirrored ones have in common. */

export const serviceNameLabel = 'kubernetes.io/service-name';
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
export const headlessLabel = 'service.kubernetes.io/headless';

export interface SliceChanges {
  readonly create: readonly EndpointSlice[];
  readonly update: readonly EndpointSlice[];
  readonly remove: readonly EndpointSlice[];
}

/** Endpoints by what makes each one the same as before: its addresses, host name and Pod. */
export type EndpointSet = Map<string, Endpoint>;

export function endpointKey({ addresses, hostname = '', targetRef }: Endpoint): string {
  return JSON.stringify([[...addresses].sort(), hostname, targetRef?.namespace ?? '', targetRef?.name ?? '']);
}

/** In the order of their hashes, in which upstream sorts (and so shows) them. */
export function sortPorts(ports: readonly EndpointPort[]): EndpointPort[] {
  const hashed = ports.map((port) => ({ port, hash: portHash(port) }));
  return hashed.sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0)).map(({ port }) => port);
}

/** Go's spelling of the port: dump.ForHash. */
function portHash({ name, protocol, port, appProtocol }: EndpointPort): string {
  const text =
    `(v1.EndpointPort){Name:(*string)${name ?? '<nil>'} Protocol:(*v1.Protocol)${protocol ?? '<nil>'} ` +
    `Port:(*int32)${port ?? '<nil>'} AppProtocol:(*string)${appProtocol ?? '<nil>'}}`;
  return createHash('md5').update(text).digest('hex');
}

/** Equal for slices whose endpoints may be put together. */
export function portsKey(ports: readonly EndpointPort[] | undefined | null): string {
  const fields = ({ name = '', protocol = 'TCP', port, appProtocol }: EndpointPort) => [
    name,
    protocol,
    port,
    appProtocol,
  ];
  return JSON.stringify(sortPorts(ports ?? []).map(fields));
}

/** "kubia-"; without the dash where a long name leaves no room for it. */
export function slicePrefix(name: string): string {
  return nameIsDNSSubdomain(`${name}-`, true).length === 0 ? `${name}-` : name;
}

/** Slices by their ports. */
export function byPorts(slices: readonly EndpointSlice[]): Map<string, EndpointSlice[]> {
  const groups = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const key = portsKey(slice.ports);
    groups.set(key, [...(groups.get(key) ?? []), slice]);
  }
  return groups;
}

export function newSlice(
  owner: KubeObject,
  addressType: EndpointSlice['addressType'],
  ports: readonly EndpointPort[],
  labels: Record<string, string>,
): EndpointSlice {
  const { name, namespace } = owner.metadata;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: '',
      generateName: slicePrefix(name),
      namespace,
      labels,
      ownerReferences: [controllerReference(owner)],
    },
    addressType,
    endpoints: [],
    ports: [...ports],
  };
}

export interface Distribution {
  /** Slices of these ports, as they are. */
  readonly existing: readonly EndpointSlice[];
  readonly desired: EndpointSet;
  /** How many endpoints a slice may have. */
  readonly limit: number;
  /** The labels the slice is to have; undefined where it has them. */
  newLabels(slice: EndpointSlice): Record<string, string> | undefined;
  blank(): EndpointSlice;
}

/**
 * Puts the endpoints into slices with as few writes as can be: those that stay remain where they are, new ones fill up
 * slices that are written anyway, then the one that they fill best, then new slices.
 */
export function distribute({ existing, desired, limit, newLabels, blank }: Distribution): SliceChanges {
  const left = new Map(desired);
  const unchanged: EndpointSlice[] = [];
  const changed: { slice: EndpointSlice; endpoints: Endpoint[] }[] = [];
  const remove: EndpointSlice[] = [];
  for (const slice of existing) {
    const kept: Endpoint[] = [];
    let news = false;
    for (const endpoint of slice.endpoints ?? []) {
      const wanted = left.get(endpointKey(endpoint));
      if (!wanted) continue;
      left.delete(endpointKey(endpoint));
      kept.push(wanted);
      news ||= !sameEndpoint(wanted, endpoint);
    }
    const labels = newLabels(slice);
    if (news || kept.length !== (slice.endpoints ?? []).length) {
      if (kept.length === 0) remove.push(slice);
      else changed.push({ slice: relabel(slice, labels), endpoints: kept });
    } else if (labels) changed.push({ slice: relabel(slice, labels), endpoints: [...(slice.endpoints ?? [])] });
    else unchanged.push(slice);
  }

  const waiting = [...left.values()];
  const fill = (endpoints: Endpoint[]) => endpoints.push(...waiting.splice(0, Math.max(0, limit - endpoints.length)));
  for (const { endpoints } of [...changed].sort((a, b) => b.endpoints.length - a.endpoints.length)) fill(endpoints);

  const create: EndpointSlice[] = [];
  while (waiting.length > 0) {
    const best = bestFit(unchanged, waiting.length, limit);
    const endpoints = best ? [...(best.endpoints ?? [])] : [];
    fill(endpoints);
    if (best) changed.push({ slice: unchanged.splice(unchanged.indexOf(best), 1)[0]!, endpoints });
    else create.push({ ...blank(), endpoints });
  }
  return { create, update: changed.map(({ slice, endpoints }) => ({ ...slice, endpoints })), remove };
}

/** Slices that would be deleted take what would be created. */
export function recycle(
  { create, update, remove }: SliceChanges,
  usable: (slice: EndpointSlice) => boolean,
): SliceChanges {
  const drafts = [...create];
  const recycled: EndpointSlice[] = [];
  const rest = remove.filter((slice) => {
    const draft = usable(slice) && drafts.at(-1)?.addressType === slice.addressType ? drafts.pop() : undefined;
    if (draft) recycled.push({ ...draft, metadata: { ...draft.metadata, name: slice.metadata.name } });
    return !draft;
  });
  return { create: drafts, update: [...update, ...recycled], remove: rest };
}

export interface SliceWrites {
  /** "Service kubia/default": what errors call the owner. */
  readonly owner: string;
  readonly mayCreate: boolean;
  /** Absent: the annotation goes. */
  readonly triggerTime: string | undefined;
}

/** @throws Error of the first write that fails */
export async function writeSlices(
  client: ResourceClient<EndpointSlice>,
  { create, update, remove }: SliceChanges,
  { owner, mayCreate, triggerTime }: SliceWrites,
): Promise<void> {
  const attempt = async (what: string, write: Promise<unknown>) => {
    await write.catch((error: Error) => {
      throw new Error(`failed to ${what} for ${owner}: ${error.message}`, { cause: error });
    });
  };
  for (const slice of mayCreate ? create : []) {
    try {
      await attempt('create EndpointSlice', client.create(triggered(slice, triggerTime)));
    } catch (error) {
      if (isNamespaceTerminating((error as Error).cause)) return;
      throw error;
    }
  }
  for (const slice of update) {
    await attempt(`update ${slice.metadata.name} EndpointSlice`, client.update(triggered(slice, triggerTime)));
  }
  for (const { metadata } of remove) {
    const { namespace = '', name } = metadata;
    await attempt(`delete ${name} EndpointSlice`, client.delete(namespace, name));
  }
}

function triggered(slice: EndpointSlice, time: string | undefined): EndpointSlice {
  const { [triggerTimeAnnotation]: _, ...others } = slice.metadata.annotations ?? {};
  const annotations = time ? { ...others, [triggerTimeAnnotation]: time } : others;
  return { ...slice, metadata: { ...slice.metadata, annotations } };
}

function relabel(slice: EndpointSlice, labels: Record<string, string> | undefined): EndpointSlice {
  return labels ? { ...slice, metadata: { ...slice.metadata, labels } } : slice;
}

/** The slice that these would fill up most. */
function bestFit(slices: readonly EndpointSlice[], count: number, limit: number): EndpointSlice | undefined {
  const size = ({ endpoints }: EndpointSlice) => (endpoints ?? []).length;
  const fitting = slices.filter((slice) => count < limit && size(slice) + count <= limit);
  return fitting.sort((a, b) => size(b) - size(a))[0];
}

/** Whether they say the same of what their key stands for; where they are meant for does not count. */
export function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  const { targetRef: x, conditions: c } = a;
  const { targetRef: y, conditions: d } = b;
  return (
    a.nodeName === b.nodeName &&
    a.zone === b.zone &&
    c?.ready === d?.ready &&
    c?.serving === d?.serving &&
    c?.terminating === d?.terminating &&
    x?.kind === y?.kind &&
    x?.namespace === y?.namespace &&
    x?.name === y?.name &&
    x?.uid === y?.uid
  );
}
