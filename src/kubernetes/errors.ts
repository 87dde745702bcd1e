import { ApiError, type StatusCause, type StatusDetails } from './status.ts';

/**
 * The errors an API server answers with, in the words of k8s.io/apimachinery/pkg/api/errors.
 * `resource` is plural and lower case, as in paths; `kind` is the kind's name.
 */

export interface GroupResource {
  /** '' for the core group. */
  readonly group: string;
  readonly resource: string;
}

export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** "statefulsets.apps", and "pods" in the core group. */
export function resourceName({ group, resource }: GroupResource): string {
  return group ? `${resource}.${group}` : resource;
}

/** "StatefulSet.apps", and "Pod" in the core group. */
export function kindName({ group, kind }: GroupKind): string {
  return group ? `${kind}.${group}` : kind;
}

export function notFound(resource: GroupResource, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${resourceName(resource)} "${name}" not found`, details(resource, name));
}

/** What the API server answers to a path that leads nowhere. */
export function unknownPath(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExists(resource: GroupResource, name: string): ApiError {
  const message = `${resourceName(resource)} "${name}" already exists`;
  return new ApiError(409, 'AlreadyExists', message, details(resource, name));
}

/** A name made from generateName was taken each time. */
export function generateNameConflict(resource: GroupResource, name: string, retryAfterSeconds: number): ApiError {
  const message = `${resourceName(resource)} "${name}" already exists, the server was not able to generate a unique name for the object`;
  return new ApiError(409, 'AlreadyExists', message, { ...details(resource, name), retryAfterSeconds });
}

/** What upstream's registry says when the resourceVersion of an update is not the newest. */
export const modifiedMessage =
  'the object has been modified; please apply your changes to the latest version and try again';

export function conflict(resource: GroupResource, name: string, reason: string = modifiedMessage): ApiError {
  const message = `Operation cannot be fulfilled on ${resourceName(resource)} "${name}": ${reason}`;
  return new ApiError(409, 'Conflict', message, details(resource, name));
}

/** Server-side apply met fields of other managers; `message` is the whole text. */
export function applyConflict(causes: StatusCause[], message: string): ApiError {
  return new ApiError(409, 'Conflict', message, { causes });
}

export function gone(message: string): ApiError {
  return new ApiError(410, 'Gone', message);
}

/** A resourceVersion or continue token that is too old. */
export function expired(message: string): ApiError {
  return new ApiError(410, 'Expired', message);
}

/** @param causes one for each field error, `field` always set; the same complaint is said once in the message. */
export function invalid(kind: GroupKind, name: string, causes: StatusCause[]): ApiError {
  const texts = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))];
  const summary = texts.length > 1 ? `[${texts.join(', ')}]` : texts[0];
  const message = `${kindName(kind)} "${name}" is invalid${summary === undefined ? '' : `: ${summary}`}`;
  return new ApiError(422, 'Invalid', message, {
    name,
    ...(kind.group && { group: kind.group }),
    kind: kind.kind,
    ...(causes.length > 0 && { causes }),
  });
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

export function unauthorized(message = 'Unauthorized'): ApiError {
  return new ApiError(401, 'Unauthorized', message);
}

/** @param name '' where the request names no object (list, create). Without a resource the text names none. */
export function forbidden(resource: GroupResource | undefined, name: string, reason: string): ApiError {
  if (!resource) return new ApiError(403, 'Forbidden', `forbidden: ${reason}`, {});
  const subject = name ? `${resourceName(resource)} "${name}"` : resourceName(resource);
  return new ApiError(403, 'Forbidden', `${subject} is forbidden: ${reason}`, details(resource, name));
}

/** @param action the HTTP method or verb: "create", "PUT". */
export function methodNotSupported(resource: GroupResource, action: string): ApiError {
  const message = `${action} is not supported on resources of kind "${resourceName(resource)}"`;
  return new ApiError(405, 'MethodNotAllowed', message, details(resource, ''));
}

/** The method is unknown to the path as a whole. */
export function methodNotAllowed(): ApiError {
  return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

export function notAcceptable(accepted: readonly string[]): ApiError {
  const message = `only the following media types are accepted: ${accepted.join(', ')}`;
  return new ApiError(406, 'NotAcceptable', message);
}

export function unsupportedMediaType(supported: readonly string[]): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${supported.join(', ')}`;
  return new ApiError(415, 'UnsupportedMediaType', message);
}

export function requestEntityTooLarge(reason: string): ApiError {
  return new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: ${reason}`);
}

export function tooManyRequests(message: string, retryAfterSeconds = 0, causes: StatusCause[] = []): ApiError {
  return new ApiError(429, 'TooManyRequests', message, {
    ...(causes.length > 0 && { causes }),
    ...(retryAfterSeconds > 0 && { retryAfterSeconds }),
  });
}

export function serviceUnavailable(message: string): ApiError {
  return new ApiError(503, 'ServiceUnavailable', message);
}

export function serverTimeout(resource: GroupResource, operation: string, retryAfterSeconds: number): ApiError {
  const message = `The ${operation} operation against ${resourceName(resource)} could not be completed at this time, please try again.`;
  return new ApiError(500, 'ServerTimeout', message, { ...details(resource, operation), retryAfterSeconds });
}

export function timeout(reason: string, retryAfterSeconds = 0): ApiError {
  return new ApiError(504, 'Timeout', `Timeout: ${reason}`, retryAfterSeconds > 0 ? { retryAfterSeconds } : {});
}

export function internalError(reason: string): ApiError {
  return new ApiError(500, 'InternalError', `Internal error occurred: ${reason}`, { causes: [{ message: reason }] });
}

function details({ group, resource }: GroupResource, name: string): StatusDetails {
  return { ...(name && { name }), ...(group && { group }), kind: resource };
}
