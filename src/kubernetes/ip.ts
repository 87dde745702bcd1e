/**
 * Addresses and prefixes, read as leniently as upstream reads them in its older fields (k8s.io/utils/net: leading zeros
 * are decimal) and printed as Go prints them (RFC 5952).
 */

export interface IpAddress {
  readonly family: 4 | 6;
  /** The address as a number of 32 or 128 bits. An IPv4-mapped IPv6 address counts as IPv4, as in Go's net.IP. */
  readonly value: bigint;
  /** Written as IPv4 in IPv6, "::ffff:10.0.0.1". */
  readonly mapped: boolean;
}

export interface Cidr {
  /** As written, bits beyond the prefix included. */
  readonly address: IpAddress;
  readonly prefixLength: number;
}

/** undefined where `text` is no address. */
export function parseIp(text: string): IpAddress | undefined {
  if (!text.includes(':')) {
    const value = parseIpv4(text);
    return value === undefined ? undefined : { family: 4, value, mapped: false };
  }
  const value = parseIpv6(text);
  if (value === undefined) return undefined;
  return value >> 32n === 0xffffn
    ? { family: 4, value: value & 0xffffffffn, mapped: true }
    : { family: 6, value, mapped: false };
}

export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = parseIp(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (!address || !/^[0-9]{1,6}$/.test(digits)) return undefined;
  const written = Number(digits);
  if (written > (address.mapped || address.family === 6 ? 128 : 32)) return undefined;
  if (!address.mapped) return { address, prefixLength: written };
  if (written >= 96) return { address, prefixLength: written - 96 };
  // Too short a prefix to leave the address an IPv4 one.
  return { address: { family: 6, value: address.value | (0xffffn << 32n), mapped: true }, prefixLength: written };
}

export function formatIp({ family, value }: Pick<IpAddress, 'family' | 'value'>): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(112 - 16 * index)) & 0xffffn));
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const hex = (part: number[]) => part.map((group) => group.toString(16)).join(':');
  if (best.start < 0) return hex(groups);
  return `${hex(groups.slice(0, best.start))}::${hex(groups.slice(best.start + best.length))}`;
}

/** "10.244.0.0/24": the network, bits beyond the prefix cleared. */
export function formatNetwork({ address, prefixLength }: Cidr): string {
  return `${formatIp({ family: address.family, value: network({ address, prefixLength }) })}/${prefixLength}`;
}

/** The network's first address. */
export function network({ address, prefixLength }: Cidr): bigint {
  const hostBits = BigInt((address.family === 4 ? 32 : 128) - prefixLength);
  return (address.value >> hostBits) << hostBits;
}

export function contains(cidr: Cidr, address: IpAddress): boolean {
  return (
    cidr.address.family === address.family && network(cidr) === network({ address, prefixLength: cidr.prefixLength })
  );
}

export function isLoopback({ family, value }: IpAddress): boolean {
  return family === 4 ? value >> 24n === 127n : value === 1n;
}

export function isUnspecified({ value }: IpAddress): boolean {
  return value === 0n;
}

/** 169.254.0.0/16, fe80::/10. */
export function isLinkLocalUnicast({ family, value }: IpAddress): boolean {
  return family === 4 ? value >> 16n === 0xa9fen : value >> 118n === 0x3fan;
}

/** 224.0.0.0/24, ff02::/16 (and the other scopes of link-local multicast). */
export function isLinkLocalMulticast({ family, value }: IpAddress): boolean {
  return family === 4 ? value >> 8n === 0xe00000n : ((value >> 112n) & 0xff0fn) === 0xff02n;
}

function parseIpv4(text: string): bigint | undefined {
  const octets = text.split('.');
  if (octets.length !== 4) return undefined;
  let value = 0n;
  for (const octet of octets) {
    if (!/^[0-9]{1,16}$/.test(octet) || Number(octet) > 255) return undefined;
    value = (value << 8n) | BigInt(Number(octet));
  }
  return value;
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const parts = halves.map((half) => (half === '' ? [] : half.split(':')));
  const last = parts.at(-1)!;
  const tail = last.at(-1);
  if (tail?.includes('.')) {
    const embedded = parseIpv4(tail);
    if (embedded === undefined) return undefined;
    last.splice(-1, 1, (embedded >> 16n).toString(16), (embedded & 0xffffn).toString(16));
  }
  const count = parts.reduce((sum, part) => sum + part.length, 0);
  if (halves.length === 2 ? count > 7 : count !== 8) return undefined;
  const groups = [...parts[0]!, ...Array<string>(8 - count).fill('0'), ...(parts[1] ?? [])];
  let value = 0n;
  for (const group of groups) {
    if (!/^[0-9a-fA-F]{1,16}$/.test(group)) return undefined;
    const number = Number.parseInt(group, 16);
    if (number > 0xffff) return undefined;
    value = (value << 16n) | BigInt(number);
  }
  return value;
}
