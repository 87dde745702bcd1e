import { ProviderError } from '../provider.ts';
import { CommandError, type Program } from './program.ts';

/** Rejects `ended` when a container of the cluster is removed, or Docker ends. Stopped nodes can be started again. */
export function watchForEnd(
  docker: Program,
  cluster: string,
  container: string,
): { readonly ended: Promise<never>; stop(): Promise<void> } {
  const stopping = new AbortController();
  const again = 'Start again: the cluster is repaired, or made anew.';
  const watching = (async (): Promise<never> => {
    const args = ['events', '--filter', `container=${container}`, '--filter', 'event=destroy'];
    const gone = new AbortController();
    await docker
      .run([...args, '--format', '{{.Status}}'], {
        signal: AbortSignal.any([stopping.signal, gone.signal]),
        output: () => gone.abort(),
      })
      .catch((error: unknown) => {
        if (error instanceof CommandError || gone.signal.aborted) return;
        throw error;
      });
    if (gone.signal.aborted) throw new ProviderError(`The nodes of the cluster ${cluster} were removed.`, again);
    throw new ProviderError(`Docker has stopped, and the cluster ${cluster} with it.`, again);
  })();
  const ended = watching.catch((error: unknown) => {
    // Whoever has stopped watching is told nothing.
    if (stopping.signal.aborted) return new Promise<never>(() => {});
    throw error;
  });
  ended.catch(() => {});
  return {
    ended,
    stop: async () => {
      stopping.abort();
      await watching.catch(() => {});
    },
  };
}
