import { invalid as invalidObject } from '../../../../kubernetes/errors.ts';
import { parseIp } from '../../../../kubernetes/ip.ts';
import type { Service, ServiceSpec } from '../../../../kubernetes/objects.ts';
import { type FieldError, invalid, toCause } from '../../validation/field.ts';
import { goValue } from '../../validation/go-structs.ts';
import { validateClusterIps } from '../../validation/service-addresses.ts';

/** Which families of addresses a Service has, and how many: pkg/registry/core/service/storage/alloc.go. */

export type Family = 'IPv4' | 'IPv6';

/**
 * Settles ipFamilyPolicy and ipFamilies before addresses are allocated.
 * @param families the cluster's, its primary one first
 * @throws ApiError Invalid
 */
export function settleFamilies(draft: Service, current: Service | undefined, families: readonly Family[]): void {
  const { spec } = draft;
  if (spec.type === 'ExternalName' || keepsPreference(draft, current)) return;
  const headless = spec.clusterIP === 'None';
  const unselective = headless && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ??= current?.spec.ipFamilyPolicy ?? (unselective ? 'RequireDualStack' : 'SingleStack');
  refuse(draft, validateClusterIps(draft, current));
  refuse(draft, [...fitPolicy(spec, current?.spec), ...inferFamilies(spec, families)]);

  const single = spec.ipFamilyPolicy === 'SingleStack';
  if (unselective) {
    // Nobody knows which addresses it will be given, so that it may have both families on any cluster.
    const [first] = spec.ipFamilies?.length ? spec.ipFamilies : families;
    if ((spec.ipFamilies?.length ?? 0) < 2) spec.ipFamilies = single ? [first!] : [first!, otherFamily(first!)];
    return;
  }
  const errors: FieldError[] = [];
  if (spec.ipFamilyPolicy === 'RequireDualStack' && families.length < 2) {
    const detail = 'this cluster is not configured for dual-stack services';
    errors.push(invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, detail));
  }
  spec.ipFamilies?.forEach((family, index) => {
    if (isOneOf(families, family)) return;
    errors.push(invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'));
  });
  refuse(draft, errors);
  if (!spec.ipFamilies?.length) spec.ipFamilies = [families[0]!];
  if (!single && spec.ipFamilies.length === 1 && families.length === 2) {
    spec.ipFamilies = [spec.ipFamilies[0]!, otherFamily(spec.ipFamilies[0]!)];
  }
}

/**
 * A Service that prefers two families, and of which nothing changes, stays as it is, even where the cluster has got
 * or lost a family since.
 */
export function keepsPreference({ spec }: Service, current: Service | undefined): boolean {
  return (
    current !== undefined &&
    spec.ipFamilyPolicy === 'PreferDualStack' &&
    spec.type === current.spec.type &&
    ['ClusterIP', 'NodePort', 'LoadBalancer'].includes(spec.type ?? '') &&
    (current.spec.ipFamilyPolicy ?? 'PreferDualStack') === 'PreferDualStack' &&
    sameList(current.spec.clusterIPs, spec.clusterIPs) &&
    sameList(current.spec.ipFamilies, spec.ipFamilies)
  );
}

export function sameList(left: readonly string[] = [], right: readonly string[] = []): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index]);
}

/** Whether the policy goes with how many addresses and families are asked for. Takes the second ones away where it says so. */
function fitPolicy(spec: ServiceSpec, current: ServiceSpec | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const wrong = (detail: string) => errors.push(invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, detail));
  const single = spec.ipFamilyPolicy === 'SingleStack';
  for (const [field, released] of [
    ['clusterIPs', 'cluster IP'],
    ['ipFamilies', 'IP family'],
  ] as const) {
    if (!current) continue;
    const count = spec[field]?.length ?? 0;
    if (single) {
      if (count > 1 && sameList(current[field], spec[field])) spec[field]!.length = 1;
    } else if (count > 0 && count < (current[field]?.length ?? 0)) {
      wrong(`must be 'SingleStack' to release the secondary ${released}`);
    }
  }
  if (!single) return errors;
  for (const [field, what] of [
    ['clusterIPs', 'cluster IPs'],
    ['ipFamilies', 'IP families'],
  ] as const) {
    if (spec[field]?.length === 2) {
      wrong(`must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`);
    }
  }
  return errors;
}

/** The families of the addresses that are asked for, where they are not given. */
function inferFamilies(spec: ServiceSpec, families: readonly Family[]): FieldError[] {
  const errors: FieldError[] = [];
  const given = spec.clusterIPs ?? [];
  if (given[0] === 'None') return errors;
  given.forEach((address, index) => {
    if (index < (spec.ipFamilies?.length ?? 0)) return;
    const family: Family = parseIp(address)?.family === 6 ? 'IPv6' : 'IPv4';
    if (families.includes(family)) spec.ipFamilies = [...(spec.ipFamilies ?? []), family];
    else {
      const value = goValue('[]string', given);
      errors.push(invalid(`spec.clusterIPs[${index}]`, value, `${family} is not configured on this cluster`));
    }
  });
  return errors;
}

function otherFamily(family: string): Family {
  return family === 'IPv4' ? 'IPv6' : 'IPv4';
}

function isOneOf(families: readonly string[], family: string): boolean {
  return families.includes(family);
}

/** @throws ApiError Invalid where there are errors. Allocation comes before the rest of the Service is looked at. */
export function refuse({ metadata }: Service, errors: readonly FieldError[]): void {
  if (errors.length > 0) {
    throw invalidObject({ group: '', kind: 'Service' }, metadata.name ?? '', errors.map(toCause));
  }
}
