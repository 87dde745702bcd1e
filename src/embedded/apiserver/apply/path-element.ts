import { goQuote } from '../../../kubernetes/go-format.ts';
import type { JsonObject } from '../json.ts';
import { goJson } from './go-json.ts';

/**
 * One step of a path through an object, as fieldsV1 writes it: "f:NAME" for a field of a struct or a key of a map,
 * `k:{"name":"a"}` for an item of a list whose items have keys, `v:"a"` for an item of a set, "i:0" for an index.
 */
export type PathElement = string;

export function fieldElement(name: string): PathElement {
  return `f:${name}`;
}

/** @param keys the key fields' values, in any order. */
export function keyElement(keys: JsonObject): PathElement {
  return `k:${goJson(keys)}`;
}

export function valueElement(value: unknown): PathElement {
  return `v:${goJson(value)}`;
}

/**
 * The form in which the element is written here, or undefined for one of a kind that is not known.
 * @throws Error when it cannot be read.
 */
export function canonicalElement(element: string): PathElement | undefined {
  const content = element.slice(2);
  switch (element.slice(0, 2)) {
    case 'f:':
      return element;
    case 'v:':
      return valueElement(JSON.parse(content));
    case 'k:': {
      const keys = JSON.parse(content) as unknown;
      if (typeof keys !== 'object' || keys === null || Array.isArray(keys)) throw new Error(`Not a key: ${element}`);
      return keyElement(keys as JsonObject);
    }
    case 'i:':
      if (!/^-?\d+$/.test(content)) throw new Error(`Not an index: ${element}`);
      return `i:${Number(content)}`;
    default:
      if (element.length < 2 || element[1] !== ':') throw new Error(`Not a path element: ${element}`);
      return undefined;
  }
}

/** As paths in messages show it: ".spec", `[name="a"]`, `[="a"]`, "[0]". */
export function showElement(element: PathElement): string {
  const content = element.slice(2);
  switch (element[0]) {
    case 'k': {
      const keys = Object.entries(JSON.parse(content) as JsonObject);
      return `[${keys.map(([name, value]) => `${name}=${showValue(value)}`).join(',')}]`;
    }
    case 'v':
      return `[=${showValue(JSON.parse(content))}]`;
    case 'i':
      return `[${content}]`;
    default:
      return `.${content}`;
  }
}

function showValue(value: unknown): string {
  if (typeof value === 'string') return goQuote(value);
  if (Array.isArray(value)) return `[${value.map(showValue).join(',')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, member]) => `${key}=${showValue(member)}`)
    .join('');
}

const order = ['.', 'f', 'k', 'v', 'i'];

/** The order of elements in fieldsV1: fields, then keys, values and indices, "." before all of them. */
export function compareElements(a: PathElement, b: PathElement): number {
  if (a === b) return 0;
  const kind = order.indexOf(a[0]!) - order.indexOf(b[0]!);
  if (kind !== 0) return kind;
  switch (a[0]) {
    case 'k':
      return compareKeys(JSON.parse(a.slice(2)) as JsonObject, JSON.parse(b.slice(2)) as JsonObject);
    case 'v':
      return compareValues(JSON.parse(a.slice(2)), JSON.parse(b.slice(2)));
    case 'i':
      return Number(a.slice(2)) - Number(b.slice(2));
    default:
      return a < b ? -1 : 1;
  }
}

function compareKeys(a: JsonObject, b: JsonObject): number {
  const [left, right] = [Object.keys(a), Object.keys(b)];
  for (let at = 0; at < left.length && at < right.length; at++) {
    const [name, other] = [left[at]!, right[at]!];
    if (name !== other) return name < other ? -1 : 1;
    const difference = compareValues(a[name], b[other]);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Numbers before strings before everything else. */
function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== typeof b) return rank(a) - rank(b);
  const [left, right] = typeof a === 'string' ? [a, b as string] : [JSON.stringify(a), JSON.stringify(b)];
  return left === right ? 0 : left < right ? -1 : 1;
}

function rank(value: unknown): number {
  return ['number', 'string', 'boolean'].indexOf(typeof value) >>> 0;
}
