import type { KubeObject } from '../../kubernetes/object.ts';
import { isObject } from '../text.ts';

/**
 * Between JSON and CEL. CEL tells 2 from 2.0, JSON does not: whole numbers become CEL's int, so that
 * `object.spec.replicas + 1 == 3` is what it looks like.
 */

/** Objects from a watch are never changed, only replaced: each is converted once. Lists may grow, and are not kept. */
export class CelValues {
  readonly #converted = new WeakMap<object, object>();
  readonly #originals = new WeakMap<object, object>();

  of(json: unknown): unknown {
    if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : json;
    if (json === undefined) return null;
    if (typeof json !== 'object' || json === null || !isPlain(json)) return json;
    const known = this.#converted.get(json);
    if (known !== undefined) return known;
    if (Array.isArray(json)) return json.map((item) => this.of(item));
    const value = this.#map(json);
    this.#converted.set(json, value);
    this.#originals.set(value, json);
    return value;
  }

  /** The object a value was made from; undefined for what is no Kubernetes object. */
  original(value: unknown): KubeObject | undefined {
    if (!isObject(value)) return undefined;
    const original = this.#originals.get(value);
    return original && 'kind' in original && 'metadata' in original ? (original as KubeObject) : undefined;
  }

  #map(json: object): Record<string, unknown> {
    const map: Record<string, unknown> = Object.create(null);
    for (const [key, value] of Object.entries(json)) if (value !== undefined) map[key] = this.of(value);
    return map;
  }
}

/** JSON, and not an instance of something that CEL knows as a type of its own. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

/** The way back, for values that are kept. What has no JSON (a quantity, a function's namespace) becomes its text. */
export function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (isObject(value)) {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== null && prototype !== Object.prototype)
      return value instanceof Date ? value.toISOString() : String(value);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
  }
  return value;
}

/** As it stands in a sentence: text bare, everything else as JSON would have it, cut to a line. */
export function toText(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null)) {
    return value.length === 0 ? 'none' : value.map(toText).join(', ');
  }
  const json = toJson(value);
  return typeof json === 'string' ? json : JSON.stringify(json);
}

/** As it stands in CEL: text in quotes. */
export function toSource(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : value === null ? 'null' : toText(value);
}
