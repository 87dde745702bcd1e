import { goQuote } from '../../../kubernetes/go-format.ts';
import { Quantity, QuantityError } from '../../../kubernetes/quantity.ts';
import { clone, isObject, type JsonObject, set } from '../json.ts';
import { Base64Error, canonicalBase64 } from './base64.ts';
import { canonicalTime, TimeError } from './times.ts';
import type { Field, ListType, MapType, ScalarName, ScalarType, StructType, Type } from './types.ts';
import { isEmpty, zero, zeroField } from './zero.ts';

export type DecodeSource = 'json' | 'strategic-merge-patch';

/** A value that does not fit its type, in the words of Go's decoder. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

const mostComplaints = 100;

/** Decodes one value. */
export class Decoder {
  readonly #complaints = new Set<string>();
  /** Paths with duplicates that have not been met yet. */
  readonly #duplicates: Set<string>;
  /** Names of the fields on the way, as type errors show them. */
  readonly #fields: string[] = [];
  /** The same with keys of maps and indices of lists, as complaints show it. */
  readonly #path: (string | number)[] = [];
  /** The innermost struct of which a field is being decoded. */
  #struct: StructType | undefined;

  readonly #source: DecodeSource;

  constructor(duplicates: readonly string[], source: DecodeSource) {
    this.#duplicates = new Set(duplicates);
    this.#source = source;
  }

  get complaints(): string[] {
    return [...this.#complaints].slice(0, mostComplaints);
  }

  root(type: StructType, value: unknown): JsonObject {
    return isObject(value) ? this.#decodeStruct(type, value) : this.#mismatch(value, type);
  }

  #decode(type: Type, value: unknown): unknown {
    switch (type.kind) {
      case 'scalar':
        return this.#decodeScalar(type, value);
      case 'struct':
        return isObject(value) ? this.#decodeStruct(type, value) : this.#mismatch(value, type);
      case 'list':
        return Array.isArray(value) ? this.#decodeList(type, value) : this.#mismatch(value, type);
      case 'map':
        return isObject(value) ? this.#decodeMap(type, value) : this.#mismatch(value, type);
    }
  }

  #decodeStruct(type: StructType, value: JsonObject): JsonObject {
    const result: JsonObject = {};
    const outer = this.#struct;
    for (const name of Object.keys(value)) {
      const member = value[name];
      if (member === undefined) continue;
      const field = type.fields.get(name);
      if (!field) {
        this.#complain(`unknown field ${goQuote(this.#pathTo(name))}`);
        continue;
      }
      if (this.#duplicates.size > 0) this.#noteDuplicate(name);
      if (member === null) continue;
      this.#struct = type;
      this.#fields.push(name);
      this.#path.push(name);
      const decoded = this.#decode(field.type, member);
      this.#path.pop();
      this.#fields.pop();
      if (field.pointer || field.kept || !isEmpty(field.type, decoded)) result[name] = emptied(field, decoded);
      // An empty list here asks for managedFields to be set back, so it is passed on.
      else if (name === 'managedFields' && this.#path.length === 1) result[name] = decoded;
    }
    this.#struct = outer;
    for (const field of type.alwaysWritten) {
      if (!Object.hasOwn(result, field.name)) result[field.name] = zeroField(field);
    }
    return result;
  }

  #decodeList(type: ListType, value: readonly unknown[]): unknown[] {
    const result: unknown[] = [];
    for (let index = 0; index < value.length; index++) {
      const item = value[index];
      this.#path.push(index);
      result.push(item === null || item === undefined ? zero(type.items) : this.#decode(type.items, item));
      this.#path.pop();
    }
    return result;
  }

  #decodeMap(type: MapType, value: JsonObject): JsonObject {
    const result: JsonObject = {};
    for (const key of Object.keys(value)) {
      const member = value[key];
      if (member === undefined) continue;
      if (this.#duplicates.size > 0) this.#noteDuplicate(key);
      this.#path.push(key);
      set(result, key, member === null ? zero(type.values) : this.#decode(type.values, member));
      this.#path.pop();
    }
    return result;
  }

  #decodeScalar(type: ScalarType, value: unknown): unknown {
    switch (type.scalar) {
      case 'string':
        return typeof value === 'string' ? value : this.#mismatch(value, type);
      case 'boolean':
        return typeof value === 'boolean' ? value : this.#mismatch(value, type);
      case 'int32':
      case 'int64':
        return this.#integer(value, type);
      case 'double':
        return typeof value === 'number' ? value : this.#mismatch(value, type);
      case 'bytes':
        if (typeof value !== 'string') return this.#mismatch(value, type);
        return refine(() => canonicalBase64(value));
      case 'quantity':
        if (typeof value === 'string' && plainQuantity.test(value)) return value;
        return refine(() => Quantity.parse(typeof value === 'number' ? value : asText(value)).toString());
      case 'time':
      case 'microTime':
        if (typeof value !== 'string') throw this.#unfit(value, 'string');
        return refine(() => canonicalTime(value, type.scalar as 'time' | 'microTime'));
      case 'intOrString':
        if (typeof value === 'string') return value;
        if (!isInteger(value, 2 ** 31)) throw this.#unfit(value, 'int32');
        return value;
      case 'subresourceStatus':
        return isObject(value) ? {} : this.#mismatch(value, type);
      default:
        return clone(value);
    }
  }

  #integer(value: unknown, type: ScalarType): number {
    if (isInteger(value, type.scalar === 'int32' ? 2 ** 31 : 2 ** 63)) return value;
    if (this.#source === 'json' || !Number.isInteger(value)) return this.#mismatch(value, type);
    return type.scalar === 'int32' ? (value as number) | 0 : (value as number);
  }

  #mismatch(value: unknown, type: Type): never {
    throw this.#source === 'json' ? this.#unfit(value, type.go) : new DecodeError(inconvertible(value, type));
  }

