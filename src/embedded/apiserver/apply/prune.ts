import type { JsonObject } from '../json.ts';
import type { StructType } from '../schema/types.ts';
import { difference, type FieldSet, intersection, isEmpty, union } from './field-set.ts';
import type { Manager, Managers } from './managers.ts';
import { removeFields } from './remove.ts';
import { fieldsOf, withNamedFields } from './to-field-set.ts';

/**
 * Takes out of a merged object what its manager applied last time, applies no longer, and nobody else owns.
 * @param managers with the applying manager's new fields.
 * @param last what that manager owned before.
 */
export function prune(type: StructType, merged: JsonObject, managers: Managers, last: Manager | undefined): JsonObject {
  if (!last || isEmpty(last.fields)) return merged;
  const named = (set: FieldSet) => withNamedFields(type, set);
  const fields = (object: JsonObject) => named(fieldsOf(type, object));
  const lastFields = named(last.fields);
  const mergedFields = fields(merged);

  // Without everything that was applied last time, …
  let pruned = removeFields(type, merged, lastFields);
  // … but with what somebody still owns, the applying manager included, …
  let owned: FieldSet = {};
  for (const manager of managers.values()) {
    if (manager.apiVersion === last.apiVersion) owned = union(owned, manager.fields);
  }
  pruned = removeFields(type, merged, difference(mergedFields, union(fields(pruned), named(owned))));
  // … and with what went only because something around it did.
  return removeFields(type, merged, intersection(difference(mergedFields, fields(pruned)), lastFields));
}
