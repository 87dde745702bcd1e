import { formatIp, parseIp } from '../../../kubernetes/ip.ts';
import type { Endpoint, EndpointAddress, EndpointPort, EndpointSlice, Endpoints } from '../../../kubernetes/objects.ts';
import { semanticEqual } from '../../apiserver/validation/equality.ts';
import {
  type EndpointSet,
  endpointKey,
  managedByLabel,
  newSlice,
  portsKey,
  recycle,
  type SliceChanges,
  sameEndpoint,
  serviceNameLabel,
  sortPorts,
} from '../shared/endpoint-slices.ts';
import { triggerTimeAnnotation } from '../shared/trigger-times.ts';

export const controllerName = 'endpointslicemirroring-controller.k8s.io';
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
/** How many addresses of a subset are mirrored. */
export const limit = 1000;

export interface MirrorPlan extends SliceChanges {
  /** Addresses that are none. */
  readonly invalid: number;
  /** Addresses that are left out, those that are none included. */
  readonly skipped: number;
}

interface Group {
  readonly addressType: 'IPv4' | 'IPv6';
  readonly ports: readonly EndpointPort[];
  readonly endpoints: EndpointSet;
}

/** What has to be done so that slices show what somebody wrote into Endpoints by hand. */
export function plan(endpoints: Endpoints, slices: readonly EndpointSlice[]): MirrorPlan {
  const { groups, invalid, skipped } = desiredGroups(endpoints);
  const existing = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const key = `${slice.addressType} ${portsKey(slice.ports)}`;
    existing.set(key, [...(existing.get(key) ?? []), slice]);
  }
  const parts = [...groups].map(([key, group]) => planGroup(endpoints, group, existing.get(key) ?? []));
  const outdated = [...existing].flatMap(([key, group]) => (groups.has(key) ? [] : group));
  const changes = {
    create: parts.flatMap(({ create }) => create),
    update: parts.flatMap(({ update }) => update),
    remove: [...parts.flatMap(({ remove }) => remove), ...outdated],
  };
  return { ...recycle(changes, () => true), invalid, skipped };
}

function desiredGroups({ subsets = [] }: Endpoints) {
  const groups = new Map<string, Group>();
  let invalid = 0;
  let skipped = 0;
  for (const subset of subsets) {
    const ports = sortPorts(
      (subset.ports ?? []).map(({ name = '', port, protocol = 'TCP', appProtocol }) => ({
        name,
        port,
        protocol: protocol as EndpointPort['protocol'],
        ...(appProtocol !== undefined && { appProtocol }),
      })),
    );
    const all = [
      ...(subset.addresses ?? []).map((address) => mirrored(address, true)),
      ...(subset.notReadyAddresses ?? []).map((address) => mirrored(address, false)),
    ];
    const valid = all.filter((each) => each !== undefined);
    invalid += all.length - valid.length;
    skipped += all.length - Math.min(valid.length, limit);
    for (const { addressType, endpoint } of valid.slice(0, limit)) {
      const key = `${addressType} ${portsKey(ports)}`;
      const group: Group = groups.get(key) ?? { addressType, ports, endpoints: new Map() };
      group.endpoints.set(endpointKey(endpoint), endpoint);
      groups.set(key, group);
    }
  }
  return { groups, invalid, skipped };
}

function mirrored({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean) {
  const address = parseIp(ip);
  if (!address) return undefined;
  const endpoint: Endpoint = {
    addresses: [formatIp(address)],
    conditions: { ready },
    ...(hostname && { hostname }),
    ...(nodeName && { nodeName }),
    ...(targetRef && { targetRef }),
  };
  return { addressType: `IPv${address.family}` as const, endpoint };
}

/** All endpoints of a group go into one slice. */
function planGroup(endpoints: Endpoints, group: Group, existing: readonly EndpointSlice[]): SliceChanges {
  const [first, ...remove] = existing;
  const draft = mirrorSlice(endpoints, group);
  if (!first) return { create: [draft], update: [], remove: [] };
  if (isMirror(first, draft, group.endpoints)) return { create: [], update: [], remove };
  const { generateName: _, ...metadata } = draft.metadata;
  return { create: [], update: [{ ...draft, metadata: { ...metadata, name: first.metadata.name } }], remove };
}

function mirrorSlice(endpoints: Endpoints, { addressType, ports, endpoints: set }: Group): EndpointSlice {
  const { labels, annotations = {}, name } = endpoints.metadata;
  const slice = newSlice({ ...endpoints, apiVersion: 'v1', kind: 'Endpoints' }, addressType, ports, {
    ...labels,
    [serviceNameLabel]: name,
    [managedByLabel]: controllerName,
  });
  const { [triggerTimeAnnotation]: _, [lastApplied]: __, ...kept } = annotations;
  return {
    ...slice,
    metadata: { ...slice.metadata, annotations: kept },
    endpoints: [...set.values()].slice(0, limit),
  };
}

function isMirror({ metadata, endpoints }: EndpointSlice, draft: EndpointSlice, desired: EndpointSet): boolean {
  const same = (endpoints ?? []).every((endpoint) => {
    const wanted = desired.get(endpointKey(endpoint));
    return wanted !== undefined && sameEndpoint(wanted, endpoint);
  });
  return (
    same &&
    (endpoints ?? []).length === desired.size &&
    semanticEqual({ labels: metadata.labels }, { labels: draft.metadata.labels }) &&
    semanticEqual({ annotations: metadata.annotations }, { annotations: draft.metadata.annotations }) &&
    metadata.ownerReferences?.[0]?.uid === draft.metadata.ownerReferences?.[0]?.uid
  );
}
