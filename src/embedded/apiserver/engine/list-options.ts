import { badRequest } from '../../../kubernetes/errors.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import { invalid as invalidObject } from '../failures.ts';
import { type FieldError, forbidden, notSupported } from '../validation/field.ts';
import type { ListOptions, WatchOptions } from './request.ts';

const kind = { group: 'meta.k8s.io', kind: 'ListOptions' };

/** metainternalversion/validation.ValidateListOptions, for a list. @throws ApiError Invalid */
export function validateListOptions(options: ListOptions): void {
  const { resourceVersionMatch: match } = options;
  if (!match) return;
  const errors: FieldError[] = [];
  if (!options.resourceVersion) {
    errors.push(
      forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'),
    );
  }
  if (options.continue) {
    errors.push(forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'));
  }
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    errors.push(notSupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']));
  }
  if (match === 'Exact' && options.resourceVersion === '0') {
    errors.push(forbidden('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  if (errors.length > 0) throw invalidObject(kind, '', errors);
}

/** The same for a watch. @throws ApiError Invalid */
export function validateWatchOptions(options: WatchOptions): void {
  const { resourceVersionMatch: match, sendInitialEvents } = options;
  const errors: FieldError[] = [];
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    errors.push(
      forbidden('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
    );
  }
  if (match) {
    if (sendInitialEvents === undefined) {
      errors.push(
        forbidden(
          'resourceVersionMatch',
          'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
        ),
      );
    }
    if (match !== 'NotOlderThan') errors.push(notSupported('resourceVersionMatch', match, ['NotOlderThan']));
    if (options.continue) {
      errors.push(forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'));
    }
  }
  if (errors.length > 0) throw invalidObject(kind, '', errors);
}

/** A resourceVersion as Go reads an unsigned number; undefined where it is absent. @throws ApiError BadRequest */
export function parseResourceVersion(text: string | undefined, prefix = ''): number | undefined {
  if (!text) return undefined;
  const value = /^\d{1,20}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) {
    const value = JSON.stringify(text);
    throw badRequest(
      `${prefix}resourceVersion: Invalid value: ${value}: strconv.ParseUint: parsing ${value}: invalid syntax`,
    );
  }
  return value;
}

/** 504, as upstream answers where a client has seen the future. */
export function tooLargeResourceVersion(requested: number, current: number): ApiError {
  return new ApiError(504, 'Timeout', `Timeout: Too large resource version: ${requested}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}
