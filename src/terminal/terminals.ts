import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { SpawnPty } from './pty.ts';
import type { ShellLaunch } from './shell.ts';
import { Terminal } from './terminal.ts';
import { CommandLog } from './transcript.ts';

export interface TerminalsOptions {
  readonly spawn: SpawnPty;
  readonly launch: (nonce: string) => ShellLaunch;
  /** The working folder. */
  readonly cwd: string;
  readonly clock: Clock;
}

/** Says what, why, and what helps. */
export class TerminalError extends Error {
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
    this.name = 'TerminalError';
  }
}

/** More than anybody can follow, and a bound on what one tab can start. */
const most = 8;

/** The terminals of one session. Their commands share one transcript. */
export class Terminals {
  readonly transcript: CommandLog;
  readonly #options: TerminalsOptions;
  readonly #terminals = new Map<string, Terminal>();
  readonly #listeners = new Set<() => void>();

  constructor(options: TerminalsOptions) {
    this.#options = options;
    this.transcript = new CommandLog(options.clock);
  }

  /** Throws TerminalError where there are too many, or the shell cannot be started. */
  open(): Terminal {
    if (this.#terminals.size >= most) {
      throw new TerminalError(`${most} terminals are open, and that is the most there can be.`, 'Close one first.');
    }
    // Not a number to guess: the id is all that another session would have to know.
    const id = randomBytes(9).toString('base64url');
    let terminal: Terminal;
    try {
      terminal = new Terminal({
        ...this.#options,
        id,
        log: this.transcript,
        changed: () => this.#changed(),
      });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new TerminalError(`The shell could not be started: ${why}`, 'Set SHELL to a shell that works here.');
    }
    this.#terminals.set(id, terminal);
    this.#changed();
    return terminal;
  }

  get(id: string): Terminal | undefined {
    return this.#terminals.get(id);
  }

  /** The first in which nothing runs. */
  idle(): Terminal | undefined {
    return [...this.#terminals.values()].find((terminal) => terminal.idle);
  }

  close(id: string): void {
    const terminal = this.#terminals.get(id);
    if (!terminal) return;
    this.#terminals.delete(id);
    terminal.dispose();
    this.#changed();
  }

  list(): { id: string; title: string }[] {
    return [...this.#terminals.values()].map(({ id, title }) => ({ id, title }));
  }

  /** Told when terminals open or close, and when a title changes. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispose(): void {
    for (const terminal of this.#terminals.values()) terminal.dispose();
    this.#terminals.clear();
    this.#listeners.clear();
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
