import { goQuote } from '../../../kubernetes/go-format.ts';
import { type Cidr, formatIp, formatNetwork, network, parseCidr, parseIp } from '../../../kubernetes/ip.ts';
import { type FieldError, invalid } from './field.ts';

/** k8s.io/apimachinery/pkg/util/validation/ip.go. */

const notAnAddress = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const notACidr = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

/** For the fields that have always taken addresses in any form; ipWarnings has something to say of some. */
export function validateLegacyIp(path: string, value: string): FieldError[] {
  return parseIp(value) ? [] : [invalid(path, value, notAnAddress)];
}

/** For newer fields: the canonical form only. */
export function validateIp(path: string, value: string): FieldError[] {
  const address = parseIp(value);
  if (!address) return [invalid(path, value, notAnAddress)];
  if (hasLeadingZeros(value)) return [invalid(path, value, 'must not have leading 0s')];
  if (address.mapped) return [invalid(path, value, 'must not be an IPv4-mapped IPv6 address')];
  const canonical = formatIp(address);
  if (value === canonical) return [];
  return [invalid(path, value, `must be in canonical form (${goQuote(canonical)})`)];
}

/** @param value an address that validateLegacyIp accepts */
export function ipWarnings(path: string, value: string): string[] {
  const address = parseIp(value);
  if (!address) return [];
  const canonical = formatIp(address);
  if (address.mapped || hasLeadingZeros(value)) {
    return [
      `${path}: non-standard IP address ${goQuote(value)} will be considered invalid in a future Kubernetes release: use ${goQuote(canonical)}`,
    ];
  }
  if (address.family === 6 && canonical !== value) {
    return [`${path}: IPv6 address ${goQuote(value)} should be in RFC 5952 canonical format (${goQuote(canonical)})`];
  }
  return [];
}

export function validateLegacyCidr(path: string, value: string): FieldError[] {
  return parseCidr(value) ? [] : [invalid(path, value, notACidr)];
}

export function validateCidr(path: string, value: string): FieldError[] {
  const cidr = parseCidr(value);
  if (!cidr) return [invalid(path, value, notACidr)];
  if (hasLeadingZeros(value)) return [invalid(path, value, 'must not have leading 0s in IP or prefix length')];
  if (cidr.address.mapped) return [invalid(path, value, 'must not have an IPv4-mapped IPv6 address')];
  if (hasHostBits(cidr)) return [invalid(path, value, 'must not have bits set beyond the prefix length')];
  const canonical = formatNetwork(cidr);
  if (value === canonical) return [];
  return [invalid(path, value, `must be in canonical form (${goQuote(canonical)})`)];
}

/** @param value a CIDR that validateLegacyCidr accepts */
export function cidrWarnings(path: string, value: string): string[] {
  const cidr = parseCidr(value);
  if (!cidr) return [];
  const canonical = formatNetwork(cidr);
  const warnings: string[] = [];
  if (hasHostBits(cidr)) {
    const single = `${formatIp(parseIp(value.split('/')[0]!)!)}/${cidr.address.family === 4 && !cidr.address.mapped ? 32 : 128}`;
    warnings.push(
      `${path}: CIDR value ${goQuote(value)} is ambiguous in this context (should be ${goQuote(canonical)} or ${goQuote(single)}?)`,
    );
  }
  if (cidr.address.mapped || hasLeadingZeros(value)) {
    warnings.push(
      `${path}: non-standard CIDR value ${goQuote(value)} will be considered invalid in a future Kubernetes release: use ${goQuote(canonical)}`,
    );
  }
  if (warnings.length === 0 && cidr.address.family === 6 && canonical !== value) {
    warnings.push(
      `${path}: IPv6 CIDR value ${goQuote(value)} should be in RFC 5952 canonical format (${goQuote(canonical)})`,
    );
  }
  return warnings;
}

function hasHostBits(cidr: Cidr): boolean {
  return network(cidr) !== cidr.address.value;
}

/** Of an octet, of a group of an IPv6 address that has more than four digits, or of a prefix's length. */
function hasLeadingZeros(value: string): boolean {
  const [address, prefix = ''] = value.split('/');
  const groups = address!.split(':');
  const octets = groups.at(-1)!.includes('.') ? groups.pop()!.split('.') : [];
  return [...octets, prefix].some((part) => /^0[0-9]/.test(part)) || groups.some((group) => group.length > 4);
}
