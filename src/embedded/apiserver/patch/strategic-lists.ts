import { isObject, type JsonObject } from '../json.ts';
import type { Type } from '../schema/types.ts';
import { unforeseen, unknownPatchType, unprocessable } from './errors.ts';
import { goType, goValue } from './go-value.ts';

/** How to merge the lists in a field. */
export interface ListMerge {
  readonly items: Type;
  /** Absent for lists of scalars. */
  readonly mergeKey: string | undefined;
  mergeItem(original: JsonObject, patch: JsonObject, type: Type): JsonObject;
}

/**
 * The two lists as one. What the patch names comes in the patch's order, the rest in the original's.
 * @param deleting the patch lists scalars to take out.
 */
export function mergeLists(original: unknown[], patch: unknown[], list: ListMerge, deleting: boolean): unknown[] {
  if (original.length === 0 && patch.length === 0) return original;
  if (!isListOfObjects(original, patch)) {
    if (deleting) return original.filter((item) => !patch.includes(item));
    return inOrder([...new Set([...original, ...patch])], patch, patch, original, undefined);
  }
  const { items, mergeKey } = list;
  if (mergeKey === undefined) throw unforeseen(`cannot merge lists without merge key for ${items.kind}`);
  const remaining = followDirectives(original as JsonObject[], patch as JsonObject[], mergeKey);
  const merged = [...remaining.original];
  for (const change of remaining.patch) {
    if (!Object.hasOwn(change, mergeKey)) throw noMergeKey(change, mergeKey);
    const at = merged.findIndex((item) => Object.hasOwn(item, mergeKey) && item[mergeKey] === change[mergeKey]);
    if (at >= 0) merged[at] = list.mergeItem(merged[at]!, change, items);
    else merged.push(change);
  }
  return inOrder(merged, remaining.patch, remaining.patch, remaining.original, mergeKey);
}

/** Items with $patch take effect and vanish. */
function followDirectives(
  original: JsonObject[],
  patch: JsonObject[],
  mergeKey: string,
): { original: JsonObject[]; patch: JsonObject[] } {
  const plain: JsonObject[] = [];
  let kept = original;
  let replace = false;
  for (const item of patch) {
    if (!Object.hasOwn(item, '$patch')) {
      plain.push(item);
      continue;
    }
    switch (item.$patch) {
      case 'delete':
        if (!Object.hasOwn(item, mergeKey)) throw noMergeKey(item, mergeKey);
        kept = kept.filter((other) => !(Object.hasOwn(other, mergeKey) && other[mergeKey] === item[mergeKey]));
        break;
      case 'replace':
        replace = true;
        break;
      case 'merge':
        throw unforeseen('merging lists cannot yet be specified in the patch');
      default:
        throw unknownPatchType(item.$patch, item);
    }
  }
  return replace ? { original: plain, patch: [] } : { original: kept, patch: plain };
}

/** $setElementOrder has to name everything in the patch's list, in the same order. */
export function validateOrder(
  patch: readonly unknown[],
  order: readonly unknown[],
  mergeKey: string | undefined,
): void {
  if (order.length === 0 || patch.length === 0) return;
  const items = mergeKey === undefined ? patch : patch.filter((item) => asObject(item).$patch !== 'delete');
  let at = 0;
  let place = 0;
  while (at < items.length && place < order.length) {
    if (isObject(items[at]) && Object.hasOwn(items[at] as JsonObject, '$patch')) {
      at++;
    } else {
      if (keyOf(items[at], mergeKey) === keyOf(order[place], mergeKey)) at++;
      place++;
    }
  }
  if (at < items.length) {
    throw unforeseen(
      `The order in patch list:\n${goValue(patch)}\n doesn't match $setElementOrder list:\n${goValue(order)}\n`,
    );
  }
}

/** A merged list in the order of $setElementOrder; what that does not name keeps its place among the original's items. */
export function orderList(
  merged: unknown[],
  order: unknown[],
  original: unknown[],
  patch: unknown[],
  mergeKey: string | undefined,
): unknown[] {
  const objects = isListOfObjects(original, patch);
  if (!objects && mergeKey !== undefined) asObject(merged[0]);
  return inOrder(merged, order, order, original, mergeKey);
}

/**
 * @param named items that are also in here come in the order of `order`, the others in that of `original`.
 */
function inOrder(
  merged: readonly unknown[],
  named: readonly unknown[],
  order: readonly unknown[],
  original: readonly unknown[],
  mergeKey: string | undefined,
): unknown[] {
  const place = (list: readonly unknown[]) => {
    const places = new Map<unknown, number>();
    for (let at = list.length - 1; at >= 0; at--) places.set(keyOf(list[at], mergeKey), at);
    return places;
  };
  const isNamed = place(named);
  const [orderOf, originalOf] = [place(order), place(original)];
  const sorted = (items: unknown[], by: Map<unknown, number>) =>
    items.sort((a, b) => by.get(keyOf(a, mergeKey))! - by.get(keyOf(b, mergeKey))!);
  const right = sorted(
    merged.filter((item) => isNamed.has(keyOf(item, mergeKey))),
    orderOf,
  );
  const left = sorted(
    merged.filter((item) => !isNamed.has(keyOf(item, mergeKey))),
    originalOf,
  );
  // Both keep their order; an item of the original stands before a named one that followed it there.
  const result: unknown[] = [];
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) {
    const [a, b] = [originalOf.get(keyOf(left[l], mergeKey)), originalOf.get(keyOf(right[r], mergeKey))];
    if (a !== undefined && b !== undefined && a < b) result.push(left[l++]);
    else result.push(right[r++]);
  }
  return [...result, ...left.slice(l), ...right.slice(r)];
}

/** What tells an item apart: its merge key's value, or the scalar itself. */
function keyOf(item: unknown, mergeKey: string | undefined): unknown {
  if (mergeKey === undefined) return item;
  const object = asObject(item);
  if (!Object.hasOwn(object, mergeKey)) throw noMergeKey(object, mergeKey);
  return object[mergeKey];
}

function asObject(item: unknown): JsonObject {
  if (!isObject(item)) throw unforeseen(`expected a map[string]interface {}, but received a ${goType(item)}`);
  return item;
}

function noMergeKey(object: JsonObject, mergeKey: string) {
  return unforeseen(`map: ${goValue(object)} does not contain declared merge key: ${mergeKey}`);
}

/** @throws ApiError when the items are of several types, or lists themselves. */
function isListOfObjects(...lists: readonly (readonly unknown[])[]): boolean {
  const types = new Set(lists.flat(1).map(goType));
  const [type] = types;
  if (type === undefined) throw unforeseen('no elements in any of the given slices');
  if (type === '[]interface {}') throw unprocessable();
  if (types.size > 1) throw unforeseen(`list element types are not identical: ${goValue(lists)}`);
  return type === 'map[string]interface {}';
}
