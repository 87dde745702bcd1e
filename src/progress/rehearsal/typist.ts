import { type Clock, pause } from '../../clusters/clock.ts';
import { splitCommands } from '../../terminal/commands.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { Terminals } from '../../terminal/terminals.ts';
import { ProxyPort } from './proxy-port.ts';
import type { Limits } from './stand.ts';

/** Messages that no waiting changes. */
const hopeless =
  /unknown (shorthand )?(command|flag)|command not found|No such file or directory|the path .* does not exist|must specify|error parsing/i;

/** Types commands into terminals, one after the other, and sees how they end. */
export class Typist {
  readonly #terminals: Terminals;
  readonly #clock: Clock;
  readonly #limits: Pick<Limits, 'command' | 'patience'>;
  readonly #calm: () => Promise<void>;
  readonly #signal: AbortSignal;
  readonly #byNumber = new Map<number, Terminal>();
  readonly #proxyPort = new ProxyPort();
  /** Those whose shell has asked for its first command. */
  readonly #prompted = new Set<Terminal>();

  /** @param calm resolves when the cluster has done what it was last asked to */
  constructor(
    terminals: Terminals,
    clock: Clock,
    limits: Pick<Limits, 'command' | 'patience'>,
    calm: () => Promise<void>,
    signal: AbortSignal,
  ) {
    this.#terminals = terminals;
    this.#clock = clock;
    this.#limits = limits;
    this.#calm = calm;
    this.#signal = signal;
  }

  /** Returns why it failed, in a sentence; undefined where all commands ended well. */
  async typeAll(text: string, number: number, careful: boolean): Promise<string | undefined> {
    const clock = this.#clock;
    const limits = this.#limits;
    const terminal = this.#terminal(number);
    let failed: string | undefined;
    for (const command of splitCommands(text)) {
      const started = clock.now();
      for (let attempt = 0; ; attempt++) {
        const ended = await this.#type(terminal, this.#proxyPort.typed(command));
        failed = ended === 'passed' ? undefined : ended;
        if (!failed || !careful || hopeless.test(failed)) break;
        if (clock.now() - started > limits.patience) break;
        await this.#calm();
        await pause(clock, Math.min(2000, 100 * 2 ** attempt), this.#signal);
      }
      if (failed && careful) break;
    }
    return failed;
  }

  async #type(terminal: Terminal, command: string): Promise<string> {
    const before = this.#terminals.transcript.commands.length;
    const prompted = this.#prompt(terminal);
    const outcome = await terminal.type(command);
    if (outcome !== 'typed') {
      prompted.stop();
      return `\`${command}\` could not be typed: ${outcome === 'busy' ? 'another command is running in that terminal' : 'the shell has ended'}`;
    }
    if (!(await prompted.came)) {
      const { command: limit } = this.#limits;
      return `\`${command}\` did not end within ${Math.round(limit / 1000)} s; it printed:\n${await terminal.text()}`;
    }
    const ran = this.#terminals.transcript.commands.slice(before).findLast((entry) => entry.terminal === terminal.id);
    if (!ran)
      return `the shell did not run \`${command}\`:\n${(await terminal.text()).split('\n').slice(-5).join('\n')}`;
    return ran.exitCode === 0
      ? 'passed'
      : `\`${command}\` ended with exit code ${ran.exitCode ?? '(none)'}:\n${ran.output.trim().slice(-2000)}`;
  }

  /** Whether the shell asked for the next command within a command's time. A shell that starts asks for its first. */
  #prompt(terminal: Terminal): { came: Promise<boolean>; stop(): void } {
    let stop = () => {};
    let awaited = this.#prompted.has(terminal) ? 1 : 2;
    this.#prompted.add(terminal);
    const came = new Promise<boolean>((resolve) => {
      const end = (value: boolean) => {
        stop();
        resolve(value);
      };
      const off = terminal.onPrompt(() => --awaited === 0 && end(true));
      const timer = this.#clock.schedule(this.#limits.command, () => end(false));
      const abort = () => end(false);
      this.#signal.addEventListener('abort', abort, { once: true });
      stop = () => {
        off();
        timer.cancel();
        this.#signal.removeEventListener('abort', abort);
      };
    });
    return { came, stop: () => stop() };
  }

  /**
   * Starts what goes on until it is interrupted, in a terminal of its own, and waits for its first words. Returns why that
   * is not what happened.
   */
  async begin(command: string): Promise<string | undefined> {
    const clock = this.#clock;
    const terminal = this.#terminals.open();
    const { transcript } = this.#terminals;
    const mine = () => transcript.commands.find((entry) => entry.terminal === terminal.id);
    await terminal.type(this.#proxyPort.typed(command));
    await new Promise<void>((resolve) => {
      const look = () => {
        const entry = mine();
        if (entry && (entry.output !== '' || entry.endedAt !== undefined)) end();
      };
      const end = () => {
        stop();
        watching.detach();
        timer.cancel();
        resolve();
      };
      const stop = transcript.onCommand(look);
      const watching = terminal.attach({ output: look, replay: look, resized() {}, exited: look });
      const timer = clock.schedule(10_000, end);
    });
    // Its first words may be its last.
    await pause(clock, 200, this.#signal);
    const entry = mine();
    this.#proxyPort.listening(entry?.output ?? '');
    if (entry?.endedAt === undefined) return undefined;
    return `\`${command}\` was to go on in the background, and ended:\n${entry.output.trim()}`;
  }

  #terminal(number: number): Terminal {
    const terminal = this.#byNumber.get(number) ?? this.#terminals.open();
    this.#byNumber.set(number, terminal);
    return terminal;
  }
}
