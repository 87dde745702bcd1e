import { formatIp, parseIp } from '../../../kubernetes/ip.ts';
import type { Endpoint, EndpointPort, EndpointSlice, Node, Pod, Service } from '../../../kubernetes/objects.ts';
import { isPodReady } from '../../../kubernetes/readiness.ts';
import { semanticEqual } from '../../apiserver/validation/equality.ts';
import {
  byPorts,
  distribute,
  type EndpointSet,
  endpointKey,
  headlessLabel,
  managedByLabel,
  newSlice,
  portsKey,
  recycle,
  type SliceChanges,
  serviceNameLabel,
  sortPorts,
} from '../shared/endpoint-slices.ts';
import { belongsInEndpoints, hasHostname, targetPort } from '../shared/service-pods.ts';
import { withHints } from './hints.ts';

export const controllerName = 'endpointslice-controller.k8s.io';
const zoneLabel = 'topology.kubernetes.io/zone';
const limit = 100;

export interface Situation {
  readonly service: Service;
  /** Those that the Service selects. */
  readonly pods: readonly Pod[];
  /** The Service's slices that this controller manages and that are not being deleted. */
  readonly slices: readonly EndpointSlice[];
  node(name: string): Node | undefined;
}

export interface Plan extends SliceChanges {
  /** Pods that are left out because there is no such node. */
  readonly lost: readonly Pod[];
}

/** What has to be done so that the slices show where the Service's Pods can be reached. */
export function plan({ service, pods, slices, node }: Situation): Plan {
  const types = addressTypes(service);
  const unsupported = slices.filter(({ addressType }) => !types.includes(addressType));
  const lost = pods.filter((pod) => isLost(pod, service, node));
  const shown = pods.filter((pod) => belongsInEndpoints(pod, true) && !lost.includes(pod));
  const parts = types.map((type) =>
    planForType(
      service,
      shown,
      slices.filter(({ addressType }) => addressType === type),
      type,
      node,
    ),
  );
  return {
    create: parts.flatMap(({ create }) => create),
    update: parts.flatMap(({ update }) => update),
    remove: [...parts.flatMap(({ remove }) => remove), ...unsupported],
    lost,
  };
}

function isLost(pod: Pod, { spec }: Service, node: Situation['node']): boolean {
  return belongsInEndpoints(pod, true) && !spec.publishNotReadyAddresses && !node(pod.spec.nodeName ?? '');
}

function planForType(
  service: Service,
  pods: readonly Pod[],
  slices: readonly EndpointSlice[],
  addressType: EndpointSlice['addressType'],
  node: Situation['node'],
): SliceChanges {
  const isOwned = (slice: EndpointSlice) => ownedBy(slice, service);
  const existing = byPorts(slices.filter(isOwned));
  const desired = new Map<string, { ports: EndpointPort[]; endpoints: EndpointSet }>();
  for (const pod of pods) {
    const ports = endpointPorts(service, pod);
    const key = portsKey(ports);
    const group = desired.get(key) ?? { ports, endpoints: new Map() };
    desired.set(key, group);
    const endpoint = podEndpoint(pod, node(pod.spec.nodeName ?? ''), service, addressType);
    if (endpoint.addresses.length > 0) group.endpoints.set(endpointKey(endpoint), endpoint);
  }

  const blank = (ports: readonly EndpointPort[]) => newSlice(service, addressType, ports, sliceLabels(service));
  const groups = [...desired].map(([key, { ports, endpoints }]) =>
    distribute({
      existing: existing.get(key) ?? [],
      desired: endpoints,
      limit,
      newLabels: (slice) => (sameLabels(slice, service) ? undefined : sliceLabels(service)),
      blank: () => blank(ports),
    }),
  );
  const outdated = [...existing].flatMap(([key, group]) => (desired.has(key) ? [] : group));
  let create = groups.flatMap((group) => group.create);
  let remove = [...slices.filter((slice) => !isOwned(slice)), ...groups.flatMap((group) => group.remove), ...outdated];
  // A Service without endpoints has one slice that says so.
  if (remove.length === slices.length && create.length === 0) {
    const placeholder = blank([]);
    if (remove.length === 1 && isPlaceholder(remove[0]!, placeholder, service)) remove = [];
    else create = [placeholder];
  }
  const update = groups.flatMap((group) => group.update);
  return recycle(withHints(service, slices, { create, update, remove }), isOwned);
}

