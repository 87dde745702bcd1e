import { ApiError } from '../../../kubernetes/status.ts';

/** What several writes failed with, in the words of Go's utilerrors.NewAggregate. */
export class Failures extends Error {
  override readonly name = 'Failures';
  readonly errors: readonly unknown[];

  constructor(errors: readonly unknown[]) {
    const messages = [...new Set(errors.map(messageOf))];
    super(messages.length === 1 ? messages[0] : `[${messages.join(', ')}]`);
    this.errors = errors;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Resolves once all have ended. @throws the error of the one that failed, or Failures of several */
export async function settleAll(writes: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(writes);
  throwAny(results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])));
}

/** @throws the only error, or Failures of several; nothing where there are none. */
export function throwAny(errors: readonly unknown[]): void {
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new Failures(errors);
}

/** What one of several writes failed with, where it stands for all. */
export function firstOf(error: unknown): unknown {
  return error instanceof Failures ? firstOf(error.errors[0]) : error;
}

/** Waits for a write on something that may have gone already, which is fine. */
export async function ignoreNotFound<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    if (ApiError.is(error, 'NotFound')) return undefined;
    throw error;
  }
}

/** Whether nothing can be created because the namespace is on its way out: then there is nobody left to tell. */
export function isNamespaceTerminating(error: unknown): boolean {
  return (
    ApiError.is(error) && (error.status.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating')
  );
}
