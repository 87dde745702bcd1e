import { isObject, type JsonObject } from '../json.ts';
import type { ListType, Type } from '../schema/types.ts';
import { type FieldSet, isEmpty, leaf, type MutableFieldSet } from './field-set.ts';
import { fieldElement, type PathElement } from './path-element.ts';
import { hasItems, memberOf, shapeOf, tryElementOf } from './typed.ts';

/** Every field and item that an object has: what its manager owns after applying it. */
export function fieldsOf(type: Type, object: object): FieldSet {
  return nodeOf(type, false, object).below;
}

/** @returns whether the value is in the set itself, and what of it is. */
function nodeOf(type: Type, atomic: boolean | undefined, value: unknown): { member: boolean; below: MutableFieldSet } {
  switch (shapeOf(type, atomic)) {
    case 'leaf':
      return { member: true, below: {} };
    case 'list':
      return { member: false, below: Array.isArray(value) ? itemsOf(type as ListType, value) : {} };
    case 'map':
      return { member: false, below: isObject(value) ? membersOf(type, value) : {} };
  }
}

function membersOf(type: Type, object: JsonObject): MutableFieldSet {
  const result: MutableFieldSet = {};
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (value === undefined) continue;
    const member = memberOf(type, key);
    const node = member ? nodeOf(member.type, member.atomic, value) : { member: true, below: {} };
    const empty = value === null || (isObject(value) && !hasItems(value));
    insert(result, fieldElement(key), node.member || empty || !member?.named, node.below);
  }
  return result;
}

function itemsOf(type: ListType, items: readonly unknown[]): MutableFieldSet {
  const result: MutableFieldSet = {};
  const seen = new Set<PathElement>();
  for (const item of items) {
    const element = tryElementOf(type, item);
    if (element === undefined) continue;
    // Duplicates are owned together, without what is in them.
    if (seen.has(element)) result[element] = leaf;
    else insert(result, element, true, nodeOf(type.items, undefined, item).below);
    seen.add(element);
  }
  return result;
}

function insert(target: MutableFieldSet, element: PathElement, member: boolean, below: MutableFieldSet): void {
  if (isEmpty(below)) {
    if (member) target[element] = leaf;
  } else {
    target[element] = member ? { '.': leaf, ...below } : below;
  }
}

/** The same set, with the fields of structs on the way to its elements in it, too. */
export function withNamedFields(type: Type | undefined, set: FieldSet): FieldSet {
  const result: MutableFieldSet = {};
  for (const element in set) {
    const node = set[element]!;
    if (element === '.' || isEmpty(node)) {
      result[element] = node;
      continue;
    }
    const inner = innerType(type, element);
    const deeper = withNamedFields(inner?.type, node);
    result[element] = inner?.named && !('.' in deeper) ? { '.': leaf, ...deeper } : deeper;
  }
  return result;
}

function innerType(type: Type | undefined, element: PathElement): { type: Type; named: boolean } | undefined {
  if (type === undefined) return undefined;
  if (element.startsWith('f:')) {
    return type.kind === 'struct' || type.kind === 'map' ? memberOf(type, element.slice(2)) : undefined;
  }
  return type.kind === 'list' ? { type: type.items, named: false } : undefined;
}
