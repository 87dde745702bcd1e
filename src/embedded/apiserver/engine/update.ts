import { badRequest } from '../../../kubernetes/errors.ts';
import type { KubeObject } from '../../../kubernetes/object.ts';
import { conflict, invalid as invalidObject, notFound } from '../failures.ts';
import type { ResourceDefinition } from '../resource.ts';
import { type FieldError, invalid } from '../validation/field.ts';
import { validateObjectMetaUpdate } from '../validation/object-meta.ts';
import { decodeBody } from './decoding.ts';
import { dedupOwnerReferences, ensureName, ensureNamespace } from './metadata.ts';
import type { EngineParts } from './parts.ts';
import type { Body, Caller, WriteOptions } from './request.ts';
import { type Outcome, type Transaction, transact } from './transaction.ts';
import {
  admissionRequest,
  finishNew,
  recordManager,
  refuse,
  unchanged,
  validateMeta,
  type WriteRequest,
} from './write.ts';

/** How writes to an object through one of its subresources, or to itself, differ. */
export interface UpdateStrategy {
  /** '' for the object itself. */
  readonly subresource: string;
  /** Whether writing to a name that does not exist creates it. */
  readonly allowCreate: boolean;
  /** Puts back what this subresource may not change. Runs before the change is attributed to its manager. */
  confine(draft: KubeObject, current: KubeObject): void;
  prepare(draft: KubeObject, current: KubeObject, transaction: Transaction): void;
  validate(object: KubeObject, current: KubeObject, transaction: Transaction): FieldError[];
  warnings(object: KubeObject, current: KubeObject): string[];
}

export function mainStrategy(definition: ResourceDefinition): UpdateStrategy {
  return {
    subresource: '',
    allowCreate: definition.allowCreateOnUpdate ?? false,
    confine: () => {},
    prepare: (draft, current, transaction) => definition.prepareForUpdate?.(draft, current, transaction),
    validate: (object, current, transaction) => definition.validateUpdate?.(object, current, transaction) ?? [],
    warnings: (object, current) => definition.warnings?.(object, current) ?? [],
  };
}

export function statusStrategy(definition: ResourceDefinition): UpdateStrategy {
  return {
    subresource: 'status',
    allowCreate: false,
    confine: (draft, current) => keepAllBut(draft, current, ['metadata', 'status']),
    prepare: (draft, current, transaction) => definition.status?.prepareForUpdate?.(draft, current, transaction),
    validate: (object, current, transaction) => definition.status?.validateUpdate?.(object, current, transaction) ?? [],
    warnings: (object, current) => definition.status?.warnings?.(object, current) ?? [],
  };
}

/** Makes every top-level field of the draft but these the stored one. */
export function keepAllBut(draft: KubeObject, current: KubeObject, fields: readonly string[]): void {
  const target = draft as unknown as Record<string, unknown>;
  const source = current as unknown as Record<string, unknown>;
  for (const key of Object.keys(target)) if (!fields.includes(key) && !Object.hasOwn(source, key)) delete target[key];
  for (const key of Object.keys(source)) if (!fields.includes(key)) target[key] = source[key];
}

export interface UpdateTarget {
  readonly definition: ResourceDefinition;
  readonly namespace: string;
  readonly name: string;
  readonly strategy: UpdateStrategy;
}

export interface UpdateResult {
  readonly object: KubeObject;
  readonly created: boolean;
}

/**
 * PUT.
 * @param mayCreate called, where the write is about to create, to throw Forbidden at those who may not.
 * @throws ApiError BadRequest, NotFound, Conflict, Invalid, or what admission says.
 */
export async function update(
  parts: EngineParts,
  caller: Caller,
  target: UpdateTarget,
  body: Body,
  options: WriteOptions = {},
  mayCreate: () => void = () => {},
): Promise<UpdateResult> {
  const { definition, namespace, name, strategy } = target;
  const request: WriteRequest = { parts, caller, definition, namespace, subresource: strategy.subresource, options };
  const draft = decodeBody(parts, definition, body, options, caller);
  ensureNamespace(draft.metadata, definition.namespaced ? namespace : '');
  ensureName(draft, name);
  dedupOwnerReferences(draft, caller, false);
  const uid = draft.metadata.uid ?? '';
  return write(request, target, mayCreate, (current) => {
    const found = current?.metadata.uid ?? '';
    if (uid && uid !== found) throw uidMismatch(definition, namespace, name, uid, found);
    if (!current && !strategy.allowCreate) throw notFound(definition, name);
    if (current) strategy.confine(draft, current);
    recordManager(request, draft, current);
    return draft;
  });
}

