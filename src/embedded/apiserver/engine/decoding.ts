import { badRequest } from '../../../kubernetes/errors.ts';
import { goQuote } from '../../../kubernetes/go-format.ts';
import type { KubeObject } from '../../../kubernetes/object.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import { invalid as invalidObject } from '../failures.ts';
import { isObject } from '../json.ts';
import { groupVersion } from '../registry.ts';
import type { ResourceDefinition } from '../resource.ts';
import { decode } from '../schema/decode.ts';
import type { DecodeSource } from '../schema/decoder.ts';
import { invalid } from '../validation/field.ts';
import type { EngineParts } from './parts.ts';
import type { Body, Caller, PatchOptions, WriteOptions } from './request.ts';

/** What a body has to be. */
export interface BodyKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly schema: string;
}

/** Where upstream's type registry was made: part of a message. */
const scheme = 'pkg/runtime/scheme.go:110';

/** How upstream begins to say what is wrong with a JSON text. */
export const unreadableJson = "couldn't get version/kind; json parse error";

/**
 * The object in a body: unknown fields pruned and complained of, defaults filled in.
 * @throws ApiError BadRequest
 */
export function decodeBody(
  parts: EngineParts,
  expected: BodyKind | ResourceDefinition,
  body: Body,
  options: WriteOptions,
  caller: Caller,
): KubeObject {
  const { object, complaints } = decodeValue(parts, expected, body.value, body);
  if (complaints.length > 0) {
    if (options.fieldValidation === 'Strict') {
      throw badRequest(cannotBeHandled(expected, expected, `strict decoding error: ${complaints.join(', ')}`));
    }
    if (options.fieldValidation !== 'Ignore') for (const complaint of complaints) caller.warn(complaint);
  }
  return object;
}

/**
 * The object that a patch results in.
 * @param shown how the message shows what was decoded: the patched JSON, or a strategic patch as Go prints it.
 * @throws ApiError Invalid
 */
export function decodePatched(
  parts: EngineParts,
  expected: BodyKind | ResourceDefinition,
  patched: unknown,
  shown: () => string,
  duplicates: readonly string[],
  options: PatchOptions,
  caller: Caller,
): KubeObject {
  const source = options.type === 'strategic' ? 'strategic-merge-patch' : 'json';
  const fail = (why: string) => invalidObject({ group: '', kind: '' }, '', [invalid('patch', shown(), why)]);
  let decoded: ReturnType<typeof decodeValue>;
  try {
    decoded = decodeValue(parts, expected, patched, {}, source);
  } catch (error) {
    if (!ApiError.is(error, 'BadRequest')) throw error;
    throw fail(error.message.replace(/^.*? cannot be handled as a \w+: /s, ''));
  }
  const complaints = [...duplicates, ...decoded.complaints];
  if (complaints.length > 0) {
    if (options.fieldValidation === 'Strict') throw fail(`strict decoding error: ${complaints.join(', ')}`);
    if (options.fieldValidation !== 'Ignore') for (const complaint of complaints) caller.warn(complaint);
  }
  return decoded.object;
}

function decodeValue(
  parts: EngineParts,
  expected: BodyKind | ResourceDefinition,
  value: unknown,
  { duplicates, text }: Partial<Body>,
  source: DecodeSource = 'json',
): { object: KubeObject; complaints: readonly string[] } {
  // To Go, null is an object that says nothing.
  if (value === null) return decodeValue(parts, expected, {}, { text }, source);
  if (!isObject(value)) {
    throw unrecognized(expected, notAnObject(value), text ?? JSON.stringify(value));
  }
  const found = { apiVersion: value.apiVersion || groupVersion(expected), kind: value.kind || expected.kind };
  if (typeof found.apiVersion !== 'string' || typeof found.kind !== 'string') {
    const field = typeof found.apiVersion === 'string' ? 'kind' : 'apiVersion';
    throw unrecognized(
      expected,
      `${unreadableJson}: json: cannot unmarshal ${typeName(value[field])} into Go struct field .${field} of type string`,
      text ?? JSON.stringify(value),
    );
  }
  if (found.apiVersion !== groupVersion(expected) || found.kind !== expected.kind) {
    const [group = '', version = ''] = found.apiVersion.includes('/')
      ? found.apiVersion.split('/')
      : ['', found.apiVersion];
    const known = parts.registry.kind(found.apiVersion, found.kind);
    throw badRequest(
      cannotBeHandled(
        { version, kind: found.kind },
        expected,
        known
          ? `converting (${version}.${found.kind}) to (${packageOf(expected.group)}.${expected.kind}): unknown conversion`
          : `no kind ${goQuote(found.kind)} is registered for version ${goQuote(group ? found.apiVersion : version)} in scheme "${scheme}"`,
      ),
    );
  }
  const { object, complaints } = decode(
    parts.schemas,
    expected.schema,
    value,
    duplicates ? [...duplicates] : undefined,
    source,
  );
  object.apiVersion = found.apiVersion;
  object.kind = found.kind;
  if ('columns' in expected) {
    // The metadata of an object that was sent without any: everything after this reads it.
    object.metadata ??= { name: '' };
    expected.defaults?.(object);
  }
  return { object, complaints };
}

/** What upstream says of a JSON value that cannot be any object. */
export function notAnObject(value: unknown): string {
  return `${unreadableJson}: json: cannot unmarshal ${typeName(value)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`;
}

/** What a text that is no JSON object is answered with. */
export function unrecognized(expected: { readonly kind: string }, why: string, text: string): ApiError {
  return badRequest(
    `the object provided is unrecognized (must be of type ${expected.kind}): ${why} (${summary(text)})`,
  );
}

function cannotBeHandled(
  found: { readonly version: string; readonly kind: string },
  expected: { readonly kind: string },
  why: string,
): string {
  return `${found.kind} in version ${goQuote(found.version)} cannot be handled as a ${expected.kind}: ${why}`;
}

function typeName(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
}

/** The Go package of a group's internal types. */
function packageOf(group: string): string {
  return group === '' ? 'core' : group.split('.', 1)[0]!;
}

/** The start of the text, or of its bytes in hexadecimal digits where it does not begin as an object. */
function summary(text: string): string {
  if (text === '') return '<empty>';
  const bytes = Buffer.from(text);
  const start = bytes.subarray(0, 30);
  return (text.startsWith('{') ? start.toString() : start.toString('hex')) + (bytes.length > 30 ? ' ...' : '');
}
