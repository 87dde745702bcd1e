import { createHash } from 'node:crypto';
import { formatIp, parseIp } from '../../../kubernetes/ip.ts';
import type { EndpointAddress, EndpointSubset, Endpoints, Pod, Service } from '../../../kubernetes/objects.ts';
import { isPodReady } from '../../../kubernetes/readiness.ts';
import { semanticEqual } from '../../apiserver/validation/equality.ts';
import { headlessLabel } from '../shared/endpoint-slices.ts';
import { belongsInEndpoints, hasHostname, targetPort } from '../shared/service-pods.ts';
import { triggerTimeAnnotation } from '../shared/trigger-times.ts';

type Port = NonNullable<EndpointSubset['ports']>[number];

const managedByLabel = 'endpoints.kubernetes.io/managed-by';
const manager = 'endpoint-controller';
const overCapacity = 'endpoints.kubernetes.io/over-capacity';
const capacity = 1000;

/** A Pod's address for one port, or for none. */
interface Entry {
  readonly address: EndpointAddress;
  readonly ready: boolean;
  readonly port?: Port;
}

/**
 * The Endpoints a Service should have.
 * @param triggerTime RFC 3339
 * @returns undefined where `current` is right already
 */
export function nextEndpoints(
  service: Service,
  pods: readonly Pod[],
  current: Endpoints | undefined,
  triggerTime: string | undefined,
): Endpoints | undefined {
  const { subsets, truncated } = truncate(repack(pods.flatMap((pod) => entriesOf(pod, service))));
  const labels = labelsFor(service);
  const annotations = current?.metadata.annotations ?? {};
  const same =
    current &&
    semanticEqual(current.subsets, subsets) &&
    semanticEqual({ labels: current.metadata.labels }, { labels }) &&
    (annotations[overCapacity] !== undefined) === truncated;
  if (same) return undefined;
  const { [triggerTimeAnnotation]: _, [overCapacity]: __, ...others } = annotations;
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      ...(current?.metadata ?? { name: service.metadata.name, namespace: service.metadata.namespace }),
      labels,
      annotations: {
        ...others,
        ...(triggerTime && { [triggerTimeAnnotation]: triggerTime }),
        ...(truncated && { [overCapacity]: 'truncated' }),
      },
    },
    subsets,
  };
}

function labelsFor({ metadata, spec }: Service): Record<string, string> {
  const { [headlessLabel]: _, ...own } = metadata.labels ?? {};
  const headless = !spec.clusterIP || spec.clusterIP === 'None';
  return { ...own, ...(headless && { [headlessLabel]: '' }), [managedByLabel]: manager };
}

function entriesOf(pod: Pod, service: Service): Entry[] {
  const { spec } = service;
  if (!belongsInEndpoints(pod, spec.publishNotReadyAddresses ?? false)) return [];
  const ip = addressOf(pod, service);
  if (!ip) return [];
  const { namespace, name, uid } = pod.metadata;
  const address: EndpointAddress = {
    ip,
    ...(hasHostname(pod, service) && { hostname: pod.spec.hostname! }),
    nodeName: pod.spec.nodeName ?? '',
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
  const ready = (spec.publishNotReadyAddresses ?? false) || isPodReady(pod);
  if (!spec.ports?.length) return spec.clusterIP === 'None' ? [{ address, ready }] : [];
  return spec.ports.flatMap((each) => {
    const number = targetPort(pod, each);
    if (number === undefined) return [];
    const { name, protocol = 'TCP', appProtocol } = each;
    const port: Port = { ...(name && { name }), port: number, protocol, ...(appProtocol && { appProtocol }) };
    return [{ address, ready, port }];
  });
}

/** Of the Service's first family. */
function addressOf({ status }: Pod, { spec }: Service): string | undefined {
  const family = spec.ipFamilies?.[0] === 'IPv6' ? 6 : 4;
  for (const { ip } of status?.podIPs ?? []) {
    const address = parseIp(ip ?? '');
    if (address?.family === family) return formatIp(address);
  }
  return undefined;
}

/** One subset for all ports that lead to the same Pods: upstream's RepackSubsets. */
function repack(entries: readonly Entry[]): EndpointSubset[] {
  const byPort = new Map<string, { port: Port | undefined; addresses: Map<string, Entry> }>();
  for (const entry of entries) {
    const key = JSON.stringify(entry.port ?? null);
    const group = byPort.get(key) ?? { port: entry.port, addresses: new Map<string, Entry>() };
    group.addresses.set(`${entry.address.ip} ${entry.address.targetRef?.uid}`, entry);
    byPort.set(key, group);
  }
  const byAddresses = new Map<string, { ports: Port[]; entries: Entry[] }>();
  for (const { port, addresses } of byPort.values()) {
    const sorted = [...addresses].sort(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify(sorted.map(([address, { ready }]) => [address, ready]));
    const group = byAddresses.get(key) ?? { ports: [], entries: sorted.map(([, entry]) => entry) };
    if (port) group.ports.push(port);
    byAddresses.set(key, group);
  }
  const subsets = [...byAddresses.values()].map(({ ports, entries: members }): EndpointSubset => {
    const addresses = members.filter(({ ready }) => ready).map(({ address }) => address);
    const notReadyAddresses = members.filter(({ ready }) => !ready).map(({ address }) => address);
    const sorted = ports.sort((a, b) => (portHash(a) < portHash(b) ? -1 : 1));
    return {
      ...(addresses.length > 0 && { addresses }),
      ...(notReadyAddresses.length > 0 && { notReadyAddresses }),
      ...(sorted.length > 0 && { ports: sorted }),
    };
  });
  return subsets.sort((a, b) => (firstHash(a) < firstHash(b) ? -1 : 1));
}

function firstHash({ ports }: EndpointSubset): string {
  return ports?.[0] ? portHash(ports[0]) : '';
}

/** The order in which upstream sorts (and so shows) ports. */
function portHash({ name = '', port, protocol = 'TCP', appProtocol }: Port): string {
  const text =
    `(v1.EndpointPort){Name:(string)${name} Port:(int32)${port} Protocol:(v1.Protocol)${protocol} ` +
    `AppProtocol:(*string)${appProtocol ?? '<nil>'}}`;
  return createHash('md5').update(text).digest('hex');
}

/** Endpoints hold a thousand addresses: ready ones first, from each subset its share. */
function truncate(subsets: readonly EndpointSubset[]): { subsets: EndpointSubset[]; truncated: boolean } {
  const count = (key: 'addresses' | 'notReadyAddresses') =>
    subsets.reduce((sum, subset) => sum + (subset[key] ?? []).length, 0);
  const [ready, notReady] = [count('addresses'), count('notReadyAddresses')];
  if (ready + notReady <= capacity) return { subsets: [...subsets], truncated: false };
  const key = ready > capacity ? 'addresses' : 'notReadyAddresses';
  const room = ready > capacity ? capacity : capacity - ready;
  let left = room;
  const cut = subsets.map((subset) => {
    const all = subset[key] ?? [];
    const kept = all.slice(0, Math.min(left, Math.ceil((all.length / (ready > capacity ? ready : notReady)) * room)));
    left -= kept.length;
    return key === 'addresses'
      ? { ...subset, addresses: kept, notReadyAddresses: [] }
      : { ...subset, notReadyAddresses: kept };
  });
  return { subsets: cut, truncated: true };
}
