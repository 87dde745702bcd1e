import { badRequest } from '../../../kubernetes/errors.ts';
import { type JsonObject, set } from '../json.ts';
import type { Schemas } from '../schema/schemas.ts';
import type { Field, ScalarType, StructType, Type } from '../schema/types.ts';
import { type Message, Messages } from './messages.ts';
import { readFields } from './wire.ts';

/** What begins every body: "k8s" and a zero. */
const magic = Buffer.from([0x6b, 0x38, 0x73, 0]);

export interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  /** The message itself. */
  readonly raw: Buffer;
}

/** k8s.io/apimachinery runtime.Unknown. @throws ApiError BadRequest */
export function openEnvelope(body: Buffer): Envelope {
  if (!body.subarray(0, 4).equals(magic)) {
    throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  }
  const envelope = { apiVersion: '', kind: '', raw: Buffer.alloc(0) as Buffer };
  readable(() => {
    for (const { number, value } of readFields(body.subarray(4))) {
      if (!Buffer.isBuffer(value)) continue;
      if (number === 2) envelope.raw = value;
      if (number !== 1) continue;
      for (const { number: part, value: text } of readFields(value)) {
        if (part === 1) envelope.apiVersion = String(text);
        if (part === 2) envelope.kind = String(text);
      }
    }
  });
  return envelope;
}

/** Reads objects from protocol buffers into the JSON they stand for. */
export class ProtobufDecoder {
  readonly #schemas: Schemas;
  #messages: Messages | undefined;

  constructor(schemas: Schemas) {
    this.#schemas = schemas;
  }

  /** @param schemaName of the message in the envelope. @throws ApiError BadRequest */
  decode({ apiVersion, kind, raw }: Envelope, schemaName: string): JsonObject {
    this.#messages ??= new Messages();
    const type = this.#schemas.type(schemaName);
    const message = this.#messages.get(schemaName);
    if (!message) throw badRequest(`no protobuf message is known for ${schemaName}: send it as application/json`);
    const value = readable(() => this.#struct(type, message, raw));
    return { apiVersion, kind, ...value };
  }

  #struct(type: StructType, message: Message, bytes: Buffer): JsonObject {
    const object: JsonObject = {};
    this.#readInto(object, type, message, bytes);
    return object;
  }

  #readInto(object: JsonObject, type: StructType, message: Message, bytes: Buffer): void {
    for (const { number, value } of readFields(bytes)) {
      const known = message.fields.get(number);
      if (!known) continue;
      if (known.inlined) {
        if (Buffer.isBuffer(value)) this.#readInto(object, type, known.inlined, value);
        continue;
      }
      const field = type.fields.get(known.name);
      if (field) this.#readField(object, field, value);
    }
  }

  #readField(object: JsonObject, { name, type }: Field, value: bigint | Buffer): void {
    if (type.kind === 'list') {
      object[name] ??= [];
      (object[name] as unknown[]).push(this.#value(type.items, value));
    } else if (type.kind === 'map' && Buffer.isBuffer(value)) {
      object[name] ??= {};
      const entry = new Map([...readFields(value)].map((part) => [part.number, part.value]));
      set(
        object[name] as JsonObject,
        String(entry.get(1) ?? ''),
        this.#value(type.values, entry.get(2) ?? Buffer.alloc(0)),
      );
    } else {
      object[name] = this.#value(type, value);
    }
  }

  #value(type: Type, value: bigint | Buffer): unknown {
    switch (type.kind) {
      case 'scalar':
        return scalar(type, value);
      case 'struct': {
        const message = this.#messages!.get(type.name);
        return message && Buffer.isBuffer(value) ? this.#struct(type, message, value) : undefined;
      }
      // A list within a map or a list is a message of its own, with the items as its only field.
      case 'list':
        return Buffer.isBuffer(value) ? [...readFields(value)].map((item) => this.#value(type.items, item.value)) : [];
      case 'map':
        return undefined;
    }
  }
}

function scalar({ scalar: name }: ScalarType, value: bigint | Buffer): unknown {
  if (!Buffer.isBuffer(value)) return number(name, value);
  switch (name) {
    case 'string':
      return value.toString();
    case 'bytes':
      return value.toString('base64');
    case 'quantity':
      return String(part(value, 1) ?? '0');
    case 'time':
    case 'microTime':
      return time(value, name === 'microTime');
    case 'intOrString':
      return part(value, 1) ? String(part(value, 3) ?? '') : Number(BigInt.asIntN(32, integerPart(value, 2)));
    default: {
      // RawExtension, FieldsV1 and JSON: text within the message.
      const text = part(value, 1);
      return text === undefined ? undefined : (JSON.parse(String(text)) as unknown);
    }
  }
}

function number(name: string, value: bigint): unknown {
  switch (name) {
    case 'boolean':
      return value !== 0n;
    case 'double': {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(value);
      return bytes.readDoubleLE();
    }
    default:
      return Number(BigInt.asIntN(64, value));
  }
}

function part(bytes: Buffer, wanted: number): bigint | Buffer | undefined {
  let found: bigint | Buffer | undefined;
  for (const { number, value } of readFields(bytes)) if (number === wanted) found = value;
  return found;
}

function integerPart(bytes: Buffer, wanted: number): bigint {
  const found = part(bytes, wanted);
  return typeof found === 'bigint' ? found : 0n;
}

/** A time that is not set is an empty message. */
function time(bytes: Buffer, micro: boolean): string | null {
  if (bytes.length === 0) return null;
  const seconds = Number(BigInt.asIntN(64, integerPart(bytes, 1)));
  const nanos = Number(integerPart(bytes, 2));
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) throw new Error(`timestamp ${seconds} is out of range`);
  const text = date.toISOString().slice(0, 19);
  return micro ? `${text}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z` : `${text}Z`;
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && error.name !== 'ApiError') throw badRequest(`proto: ${error.message}`);
    throw error;
  }
}
