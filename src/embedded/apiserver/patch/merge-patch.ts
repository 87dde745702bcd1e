import { badRequest } from '../../../kubernetes/errors.ts';
import { clone, isObject, type JsonObject, set } from '../json.ts';

/**
 * RFC 7386: null removes a member, objects merge, everything else replaces.
 * @returns a new object; neither argument changes.
 * @throws ApiError BadRequest when the patch is not an object.
 */
export function applyMergePatch(object: JsonObject | object, patch: unknown): JsonObject {
  if (!isObject(patch)) throw badRequest('Invalid JSON Patch');
  const result = clone(object) as JsonObject;
  mergeInto(result, patch);
  return result;
}

function mergeInto(target: JsonObject, patch: JsonObject): void {
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null || value === undefined) {
      delete target[key];
      continue;
    }
    const current = Object.hasOwn(target, key) ? target[key] : undefined;
    if (isObject(current) && isObject(value)) mergeInto(current, value);
    // Upstream's library leaves the nulls in what replaces an object, and only there.
    else set(target, key, isObject(current) ? clone(value) : pruned(value));
  }
}

/** A copy without members that are null; items of lists stay. */
function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned);
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (member !== null && member !== undefined) set(result, key, pruned(member));
  }
  return result;
}
