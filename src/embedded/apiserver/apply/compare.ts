import { equal, type JsonObject } from '../json.ts';
import type { ListType, Type } from '../schema/types.ts';
import { type FieldSet, leaf, type MutableFieldSet } from './field-set.ts';
import { fieldElement, type PathElement } from './path-element.ts';
import { elementOf, hasItems, memberOf, shapeOf } from './typed.ts';

/** Which fields two objects differ in. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/**
 * Compares objects field by field as their schema says. Subtrees that both objects share cost nothing.
 * @throws TypedError when a list's items cannot be told apart.
 */
export function compareObjects(type: Type, before: object, after: object): Comparison {
  const { added = leaf, modified = leaf, removed = leaf } = compare(type, false, before, after) ?? {};
  return { added, modified, removed };
}

/** Of one value: a part that is a leaf says that the value itself was added, modified or removed. */
interface Differences {
  added?: FieldSet;
  modified?: FieldSet;
  removed?: FieldSet;
}

const addedLeaf: Differences = { added: leaf };
const modifiedLeaf: Differences = { modified: leaf };
const removedLeaf: Differences = { removed: leaf };

function compare(type: Type, atomic: boolean | undefined, before: unknown, after: unknown): Differences | undefined {
  if (before === after) return undefined;
  const shape = shapeOf(type, atomic);
  if (shape === 'leaf' || !(hasItems(before) || hasItems(after))) return compareLeaves(before, after);
  const collector = new Collector();
  if (shape === 'list') compareLists(type as ListType, asList(before), asList(after), collector);
  else compareMaps(type, asMap(before), asMap(after), collector);
  if (before === undefined) collector.self('added');
  else if (after === undefined) collector.self('removed');
  return collector.differences;
}

function compareLeaves(before: unknown, after: unknown): Differences | undefined {
  if (before === undefined) return addedLeaf;
  if (after === undefined) return removedLeaf;
  return equal(before, after) ? undefined : modifiedLeaf;
}

function compareMaps(type: Type, before: JsonObject, after: JsonObject, collector: Collector): void {
  for (const key of Object.keys(before)) {
    const value = before[key];
    if (value === undefined) continue;
    const other = Object.hasOwn(after, key) ? after[key] : undefined;
    if (value !== other) compareMember(type, key, value, other, collector);
  }
  for (const key of Object.keys(after)) {
    if (after[key] === undefined || (Object.hasOwn(before, key) && before[key] !== undefined)) continue;
    compareMember(type, key, undefined, after[key], collector);
  }
}

function compareMember(type: Type, key: string, before: unknown, after: unknown, collector: Collector): void {
  const member = memberOf(type, key);
  collector.add(
    fieldElement(key),
    member ? compare(member.type, member.atomic, before, after) : compareLeaves(before, after),
  );
}

function compareLists(
  type: ListType,
  before: readonly unknown[],
  after: readonly unknown[],
  collector: Collector,
): void {
  const left = group(type, before);
  const right = group(type, after);
  for (const element of new Set([...left.keys(), ...right.keys()])) {
    const [old = [], young = []] = [left.get(element), right.get(element)];
    if (old.length <= 1 && young.length <= 1) {
      collector.add(element, compare(type.items, undefined, old[0], young[0]));
    } else if (old.length > 1 && young.length > 1) {
      // Duplicates are compared, and owned, together.
      if (!equal(old, young)) collector.add(element, modifiedLeaf);
    } else if (old.length > 1) {
      if (young.length > 0) collector.add(element, compare(type.items, undefined, undefined, young[0]));
      collector.add(element, removedLeaf);
    } else {
      if (old.length > 0) collector.add(element, compare(type.items, undefined, old[0], undefined));
      collector.add(element, addedLeaf);
    }
  }
}

function group(type: ListType, items: readonly unknown[]): Map<PathElement, unknown[]> {
  const groups = new Map<PathElement, unknown[]>();
  for (const item of items) {
    const element = elementOf(type, item);
    const others = groups.get(element);
    if (others) others.push(item);
    else groups.set(element, [item]);
  }
  return groups;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asMap(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** Gathers the differences of a value's parts. */
class Collector {
  readonly #parts: { added?: MutableFieldSet; modified?: MutableFieldSet; removed?: MutableFieldSet } = {};

  add(element: PathElement, differences: Differences | undefined): void {
    if (!differences) return;
    if (differences.added) this.#insert('added', element, differences.added);
    if (differences.modified) this.#insert('modified', element, differences.modified);
    if (differences.removed) this.#insert('removed', element, differences.removed);
  }

  /** The value itself was added or removed, as well as its parts. */
  self(what: 'added' | 'removed'): void {
    this.#insert(what, '.', leaf);
  }

  get differences(): Differences | undefined {
    const { added, modified, removed } = this.#parts;
    return added || modified || removed ? this.#parts : undefined;
  }

  #insert(what: 'added' | 'modified' | 'removed', element: PathElement, set: FieldSet): void {
    this.#parts[what] ??= {};
    this.#parts[what][element] = set;
  }
}
