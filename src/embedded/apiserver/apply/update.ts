import type { KubeObject, ManagedFieldsEntry } from '../../../kubernetes/object.ts';
import { equal } from '../json.ts';
import type { Schemas } from '../schema/schemas.ts';
import { zeroObject } from '../schema/zero.ts';
import { type Comparison, compareObjects } from './compare.ts';
import { difference, type FieldSet, intersection, isEmpty, recursiveDifference, union } from './field-set.ts';
import {
  capUpdaters,
  isReset,
  type Manager,
  type Managers,
  managerId,
  readManagers,
  withoutIdle,
  writeManagers,
} from './managers.ts';
import { resetFields, unownedFields } from './reset-fields.ts';
import { TypedError } from './typed.ts';

export interface TrackedUpdate {
  readonly schemas: Schemas;
  /** OpenAPI name of the object's type. */
  readonly schemaName: string;
  /** Of the request: "apps/v1". */
  readonly apiVersion: string;
  /** The stored object; absent on create. */
  readonly previous: KubeObject | undefined;
  /** The object as it is about to be stored, defaults included, with the managedFields the client sent. */
  readonly next: KubeObject;
  /** Name of the field manager. */
  readonly manager: string;
  /** '' for the object itself. */
  readonly subresource: string;
  /** RFC 3339, whole seconds. */
  readonly time: string;
}

/**
 * The managedFields of an object that was created, replaced or patched: who changed a field owns it, and nobody else
 * does any more. Managers that lost or gained nothing keep their entries, identically; without any change at all, the
 * result is the stored list.
 */
export function trackUpdate(update: TrackedUpdate): ManagedFieldsEntry[] {
  const { previous, next, manager, apiVersion, subresource, time } = update;
  try {
    const known = sentOrStored(update);
    // An object that nobody tracked so far is tracked from the first apply on.
    if (known.managers.size === 0 && previous !== undefined) return [];
    const managers = updateManagers(update, previous, next, known.managers, {
      name: manager || 'unknown',
      operation: 'Update',
      apiVersion,
      subresource,
      time,
    });
    capUpdaters(managers);
    return writeManagers(managers, known.entries);
  } catch (error) {
    // Upstream gives up tracking an object in which items of a list cannot be told apart.
    if (error instanceof TypedError) return [];
    throw error;
  }
}

/** What the client sent counts where it can be read and the request is not for a subresource. */
function sentOrStored({ previous, next, subresource }: TrackedUpdate): {
  managers: Map<string, Manager>;
  entries: readonly ManagedFieldsEntry[] | undefined;
} {
  const stored = previous?.metadata.managedFields;
  const sent = next.metadata.managedFields;
  if (subresource === '' && sent !== stored && isReset(sent)) return { managers: new Map(), entries: undefined };
  if (subresource === '' && sent && sent !== stored && !equal(sent, stored)) {
    try {
      const managers = readManagers(sent, true);
      if (managers.size > 0) return { managers, entries: undefined };
    } catch {
      // What cannot be read does not count.
    }
  }
  return { managers: readManagers(stored), entries: stored };
}

/**
 * Gives to `owner` what changed between two states of an object, and takes it from the others.
 * @param before absent on create.
 */
export function updateManagers(
  { schemas, schemaName, apiVersion }: Pick<TrackedUpdate, 'schemas' | 'schemaName' | 'apiVersion'>,
  before: KubeObject | undefined,
  after: KubeObject,
  managers: Managers,
  owner: Omit<Manager, 'fields'>,
): Map<string, Manager> {
  const type = schemas.type(schemaName);
  const compared = compareObjects(
    type,
    withoutManagers(before ?? zeroObject(type, apiVersion)),
    withoutManagers(after),
  );
  const reset = resetFields(schemaName, owner.subresource);
  const changes = filterComparison(compared, reset);
  const written = union(changes.modified, changes.added);
  const result = takeAway(managers, apiVersion, written, changes.removed);
  const gained = difference(written, unownedFields);
  if (!isEmpty(gained)) {
    const id = managerId(owner);
    const known = result.get(id)?.fields ?? {};
    // Upstream translates entries to and from those of a Scale, and loses the time of new ones on the way.
    const time = owner.subresource === 'scale' ? managers.get(id)?.time : owner.time;
    result.set(id, { ...owner, time, fields: union(known, gained) });
  }
  return result;
}

export function withoutManagers(object: KubeObject): object {
  if (object.metadata?.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

export function filterComparison({ added, modified, removed }: Comparison, reset: FieldSet): Comparison {
  return {
    added: recursiveDifference(added, reset),
    modified: recursiveDifference(modified, reset),
    removed: recursiveDifference(removed, reset),
  };
}

/** Managers without the fields that somebody else has written or removed. */
function takeAway(managers: Managers, apiVersion: string, written: FieldSet, removed: FieldSet): Map<string, Manager> {
  const result = new Map<string, Manager>();
  for (const [id, manager] of managers) {
    // Fields of other versions of the kind have other names.
    if (manager.apiVersion !== apiVersion) {
      result.set(id, manager);
      continue;
    }
    const lost = union(intersection(manager.fields, written), intersection(manager.fields, removed));
    result.set(id, isEmpty(lost) ? manager : { ...manager, fields: difference(manager.fields, lost) });
  }
  return withoutIdle(result);
}
