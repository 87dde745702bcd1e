import * as errors from '../../kubernetes/errors.ts';
import { ApiError } from '../../kubernetes/status.ts';
import { type FieldError, toCause } from './validation/field.ts';

/** The errors of src/kubernetes/errors.ts, said of a served resource. */

interface Named {
  readonly group: string;
  readonly plural: string;
}

export function groupResource({ group, plural }: Named): errors.GroupResource {
  return { group, resource: plural };
}

export function notFound(definition: Named, name: string): ApiError {
  return errors.notFound(groupResource(definition), name);
}

export function alreadyExists(definition: Named, name: string): ApiError {
  return errors.alreadyExists(groupResource(definition), name);
}

/** @param reason that the object has been modified when absent. */
export function conflict(definition: Named, name: string, reason?: string): ApiError {
  return errors.conflict(groupResource(definition), name, reason);
}

export function forbidden(definition: Named, name: string, reason: string): ApiError {
  return errors.forbidden(groupResource(definition), name, reason);
}

/** @param name '' for what has none: options, the outcome of a patch */
export function invalid(kind: errors.GroupKind, name: string, problems: readonly FieldError[]): ApiError {
  const { status } = errors.invalid({ group: kind.group, kind: kind.kind }, name, problems.map(toCause));
  const { name: _, kind: __, ...details } = status.details ?? {};
  return new ApiError(status.code, status.reason, status.message ?? '', {
    ...(name && { name }),
    ...(kind.kind && { kind: kind.kind }),
    ...details,
  });
}
