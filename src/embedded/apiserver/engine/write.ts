import { nameIsPathSegment } from '../../../kubernetes/names.ts';
import type { KubeObject, ManagedFieldsEntry } from '../../../kubernetes/object.ts';
import { timestamp } from '../../clock.ts';
import type { AdmissionRequest } from '../admission/chain.ts';
import { trackUpdate } from '../apply/update.ts';
import { invalid } from '../failures.ts';
import { equal } from '../json.ts';
import { groupVersion } from '../registry.ts';
import type { ResourceDefinition } from '../resource.ts';
import type { FieldError } from '../validation/field.ts';
import { validateObjectMeta } from '../validation/object-meta.ts';
import { ensureNamespace, fillSystemFields } from './metadata.ts';
import type { EngineParts } from './parts.ts';
import { type Caller, managerOf, type WriteOptions } from './request.ts';
import type { Transaction } from './transaction.ts';

/** One write, as its steps need to know it. */
export interface WriteRequest {
  readonly parts: EngineParts;
  readonly caller: Caller;
  readonly definition: ResourceDefinition;
  readonly namespace: string;
  readonly subresource: string;
  readonly options: WriteOptions;
}

/** Records in the draft's managedFields who wrote which of its fields. */
export function recordManager(request: WriteRequest, draft: KubeObject, previous: KubeObject | undefined): void {
  const { parts, definition, options, caller, subresource } = request;
  const entries = trackUpdate({
    schemas: parts.schemas,
    schemaName: definition.schema,
    apiVersion: groupVersion(definition),
    previous,
    next: draft,
    manager: managerOf(options, caller),
    subresource,
    time: timestamp(parts.clock),
  });
  setManagedFields(draft, entries);
}

export function setManagedFields(draft: KubeObject, entries: readonly ManagedFieldsEntry[] | undefined): void {
  if (entries?.length) draft.metadata.managedFields = [...entries];
  else delete draft.metadata.managedFields;
}

export function admissionRequest(
  { caller, definition, namespace, subresource, options }: WriteRequest,
  operation: AdmissionRequest['operation'],
  name: string,
  object: KubeObject | undefined,
  previous: KubeObject | undefined,
): AdmissionRequest {
  return {
    operation,
    definition,
    // A Namespace is admitted as something inside itself.
    namespace: definition.plural === 'namespaces' && definition.group === '' ? name : namespace,
    name,
    subresource,
    object,
    previous,
    user: caller.user,
    dryRun: options.dryRun ?? false,
    warn: (message) => caller.warn(message),
  };
}

/**
 * Upstream's rest.BeforeCreate and what follows it: turns a draft that has passed mutating admission into an object to
 * store. @throws ApiError Invalid, or what admission says.
 */
export function finishNew(request: WriteRequest, draft: KubeObject, transaction: Transaction): void {
  const { parts, definition, caller } = request;
  fillSystemFields(draft.metadata, parts.clock);
  transaction.holder = draft.metadata.uid!;
  ensureNamespace(draft.metadata, definition.namespaced ? request.namespace : '');
  definition.prepareForCreate?.(draft, transaction);
  refuse(definition, draft, definition.validateCreate?.(draft, transaction) ?? []);
  refuse(definition, draft, validateMeta(definition, draft));
  for (const warning of definition.warnings?.(draft, undefined) ?? []) caller.warn(warning);
  delete draft.metadata.resourceVersion;
  parts.admission.validate(admissionRequest(request, 'CREATE', draft.metadata.name, draft, undefined), transaction);
}

/** What upstream validates of every object's metadata besides what the kind itself does. */
export function validateMeta(definition: ResourceDefinition, object: KubeObject): FieldError[] {
  return validateObjectMeta(
    object.metadata,
    { namespaced: definition.namespaced, validateName: nameIsPathSegment },
    'metadata',
  );
}

/** @throws ApiError Invalid where there are errors. */
export function refuse(definition: ResourceDefinition, object: KubeObject, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid(definition, object.metadata.name ?? '', errors);
}

/** Whether a write changes nothing but the times in managedFields: then it is none. */
export function unchanged(draft: KubeObject, current: KubeObject): boolean {
  const { managedFields: mine, ...draftMeta } = draft.metadata;
  const { managedFields: theirs, ...currentMeta } = current.metadata;
  if (!equal(draftMeta, currentMeta)) return false;
  if (!equal({ ...draft, metadata: undefined }, { ...current, metadata: undefined })) return false;
  const timeless = (entries: readonly ManagedFieldsEntry[] = []) =>
    entries.map((entry) => ({ ...entry, time: undefined }));
  return equal(timeless(mine), timeless(theirs));
}
