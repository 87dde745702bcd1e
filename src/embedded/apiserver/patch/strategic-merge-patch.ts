import { clone, isObject, type JsonObject, set } from '../json.ts';
import type { Schemas } from '../schema/schemas.ts';
import type { Field, Type } from '../schema/types.ts';
import { unforeseen, unknownPatchType, wrongFormat } from './errors.ts';
import { goType } from './go-value.ts';
import { type ListMerge, mergeLists, orderList, validateOrder } from './strategic-lists.ts';

const directive = '$patch';
const retainKeys = '$retainKeys';
const setElementOrder = '$setElementOrder';
const deleteFromPrimitiveList = '$deleteFromPrimitiveList';

/**
 * Kubernetes' own patch format, which merges lists by their merge keys:
 * k8s.io/apimachinery/pkg/util/strategicpatch, as the API server uses it.
 *
 * @param schemaName OpenAPI name of the object's type.
 * @returns a new object; the arguments stay as they are.
 * @throws ApiError, without a reason where upstream has none.
 */
export function applyStrategicMergePatch(
  schemas: Schemas,
  schemaName: string,
  object: object,
  patch: JsonObject,
): JsonObject {
  return mergeObjects(clone(object) as JsonObject, clone(patch), schemas.type(schemaName));
}

/** Merges into `original`, and takes apart `patch`. */
function mergeObjects(original: JsonObject, patch: JsonObject, type: Type): JsonObject {
  if (Object.hasOwn(patch, directive)) return followDirective(patch);
  retainOnly(original, patch);
  mergeOrderedLists(original, patch, type);
  for (const name of Object.keys(patch)) {
    const deleting = name.startsWith(deleteFromPrimitiveList);
    const key = deleting ? suffix(name, deleteFromPrimitiveList) : name;
    const value = patch[name];
    if (value === null || value === undefined) {
      delete original[key];
      continue;
    }
    const current = Object.hasOwn(original, key) ? original[key] : undefined;
    if (isObject(current) && isObject(value)) {
      const field = lookUp(type, key);
      set(original, key, strategy(field) === 'replace' ? value : mergeObjects(current, value, field.type));
    } else if (Array.isArray(current) && Array.isArray(value)) {
      const field = lookUp(type, key);
      const merging = deleting || strategy(field) === 'merge';
      set(original, key, merging ? mergeLists(current, value, listOf(field), deleting) : value);
    } else if (!deleting) {
      keepOrDrop(original, key, withoutNulls(value));
    }
  }
  return original;
}

function followDirective(patch: JsonObject): JsonObject {
  const { [directive]: kind, ...rest } = patch;
  if (kind === 'replace') return rest;
  if (kind === 'delete') return {};
  throw unknownPatchType(kind, patch);
}

/** $retainKeys: members that are not listed go. */
function retainOnly(original: JsonObject, patch: JsonObject): void {
  if (!Object.hasOwn(patch, retainKeys)) return;
  const keys = patch[retainKeys];
  delete patch[retainKeys];
  if (!Array.isArray(keys)) throw wrongFormat('retainKeys');
  for (const [key, value] of Object.entries(patch)) {
    const exempt = value === null || key.startsWith(deleteFromPrimitiveList) || key.startsWith(setElementOrder);
    if (!exempt && !keys.includes(key)) throw wrongFormat('retainKeys');
  }
  for (const key of Object.keys(original)) if (!keys.includes(key)) delete original[key];
}

/** $setElementOrder/KEY: merges the list it is for, too, and takes both out of the patch. */
function mergeOrderedLists(original: JsonObject, patch: JsonObject, type: Type): void {
  for (const name of Object.keys(patch)) {
    if (!name.startsWith(setElementOrder)) continue;
    const order = patch[name];
    delete patch[name];
    if (!Array.isArray(order)) throw wrongArgument(order);
    const key = suffix(name, setElementOrder);
    const current = ownList(original, key);
    const change = ownList(patch, key);
    const field = lookUp(type, key);
    const list = listOf(field);
    validateOrder(change ?? [], order, list.mergeKey);
    if (!current && !change) continue;
    let merged: unknown[];
    if (!change) merged = current!;
    else if (!current) merged = withoutDirectives(change) as unknown[];
    else merged = strategy(field) === 'merge' ? mergeLists(current, change, list, false) : change;
    set(original, key, orderList(merged, order, current ?? [], change ?? [], list.mergeKey));
    delete patch[key];
  }
}

function ownList(object: JsonObject, key: string): unknown[] | undefined {
  if (!Object.hasOwn(object, key)) return undefined;
  const value = object[key];
  if (!Array.isArray(value)) throw wrongArgument(value);
  return value;
}

function wrongArgument(value: unknown) {
  return unforeseen(`expected a []interface {}, but received a ${goType(value)}`);
}

/** "$setElementOrder/containers" → "containers" */
function suffix(name: string, prefix: string): string {
  if (name.startsWith(`${prefix}/`)) return name.slice(prefix.length + 1);
  throw wrongFormat(prefix === setElementOrder ? 'setElementOrder list' : 'primitive list');
}

interface FoundField {
  readonly type: Type;
  readonly patchStrategies: Field['patchStrategies'];
  readonly mergeKey: string | undefined;
}

function lookUp(type: Type, key: string): FoundField {
  if (type.kind !== 'struct') {
    const kind = type.kind === 'list' ? 'slice' : type.kind === 'map' ? 'map' : type.go;
    throw unforeseen(`merging an object in json but data type is not struct, instead is: ${kind}`);
  }
  const field = type.fields.get(key);
  if (!field) {
    throw unforeseen(`unable to find api field in struct ${type.shortName} for the json field "${key}"`);
  }
  return field;
}

function strategy(field: FoundField): 'merge' | 'replace' | undefined {
  return field.patchStrategies.find((name) => name !== 'retainKeys');
}

function listOf({ type, mergeKey }: FoundField): ListMerge {
  if (type.kind !== 'list') {
    throw unforeseen(`expected slice or array type, but got: ${type.kind === 'scalar' ? type.go : type.kind}`);
  }
  return { items: type.items, mergeKey, mergeItem: mergeObjects };
}

function keepOrDrop(target: JsonObject, key: string, value: unknown): void {
  const kept = withoutDirectives(value);
  if (kept === undefined) delete target[key];
  else set(target, key, kept);
}

/** Undefined where the value itself is a directive. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  if (Object.hasOwn(value, directive)) return undefined;
  for (const key of Object.keys(value)) keepOrDrop(value, key, value[key]);
  return value;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    for (const item of value) withoutNulls(item);
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) {
      if (value[key] === null) delete value[key];
      else withoutNulls(value[key]);
    }
  }
  return value;
}
