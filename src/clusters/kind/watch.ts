import { setTimeout as pause } from 'node:timers/promises';
import { ProviderError } from '../provider.ts';
import { CommandError, type Program } from './program.ts';

/** Milliseconds before Docker's events are asked for again. */
const interval = 500;

/**
 * Rejects `ended` when one of the cluster's containers is removed, or Docker ends. Stopped nodes can be started again.
 * @param containers their IDs
 */
export function watchForEnd(
  docker: Program,
  cluster: string,
  containers: readonly string[],
): { readonly ended: Promise<never>; stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const watching = (async (): Promise<never> => {
    const filters = ['event=destroy', ...containers.map((id) => `container=${id}`)];
    for (;;) {
      const gone = new AbortController();
      await docker
        .run(['events', ...filters.flatMap((each) => ['--filter', each]), '--format', '{{.Status}}'], {
          signal: AbortSignal.any([signal, gone.signal]),
          output: () => gone.abort(),
        })
        .catch((error: unknown) => {
          if (!(error instanceof CommandError) && !gone.signal.aborted) throw error;
        });
      // Ctrl-C at a terminal ends every program there, this one too: what has happened is what Docker says now.
      const seen = await lookAt(docker, containers, signal);
      if (seen === 'gone') {
        throw new ProviderError(
          `Nodes of the cluster ${cluster} were removed.`,
          'Start again: what is lost with them is said before anything else is removed.',
        );
      }
      if (seen === 'unknown') {
        throw new ProviderError(
          `Docker has stopped, and the cluster ${cluster} with it.`,
          'Start Docker, then start again: the cluster has what it stored.',
        );
      }
      await pause(interval, undefined, { signal });
    }
  })();
  const ended = watching.catch((error: unknown) => {
    // Whoever has stopped watching is told nothing.
    if (signal.aborted) return new Promise<never>(() => {});
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

/** 'unknown' where Docker does not answer. */
async function lookAt(
  docker: Program,
  containers: readonly string[],
  signal: AbortSignal,
): Promise<'there' | 'gone' | 'unknown'> {
  try {
    await docker.run(['inspect', '--type', 'container', '--format', '{{.Id}}', ...containers], { signal });
    return 'there';
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return /no such container/i.test(error.stderr) ? 'gone' : 'unknown';
  }
}
