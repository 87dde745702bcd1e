import { internalError } from '../../../../kubernetes/errors.ts';
import type { Service } from '../../../../kubernetes/objects.ts';
import type { WriteContext } from '../../resource.ts';
import { invalid } from '../../validation/field.ts';
import { goValue } from '../../validation/go-structs.ts';
import { type Family, keepsPreference, refuse, sameList, settleFamilies } from './service-families.ts';
import { clusterFamilies, NodePorts, nextAddress, serviceRanges, takeAddress } from './service-pools.ts';

/** How Services get their addresses and node ports (pkg/registry/core/service/storage). */

/** @throws ApiError Invalid where what the Service asks for cannot be had. */
export function allocateForNew(draft: Service, context: WriteContext): void {
  const { spec } = draft;
  if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
  const families = clusterFamilies(serviceRanges(context));
  settleFamilies(draft, undefined, families);
  allocateAddresses(draft, context);
  const ports = new NodePorts(context);
  if (hasNodePorts(draft)) allocateNodePorts(draft, ports);
  if (needsHealthCheck(draft)) allocateHealthCheckPort(draft, ports);
}

/** @throws ApiError Invalid where what the Service asks for cannot be had. */
export function allocateForUpdate(draft: Service, current: Service, context: WriteContext): void {
  keepAllocated(draft, current);
  followClusterIp(draft, current);
  settleFamilies(draft, current, clusterFamilies(serviceRanges(context)));
  updateAddresses(draft, current, context);
  const ports = new NodePorts(context);
  if (hasNodePorts(draft)) updateNodePorts(draft, current, ports);
  if (needsHealthCheck(draft) && !needsHealthCheck(current)) allocateHealthCheckPort(draft, ports);
}

export function hasNodePorts({ spec }: Service): boolean {
  return spec.type === 'NodePort' || spec.type === 'LoadBalancer';
}

/** The port under which a load balancer asks whether a node has Pods of the Service. */
export function needsHealthCheck({ spec }: Service): boolean {
  return spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
}

function isExternalName({ spec }: Service): boolean {
  return spec.type === 'ExternalName';
}

/** Whether ports without a node port get one. */
function allocatesNodePorts({ spec }: Service): boolean {
  return spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
}

function allocateAddresses(draft: Service, context: WriteContext): void {
  const { spec } = draft;
  if (isExternalName(draft) || spec.clusterIPs?.[0] === 'None') return;
  const addresses = [...(spec.clusterIPs ?? [])];
  const wanted = (spec.ipFamilies ?? []).map((_, index) => addresses[index] ?? '');
  const shown = goValue('[]string', [...addresses, ...wanted.slice(addresses.length)]);
  spec.ipFamilies?.forEach((family, index) => {
    addresses[index] = allocateAddress(draft, context, family as Family, wanted[index]!, shown);
  });
  spec.clusterIPs = addresses;
  if (addresses[0]) spec.clusterIP = addresses[0];
}

function allocateAddress(
  draft: Service,
  context: WriteContext,
  family: Family,
  wanted: string,
  shown: unknown,
): string {
  const ranges = serviceRanges(context);
  if (!wanted) return nextAddress(context, ranges, family);
  const problem = takeAddress(context, ranges, wanted);
  if (problem) refuse(draft, [invalid('spec.clusterIPs', shown, `failed to allocate IP ${wanted}: ${problem}`)]);
  return wanted;
}

function updateAddresses(draft: Service, current: Service, context: WriteContext): void {
  if (keepsPreference(draft, current)) return;
  if (isExternalName(current) && !isExternalName(draft)) {
    allocateAddresses(draft, context);
    return;
  }
  const { spec } = draft;
  const upgraded = current.spec.ipFamilies?.length === 1 && spec.ipFamilies?.length === 2;
  if (!upgraded || isExternalName(draft) || current.spec.clusterIPs?.[0] === 'None') return;
  const [first = '', second = ''] = spec.clusterIPs ?? [];
  const shown = goValue('[]string', [first, second]);
  spec.clusterIPs = [first, allocateAddress(draft, context, spec.ipFamilies![1] as Family, second, shown)];
}

