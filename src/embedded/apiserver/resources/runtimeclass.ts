import { nameIsDNSLabel, nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { RuntimeClass, Toleration } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validateResourceRequirements } from '../validation/compute-resources.ts';
import { validateImmutable } from '../validation/equality.ts';
import { duplicate, type FieldError, invalidEach } from '../validation/field.ts';
import { goValue } from '../validation/go-structs.ts';
import { validateLabels } from '../validation/labels.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/object-meta.ts';
import { validateTolerations } from '../validation/scheduling.ts';
import { ageColumn, column } from './columns/common.ts';
import { defaultResourceList } from './defaults/resource-list.ts';
import { deprecatedLabel } from './warnings/node-labels.ts';

/** pkg/registry/node/runtimeclass and pkg/apis/node/validation. */
export const runtimeclass = defineResource<RuntimeClass>({
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  plural: 'runtimeclasses',
  singular: 'runtimeclass',
  namespaced: false,
  schema: 'io.k8s.api.node.v1.RuntimeClass',

  validateName: nameIsDNSSubdomain,
  defaults({ overhead }) {
    defaultResourceList(overhead?.podFixed);
  },

  validateCreate: validate,
  validateUpdate: (object, current) => [
    ...validate(object),
    ...validateObjectMetaUpdate(object.metadata, current.metadata, 'metadata', { anyFinalizer: true }),
    ...validateImmutable('string', object.handler ?? '', current.handler ?? '', 'handler'),
  ],
  warnings: ({ scheduling }) =>
    Object.keys(scheduling?.nodeSelector ?? {})
      .flatMap((key) => deprecatedLabel(key) ?? [])
      .map((message) => `scheduling.nodeSelector: ${message}`),
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,

  columns: [column('Handler', 'string', '', ({ handler }) => handler ?? ''), ageColumn()],
});

function validate({ metadata, handler = '', overhead, scheduling }: RuntimeClass): FieldError[] {
  const errors = [
    ...validateObjectMeta(metadata, { namespaced: false, validateName: nameIsDNSSubdomain, anyFinalizer: true }),
    ...invalidEach('handler', handler, nameIsDNSLabel(handler, false)),
  ];
  if (overhead) errors.push(...validateResourceRequirements({ limits: overhead.podFixed }, new Set(), 'overhead'));
  if (!scheduling) return errors;
  return [
    ...errors,
    ...validateLabels(scheduling.nodeSelector, 'scheduling.nodeSelector'),
    ...validateUniqueTolerations(scheduling.tolerations ?? [], 'scheduling.tolerations'),
  ];
}

function validateUniqueTolerations(tolerations: readonly Toleration[], path: string): FieldError[] {
  const errors = validateTolerations(tolerations, `${path}.tolerations`);
  const seen = new Set<string>();
  tolerations.forEach((toleration, index) => {
    const { key = '', operator = '', value = '', effect = '' } = toleration;
    const identity = JSON.stringify([key, operator, value, effect]);
    if (seen.has(identity)) errors.push(duplicate(`${path}[${index}]`, goValue('core.Toleration', toleration)));
    seen.add(identity);
  });
  return errors;
}
