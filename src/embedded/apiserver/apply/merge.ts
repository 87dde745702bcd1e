import { isObject, type JsonObject, set } from '../json.ts';
import type { ListType, Type } from '../schema/types.ts';
import type { PathElement } from './path-element.ts';
import { elementOf, hasItems, memberOf, shapeOf } from './typed.ts';

/**
 * The live object with an applied configuration merged into it: what the configuration does not mention stays. Shares
 * with its arguments what it can.
 * @throws TypedError when a list's items cannot be told apart.
 */
export function mergeObjects(type: Type, live: JsonObject, config: JsonObject): JsonObject {
  return (merge(type, false, live, config) ?? {}) as JsonObject;
}

/** @returns undefined where nothing is left. */
function merge(type: Type, atomic: boolean | undefined, live: unknown, config: unknown): unknown {
  if (config === undefined) return live;
  const shape = shapeOf(type, atomic);
  if (shape === 'leaf' || !(hasItems(live) || hasItems(config))) return config;
  if (shape === 'list') {
    return mergeLists(type as ListType, Array.isArray(live) ? live : [], Array.isArray(config) ? config : []);
  }
  return mergeMaps(type, isObject(live) ? live : {}, isObject(config) ? config : {});
}

function mergeMaps(type: Type, live: JsonObject, config: JsonObject): JsonObject | undefined {
  const result: JsonObject = {};
  let empty = true;
  for (const key of new Set([...Object.keys(live), ...Object.keys(config)])) {
    const [old, young] = [own(live, key), own(config, key)];
    const member = memberOf(type, key);
    const value = member ? merge(member.type, member.atomic, old, young) : (young ?? old);
    if (value === undefined) continue;
    set(result, key, value);
    empty = false;
  }
  return empty ? undefined : result;
}

function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/**
 * Items in the order of the configuration; those it does not mention keep their place among the others as far as the
 * two orders allow.
 */
function mergeLists(type: ListType, live: readonly unknown[], config: readonly unknown[]): unknown[] | undefined {
  const old = index(type, live);
  const young = index(type, config);
  const shared = young.elements.filter((element) => old.items.has(element));
  const merged = new Set<PathElement>();
  const result: unknown[] = [];
  const push = (before: unknown, after: unknown) => {
    const value = merge(type.items, undefined, before, after);
    if (value !== undefined) result.push(value);
  };
  let [l, r, next] = [0, 0, 0];
  while (l < old.elements.length || r < young.elements.length) {
    const [left, right] = [old.elements[l], young.elements[r]];
    if (left !== undefined && right !== undefined) {
      if (left === right) {
        merged.add(left);
        push(old.items.get(left), young.items.get(left));
        l++;
        r++;
        next++;
        continue;
      }
      if (young.items.has(left) && next < shared.length && shared[next] !== left) {
        // Shared, but another shared item comes first in the configuration.
        l++;
        continue;
      }
    }
    if (left !== undefined) {
      if (!young.items.has(left)) {
        push(live[l], undefined);
        l++;
        continue;
      }
      if (merged.has(left)) l++;
    }
    if (right !== undefined) {
      merged.add(right);
      push(old.items.get(right), young.items.get(right));
      r++;
      if (shared[next] === right) next++;
    }
  }
  return result.length > 0 ? result : undefined;
}

/** Items that occur twice are null: they are replaced, not merged. */
function index(
  type: ListType,
  list: readonly unknown[],
): { elements: readonly PathElement[]; items: ReadonlyMap<PathElement, unknown> } {
  const elements = list.map((item) => elementOf(type, item));
  const items = new Map<PathElement, unknown>();
  elements.forEach((element, at) => {
    items.set(element, items.has(element) ? null : list[at]);
  });
  return { elements, items };
}