function isPlaceholder(slice: EndpointSlice, placeholder: EndpointSlice, service: Service): boolean {
  return (
    ownedBy(slice, service) &&
    (slice.endpoints ?? []).length === 0 &&
    (slice.ports ?? []).length === 0 &&
    semanticEqual(slice.metadata.labels, placeholder.metadata.labels)
  );
}

function ownedBy({ metadata }: EndpointSlice, service: Service): boolean {
  return (metadata.ownerReferences ?? []).some(
    ({ apiVersion, kind, uid }) => apiVersion === 'v1' && kind === 'Service' && uid === service.metadata.uid,
  );
}

export function addressTypes({ spec }: Service): EndpointSlice['addressType'][] {
  if (spec.ipFamilies?.length) return [...spec.ipFamilies] as EndpointSlice['addressType'][];
  if (!spec.clusterIP || spec.clusterIP === 'None') return ['IPv4', 'IPv6'];
  return [spec.clusterIP.includes(':') ? 'IPv6' : 'IPv4'];
}

function isReserved(label: string): boolean {
  return label === serviceNameLabel || label === managedByLabel || label === headlessLabel;
}

function unreserved(labels: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([label]) => !isReserved(label)));
}

/** The Service's own labels, and those that say whose slice it is. */
export function sliceLabels({ metadata, spec }: Service): Record<string, string> {
  return {
    ...unreserved(metadata.labels),
    ...((!spec.clusterIP || spec.clusterIP === 'None') && { [headlessLabel]: '' }),
    [serviceNameLabel]: metadata.name,
    [managedByLabel]: controllerName,
  };
}

/** Whether somebody wrote another value into a reserved label does not count, as upstream. */
function sameLabels({ metadata }: EndpointSlice, service: Service): boolean {
  return semanticEqual({ labels: unreserved(metadata.labels) }, { labels: unreserved(service.metadata.labels) });
}

function endpointPorts({ spec }: Service, pod: Pod): EndpointPort[] {
  return sortPorts(
    (spec.ports ?? []).flatMap((each) => {
      const port = targetPort(pod, each);
      if (port === undefined) return [];
      const { name = '', protocol = 'TCP', appProtocol } = each;
      return [{ name, port, protocol, ...(appProtocol !== undefined && { appProtocol }) }];
    }),
  );
}

function podEndpoint(pod: Pod, node: Node | undefined, service: Service, type: EndpointSlice['addressType']): Endpoint {
  const { name, namespace, uid, deletionTimestamp } = pod.metadata;
  const { nodeName, hostname } = pod.spec;
  const serving = isPodReady(pod);
  const terminating = deletionTimestamp !== undefined;
  const zone = node?.metadata.labels?.[zoneLabel];
  return {
    addresses: addressesOf(pod, type),
    conditions: {
      ready: (service.spec.publishNotReadyAddresses ?? false) || (serving && !terminating),
      serving,
      terminating,
    },
    ...(hasHostname(pod, service) && { hostname: hostname! }),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(nodeName && { nodeName }),
    ...(zone && { zone }),
  };
}

function addressesOf({ status }: Pod, type: EndpointSlice['addressType']): string[] {
  return (status?.podIPs ?? []).flatMap(({ ip }) => {
    const address = parseIp(ip ?? '');
    return address && `IPv${address.family}` === type ? [formatIp(address)] : [];
  });
}
