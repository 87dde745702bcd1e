import type { KubeObject } from '../../../kubernetes/object.ts';
import { ApiError, type Status } from '../../../kubernetes/status.ts';
import { conflict, forbidden, invalid as invalidObject, notFound } from '../failures.ts';
import type { ResourceDefinition } from '../resource.ts';
import { type FieldError, invalid, notSupported } from '../validation/field.ts';
import { type Deletion, planDeletion } from './deletion.ts';
import { type ListResult, list } from './list.ts';
import type { EngineParts } from './parts.ts';
import type { Caller, DeleteOptions, ListOptions } from './request.ts';
import { transact } from './transaction.ts';
import { admissionRequest, type WriteRequest } from './write.ts';

export interface DeleteResult {
  /** The object that is gone, or that waits for its finalizers or its grace period; or a Status that says it is gone. */
  readonly answer: KubeObject | Status;
  /** False where it is still there. */
  readonly deleted: boolean;
}

/** DELETE. @throws ApiError NotFound, Conflict, Invalid, or what admission says. */
export async function remove(
  parts: EngineParts,
  caller: Caller,
  definition: ResourceDefinition,
  at: { readonly namespace: string; readonly name: string },
  options: DeleteOptions = {},
): Promise<DeleteResult> {
  validateDeleteOptions(options);
  const dryRun = options.dryRun ?? false;
  const { namespace, name } = at;
  const request: WriteRequest = { parts, caller, definition, namespace, subresource: '', options: { dryRun } };
  const refusal = definition.refuseDeletion?.(name);
  if (refusal) throw forbidden(definition, name, refusal);
  let plan: Deletion | undefined;
  const marking = transact(parts, caller, definition, at, dryRun, (current, transaction) => {
    if (!current) throw notFound(definition, name);
    checkPreconditions(definition, current, options);
    const admission = admissionRequest(request, 'DELETE', name, undefined, current);
    parts.admission.mutate(admission, transaction);
    parts.admission.validate(admission, transaction);
    plan = planDeletion(definition, current, options, parts.clock);
    if (plan.action === 'keep') return { next: plan.next };
    return plan.marked === current ? { next: undefined } : { next: plan.marked };
  });
  // Where it is seen marked for deletion before it goes, that takes two writes; the second is asked for at once, so
  // that nobody's comes between them.
  const marked = plan?.action === 'remove' && 'deletionTimestamp' in plan.marked.metadata;
  const removing =
    marked && !dryRun ? transact(parts, caller, definition, at, false, () => ({ next: undefined })) : undefined;
  const [first, second] = await Promise.all([marking, removing]);
  const object = second ?? first;
  const bare = plan!.action === 'keep' && !plan!.pending;
  return { answer: bare ? object : answerFor(definition, object), deleted: plan!.action === 'remove' };
}

/**
 * DELETE of a collection: each object by itself, whatever becomes of the others.
 * @returns what was chosen, as it stood before.
 */
export async function removeCollection(
  parts: EngineParts,
  caller: Caller,
  definition: ResourceDefinition,
  namespace: string,
  options: DeleteOptions = {},
  selection: ListOptions = {},
): Promise<ListResult> {
  validateDeleteOptions(options);
  const chosen = list(parts, definition, definition.namespaced ? namespace : undefined, selection);
  const results = await Promise.allSettled(
    chosen.items.map(({ metadata: { namespace = '', name } }) =>
      remove(parts, caller, definition, { namespace, name }, options),
    ),
  );
  for (const result of results) {
    if (result.status === 'rejected' && !ApiError.is(result.reason, 'NotFound')) throw result.reason;
  }
  return chosen;
}

function answerFor(definition: ResourceDefinition, object: KubeObject): KubeObject | Status {
  if (definition.returnsDeletedObject) return object;
  const { name, uid } = object.metadata;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(definition.group && { group: definition.group }), kind: definition.plural, uid },
  } as Status;
}

function checkPreconditions(definition: ResourceDefinition, current: KubeObject, { preconditions }: DeleteOptions) {
  const { name, uid, resourceVersion } = current.metadata;
  // Upstream names the kind where the resource's name is meant.
  const kind = { group: definition.group, plural: definition.kind };
  if (preconditions?.uid !== undefined && preconditions.uid !== uid) {
    throw conflict(
      kind,
      name,
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  }
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    throw conflict(
      kind,
      name,
      `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
  }
}

/** @throws ApiError Invalid */
export function validateDeleteOptions({ propagationPolicy, orphanDependents }: DeleteOptions): void {
  if (!propagationPolicy) return;
  const errors: FieldError[] = [];
  if (orphanDependents !== undefined) {
    errors.push(
      invalid('propagationPolicy', propagationPolicy, 'orphanDependents and deletionPropagation cannot be both set'),
    );
  }
  if (!['Foreground', 'Background', 'Orphan'].includes(propagationPolicy)) {
    errors.push(notSupported('propagationPolicy', propagationPolicy, ['Foreground', 'Background', 'Orphan', 'nil']));
  }
  if (errors.length > 0) throw invalidObject({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
}
