import { randomInt } from 'node:crypto';
import { internalError } from '../../../../kubernetes/errors.ts';
import { type Cidr, contains, formatIp, network, parseCidr, parseIp } from '../../../../kubernetes/ip.ts';
import type { Service, ServiceCIDR } from '../../../../kubernetes/objects.ts';
import type { WriteContext } from '../../resource.ts';
import type { Family } from './service-families.ts';

/** The addresses and node ports that Services are given (pkg/registry/core/service/{ipallocator,portallocator}). */

export const clusterAddresses = 'clusterIPs';
export const nodePorts = 'nodePorts';

/** Where no ServiceCIDR says otherwise; kubeadm's and kind's. */
const defaultRange = '10.96.0.0/16';
const defaultCidrName = 'kubernetes';

const firstPort = 30000;
const portCount = 2768;
/** Ports at the beginning that are not given to those who do not ask for one. */
const quietPorts = 86;

/** The ranges that addresses come from: the cluster's own first. */
export function serviceRanges({ list }: Pick<WriteContext, 'list'>): Cidr[] {
  const objects = (list('servicecidrs.networking.k8s.io') as readonly ServiceCIDR[]).filter(
    ({ metadata }) => metadata.deletionTimestamp === undefined,
  );
  const own = objects.filter(({ metadata }) => metadata.name === defaultCidrName);
  const others = objects.filter(({ metadata }) => metadata.name !== defaultCidrName);
  const ranges = (named: readonly ServiceCIDR[]) =>
    named.flatMap(({ spec }) => spec?.cidrs ?? []).flatMap((text) => parseCidr(text) ?? []);
  const first = ranges(own);
  return [...(first.length > 0 ? first : [parseCidr(defaultRange)!]), ...ranges(others)];
}

/** The cluster's families: those of its own ranges, of which there is one for each. */
export function clusterFamilies(ranges: readonly Cidr[]): Family[] {
  return [...new Set(ranges.map(({ address }) => (address.family === 4 ? 'IPv4' : 'IPv6') as Family))];
}

/** @returns why the address cannot be had; undefined where it is the Service's now. */
export function takeAddress(context: WriteContext, ranges: readonly Cidr[], text: string): string | undefined {
  const address = parseIp(text)!;
  const isUsable = (range: Cidr) => {
    const offset = address.value - network(range);
    return contains(range, address) && offset > 0n && offset <= BigInt(usable(range));
  };
  if (!ranges.some(isUsable)) return 'the provided network does not match the current range';
  return context.reserve(clusterAddresses, formatIp(address)) ? undefined : 'provided IP is already allocated';
}

/** @throws ApiError InternalError where all are taken. */
export function nextAddress(context: WriteContext, ranges: readonly Cidr[], family: Family): string {
  for (const range of ranges) {
    if (range.address.family !== (family === 'IPv4' ? 4 : 6)) continue;
    const count = usable(range);
    const base = network(range) + 1n;
    const found = pick(count, quietAddresses(count), (index) => {
      const address = formatIp({ family: range.address.family, value: base + BigInt(index) });
      return context.reserve(clusterAddresses, address) ? address : undefined;
    });
    if (found !== undefined) return found;
  }
  throw internalError('failed to allocate a serviceIP: range is full');
}

/** The node ports of one Service while it is written: within it, too, a port is given once. */
export class NodePorts {
  readonly #context: WriteContext;
  readonly #taken = new Set<number>();

  constructor(context: WriteContext) {
    this.#context = context;
  }

  /** @returns why the port cannot be had; undefined where it is the Service's now. */
  take(port: number): string | undefined {
    if (port < firstPort || port >= firstPort + portCount) {
      return `provided port is not in the valid range. The range of valid ports is ${firstPort}-${firstPort + portCount - 1}`;
    }
    if (this.#taken.has(port) || !this.#context.reserve(nodePorts, String(port))) {
      return 'provided port is already allocated';
    }
    this.#taken.add(port);
    return undefined;
  }

  /** @throws ApiError InternalError where all are taken. */
  next(purpose: string): number {
    const found = pick(portCount, quietPorts, (index) => {
      const port = firstPort + index;
      return this.#taken.has(port) || this.#context.reserve(nodePorts, String(port)) === false ? undefined : port;
    });
    if (found === undefined) throw internalError(`failed to allocate a ${purpose}: range is full`);
    this.#taken.add(found);
    return found;
  }
}

/** What a Service has of both pools. */
export function heldByService({ spec }: Service): { pool: string; value: string }[] {
  const addresses = spec.type === 'ExternalName' ? [] : (spec.clusterIPs ?? []).flatMap((text) => parseIp(text) ?? []);
  const ports = [...(spec.ports ?? []).map(({ nodePort }) => nodePort), spec.healthCheckNodePort];
  return [
    ...addresses.map((address) => ({ pool: clusterAddresses, value: formatIp(address) })),
    ...ports.filter(Boolean).map((port) => ({ pool: nodePorts, value: String(port) })),
  ];
}

/** Addresses that can be given: neither the network's own, nor IPv4's broadcast address. */
function usable({ address, prefixLength }: Cidr): number {
  const bits = (address.family === 4 ? 32 : 128) - prefixLength;
  const size = 2 ** Math.min(bits, address.family === 4 ? 32 : 16);
  return Math.max(size - (address.family === 4 ? 2 : 1), 0);
}

/** Addresses at the beginning that are kept for those who ask for them by number. */
function quietAddresses(count: number): number {
  return count < 16 ? 0 : Math.min(Math.max(16, Math.floor(count / 16)), 256, count);
}

/** Tries indexes from a random one on, first those from `quiet` up, then the quiet ones. */
function pick<T>(count: number, quiet: number, attempt: (index: number) => T | undefined): T | undefined {
  for (const [start, length] of [
    [quiet, count - quiet],
    [0, quiet],
  ] as const) {
    if (length <= 0) continue;
    const shift = randomInt(length);
    for (let step = 0; step < length; step++) {
      const found = attempt(start + ((shift + step) % length));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
