import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { ControllerRevision } from '../../../kubernetes/objects.ts';
import { controllerOf } from '../../../kubernetes/owners.ts';
import { defineResource } from '../resource.ts';
import { semanticEqual } from '../validation/equality.ts';
import { type FieldError, invalid, required } from '../validation/field.ts';
import { goValue } from '../validation/go-structs.ts';
import {
  immutableField,
  validateNonnegative,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '../validation/object-meta.ts';
import { ageColumn, column } from './columns/common.ts';

/** pkg/registry/apps/controllerrevision: snapshots that controllers keep of what they were told, unchangeable. */
export const controllerrevision = defineResource<ControllerRevision>({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  singular: 'controllerrevision',
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.ControllerRevision',

  validateName: nameIsDNSSubdomain,

  validateCreate(object) {
    const errors = validate(object);
    const data: unknown = object.data ?? undefined;
    if (data === undefined) errors.push(required('data', 'data is mandatory'));
    else if (typeof data !== 'object' || Array.isArray(data)) {
      errors.push(required('data', 'data must be a valid JSON object'));
    }
    return errors;
  },
  validateUpdate(object, current) {
    return [
      ...validateObjectMetaUpdate(object.metadata, current.metadata),
      ...validate(object),
      ...(semanticEqual(object.data, current.data)
        ? []
        : [invalid('data', goValue('runtime.RawExtension', object.data), immutableField)]),
    ];
  },

  columns: [
    column('Controller', 'string', 'Controller of the object', (object) => {
      const owner = controllerOf(object);
      if (!owner) return '<none>';
      const group = owner.apiVersion.includes('/') ? `.${owner.apiVersion.split('/')[0]}` : '';
      return `${owner.kind.toLowerCase()}${group}/${owner.name}`;
    }),
    column(
      'Revision',
      'string',
      'revision indicates the revision of the state represented by Data.',
      ({ revision }) => revision,
    ),
    ageColumn(),
  ],
});

function validate({ metadata, revision }: ControllerRevision): FieldError[] {
  return [
    ...validateObjectMeta(metadata, { namespaced: true, validateName: nameIsDNSSubdomain }),
    ...validateNonnegative(revision, 'revision'),
  ];
}
