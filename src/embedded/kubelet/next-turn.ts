/**
 * Lets everything else have its turn, I/O included. Who lost to another's write waits like this before trying again: that
 * write can only be read once it is on disk, and it never gets there while promises keep the thread to themselves.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
