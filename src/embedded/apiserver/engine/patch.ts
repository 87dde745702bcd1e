import { badRequest } from '../../../kubernetes/errors.ts';
import type { KubeObject } from '../../../kubernetes/object.ts';
import { timestamp } from '../../clock.ts';
import { applyPatch } from '../apply/apply.ts';
import { invalid as invalidObject, notFound } from '../failures.ts';
import { isObject } from '../json.ts';
import { goValue } from '../patch/go-value.ts';
import { applyJsonPatch } from '../patch/json-patch.ts';
import { applyMergePatch } from '../patch/merge-patch.ts';
import { applyStrategicMergePatch } from '../patch/strategic-merge-patch.ts';
import { groupVersion } from '../registry.ts';
import { type FieldError, forbidden, required } from '../validation/field.ts';
import { decodeBody, decodePatched } from './decoding.ts';
import { ensureName, ensureNamespace } from './metadata.ts';
import type { EngineParts } from './parts.ts';
import { type Body, type Caller, managerOf, type PatchOptions } from './request.ts';
import { type UpdateResult, type UpdateTarget, uidWithoutObject, write } from './update.ts';
import { recordManager, setManagedFields, type WriteRequest } from './write.ts';

/**
 * PATCH. The patch is applied inside the atomic write, to the newest state: it can only conflict where it says itself
 * which resourceVersion it is for.
 * @throws ApiError BadRequest, NotFound, Conflict, Invalid, or what admission says.
 */
export function patch(
  parts: EngineParts,
  caller: Caller,
  target: UpdateTarget,
  body: Body,
  options: PatchOptions,
  mayCreate: () => void = () => {},
): Promise<UpdateResult> {
  const { definition, namespace, name, strategy } = target;
  const request: WriteRequest = { parts, caller, definition, namespace, subresource: strategy.subresource, options };
  validatePatchOptions(options);
  return write(request, target, mayCreate, (current) => {
    const applying = options.type === 'apply';
    if (!current && !(applying && strategy.subresource === '')) throw notFound(definition, name);
    const draft = applying
      ? applied(request, current, body, options)
      : patched(parts, caller, target, current!, body, options);
    if (!current && draft.metadata.uid) throw uidWithoutObject(definition, name, draft.metadata.uid);
    ensureNamespace(draft.metadata, definition.namespaced ? namespace : '');
    ensureName(draft, name);
    if (current) strategy.confine(draft, current);
    if (!applying) recordManager(request, draft, current);
    return draft;
  });
}

/** Apply needs a manager, and only apply can be forced. @throws ApiError Invalid */
export function validatePatchOptions(options: PatchOptions): void {
  const errors: FieldError[] = [];
  if (options.type === 'apply') {
    if (!options.fieldManager) errors.push(required('fieldManager', 'is required for apply patch'));
  } else if (options.force !== undefined) {
    errors.push(forbidden('force', 'may not be specified for non-apply patch'));
  }
  if (errors.length > 0) throw invalidObject({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', errors);
}

function patched(
  parts: EngineParts,
  caller: Caller,
  { definition }: UpdateTarget,
  current: KubeObject,
  body: Body,
  options: PatchOptions,
): KubeObject {
  const result = applyTo(parts, definition.schema, current, body, options);
  const shown = () => (options.type === 'strategic' ? goValue(body.value) : JSON.stringify(result));
  const duplicates = (body.duplicates ?? []).map((text) => (options.type === 'json' ? `json patch ${text}` : text));
  return decodePatched(parts, definition, result, shown, duplicates, options, caller);
}

/** A patch applied to any object, a Scale for instance. @throws ApiError */
export function applyTo(
  { schemas }: EngineParts,
  schemaName: string,
  object: KubeObject,
  { value }: Body,
  { type }: PatchOptions,
): unknown {
  if (type === 'json') return applyJsonPatch(object, value);
  if (type === 'merge') {
    if (!isObject(value))
      throw badRequest(value === null ? 'Invalid JSON Patch' : `error decoding patch: ${notMap(value)}`);
    return applyMergePatch(object, value);
  }
  if (!isObject(value)) throw badRequest(notMap(value));
  return applyStrategicMergePatch(schemas, schemaName, object, value);
}

function applied(
  request: WriteRequest,
  current: KubeObject | undefined,
  { value, duplicates }: Body,
  options: PatchOptions,
): KubeObject {
  const { parts, caller, definition, subresource } = request;
  if (!isObject(value)) {
    throw badRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: ${notMap(value)}`);
  }
  const { apiVersion, kind } = value;
  if (apiVersion !== groupVersion(definition) || kind !== definition.kind) {
    const [group, version] = String(apiVersion ?? '').includes('/')
      ? String(apiVersion).split('/')
      : ['', apiVersion ?? ''];
    throw badRequest(`invalid object type: ${group}/${version}, Kind=${kind ?? ''}`);
  }
  const draft = applyPatch({
    schemas: parts.schemas,
    schemaName: definition.schema,
    apiVersion: groupVersion(definition),
    live: current,
    patch: value as unknown as KubeObject,
    manager: managerOf(options, caller),
    force: options.force ?? false,
    subresource,
    time: timestamp(parts.clock),
  });
  if (duplicates?.length) {
    if (options.fieldValidation === 'Strict') {
      throw badRequest(`error strict decoding YAML: ${duplicates.join(', ')}`);
    }
    if (options.fieldValidation !== 'Ignore') for (const duplicate of duplicates) caller.warn(duplicate);
  }
  const { managedFields } = draft.metadata;
  const object = decodeBody(parts, definition, { value: draft }, { fieldValidation: 'Ignore' }, caller);
  setManagedFields(object, managedFields);
  return object;
}

function notMap(value: unknown): string {
  const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`;
}
