import { AsyncLocalStorage } from 'node:async_hooks';
import type { Process } from './process.ts';

/**
 * Whose code runs just now, however many callbacks and promises lie between it and the start of its program. Simulated
 * processes share a thread with the rest of the cluster, and this tells what they did from what the cluster did.
 */
const running = new AsyncLocalStorage<Process>();

/** Runs a program as the code of a process: all that it sets in motion is the process's too. */
export function runAs<T>(process: Process, program: () => T): T {
  return running.run(process, program);
}

/**
 * Ends the process that an exception or a rejection comes from which nobody has caught, as it ends a real one: the
 * message on its standard error, exit code 1. To be called from the thread's `uncaughtException`.
 *
 * @returns false where it comes from no process: then the cluster itself has failed.
 */
export function endUncaught(error: unknown): boolean {
  const process = running.getStore();
  void process?.system.failed(process, error);
  return process !== undefined;
}
