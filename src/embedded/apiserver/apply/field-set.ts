import { canonicalElement, compareElements, type PathElement, showElement } from './path-element.ts';

/**
 * A set of fields in the form of fieldsV1, which the API shows: each member of the object is a path element, and what
 * lies below it. An element whose object is empty, or has a ".", is in the set itself; one without "." is only on the
 * way. The top has no "."; an empty object at the top is the empty set.
 *
 * Sets are never changed: operations return new ones that share with their arguments what they can.
 */
export interface FieldSet {
  readonly [element: PathElement]: FieldSet;
}

/** An element in the set with nothing below it. Also the empty set. */
export const leaf: FieldSet = Object.freeze({});

/** For building a set of one's own. */
export type MutableFieldSet = Record<PathElement, FieldSet>;

export function isEmpty(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

/** Whether an element, seen from below, is in the set itself. */
function isMember(node: FieldSet): boolean {
  return '.' in node || isEmpty(node);
}

/** What is below an element together with the element itself, or undefined where neither is in the set. */
function combine(member: boolean, below: MutableFieldSet): FieldSet | undefined {
  if (isEmpty(below)) return member ? leaf : undefined;
  return member ? { '.': leaf, ...below } : below;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmpty(b)) return a;
  if (isEmpty(a)) return b;
  const result: MutableFieldSet = {};
  for (const element in a) if (element !== '.') result[element] = a[element]!;
  for (const element in b) {
    if (element === '.') continue;
    const [left, right] = [result[element], b[element]!];
    result[element] = left === undefined || left === right ? right : unionOfNodes(left, right);
  }
  return result;
}

function unionOfNodes(a: FieldSet, b: FieldSet): FieldSet {
  const below = union(withoutSelf(a), withoutSelf(b));
  return combine(isMember(a) || isMember(b), { ...below }) ?? leaf;
}

function withoutSelf(node: FieldSet): FieldSet {
  if (!('.' in node)) return node;
  const { '.': _, ...below } = node;
  return below;
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const result: MutableFieldSet = {};
  for (const element in a) {
    const [left, right] = [a[element]!, b[element]];
    if (element === '.' || right === undefined) continue;
    const node = combine(isMember(left) && isMember(right), intersection(left, right) as MutableFieldSet);
    if (node) result[element] = node;
  }
  return result;
}

/** Elements of `a` that are not in `b`; what lies below an element of `b` stays. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return subtract(a, b, false);
}

/** The same, but what lies below an element of `b` goes, too. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  return subtract(a, b, true);
}

function subtract(a: FieldSet, b: FieldSet, recursive: boolean): FieldSet {
  if (isEmpty(b)) return a;
  const result: MutableFieldSet = {};
  let changed = false;
  for (const element in a) {
    if (element === '.') continue;
    const [left, right] = [a[element]!, b[element]];
    if (right === undefined) {
      result[element] = left;
      continue;
    }
    if (recursive && isMember(right)) {
      changed = true;
      continue;
    }
    const below = subtract(withoutSelf(left), withoutSelf(right), recursive);
    const node = combine(isMember(left) && !isMember(right), below as MutableFieldSet);
    if (node) result[element] = node;
    changed = true;
  }
  return changed ? result : withoutSelf(a);
}

/** @param element of the set's top */
export function hasElement(set: FieldSet, element: PathElement): boolean {
  const node = set[element];
  return node !== undefined && isMember(node);
}

/** What the set has below an element of its top. */
export function below(set: FieldSet, element: PathElement): FieldSet {
  const node = set[element];
  return node === undefined ? leaf : withoutSelf(node);
}

/** Paths as messages show them, ".spec.replicas": at each level first the elements themselves, then what is below. */
export function paths(set: FieldSet, prefix = ''): string[] {
  const elements = Object.keys(set)
    .filter((element) => element !== '.')
    .sort(compareElements);
  const members = elements.filter((element) => isMember(set[element]!));
  return [
    ...members.map((element) => prefix + showElement(element)),
    ...elements.flatMap((element) => paths(withoutSelf(set[element]!), prefix + showElement(element))),
  ];
}

/** The same set with its elements in the order in which fieldsV1 has them. */
export function inOrder(set: FieldSet): FieldSet {
  const elements = Object.keys(set);
  let ordered = true;
  const nodes = elements.map((element, at) => {
    if (at > 0 && compareElements(elements[at - 1]!, element) > 0) ordered = false;
    const node = inOrder(set[element]!);
    if (node !== set[element]) ordered = false;
    return [element, node] as const;
  });
  return ordered ? set : Object.fromEntries(nodes.sort(([a], [b]) => compareElements(a, b)));
}

/**
 * A set from fieldsV1 that a client sent: elements of unknown kinds are dropped, the others written as they are here.
 * @throws Error when it cannot be read.
 */
export function readFieldSet(fields: Readonly<Record<string, unknown>>): FieldSet {
  const result: MutableFieldSet = {};
  for (const [element, node] of Object.entries(fields)) {
    if (typeof node !== 'object' || node === null || Array.isArray(node))
      throw new Error(`Not a field set: ${element}`);
    if (element === '.') {
      result['.'] = leaf;
      continue;
    }
    const canonical = canonicalElement(element);
    if (canonical !== undefined) result[canonical] = readFieldSet(node as Record<string, unknown>);
  }
  return inOrder(result);
}
