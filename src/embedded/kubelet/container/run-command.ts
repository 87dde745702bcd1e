import { Writable } from 'node:stream';
import type { Clock } from '../../clock.ts';
import type { Container } from '../../containers/runtime.ts';
import { deadline } from '../probes/deadline.ts';

/** Bytes of output that are kept. */
const longestOutput = 10 * 1024;

/** The command did not end in time. */
export class CommandTimedOut extends Error {}

export interface CommandOutcome {
  readonly exitCode: number;
  /** Standard output and standard error as they came. */
  readonly output: string;
}

/**
 * Runs a command in a container and waits for its end.
 * @param timeout milliseconds
 * @throws ContainerError where it cannot be started, CommandTimedOut
 */
export async function runCommand(
  container: Container,
  command: readonly string[],
  clock: Clock,
  timeout?: number,
  signal?: AbortSignal,
): Promise<CommandOutcome> {
  const parts: Buffer[] = [];
  let size = 0;
  const collect = () =>
    new Writable({
      write(chunk: Buffer, _, done) {
        const part = chunk.subarray(0, Math.max(0, longestOutput - size));
        size += part.length;
        if (part.length > 0) parts.push(Buffer.from(part));
        done();
      },
    });
  const stop = new AbortController();
  const cancel = () => stop.abort(signal?.reason);
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  let timedOut = false;
  const timer =
    timeout === undefined
      ? undefined
      : deadline(clock, timeout, () => {
          timedOut = true;
          stop.abort();
        });
  const late = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () =>
      reject(
        timedOut
          ? new CommandTimedOut(`command timed out: "${command.join(' ')}" timed out after ${(timeout ?? 0) / 1000}s`)
          : (stop.signal.reason ?? new Error('aborted')),
      ),
    );
  });
  late.catch(() => {});
  try {
    const streams = { stdout: collect(), stderr: collect(), tty: false, signal: stop.signal };
    const { exitCode } = await Promise.race([container.exec(command, streams), late]);
    return { exitCode, output: Buffer.concat(parts).toString('utf8') };
  } finally {
    timer?.cancel();
    signal?.removeEventListener('abort', cancel);
  }
}
