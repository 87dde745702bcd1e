/** Time as reading a cluster needs it; the product passes the machine's clock, tests one that stands still. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  schedule(milliseconds: number, callback: () => void): { cancel(): void };
}

/** Resolves after the time, or rejects with the signal's reason as soon as it is aborted. */
export function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const abort = () => {
      timer.cancel();
      reject(signal.reason);
    };
    const timer = clock.schedule(milliseconds, () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
    signal.addEventListener('abort', abort, { once: true });
  });
}