  /** As Go's JSON decoder says it. */
  #unfit(value: unknown, go: string): DecodeError {
    const named = this.#struct && this.#source === 'json';
    const where = named ? `Go struct field ${this.#struct?.shortName}.${this.#fields.join('.')}` : 'Go value';
    const number = /^int/.test(go) && typeof value === 'number' ? ` ${value}` : '';
    return new DecodeError(`json: cannot unmarshal ${jsonType(value)}${number} into ${where} of type ${go}`);
  }

  #noteDuplicate(name: string): void {
    const complaint = `duplicate field ${goQuote(this.#pathTo(name))}`;
    if (this.#duplicates.delete(complaint)) this.#complain(complaint);
  }

  #complain(complaint: string): void {
    if (this.#complaints.size < mostComplaints) this.#complaints.add(complaint);
  }

  #pathTo(name: string): string {
    let path = '';
    for (const step of this.#path) path += typeof step === 'number' ? `[${step}]` : `${path && '.'}${step}`;
    return `${path && `${path}.`}${name}`;
  }
}

/** The commonest quantities are canonical already. */
const plainQuantity = /^(0|[1-9]\d{0,2}(m|Ki|Mi|Gi)?)$/;

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Errors of types with decoders of their own come without the field's name. */
function refine<T>(canonical: () => T): T {
  try {
    return canonical();
  } catch (error) {
    if (error instanceof QuantityError || error instanceof TimeError || error instanceof Base64Error) {
      throw new DecodeError(error.message);
    }
    throw error;
  }
}

/** @param bound the type holds integers from -bound up to, and without, bound. */
function isInteger(value: unknown, bound: number): value is number {
  return Number.isInteger(value) && (value as number) >= -bound && (value as number) < bound;
}

/** As k8s.io/apimachinery's converter of unstructured objects says it. */
function inconvertible(value: unknown, type: Type): string {
  const given = jsonKind(value);
  if (type.kind === 'map') return `cannot restore map from ${given}`;
  if (type.kind === 'list' || type.go === '[]uint8') return `cannot restore slice from ${given}`;
  if (type.kind === 'struct') return `cannot restore struct from: ${given}`;
  const kind = plainKinds.get(type.scalar) ?? 'struct';
  const numbers = /^(int|float)/;
  // Go would turn integers into characters; the converter stops it.
  const convertible = (kind === 'string' && given === 'int64') || (numbers.test(kind) && numbers.test(given));
  return convertible ? `cannot convert ${given} to ${type.go}` : `unrecognized type: ${kind}`;
}

const plainKinds = new Map<ScalarName, string>([
  ['string', 'string'],
  ['boolean', 'bool'],
  ['int32', 'int32'],
  ['int64', 'int64'],
  ['double', 'float64'],
]);

/** The kind of Go value that a JSON value is held as before it has a type. */
function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'slice';
  if (isObject(value)) return 'map';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

/** Empty lists and maps come back from storage as nil. */
function emptied({ type }: Field, value: unknown): unknown {
  return type.kind !== 'struct' && type.kind !== 'scalar' && isEmpty(type, value) ? null : value;
}

function jsonType(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
