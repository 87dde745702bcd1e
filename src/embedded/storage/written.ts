import { AsyncResource } from 'node:async_hooks';

/** Where a failed commit is told: on behalf of the cluster, whoever's write it was. */
const storage = new AsyncResource('Storage');

/**
 * The outcome of a commit. One that fails (a full disk, a broken one) also ends the process, as an uncaught exception:
 * what is in memory is ahead of the disk from there on, and LMDB's own memory is not to be trusted after it. The error
 * is LMDB's, with `commitError`, or the file system's.
 */
export async function written(commit: Promise<unknown>): Promise<void> {
  try {
    await commit;
  } catch (error) {
    storage.runInAsyncScope(() =>
      queueMicrotask(() => {
        throw error;
      }),
    );
    throw error;
  }
}
