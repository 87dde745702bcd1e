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
  readonly value?: unknown;
  readonly detail: string;
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

/** Strings quoted, nil as null, everything else as JSON. */
function printValue(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  return typeof value === 'object'
    ? JSON.stringify(value)
    : typeof value === 'string'
      ? JSON.stringify(value)
      : String(value);
}
