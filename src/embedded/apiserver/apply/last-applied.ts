import type { KubeObject } from '../../../kubernetes/object.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { StructType } from '../schema/types.ts';
import { compareObjects } from './compare.ts';
import { difference, type FieldSet, leaf } from './field-set.ts';
import { goJson } from './go-json.ts';
import { fieldsOf } from './to-field-set.ts';
import { TypedError } from './typed.ts';
import { validateTyped } from './validate-typed.ts';

/** The only manager that client-side and server-side apply are reconciled for. */
export const kubectl = 'kubectl';
const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
/** All annotations together, in bytes: more would not be accepted. */
const mostAnnotations = 256 * 1024;

/**
 * Fields that `kubectl apply` wrote before it applied on the server, and that nobody has changed since: its first apply
 * on the server takes them over without a conflict.
 */
export function takenOverFromClientSide(type: StructType, apiVersion: string, live: KubeObject): FieldSet {
  const text = live.metadata.annotations?.[annotation];
  if (!text) return leaf;
  try {
    const applied: unknown = JSON.parse(text);
    if (!isObject(applied) || applied.apiVersion !== apiVersion) return leaf;
    validateTyped(type, applied, 'refused');
    const { added, modified, removed } = compareObjects(type, applied, live);
    return [modified, added, removed].reduce(difference, fieldsOf(type, applied));
  } catch (error) {
    if (error instanceof TypedError || error instanceof SyntaxError) return leaf;
    throw error;
  }
}

/** Keeps the annotation of client-side apply in step, where there is one: `kubectl apply` may go back to it. */
export function updateLastApplied(object: JsonObject, applied: JsonObject): JsonObject {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const annotations = isObject(metadata.annotations) ? metadata.annotations : {};
  if (!annotations[annotation]) return object;
  const value = `${goJson(withoutAnnotation(applied))}\n`;
  const { [annotation]: _, ...others } = annotations;
  const total = Object.entries({ ...others, [annotation]: value }).reduce(
    (sum, [key, text]) => sum + Buffer.byteLength(key) + Buffer.byteLength(String(text)),
    0,
  );
  const next = total > mostAnnotations ? others : { ...others, [annotation]: value };
  return { ...object, metadata: { ...metadata, annotations: next } };
}

function withoutAnnotation(applied: JsonObject): JsonObject {
  const metadata = applied.metadata;
  if (!isObject(metadata) || !isObject(metadata.annotations)) return applied;
  const { [annotation]: _, ...annotations } = metadata.annotations;
  return { ...applied, metadata: { ...metadata, annotations } };
}
