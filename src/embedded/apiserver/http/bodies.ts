import { badRequest, unsupportedMediaType } from '../../../kubernetes/errors.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import { notAnObject, unreadableJson, unrecognized } from '../engine/decoding.ts';
import { deleteOptionsIn } from '../engine/delete-options.ts';
import type { Body, DeleteOptions, PatchType } from '../engine/request.ts';
import { isObject, member } from '../json.ts';
import { openEnvelope, ProtobufDecoder } from '../protobuf/decode.ts';
import { parseJson, parseYaml } from '../schema/decode.ts';
import type { Schemas } from '../schema/schemas.ts';
import type { Exchange } from './exchange.ts';

const protobuf = 'application/vnd.kubernetes.protobuf';
const readable = ['application/json', 'application/yaml', protobuf];
const deleteOptionsSchema = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';

const patchTypes: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** What a body should be. */
export interface ExpectedKind {
  readonly kind: string;
  /** Its OpenAPI name. */
  readonly schema: string;
}

/** Reads the bodies of requests, in whatever format they come. */
export class BodyReader {
  readonly #protobuf: ProtobufDecoder;

  constructor(schemas: Schemas) {
    this.#protobuf = new ProtobufDecoder(schemas);
  }

  /** @throws ApiError BadRequest, UnsupportedMediaType, RequestEntityTooLarge */
  async object(exchange: Exchange, expected: ExpectedKind): Promise<Body> {
    const type = objectType(exchange);
    const bytes = await exchange.body();
    if (type === protobuf) return this.#fromProtobuf(bytes, expected);
    const text = bytes.toString();
    try {
      return { ...parse(type, text), text };
    } catch (error) {
      if (!ApiError.is(error)) throw error;
      const why =
        type === 'application/yaml'
          ? error.message.replace(/^error converting YAML to JSON: /, '')
          : `${unreadableJson}: ${error.message}`;
      throw unrecognized(expected, why, text);
    }
  }

  /**
   * DeleteOptions, where there are any: they take the place of those in the query.
   * @throws ApiError BadRequest, UnsupportedMediaType, RequestEntityTooLarge
   */
  async deleteOptions(exchange: Exchange): Promise<DeleteOptions | undefined> {
    const bytes = await exchange.body();
    if (bytes.length === 0) return undefined;
    const type = objectType(exchange);
    if (type === protobuf) {
      return deleteOptionsIn(this.#fromProtobuf(bytes, { kind: 'DeleteOptions', schema: deleteOptionsSchema }).value);
    }
    let value: unknown;
    try {
      value = parse(type, bytes.toString()).value;
    } catch (error) {
      if (!ApiError.is(error)) throw error;
      throw badRequest(`${unreadableJson}: ${error.message}`);
    }
    if (value !== null && !isObject(value)) throw badRequest(notAnObject(value));
    const kind = member(value, 'kind') ?? 'DeleteOptions';
    if (kind !== 'DeleteOptions') {
      const version = JSON.stringify(member(value, 'apiVersion') ?? 'v1');
      throw badRequest(
        `no kind ${JSON.stringify(kind)} is registered for version ${version} in scheme "pkg/runtime/scheme.go:110"`,
      );
    }
    return deleteOptionsIn(value);
  }

  #fromProtobuf(bytes: Buffer, expected: ExpectedKind): Body {
    const envelope = openEnvelope(bytes);
    // What is not the kind that it should be is refused by its name; what is in it does not matter.
    if (envelope.kind !== expected.kind) return { value: { apiVersion: envelope.apiVersion, kind: envelope.kind } };
    return { value: this.#protobuf.decode(envelope, expected.schema) };
  }
}

/** @throws ApiError UnsupportedMediaType */
export function patchType(exchange: Exchange): PatchType {
  const found = mediaType(exchange);
  if (Object.hasOwn(patchTypes, found)) return patchTypes[found]!;
  throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

/** @throws ApiError BadRequest, RequestEntityTooLarge */
export async function readPatch(exchange: Exchange, type: PatchType): Promise<Body> {
  const text = (await exchange.body()).toString();
  try {
    return { ...(type === 'apply' ? parseYaml(text) : parseJson(text)), text };
  } catch (error) {
    if (!ApiError.is(error)) throw error;
    if (type === 'strategic') throw error;
    throw badRequest(
      type === 'apply' ? `error decoding YAML: ${error.message}` : `error decoding patch: ${error.message}`,
    );
  }
}

/** @throws ApiError UnsupportedMediaType */
function objectType(exchange: Exchange): string {
  const type = mediaType(exchange) || 'application/json';
  if (!readable.includes(type)) throw unsupportedMediaType(readable);
  return type;
}

function parse(type: string, text: string) {
  return type === 'application/yaml' ? parseYaml(text) : parseJson(text);
}

function mediaType({ request }: Exchange): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
}
