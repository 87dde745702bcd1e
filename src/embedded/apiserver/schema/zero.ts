import type { KubeObject } from '../../../kubernetes/object.ts';
import type { JsonObject } from '../json.ts';
import type { Field, ScalarName, StructType, Type } from './types.ts';

/** Go's zero value of a type, as it is written. */
export function zero(type: Type): unknown {
  if (type.kind === 'struct') return zeroStruct(type);
  if (type.kind !== 'scalar') return null;
  switch (type.scalar) {
    case 'string':
    case 'bytes':
      return '';
    case 'boolean':
      return false;
    case 'int32':
    case 'int64':
    case 'double':
    case 'intOrString':
      return 0;
    case 'quantity':
      return '0';
    case 'subresourceStatus':
    case 'patch':
      return {};
    default:
      return null;
  }
}

/** An object of a kind in which nothing has been set. */
export function zeroObject(type: StructType, apiVersion: string): KubeObject {
  return { ...zeroStruct(type), apiVersion, kind: type.shortName } as unknown as KubeObject;
}

function zeroStruct(type: StructType): JsonObject {
  const result: JsonObject = {};
  for (const field of type.alwaysWritten) result[field.name] = zeroField(field);
  return result;
}

/** What Go writes for a field that was not set but is always written. */
export function zeroField({ type, pointer }: Field): unknown {
  // Bytes are a slice: nil in a field, but empty as the value of a map.
  return pointer || (type.kind === 'scalar' && type.scalar === 'bytes') ? null : zero(type);
}

/** What `omitempty` omits. */
export function isEmpty(type: Type, value: unknown): boolean {
  switch (type.kind) {
    case 'list':
      return (value as unknown[]).length === 0;
    case 'map':
      for (const _ in value as JsonObject) return false;
      return true;
    case 'struct':
      return false;
    case 'scalar':
      return plainZeros.get(type.scalar) === value;
  }
}

const plainZeros = new Map<ScalarName, unknown>([
  ['string', ''],
  ['boolean', false],
  ['int32', 0],
  ['int64', 0],
  ['double', 0],
  ['bytes', ''],
]);
