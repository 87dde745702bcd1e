import { badRequest, unsupportedMediaType } from '../../../kubernetes/errors.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import { unrecognized } from '../engine/decoding.ts';
import type { Body, DeleteOptions, PatchType } from '../engine/request.ts';
import { member } from '../json.ts';
import { parseJson, parseYaml } from '../schema/decode.ts';
import type { Exchange } from './exchange.ts';
import { checkDryRun } from './query.ts';

const readable = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

const patchTypes: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/**
 * An object's text, parsed.
 * @param kind what it should be, for messages
 * @throws ApiError BadRequest, UnsupportedMediaType, RequestEntityTooLarge
 */
export async function readObject(exchange: Exchange, kind: string): Promise<Body> {
  const type = mediaType(exchange) || 'application/json';
  if (type !== 'application/json' && type !== 'application/yaml') throw unsupportedMediaType(readable);
  const text = (await exchange.body()).toString();
  try {
    return { ...(type === 'application/json' ? parseJson(text) : parseYaml(text)), text };
  } catch (error) {
    if (!ApiError.is(error)) throw error;
    throw unrecognized({ kind }, error.message, text);
  }
}

/** @throws ApiError BadRequest, UnsupportedMediaType, RequestEntityTooLarge */
export async function readPatch(exchange: Exchange): Promise<{ readonly type: PatchType; readonly body: Body }> {
  const found = mediaType(exchange);
  if (!Object.hasOwn(patchTypes, found)) {
    throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  }
  const type = patchTypes[found]!;
  const text = (await exchange.body()).toString();
  try {
    return { type, body: { ...(type === 'apply' ? parseYaml(text) : parseJson(text)), text } };
  } catch (error) {
    if (!ApiError.is(error)) throw error;
    if (type === 'strategic') throw error;
    throw badRequest(
      type === 'apply' ? `error decoding YAML: ${error.message}` : `error decoding patch: ${error.message}`,
    );
  }
}

/**
 * DeleteOptions in a body, where there is one: they take the place of those in the query.
 * @throws ApiError BadRequest, UnsupportedMediaType, RequestEntityTooLarge
 */
export async function readDeleteOptions(exchange: Exchange): Promise<DeleteOptions | undefined> {
  const bytes = await exchange.body();
  if (bytes.length === 0) return undefined;
  const type = mediaType(exchange) || 'application/json';
  if (type !== 'application/json' && type !== 'application/yaml') throw unsupportedMediaType(readable);
  const text = bytes.toString();
  let value: unknown;
  try {
    value = (type === 'application/json' ? parseJson(text) : parseYaml(text)).value;
  } catch (error) {
    if (!ApiError.is(error)) throw error;
    throw badRequest(`couldn't get version/kind; json parse error: ${error.message}`);
  }
  const kind = member(value, 'kind') ?? 'DeleteOptions';
  if (kind !== 'DeleteOptions') {
    const version = JSON.stringify(member(value, 'apiVersion') ?? 'v1');
    throw badRequest(
      `no kind ${JSON.stringify(kind)} is registered for version ${version} in scheme "pkg/runtime/scheme.go:110"`,
    );
  }
  return deleteOptionsIn(value);
}

/** @throws ApiError BadRequest for a field of the wrong type */
export function deleteOptionsIn(value: unknown): DeleteOptions {
  const preconditions = member(value, 'preconditions') ?? undefined;
  const dryRun = field(value, 'dryRun', 'array') as string[] | undefined;
  checkDryRun(dryRun ?? []);
  return {
    dryRun: (dryRun ?? []).length > 0,
    gracePeriodSeconds: field(value, 'gracePeriodSeconds', 'number') as number | undefined,
    propagationPolicy: field(value, 'propagationPolicy', 'string') as DeleteOptions['propagationPolicy'],
    orphanDependents: field(value, 'orphanDependents', 'boolean') as boolean | undefined,
    ...(preconditions !== undefined && {
      preconditions: {
        uid: field(preconditions, 'uid', 'string') as string | undefined,
        resourceVersion: field(preconditions, 'resourceVersion', 'string') as string | undefined,
      },
    }),
  };
}

const goTypes = { string: 'string', number: 'int64', boolean: 'bool', array: '[]string' } as const;

function field(value: unknown, name: string, type: keyof typeof goTypes): unknown {
  const found = member(value, name);
  if (found === undefined || found === null) return undefined;
  const actual = Array.isArray(found) ? 'array' : typeof found;
  if (actual === type && (type !== 'number' || Number.isSafeInteger(found))) return found;
  throw badRequest(
    `json: cannot unmarshal ${actual === 'boolean' ? 'bool' : actual} into Go struct field DeleteOptions.${name} of type ${goTypes[type]}`,
  );
}

function mediaType({ request }: Exchange): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
}
