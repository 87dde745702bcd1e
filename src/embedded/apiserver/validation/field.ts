import { GoLiteral, goQuote } from '../../../kubernetes/go-format.ts';
import type { StatusCause } from '../../../kubernetes/status.ts';

/** k8s.io/apimachinery/pkg/util/validation/field: one thing that is wrong with one field. */
export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError'
  | 'FieldValueTypeInvalid';

const titles: Record<FieldErrorType, string> = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  InternalError: 'Internal error',
  FieldValueTypeInvalid: 'Invalid value',
};

/** These say nothing of the value. */
const silent = new Set<FieldErrorType>([
  'FieldValueRequired',
  'FieldValueForbidden',
  'FieldValueTooLong',
  'InternalError',
]);

export interface FieldError {
  readonly type: FieldErrorType;
  /** "spec.template.spec.containers[0].image" */
  readonly field: string;
  /** What stands there. A GoLiteral is printed as it is: the form Go gives to structs, lists and maps. */
  readonly value?: unknown;
  readonly detail: string;
}

/** Nothing stands where something must: an empty string counts as nothing. */
export function required(field: string, detail = ''): FieldError {
  return { type: 'FieldValueRequired', field, detail };
}

export function invalid(field: string, value: unknown, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, value, detail };
}

export function typeInvalid(field: string, value: unknown, detail: string): FieldError {
  return { type: 'FieldValueTypeInvalid', field, value, detail };
}

export function forbidden(field: string, detail: string): FieldError {
  return { type: 'FieldValueForbidden', field, detail };
}

export function duplicate(field: string, value: unknown): FieldError {
  return { type: 'FieldValueDuplicate', field, value, detail: '' };
}

export function notFound(field: string, value: unknown): FieldError {
  return { type: 'FieldValueNotFound', field, value, detail: '' };
}

/** @param valid in the order upstream lists them, which is mostly sorted */
export function notSupported(field: string, value: unknown, valid: readonly string[]): FieldError {
  const detail = valid.length > 0 ? `supported values: ${valid.map(goQuote).join(', ')}` : '';
  return { type: 'FieldValueNotSupported', field, value, detail };
}

/** @param maximum in bytes */
export function tooLong(field: string, maximum: number): FieldError {
  return { type: 'FieldValueTooLong', field, detail: `may not be more than ${maximum} bytes` };
}

export function tooMany(field: string, actual: number, maximum: number): FieldError {
  return { type: 'FieldValueTooMany', field, value: actual, detail: `must have at most ${maximum} items` };
}

export function internalError(field: string, detail: string): FieldError {
  return { type: 'InternalError', field, detail };
}

/** One `invalid` for each complaint of a format check. */
export function invalidEach(field: string, value: unknown, messages: readonly string[]): FieldError[] {
  return messages.map((message) => invalid(field, value, message));
}

/** "Invalid value: -1: must be greater than or equal to 0", as field.Error.ErrorBody writes it. */
export function errorBody(error: FieldError): string {
  const title = titles[error.type];
  const body = silent.has(error.type) ? title : `${title}: ${printValue(error.value)}`;
  return error.detail ? `${body}: ${error.detail}` : body;
}

export function toCause(error: FieldError): StatusCause {
  return { reason: error.type, message: errorBody(error), field: error.field };
}

/** nil prints as the string "null", quotes included. */
function printValue(value: unknown): string {
  if (value === undefined || value === null) return '"null"';
  if (typeof value === 'string') return goQuote(value);
  return typeof value === 'object' && !(value instanceof GoLiteral) ? JSON.stringify(value) : String(value);
}
