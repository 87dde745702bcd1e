import type { Clock } from './clock.ts';
import { plainText } from './text.ts';

/**
 * The commands of a session's terminals, oldest first, with what they printed. Has the shape of the Transcript that
 * checks ask. A command's object is replaced when it ends; while it runs, `output` reads what there is so far.
 */
export class CommandLog {
  readonly #clock: Clock;
  #commands: LoggedCommand[] = [];
  readonly #running = new Map<string, Recording>();
  readonly #listeners = new Set<(command: LoggedCommand) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get commands(): readonly LoggedCommand[] {
    return this.#commands;
  }

  /** Told when a command starts, when it ends, and at most once a second while it prints. */
  onCommand(listener: (command: LoggedCommand) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A command begins in a terminal; one that was running there is taken to have been lost sight of, and ended. */
  begin(terminal: string, text: string): void {
    this.end(terminal, undefined);
    const recording = new Recording(text, terminal, this.#clock.now());
    this.#running.set(terminal, recording);
    this.#commands.push(recording);
    if (this.#commands.length > mostCommands) this.#commands = this.#commands.slice(-mostCommands / 2);
    this.#tell(recording);
  }

  append(terminal: string, output: string): void {
    const recording = this.#running.get(terminal);
    if (!recording) return;
    recording.append(output);
    recording.telling ??= this.#clock.schedule(1000, () => {
      recording.telling = undefined;
      this.#tell(recording);
    });
  }

  /** @param exitCode undefined where it cannot be known: the terminal was closed under the command. */
  end(terminal: string, exitCode: number | undefined): void {
    const recording = this.#running.get(terminal);
    if (!recording) return;
    recording.telling?.cancel();
    this.#running.delete(terminal);
    const ended = recording.ended(exitCode, this.#clock.now());
    const index = this.#commands.lastIndexOf(recording);
    if (index >= 0) this.#commands[index] = ended;
    this.#forgetOldOutput();
    this.#tell(ended);
  }

  running(terminal: string): LoggedCommand | undefined {
    return this.#running.get(terminal);
  }

  clear(): void {
    this.#commands = [...this.#running.values()];
  }

  /** Keeps what all commands printed below a bound, whatever a learner does: the oldest output goes first. */
  #forgetOldOutput(): void {
    let total = 0;
    for (let index = this.#commands.length - 1; index >= 0; index--) {
      const command = this.#commands[index]!;
      if (command instanceof Recording) continue;
      total += command.output.length;
      if (total > mostOutput && command.output !== '') this.#commands[index] = { ...command, output: '' };
    }
  }

  #tell(command: LoggedCommand): void {
    for (const listener of [...this.#listeners]) listener(command);
  }
}

export interface LoggedCommand {
  readonly text: string;
  /** Absent while it runs. */
  readonly exitCode?: number;
  /** Escape sequences removed, the last 64 KiB. */
  readonly output: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly terminal: string;
}

const mostCommands = 2000;
const mostOutput = 8 * 1024 * 1024;
const longestOutput = 64 * 1024;

class Recording implements LoggedCommand {
  readonly text: string;
  readonly terminal: string;
  readonly startedAt: number;
  telling: { cancel(): void } | undefined;
  #chunks: string[] = [];
  #length = 0;

  constructor(text: string, terminal: string, startedAt: number) {
    this.text = text;
    this.terminal = terminal;
    this.startedAt = startedAt;
  }

  get output(): string {
    this.#chunks = [this.#chunks.join('')];
    return plainText(this.#chunks[0]!).slice(-longestOutput);
  }

  append(output: string): void {
    this.#chunks.push(output);
    this.#length += output.length;
    // Escape sequences take room too, so twice the length is kept, and cut only when it has doubled again.
    if (this.#length > 4 * longestOutput) {
      const kept = this.#chunks.join('').slice(-2 * longestOutput);
      this.#chunks = [kept];
      this.#length = kept.length;
    }
  }

  ended(exitCode: number | undefined, endedAt: number): LoggedCommand {
    const { text, terminal, startedAt, output } = this;
    return { text, terminal, startedAt, output, endedAt, ...(exitCode !== undefined && { exitCode }) };
  }
}
