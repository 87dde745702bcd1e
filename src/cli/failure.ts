import type { Writable } from 'node:stream';

/** Exit codes: 0 fine, 1 a check failed or something went wrong, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2;

/** An end with a message for the user: what, why, and the next step. Everything else that is thrown is a bug. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly remedy?: string,
    readonly exitCode: ExitCode = 1,
  ) {
    super(message);
  }
}

export function usage(message: string, remedy?: string): Failure {
  return new Failure(message, remedy, 2);
}

/** Prints what ended a command and returns its exit code. A bug shows its stack, so that it can be reported. */
export function report(error: unknown, stderr: Writable): ExitCode {
  if (isUnwritten(error)) {
    stderr.write('error: What is to be kept could not be written: the disk is full, or broken.\n');
    stderr.write('       Everything acknowledged so far is there. Make room, then start again.\n');
    return 1;
  }
  if (isSaid(error)) {
    stderr.write(`error: ${error.message}\n`);
    if (error.remedy) stderr.write(`       ${error.remedy}\n`);
    return error instanceof Failure ? error.exitCode : 1;
  }
  stderr.write(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  stderr.write('       This is a mistake in Ordinal. Please report it with the lines above.\n');
  return 1;
}

/** A full disk, as the file system says it and as LMDB does, whose errors have a promise of the cause. */
function isUnwritten(error: unknown): boolean {
  const { code, commitError } = Object(error) as { readonly code?: unknown; readonly commitError?: unknown };
  return code === 'ENOSPC' || commitError !== undefined;
}

/** Failure, and the errors of lower parts that bring a remedy along. */
function isSaid(error: unknown): error is Error & { readonly remedy?: string } {
  return error instanceof Failure || (error instanceof Error && 'remedy' in error);
}
