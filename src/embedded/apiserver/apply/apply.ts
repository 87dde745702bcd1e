import { badRequest } from '../../../kubernetes/errors.ts';
import type { KubeObject } from '../../../kubernetes/object.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import { clone, equal, type JsonObject } from '../json.ts';
import { DecodeError, Decoder } from '../schema/decoder.ts';
import type { Schemas } from '../schema/schemas.ts';
import type { StructType } from '../schema/types.ts';
import { zeroObject } from '../schema/zero.ts';
import { compareObjects } from './compare.ts';
import { type Conflict, conflictError } from './conflicts.ts';
import { difference, intersection, isEmpty, recursiveDifference, union } from './field-set.ts';
import { kubectl, takenOverFromClientSide, updateLastApplied } from './last-applied.ts';
import { type Manager, managerId, readManagers, withoutIdle, writeManagers } from './managers.ts';
import { mergeObjects } from './merge.ts';
import { prune } from './prune.ts';
import { resetFields, unownedFields } from './reset-fields.ts';
import { fieldsOf } from './to-field-set.ts';
import { TypedError } from './typed.ts';
import { filterComparison, updateManagers, withoutManagers } from './update.ts';
import { validateTyped } from './validate-typed.ts';

export interface AppliedPatch {
  readonly schemas: Schemas;
  /** OpenAPI name of the object's type. */
  readonly schemaName: string;
  /** "apps/v1" */
  readonly apiVersion: string;
  /** The stored object; absent when applying creates it. */
  readonly live: KubeObject | undefined;
  /** The configuration that is applied, as it was sent. */
  readonly patch: KubeObject;
  /** Name of the field manager. */
  readonly manager: string;
  /** Take fields from other managers instead of failing. */
  readonly force: boolean;
  /** '' for the object itself. */
  readonly subresource: string;
  /** RFC 3339, whole seconds. */
  readonly time: string;
}

/**
 * Server-side apply: the live object with the configuration merged into it, without what the manager applied last time
 * and no longer does, and with the managedFields that result. Defaults are not filled in.
 *
 * @returns an object that may share parts with `live` and `patch`.
 * @throws ApiError Conflict when the configuration changes what others own, unless forced; BadRequest; and, as upstream,
 *   code 500 without a reason for a configuration that does not fit the schema.
 */
export function applyPatch(request: AppliedPatch): KubeObject {
  const { schemas, schemaName, apiVersion, patch, manager } = request;
  const type = schemas.type(schemaName);
  const sent: unknown = (patch as Partial<KubeObject>).metadata?.managedFields;
  if (sent !== undefined && sent !== null) throw badRequest('metadata.managedFields must be nil');
  const live = request.live ?? zeroObject(type, apiVersion);
  const known = managersBefore(request, type, live);
  failAs(`failed to create typed patch object (${describe(patch)})`, () => validateTyped(type, patch, 'refused'));
  failAs(`failed to create typed live object (${describe(live)})`, () => validateTyped(type, live, 'allowed'));
  let result = merge(request, type, live, known, request.force);
  if (result.conflicts.length > 0 && manager === kubectl) {
    const allowed = takenOverFromClientSide(type, apiVersion, live);
    const conflicts = result.conflicts
      .map(({ manager, fields }) => ({ manager, fields: difference(fields, allowed) }))
      .filter(({ fields }) => !isEmpty(fields));
    result = conflicts.length > 0 ? { ...result, conflicts } : merge(request, type, live, known, true);
  }
  if (result.conflicts.length > 0) throw conflictError(result.conflicts);

  const object = manager === kubectl ? updateLastApplied(result.object, patch as unknown as JsonObject) : result.object;
  const metadata = (object.metadata ?? {}) as KubeObject['metadata'];
  const managedFields = writeManagers(result.managers, request.live?.metadata.managedFields);
  return { ...object, metadata: { ...metadata, managedFields } } as unknown as KubeObject;
}

/** An object that nobody tracked yet belongs to everybody who wrote it before: one entry for all of them. */
function managersBefore(request: AppliedPatch, type: StructType, live: KubeObject): Map<string, Manager> {
  const managers = readManagers(live.metadata?.managedFields);
  if (managers.size > 0 || !request.live) return managers;
  const { apiVersion, subresource, time } = request;
  failAs(
    `failed to create manager for existing fields: failed to convert new object (${describe(live)}) to smd typed`,
    () => validateTyped(type, live, 'allowed'),
  );
  const owner = { name: 'before-first-apply', operation: 'Update' as const, apiVersion, subresource, time };
  return updateManagers(request, undefined, live, managers, owner);
}

interface Merged {
  readonly object: JsonObject;
  readonly managers: Map<string, Manager>;
  readonly conflicts: readonly Conflict[];
}

function merge(
  request: AppliedPatch,
  type: StructType,
  live: KubeObject,
  known: ReadonlyMap<string, Manager>,
  force: boolean,
): Merged {
  const { schemaName, apiVersion, manager: name, subresource, time } = request;
  const patch = request.patch as unknown as JsonObject;
  const before = withoutManagers(live) as JsonObject;
  const reset = resetFields(schemaName, subresource);
  const owner = { name: name || 'unknown', operation: 'Apply' as const, apiVersion, subresource };
  const id = managerId(owner);
  const last = known.get(id);
  const managers = new Map(known);
  const fields = recursiveDifference(fieldsOf(type, patch), reset);
  managers.set(id, { ...owner, time: last?.time, fields });

  const merged = clone(mergeObjects(type, before, patch));
  const after = prune(type, merged, managers, last);
  const changes = filterComparison(compareObjects(type, before, after), reset);
  const written = union(changes.modified, changes.added);
  const conflicts: Conflict[] = [];
  for (const [otherId, other] of managers) {
    if (otherId === id || other.apiVersion !== apiVersion) continue;
    const contested = intersection(other.fields, written);
    if (!isEmpty(contested)) conflicts.push({ manager: other, fields: contested });
    const lost = union(contested, intersection(other.fields, changes.removed));
    if (!isEmpty(lost)) managers.set(otherId, { ...other, fields: difference(other.fields, lost) });
  }
  if (conflicts.length > 0 && !force) return { object: after, managers, conflicts };

  // Only a change of the object itself counts as an operation of the manager.
  const changed = !equal(before, after);
  const owned = difference(fields, unownedFields);
  managers.set(id, { ...owner, time: changed ? time : last?.time, fields: keepIdentity(owned, last) });
  failAs(
    `failed to convert new object (${describe(request.patch)}) to proper version: unable to convert unstructured object to ${kindOf(request.patch)}`,
    () => new Decoder([], 'strategic-merge-patch').root(type, after),
  );
  return { object: after, managers: withoutIdle(managers), conflicts: [] };
}

/** The set the manager had before, where it is the same, so that its entry stays what it is. */
function keepIdentity(fields: Manager['fields'], last: Manager | undefined): Manager['fields'] {
  return last && equal(last.fields, fields) ? last.fields : fields;
}

/** Upstream reports what it did not foresee with code 500 and no reason. */
function failAs(what: string, action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof TypedError) && !(error instanceof DecodeError)) throw error;
    throw new ApiError(500, undefined, `${what}: ${error.message}`);
  }
}

/** "namespace/name; apps/v1, Kind=StatefulSet" */
function describe(object: KubeObject): string {
  const { name, namespace } = (object.metadata ?? {}) as { name?: unknown; namespace?: unknown };
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return `${text(namespace)}/${text(name)}; ${kindOf(object)}`;
}

function kindOf({ apiVersion, kind }: KubeObject): string {
  return `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`;
}
