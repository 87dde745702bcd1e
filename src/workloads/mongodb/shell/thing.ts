import { ClientError } from '../errors.ts';
import type { Value } from '../values.ts';

export type ShellValue = Value | undefined | ShellFunction | Thing | ShellValue[];
export type ShellFunction = (...args: ShellValue[]) => ShellValue | Promise<ShellValue>;

/** What has methods: `db`, `rs`, a collection, a cursor. */
export abstract class Thing {
  /** What is printed of it. */
  abstract shown(): Promise<ShellValue> | ShellValue;
  /** A method or field; undefined where it has none of that name. */
  abstract member(name: string): ShellValue;
}

export function isFunction(value: ShellValue): value is ShellFunction {
  return typeof value === 'function';
}

/** A value that can be stored or sent. @throws ClientError for others */
export function plain(value: ShellValue, what: string): Value {
  if (value === undefined || isFunction(value) || value instanceof Thing) {
    throw new ClientError('MongoInvalidArgumentError', `${what} must be a value`);
  }
  if (Array.isArray(value)) return (value as ShellValue[]).map((item) => plain(item, what));
  return value;
}
