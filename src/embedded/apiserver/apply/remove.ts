import { isObject, type JsonObject, set as setMember } from '../json.ts';
import type { ListType, Type } from '../schema/types.ts';
import { below, type FieldSet, hasElement, isEmpty } from './field-set.ts';
import { fieldElement } from './path-element.ts';
import { memberOf, shapeOf, tryElementOf } from './typed.ts';

/** The object without the fields and items in `fields`. What becomes empty is null. */
export function removeFields(type: Type, object: JsonObject, fields: FieldSet): JsonObject {
  return (remove(type, false, object, fields) ?? {}) as JsonObject;
}

function remove(type: Type, atomic: boolean | undefined, value: unknown, fields: FieldSet): unknown {
  if (isEmpty(fields)) return value;
  if (type.kind === 'scalar') return value;
  // A part of what is owned as a whole takes all of it along.
  if (shapeOf(type, atomic) === 'leaf') return null;
  if (type.kind === 'list') return Array.isArray(value) ? removeItems(type, value, fields) : null;
  return isObject(value) ? removeMembers(type, value, fields) : null;
}

function removeMembers(type: Type, object: JsonObject, fields: FieldSet): JsonObject | null {
  const result: JsonObject = {};
  let empty = true;
  for (const key of Object.keys(object)) {
    const element = fieldElement(key);
    if (hasElement(fields, element)) continue;
    const member = memberOf(type, key);
    const inner = below(fields, element);
    setMember(result, key, member ? remove(member.type, member.atomic, object[key], inner) : object[key]);
    empty = false;
  }
  return empty ? null : result;
}

function removeItems(type: ListType, items: readonly unknown[], fields: FieldSet): unknown[] | null {
  const result: unknown[] = [];
  for (const item of items) {
    const element = tryElementOf(type, item);
    if (element === undefined) result.push(item);
    else if (!hasElement(fields, element)) result.push(remove(type.items, undefined, item, below(fields, element)));
  }
  return result.length > 0 ? result : null;
}
