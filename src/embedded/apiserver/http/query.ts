import { badRequest } from '../../../kubernetes/errors.ts';
import { goQuote } from '../../../kubernetes/go-format.ts';
import { checkDryRun, dryRunErrors } from '../engine/delete-options.ts';
import { validatePatchOptions } from '../engine/patch.ts';
import type {
  DeleteOptions,
  FieldValidation,
  ListOptions,
  PatchOptions,
  PatchType,
  PropagationPolicy,
  WatchOptions,
  WriteOptions,
} from '../engine/request.ts';
import { fieldManagerLimit } from '../engine/request.ts';
import { invalid as invalidObject } from '../failures.ts';
import { type FieldError, invalid, notSupported, tooLong } from '../validation/field.ts';

/** Parameters as Kubernetes' parameter codec reads them, and its words about those it cannot. */

export function text(query: URLSearchParams, name: string): string | undefined {
  return query.get(name) ?? undefined;
}

/** Anything but "false" and "0" is true. */
export function flag(query: URLSearchParams, name: string): boolean | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  return value.toLowerCase() !== 'false' && value !== '0';
}

/** @throws ApiError BadRequest */
export function integer(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  if (!/^[-+]?\d+$/.test(value)) throw badRequest(`strconv.ParseInt: parsing ${goQuote(value)}: invalid syntax`);
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw badRequest(`strconv.ParseInt: parsing ${goQuote(value)}: value out of range`);
  }
  return number;
}

export function listOptions(query: URLSearchParams): ListOptions {
  return {
    labelSelector: text(query, 'labelSelector'),
    fieldSelector: text(query, 'fieldSelector'),
    resourceVersion: text(query, 'resourceVersion'),
    resourceVersionMatch: text(query, 'resourceVersionMatch'),
    limit: integer(query, 'limit'),
    continue: text(query, 'continue'),
  };
}

export function watchOptions(query: URLSearchParams): WatchOptions {
  const { limit: _, ...options } = listOptions(query);
  return {
    ...options,
    allowBookmarks: flag(query, 'allowWatchBookmarks'),
    sendInitialEvents: flag(query, 'sendInitialEvents'),
    timeoutSeconds: integer(query, 'timeoutSeconds'),
  };
}

/** @param kind for messages: "CreateOptions". @throws ApiError Invalid */
export function writeOptions(query: URLSearchParams, kind: string): WriteOptions {
  const fieldManager = text(query, 'fieldManager');
  const fieldValidation = text(query, 'fieldValidation');
  const dryRun = query.getAll('dryRun');
  const errors = [...managerErrors(fieldManager ?? ''), ...dryRunErrors(dryRun)];
  if (fieldValidation && !['Ignore', 'Warn', 'Strict'].includes(fieldValidation)) {
    errors.push(notSupported('fieldValidation', fieldValidation, ['', 'Ignore', 'Strict', 'Warn']));
  }
  if (errors.length > 0) throw invalidObject({ group: 'meta.k8s.io', kind }, '', errors);
  return {
    dryRun: dryRun.length > 0,
    ...(fieldManager && { fieldManager }),
    ...(fieldValidation && { fieldValidation: fieldValidation as FieldValidation }),
  };
}

function managerErrors(manager: string): FieldError[] {
  const errors: FieldError[] = [];
  if (Buffer.byteLength(manager) > fieldManagerLimit) errors.push(tooLong('fieldManager', fieldManagerLimit));
  let position = 0;
  for (const character of manager) {
    if (!/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character)) {
      const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
      const shown = /\p{C}/u.test(character) ? '' : ` '${character}'`;
      errors.push(invalid('fieldManager', manager, `invalid character U+${code}${shown} (at position ${position})`));
    }
    position += Buffer.byteLength(character);
  }
  return errors;
}

/** @throws ApiError Invalid */
export function patchOptions(query: URLSearchParams, type: PatchType): PatchOptions {
  const force = flag(query, 'force');
  const options = { ...writeOptions(query, 'PatchOptions'), type, ...(force !== undefined && { force }) };
  validatePatchOptions(options);
  return options;
}

export function deleteOptions(query: URLSearchParams): DeleteOptions {
  const dryRun = query.getAll('dryRun');
  checkDryRun(dryRun);
  return {
    dryRun: dryRun.length > 0,
    gracePeriodSeconds: integer(query, 'gracePeriodSeconds'),
    propagationPolicy: text(query, 'propagationPolicy') as PropagationPolicy | undefined,
    orphanDependents: flag(query, 'orphanDependents'),
  };
}
