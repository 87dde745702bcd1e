import { isDNS1123Subdomain, nameIsPathSegment } from '../../../kubernetes/names.ts';
import type { IPAddress } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validateImmutable } from '../validation/equality.ts';
import { type FieldError, invalidEach, required } from '../validation/field.ts';
import { validateIp } from '../validation/ip.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/object-meta.ts';
import { column } from './columns/common.ts';

/** pkg/registry/networking/ipaddress and pkg/apis/networking/validation. */
export const ipaddress = defineResource<IPAddress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IPAddress',
  plural: 'ipaddresses',
  singular: 'ipaddress',
  shortNames: ['ip'],
  namespaced: false,
  schema: 'io.k8s.api.networking.v1.IPAddress',

  validateName: nameIsAddress,
  validateCreate: validate,
  validateUpdate: (object, current) => [
    ...validate(object),
    ...validateObjectMetaUpdate(object.metadata, current.metadata),
    ...validateImmutable('networking.ParentReference', object.spec.parentRef, current.spec.parentRef, 'spec.parentRef'),
  ],

  columns: [
    column(
      'ParentRef',
      'string',
      'ParentRef references the resource that an IPAddress is attached to. An IPAddress must reference a parent object.',
      ({ spec: { parentRef } }) => {
        if (!parentRef) return '<none>';
        const { group, resource = '', namespace, name = '' } = parentRef;
        const kind = (group ? `${resource}.${group}` : resource).toLowerCase();
        return `${kind}${namespace ? `/${namespace}` : ''}/${name}`;
      },
    ),
  ],
});

function nameIsAddress(name: string): string[] {
  return validateIp('', name).map(({ detail }) => detail);
}

function validate({ metadata, spec: { parentRef } }: IPAddress): FieldError[] {
  const errors = validateObjectMeta(metadata, { namespaced: false, validateName: nameIsAddress });
  const path = 'spec.parentRef';
  if (!parentRef) return [...errors, required(path)];
  const { group, resource, name, namespace } = parentRef;
  const segment = (field: string, value: string) =>
    invalidEach(`${path}.${field}`, value, nameIsPathSegment(value, false));
  return [
    ...errors,
    ...(group ? invalidEach(`${path}.group`, group, isDNS1123Subdomain(group)) : []),
    ...(resource ? segment('resource', resource) : [required(`${path}.resource`)]),
    ...(name ? segment('name', name) : [required(`${path}.name`)]),
    ...(namespace ? segment('namespace', namespace) : []),
  ];
}
