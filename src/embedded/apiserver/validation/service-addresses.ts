import { parseIp } from '../../../kubernetes/ip.ts';
import type { Service, ServiceSpec } from '../../../kubernetes/objects.ts';
import { duplicate, type FieldError, invalid, notSupported, required } from './field.ts';
import { goValue } from './go-structs.ts';
import { validateLegacyIp } from './ip.ts';

/** A Service's own addresses and their families (pkg/apis/core/validation). */

const families = ['IPv4', 'IPv6'];
const familyPolicies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const unchangeable = 'may not change once set';

export function isHeadless({ spec }: Service): boolean {
  return spec.clusterIPs?.length === 1 && spec.clusterIPs[0] === 'None';
}

/** Addresses that are stored already are not looked at again. */
export function validateNewIp(path: string, address: string, stored: readonly string[] | undefined): FieldError[] {
  return stored?.includes(address) ? [] : validateLegacyIp(path, address);
}

export function validateClusterIps(service: Service, current: Service | undefined): FieldError[] {
  const { spec } = service;
  if (spec.type === 'ExternalName') return [];
  const addresses = spec.clusterIPs ?? [];
  const errors = [...validateFirst(spec), ...validateFamilies(spec)];
  const path = 'spec.clusterIPs';
  const shown = goValue('[]string', spec.clusterIPs);
  let wrong = false;
  addresses.forEach((address, index) => {
    const found: FieldError[] = [];
    if (index === 0 && address === 'None') {
      if (addresses.length > 1) found.push(invalid(path, shown, "'None' must be the first and only value"));
    } else {
      found.push(...validateNewIp(`${path}[${index}]`, address, current?.spec.clusterIPs));
    }
    wrong ||= found.length > 0;
    errors.push(...found);
  });
  if (addresses.length > 2) errors.push(invalid(path, shown, 'may only hold up to 2 values'));
  if (wrong) return errors;
  if (addresses.length > 1 && !isDualStack(addresses)) {
    errors.push(invalid(path, shown, 'may specify no more than one IP for each IP family'));
  }
  if (isHeadless(service)) return errors;
  addresses.forEach((address, index) => {
    const family = spec.ipFamilies?.[index];
    const actual = isV6(address) ? 'IPv6' : 'IPv4';
    if (!family || !families.includes(family) || family === actual) return;
    const detail = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``;
    errors.push(invalid(`${path}[${index}]`, address, detail));
  });
  return errors;
}

/** What may change about the addresses of a Service that keeps having some. */
export function validateClusterIpsUpdate(service: Service, current: Service): FieldError[] {
  const { spec } = service;
  const { spec: stored } = current;
  if (spec.type === 'ExternalName' || stored.type === 'ExternalName') return [];
  const headless = isHeadless(service);
  const wasHeadless = isHeadless(current);
  if (headless && wasHeadless) return [];
  const errors = validateListUpdate(
    spec.clusterIPs ?? [],
    stored.clusterIPs ?? [],
    { path: 'spec.clusterIPs', type: '[]string', unset: 'primary clusterIP can not be unset', each: true },
    spec,
  );
  if (spec.clusterIPs?.length === 1 && (stored.clusterIPs?.length ?? 0) > 1) {
    errors.push(...validateReleasePolicy(spec, 'clusterIP'));
  }
  if (headless !== wasHeadless || headless) return errors;
  errors.push(
    ...validateListUpdate(
      spec.ipFamilies ?? [],
      stored.ipFamilies ?? [],
      { path: 'spec.ipFamilies', type: '[]core.IPFamily', unset: 'primary ipFamily can not be unset', each: false },
      spec,
    ),
  );
  if (spec.ipFamilies?.length === 1 && (stored.ipFamilies?.length ?? 0) > 1) {
    errors.push(...validateReleasePolicy(spec, 'ipFamily'));
  }
  return errors;
}

/** clusterIP is the first of the clusterIPs. */
function validateFirst({ clusterIP, clusterIPs = [] }: ServiceSpec): FieldError[] {
  const path = 'spec.clusterIPs';
  const shown = goValue('[]string', clusterIPs);
  if (!clusterIP) {
    if (clusterIPs.length === 0) return [];
    return [invalid(path, shown, 'must be empty when `clusterIP` is not specified')];
  }
  if (clusterIPs.length === 0) return [required(path)];
  return clusterIPs[0] === clusterIP ? [] : [invalid(path, shown, 'first value must match `clusterIP`')];
}

function validateFamilies({ ipFamilies = [], ipFamilyPolicy }: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  ipFamilies.forEach((family, index) => {
    const path = `spec.ipFamilies[${index}]`;
    if (!families.includes(family)) errors.push(notSupported(path, family, families));
    if (ipFamilies.indexOf(family) < index) errors.push(duplicate(path, family));
  });
  if (ipFamilyPolicy !== undefined && !familyPolicies.includes(ipFamilyPolicy)) {
    errors.push(notSupported('spec.ipFamilyPolicy', ipFamilyPolicy, familyPolicies));
  }
  return errors;
}

function isDualStack(addresses: readonly string[]): boolean {
  return addresses.some(isV6) && addresses.some((address) => !isV6(address));
}

function isV6(address: string): boolean {
  return parseIp(address)?.family === 6;
}

interface ListFacts {
  readonly path: string;
  readonly type: string;
  readonly unset: string;
  /** Whether an error says which item has changed; otherwise it is about the first. */
  readonly each: boolean;
}

function validateListUpdate(
  list: readonly string[],
  stored: readonly string[],
  { path, type, unset, each }: ListFacts,
  { clusterIPs = [] }: ServiceSpec,
): FieldError[] {
  const errors: FieldError[] = [];
  if (list.length === stored.length) {
    stored.forEach((item, index) => {
      if (item === list[index]) return;
      errors.push(invalid(`${path}[${each ? index : 0}]`, goValue(type, list), unchangeable));
    });
    return errors;
  }
  if (list.length < stored.length && clusterIPs.length === 0) {
    errors.push(invalid(`${path}[0]`, goValue(type, list.length === 0 ? undefined : list), unset));
  }
  if (list.length > 0 && stored.length > 0 && list[0] !== stored[0]) {
    // Of the families, too, upstream shows the addresses.
    errors.push(invalid(`${path}[0]`, goValue('[]string', clusterIPs), unchangeable));
  }
  return errors;
}

function validateReleasePolicy({ ipFamilyPolicy }: ServiceSpec, released: string): FieldError[] {
  if (ipFamilyPolicy === 'SingleStack') return [];
  const detail = `must be set to 'SingleStack' when releasing the secondary ${released}`;
  return [invalid('spec.ipFamilyPolicy', ipFamilyPolicy, detail)];
}