/** Ports of the same number, for TCP and UDP, share a node port. */
function allocateNodePorts(draft: Service, ports: NodePorts): void {
  const given = draft.spec.ports ?? [];
  const byPort = new Map<number, number>();
  const take = (nodePort: number, index: number) => {
    const problem = ports.take(nodePort);
    if (problem) refuse(draft, [invalid(`spec.ports[${index}].nodePort`, nodePort, problem)]);
  };
  given.forEach((each, index) => {
    if (!each.nodePort && !allocatesNodePorts(draft)) return;
    const known = byPort.get(each.port);
    if (known === undefined) {
      const asked = given.find(({ port, nodePort }) => port === each.port && nodePort)?.nodePort;
      if (asked) take(asked, index);
      each.nodePort = asked || ports.next('nodePort');
      byPort.set(each.port, each.nodePort);
    } else if (!each.nodePort) each.nodePort = known;
    else if (each.nodePort !== known) take(each.nodePort, index);
  });
}

function updateNodePorts(draft: Service, current: Service, ports: NodePorts): void {
  const before = new Set((current.spec.ports ?? []).map(({ nodePort }) => nodePort));
  const taken = new Set<number>();
  const seen = new Set<string>();
  draft.spec.ports?.forEach((each, index) => {
    if (!each.nodePort) {
      if (!allocatesNodePorts(draft)) return;
      each.nodePort = ports.next('nodePort');
    } else if (!before.has(each.nodePort) && !taken.has(each.nodePort)) {
      const problem = ports.take(each.nodePort);
      if (problem) refuse(draft, [invalid(`spec.ports[${index}].nodePort`, each.nodePort, problem)]);
      taken.add(each.nodePort);
    }
    const key = `{${each.protocol ?? ''} ${each.nodePort}}`;
    if (seen.has(key)) throw internalError(`duplicate nodePort: ${key}`);
    seen.add(key);
  });
}

function allocateHealthCheckPort({ spec }: Service, ports: NodePorts): void {
  if (!spec.healthCheckNodePort) {
    spec.healthCheckNodePort = ports.next('HealthCheck NodePort 0');
    return;
  }
  const problem = ports.take(spec.healthCheckNodePort);
  if (!problem) return;
  throw internalError(`failed to allocate requested HealthCheck NodePort ${spec.healthCheckNodePort}: ${problem}`);
}

/** Who sends the manifest again, without what has been allocated, keeps it. */
function keepAllocated(draft: Service, current: Service): void {
  const { spec } = draft;
  if (!isExternalName(draft) && !isExternalName(current)) {
    if (!spec.clusterIP && current.spec.clusterIP) spec.clusterIP = current.spec.clusterIP;
    if (!spec.clusterIPs?.length && current.spec.clusterIPs?.length) spec.clusterIPs = [...current.spec.clusterIPs];
  }
  if (allocatesNodePorts(draft) && allocatesNodePorts(current)) {
    const known = new Map((current.spec.ports ?? []).map(({ name = '', nodePort = 0 }) => [name, nodePort]));
    const inUse = new Set((spec.ports ?? []).map(({ nodePort }) => nodePort));
    for (const port of spec.ports ?? []) {
      if (port.nodePort) continue;
      const former = known.get(port.name ?? '');
      if (former && !inUse.has(former)) port.nodePort = former;
    }
  }
  if (needsHealthCheck(draft) && needsHealthCheck(current) && !spec.healthCheckNodePort) {
    spec.healthCheckNodePort = current.spec.healthCheckNodePort;
  }
}

/** clusterIP and clusterIPs say the same. Who changes the first alone means the other, too. */
function followClusterIp({ spec }: Service, { spec: stored }: Service): void {
  const { clusterIP = '' } = spec;
  const { clusterIP: former = '' } = stored;
  if (stored.clusterIPs?.length && !spec.clusterIPs?.length && former === clusterIP) {
    spec.clusterIPs = [...stored.clusterIPs];
  }
  if (former === clusterIP || !sameList(stored.clusterIPs, spec.clusterIPs)) return;
  if (clusterIP) spec.clusterIPs = [clusterIP];
  else delete spec.clusterIPs;
}
