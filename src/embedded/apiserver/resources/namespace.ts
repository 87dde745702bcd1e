import { nameIsDNSLabel } from '../../../kubernetes/names.ts';
import type { Namespace } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { type FieldError, invalid } from '../validation/field.ts';
import {
  validateFinalizerName,
  validateObjectMeta,
  validateObjectMetaUpdate,
  validateStandardFinalizer,
} from '../validation/object-meta.ts';
import { ageColumn, column } from './columns/common.ts';
import { keepStatus } from './defaults/strategies.ts';

/** What the namespace controller takes away when nothing is left in the namespace. */
const contentFinalizer = 'kubernetes';

/** pkg/registry/core/namespace, SetDefaults_Namespace and SetDefaults_NamespaceStatus. */
export const namespace = defineResource<Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  namespaced: false,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  schema: 'io.k8s.api.core.v1.Namespace',

  validateName: nameIsDNSLabel,

  defaults(draft) {
    labelWithName(draft);
    draft.spec ??= {};
    draft.status ??= {};
    draft.status.phase ||= 'Active';
  },

  prepareForCreate(draft) {
    labelWithName(draft);
    draft.status = { phase: 'Active' };
    const finalizers = draft.spec.finalizers ?? [];
    if (!finalizers.includes(contentFinalizer)) draft.spec.finalizers = [...finalizers, contentFinalizer];
  },
  prepareForUpdate(draft, current) {
    keepStatus(draft, current);
    if (current.spec.finalizers) draft.spec.finalizers = current.spec.finalizers;
    else delete draft.spec.finalizers;
  },
  validateCreate: validate,
  validateUpdate: (object, current) => [
    ...validate(object),
    ...validateObjectMetaUpdate(object.metadata, current.metadata),
  ],

  status: {
    validateUpdate({ metadata, status }, current) {
      const errors = validateObjectMetaUpdate(metadata, current.metadata);
      const deleted = metadata.deletionTimestamp !== undefined;
      const phase = deleted ? 'Terminating' : 'Active';
      if (status?.phase === phase) return errors;
      const detail = `may only be '${phase}' if \`deletionTimestamp\` is ${deleted ? 'not empty' : 'empty'}`;
      return [...errors, invalid('status.Phase', status?.phase ?? '', detail)];
    },
  },

  returnsDeletedObject: true,
  deletionHold: {
    pending: ({ spec }) => (spec.finalizers ?? []).length > 0,
    begin(draft) {
      draft.status = { ...draft.status, phase: 'Terminating' };
    },
  },

  selectableFields: {
    'status.phase': ({ status }) => status?.phase ?? '',
    name: ({ metadata }) => metadata.name,
  },

  columns: [
    column('Status', 'string', 'The status of the namespace', ({ status }) => status?.phase ?? ''),
    ageColumn(),
  ],

  subresources: { finalize: { kind: 'Namespace', verbs: ['update'] } },
});

/** The label that selectors of namespaces go by. A generated name is not known when defaults are set. */
function labelWithName({ metadata }: Namespace): void {
  if (metadata.name) metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
}

function validate({ metadata, spec }: Namespace): FieldError[] {
  return [
    ...validateObjectMeta(metadata, { namespaced: false, validateName: nameIsDNSLabel }),
    ...(spec.finalizers ?? []).flatMap((name) => [
      ...validateFinalizerName(name, 'spec.finalizers'),
      ...validateStandardFinalizer(name, 'spec.finalizers'),
    ]),
  ];
}
