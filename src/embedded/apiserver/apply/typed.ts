import { isObject, type JsonObject } from '../json.ts';
import type { Field, ListType, StructType, Type } from '../schema/types.ts';
import { keyElement, type PathElement, valueElement } from './path-element.ts';

/** An object that does not fit its type, in the words of structured-merge-diff. */
export class TypedError extends Error {
  override readonly name = 'TypedError';
}

/**
 * How server-side apply sees a type: a leaf is owned and replaced as a whole, the others part by part.
 * `list` stands for sets and lists with keys, `map` for structs and for maps whose keys are owned one by one.
 */
export type Shape = 'leaf' | 'list' | 'map';

/** @param atomic what the field says of the struct or map it holds, see Field.atomic. */
export function shapeOf(type: Type, atomic: boolean | undefined): Shape {
  switch (type.kind) {
    case 'scalar':
      return 'leaf';
    case 'list':
      return type.relation === 'atomic' ? 'leaf' : 'list';
    case 'map':
      return (atomic ?? type.atomic) ? 'leaf' : 'map';
    case 'struct':
      return (atomic ?? type.atomic) ? 'leaf' : 'map';
  }
}

/** The type of a struct's field or a map's value; undefined for a field that a struct does not have. */
export function memberOf(
  type: Type,
  name: string,
): { type: Type; atomic: boolean | undefined; named: boolean } | undefined {
  if (type.kind === 'map') return { type: type.values, atomic: undefined, named: false };
  const field = (type as StructType).fields.get(name);
  return field && { type: field.type, atomic: field.atomic, named: true };
}

/**
 * What tells a list's item apart from the others.
 * @throws TypedError
 */
export function elementOf(type: ListType, item: unknown): PathElement {
  if (type.relation === 'map') return keyOf(type, item);
  if (isObject(item)) throw new TypedError("associative list without keys has an element that's a map type");
  if (Array.isArray(item)) throw new TypedError('not supported: associative list with lists as elements');
  if (item === null || item === undefined) {
    throw new TypedError("associative list without keys has an element that's an explicit null");
  }
  return valueElement(item);
}

/** The same, or undefined for an item that has nothing to tell it apart by: pruning leaves such items behind. */
export function tryElementOf(type: ListType, item: unknown): PathElement | undefined {
  try {
    return elementOf(type, item);
  } catch (error) {
    if (error instanceof TypedError) return undefined;
    throw error;
  }
}

function keyOf({ keys, items }: ListType, item: unknown): PathElement {
  if (item === null || item === undefined) {
    throw new TypedError('associative list with keys may not have a null element');
  }
  if (!isObject(item)) throw new TypedError('associative list with keys may not have non-map elements');
  const values: JsonObject = {};
  for (const key of keys) {
    const value = Object.hasOwn(item, key) ? item[key] : undefined;
    const fallback = value === undefined ? defaultOf(items, key) : undefined;
    if (value === undefined && fallback === undefined) {
      throw new TypedError(
        `associative list with keys has an element that omits key field "${key}" (and doesn't have default value)`,
      );
    }
    values[key] = value ?? fallback ?? null;
  }
  return keyElement(values);
}

function defaultOf(type: Type, key: string): Field['default'] {
  return type.kind === 'struct' ? type.fields.get(key)?.default : undefined;
}

/** Neither an empty list or object, null, nor absent. */
export function hasItems(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (!isObject(value)) return false;
  for (const key of Object.keys(value)) if (value[key] !== undefined) return true;
  return false;
}
