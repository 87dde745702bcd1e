import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** What the program reads from standard input; nothing when absent. */
  readonly input?: string | Readable;
  /** Takes standard output as it comes, which may be more than fits into a string. The program ends where it rejects. */
  take?(output: Readable): Promise<void>;
  /** Told of each line of standard error as it comes. */
  line?(text: string): void;
  /** Told of each line of standard output as it comes. */
  output?(text: string): void;
  /** Told of the process's number as soon as it runs. */
  started?(pid: number): void;
  /** Milliseconds after which it is ended. */
  readonly timeout?: number;
  readonly env?: Environment;
}

/** A program that ended badly, or that is not there. Its message can be pasted into a shell. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  constructor(
    readonly command: string,
    readonly stderr: string,
    /** ENOENT where there is no such program. */
    readonly code: string | undefined,
  ) {
    super(`\`${command}\` failed${stderr ? `: ${lastLine(stderr)}` : ''}`);
  }
}

/** Runs one program, always in the same environment. */
export class Program {
  readonly path: string;
  readonly #env: Environment;

  constructor(path: string, env: Environment) {
    this.path = path;
    this.#env = env;
  }

  /** Resolves with standard output. Rejects with CommandError, with the signal's reason, or with what `take` did. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<string> {
    const { signal, input, take, line, output, started, timeout } = options;
    signal?.throwIfAborted();
    const child = execa(this.path, args, {
      env: { ...this.#env, ...options.env },
      extendEnv: false,
      reject: false,
      ...(typeof input === 'string' ? { input } : { stdin: input ? ('pipe' as const) : ('ignore' as const) }),
      ...(take && { buffer: { stdout: false } }),
      ...(signal && { cancelSignal: signal }),
      ...(timeout && { timeout }),
      forceKillAfterDelay: 2000,
    });
    if (child.pid !== undefined) started?.(child.pid);
    const tell = async (from: 'stdout' | 'stderr', listener: ((text: string) => void) | undefined) => {
      if (listener) for await (const text of child.iterable({ from })) listener(text);
    };
    // How the program ends is told below, whatever becomes of its output.
    const told = [tell('stderr', line), tell('stdout', output)].map((each) => each.catch(() => {}));
    // A program that ends before it has read everything says itself why.
    if (input instanceof Readable) void pipeline(input, child.stdin!).catch(() => {});
    let refused: { readonly error: unknown } | undefined;
    const taken = take?.(child.stdout!).catch((error: unknown) => {
      refused = { error };
      child.kill();
    });
    const result = await child;
    await Promise.all([...told, taken]);
    signal?.throwIfAborted();
    if (refused) throw refused.error;
    if (!result.failed) return result.stdout ?? '';
    const said = result.timedOut ? `no answer in ${(timeout ?? 0) / 1000} s` : result.stderr || result.shortMessage;
    throw new CommandError([this.path, ...args].map(quoted).join(' '), said ?? '', result.code);
  }
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

export function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
