import { badRequest } from '../../../kubernetes/errors.ts';
import { GoLiteral, goStrings } from '../../../kubernetes/go-format.ts';
import type { ApiError } from '../../../kubernetes/status.ts';
import { invalid as invalidObject } from '../failures.ts';
import { member } from '../json.ts';
import { type FieldError, notSupported } from '../validation/field.ts';
import type { DeleteOptions } from './request.ts';

/** @throws ApiError BadRequest for a field of the wrong type */
export function deleteOptionsIn(value: unknown): DeleteOptions {
  const preconditions = field(value, 'preconditions', 'object');
  const dryRun = ((field(value, 'dryRun', 'array') ?? []) as unknown[]).map((each) => {
    if (typeof each === 'string' || each === null) return each ?? '';
    throw mismatch('dryRun', each, 'string');
  });
  checkDryRun(dryRun);
  return {
    dryRun: dryRun.length > 0,
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

const goTypes = {
  string: 'string',
  number: 'int64',
  boolean: 'bool',
  array: '[]string',
  object: 'v1.Preconditions',
} as const;

function field(value: unknown, name: string, type: keyof typeof goTypes): unknown {
  const found = member(value, name);
  if (found === undefined || found === null) return undefined;
  const actual = Array.isArray(found) ? 'array' : typeof found;
  if (actual === type && (type !== 'number' || Number.isSafeInteger(found))) return found;
  throw mismatch(name, found, goTypes[type]);
}

function mismatch(name: string, found: unknown, goType: string): ApiError {
  const actual = Array.isArray(found) ? 'array' : typeof found === 'boolean' ? 'bool' : typeof found;
  return badRequest(`json: cannot unmarshal ${actual} into Go struct field DeleteOptions.${name} of type ${goType}`);
}

export function dryRunErrors(dryRun: readonly string[]): FieldError[] {
  if (dryRun.every((value) => value === 'All')) return [];
  return [notSupported('dryRun', new GoLiteral(goStrings(dryRun)), ['All'])];
}

/** @throws ApiError Invalid */
export function checkDryRun(dryRun: readonly string[]): void {
  const errors = dryRunErrors(dryRun);
  if (errors.length > 0) throw invalidObject({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
}
