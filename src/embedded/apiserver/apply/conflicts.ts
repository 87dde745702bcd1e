import { applyConflict } from '../../../kubernetes/errors.ts';
import { goQuote } from '../../../kubernetes/go-format.ts';
import type { ApiError } from '../../../kubernetes/status.ts';
import { type FieldSet, paths } from './field-set.ts';
import type { Manager } from './managers.ts';

/** Fields that an apply would change although somebody else owns them. */
export interface Conflict {
  readonly manager: Manager;
  readonly fields: FieldSet;
}

/** "Apply failed with 1 conflict: conflict with "kubectl" using apps/v1: .spec.replicas" */
export function conflictError(conflicts: readonly Conflict[]): ApiError {
  const listed = [...conflicts]
    .sort((a, b) => (a.manager.name < b.manager.name ? -1 : 1))
    .map(({ manager, fields }) => ({ with: describe(manager), paths: paths(fields) }));
  const causes = listed.flatMap((conflict) =>
    conflict.paths.map((field) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${conflict.with}`,
      field,
    })),
  );
  const [only] = listed;
  if (causes.length === 1) {
    return applyConflict(causes, `Apply failed with 1 conflict: conflict with ${only!.with}: ${only!.paths[0]}`);
  }
  const lines = listed.flatMap((conflict) => [
    `conflicts with ${conflict.with}:`,
    ...conflict.paths.map((path) => `- ${path}`),
  ]);
  return applyConflict(causes, `Apply failed with ${causes.length} conflicts: ${lines.join('\n')}`);
}

function describe({ name, operation, apiVersion, subresource }: Manager): string {
  const where = subresource === '' ? '' : ` with subresource ${goQuote(subresource)}`;
  return `${goQuote(name)}${where}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}
