import { parseCidr } from '../../../kubernetes/ip.ts';
import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { ServiceCIDR } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { type FieldError, invalid, required } from '../validation/field.ts';
import { goValue } from '../validation/go-structs.ts';
import { validateCidr } from '../validation/ip.ts';
import { immutableField, validateObjectMeta, validateObjectMetaUpdate } from '../validation/object-meta.ts';
import { ageColumn, column } from './columns/common.ts';
import { keepMetadata } from './defaults/strategies.ts';

/** pkg/registry/networking/servicecidr and pkg/apis/networking/validation. */
export const servicecidr = defineResource<ServiceCIDR>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'ServiceCIDR',
  plural: 'servicecidrs',
  singular: 'servicecidr',
  namespaced: false,
  schema: 'io.k8s.api.networking.v1.ServiceCIDR',

  validateName: nameIsDNSSubdomain,
  validateCreate: ({ metadata, spec }) => [
    ...validateObjectMeta(metadata, { namespaced: false, validateName: nameIsDNSSubdomain }),
    ...validateRanges(spec),
  ],
  validateUpdate: ({ metadata, spec }, current) => [
    ...validateObjectMetaUpdate(metadata, current.metadata),
    ...validateRangesUpdate(spec, current.spec),
  ],

  status: {
    prepareForUpdate: keepMetadata,
    validateUpdate: ({ metadata }, current) => validateObjectMetaUpdate(metadata, current.metadata),
  },

  columns: [
    column(
      'CIDRs',
      'string',
      'CIDRs defines the IP blocks in CIDR notation (e.g. "192.168.0.0/24" or "2001:db8::/64") from which to assign ' +
        'service cluster IPs. Max of two CIDRs is allowed, one of each IP family. This field is immutable.',
      ({ spec }) => spec.cidrs?.join(',') ?? '',
    ),
    ageColumn(),
  ],
});

const path = 'spec.cidrs';

function validateRanges(spec: ServiceCIDR['spec']): FieldError[] {
  const cidrs = spec.cidrs ?? [];
  if (cidrs.length === 0) return [required(path, 'at least one CIDR required')];
  if (cidrs.length > 2) {
    return [invalid(path, goValue('networking.ServiceCIDRSpec', spec), 'may only hold up to 2 values')];
  }
  const errors = cidrs.flatMap((cidr, index) => validateCidr(`${path}[${index}]`, cidr));
  const [first, second] = cidrs.map((cidr) => parseCidr(cidr)?.address.family);
  if (cidrs.length === 2 && first === second && first !== undefined) {
    const detail = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
    errors.push(invalid(path, goValue('[]string', cidrs), detail));
  }
  return errors;
}

/** A range of the other family may be added, and nothing else change. */
function validateRangesUpdate(spec: ServiceCIDR['spec'], current: ServiceCIDR['spec']): FieldError[] {
  const cidrs = spec.cidrs ?? [];
  const stored = current.cidrs ?? [];
  const changed = (index: number) =>
    cidrs[index] === stored[index] ? [] : [invalid(`${path}[${index}]`, cidrs[index] ?? '', immutableField)];
  if (cidrs.length === stored.length) return stored.flatMap((_, index) => changed(index));
  if (stored.length === 1 && cidrs.length === 2) return [...changed(0), ...validateRanges(spec)];
  return [invalid(path, goValue('[]string', spec.cidrs), immutableField)];
}
