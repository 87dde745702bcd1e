import { badRequest } from '../../../kubernetes/errors.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import type { JsonObject } from '../json.ts';
import { goValue } from './go-value.ts';

/**
 * What the API server says when a patch cannot be applied. Upstream knows the cause but answers without it, because it
 * passes it on as that of an unexpected response.
 */
export function unprocessable(): ApiError {
  return new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

/** An error upstream did not foresee: code 500, its text and no reason. */
export function unforeseen(message: string): ApiError {
  return new ApiError(500, undefined, message);
}

/** Of strategic merge patches. @param what "retainKeys", "primitive list", … */
export function wrongFormat(what: string): ApiError {
  return badRequest(`invalid patch format of ${what}`);
}

export function unknownPatchType(directive: unknown, patch: JsonObject): ApiError {
  return unforeseen(`unknown patch type: ${goValue(directive)} in map: ${goValue(patch)}`);
}