/** @param produce the new state, attributed to its managers, from the stored one. */
export async function write(
  request: WriteRequest,
  { definition, namespace, name, strategy }: UpdateTarget,
  mayCreate: () => void,
  produce: (current: KubeObject | undefined) => KubeObject,
): Promise<UpdateResult> {
  const { parts, caller, options } = request;
  let created = false;
  const at = { namespace, name };
  const object = await transact(parts, caller, definition, at, options.dryRun ?? false, (current, transaction) => {
    const draft = produce(current);
    const operation = current ? 'UPDATE' : 'CREATE';
    parts.admission.mutate(admissionRequest(request, operation, name, draft, current), transaction);
    dedupOwnerReferences(draft, caller, true);
    created = !current;
    if (!current) {
      mayCreate();
      finishNew(request, draft, transaction);
      return { next: draft };
    }
    return finishUpdate(request, strategy, draft, current, transaction);
  });
  return { object, created };
}

/** Upstream's rest.BeforeUpdate and what follows it. */
function finishUpdate(
  request: WriteRequest,
  strategy: UpdateStrategy,
  draft: KubeObject,
  current: KubeObject,
  transaction: Transaction,
): Outcome {
  const { parts, caller, definition } = request;
  checkResourceVersion(definition, draft, current);
  ensureNamespace(draft.metadata, definition.namespaced ? request.namespace : '');
  keepSystemFields(draft, current);
  strategy.prepare(draft, current, transaction);
  refuse(definition, draft, [
    ...validateMeta(definition, draft),
    ...validateObjectMetaUpdate(draft.metadata, current.metadata, 'metadata'),
    ...strategy.validate(draft, current, transaction),
  ]);
  for (const warning of strategy.warnings(draft, current)) caller.warn(warning);
  const same = unchanged(draft, current);
  const object = same ? current : draft;
  const { name } = current.metadata;
  parts.admission.validate(admissionRequest(request, 'UPDATE', name, object, current), transaction);
  if (goesWith(definition, object, current)) return { next: undefined, answer: object };
  return { next: object };
}

function keepSystemFields(draft: KubeObject, current: KubeObject): void {
  const { metadata: meta } = draft;
  const { metadata: stored } = current;
  if (stored.generation === undefined) delete meta.generation;
  else meta.generation = stored.generation;
  meta.uid ||= stored.uid;
  if (stored.creationTimestamp) meta.creationTimestamp = stored.creationTimestamp;
  if (stored.deletionTimestamp) meta.deletionTimestamp = stored.deletionTimestamp;
  if (stored.deletionGracePeriodSeconds !== undefined) {
    meta.deletionGracePeriodSeconds ??= stored.deletionGracePeriodSeconds;
  }
}

/** @throws ApiError Conflict where the draft rests on another state than the stored one. */
function checkResourceVersion(definition: ResourceDefinition, draft: KubeObject, current: KubeObject): void {
  const { name, resourceVersion } = draft.metadata;
  if (!resourceVersion || resourceVersion === '0') {
    if (definition.allowUnconditionalUpdate === false) {
      throw invalidObject({ group: definition.group, kind: definition.plural }, name, [
        invalid('metadata.resourceVersion', 0, 'must be specified for an update'),
      ]);
    }
    draft.metadata.resourceVersion = current.metadata.resourceVersion;
  } else if (!/^\d{1,20}$/.test(resourceVersion)) {
    throw badRequest(`strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`);
  } else if (resourceVersion !== current.metadata.resourceVersion) {
    throw conflict(definition, name);
  }
}

/** Whether an update that took the last finalizer from an object marked for deletion makes it go. */
function goesWith(definition: ResourceDefinition, object: KubeObject, current: KubeObject): boolean {
  if (object.metadata.finalizers?.length || definition.deletionHold?.pending(object)) return false;
  return current.metadata.deletionTimestamp !== undefined && !current.metadata.deletionGracePeriodSeconds;
}

export function uidMismatch(
  definition: ResourceDefinition,
  namespace: string,
  name: string,
  uid: string,
  found: string,
) {
  const key = ['/registry', definition.plural, ...(definition.namespaced ? [namespace] : []), name].join('/');
  return conflict(
    definition,
    name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${found}`,
  );
}

/** The same for patches: a patch must not invent the object it changes. */
export function uidWithoutObject(definition: ResourceDefinition, name: string, uid: string) {
  return conflict(
    definition,
    name,
    `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
  );
}
