/** Resolves at the first Ctrl-C or SIGTERM. The second one ends the process at once, for whoever cannot wait. */
export function stopRequested(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        resolve(signal);
      });
    }
  });
}

/** Aborted, with that reason, at the first of them. */
export function abortedBySignal(reason: Error): AbortController {
  const stop = new AbortController();
  void stopRequested().then(() => stop.abort(reason));
  return stop;
}
