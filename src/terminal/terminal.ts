// biome-ignore-all lint/suspicious/noControlCharactersInRegex: escape sequences are made of them
import { randomBytes } from 'node:crypto';
import { Audience, type TerminalClient } from './audience.ts';
import type { Clock } from './clock.ts';
import { splitCommands } from './commands.ts';
import { type Mark, OutputFilter } from './filter.ts';
import type { Pty, SpawnPty } from './pty.ts';
import { Screen } from './screen.ts';
import type { ShellLaunch } from './shell.ts';
import type { CommandLog } from './transcript.ts';

export interface Attachment {
  input(data: string): void;
  /** The last one to resize decides; all others are told. */
  resize(columns: number, rows: number): void;
  acknowledge(characters: number): void;
  detach(): void;
}

export interface TerminalOptions {
  readonly id: string;
  readonly spawn: SpawnPty;
  /** Called at every start with a nonce of that start's own. */
  readonly launch: (nonce: string) => ShellLaunch;
  readonly cwd: string;
  readonly clock: Clock;
  readonly log: CommandLog;
  /** Told when the title or the state changes. */
  readonly changed: () => void;
}

/**
 * `typed`: it is on its way, in parts where the command has several. `busy`: something runs there that takes no typed
 * commands. `ended`: the shell has ended.
 */
export type TypeOutcome = 'typed' | 'busy' | 'ended';

/** `starting`: no prompt seen yet. `unmarked`: the shell does not tell, so nothing is known of its commands. */
type State = 'starting' | 'prompt' | 'running' | 'unmarked' | 'ended';

/** Milliseconds after which a shell without a prompt of ours is taken to have none: its start-up files exec another. */
const promptPatience = 5000;

/** One pseudo-terminal with the learner's shell, its screen, and those who watch it. */
export class Terminal {
  readonly id: string;
  readonly #options: TerminalOptions;
  readonly #screen: Screen;
  readonly #audience: Audience;
  #pty: Pty | undefined;
  #filter = new OutputFilter('');
  #state: State = 'starting';
  #exitCode = 0;
  #shell = '';
  #announced: { text: string; entry?: string } | undefined;
  /** Of one paste of several lines bash runs each on its own, all under one history entry. */
  #paste = { entry: '', line: 0 };
  #toType: string[] = [];
  #halfTyped = false;
  /** The shell has said how its last command ended, so that the prompt which follows is a new one, not one redrawn. */
  #fresh = false;
  readonly #promptListeners = new Set<() => void>();
  #starting: { cancel(): void } | undefined;

  constructor(options: TerminalOptions) {
    this.id = options.id;
    this.#options = options;
    this.#screen = new Screen(80, 24, (answer) => this.#pty?.write(answer));
    this.#audience = new Audience(this.#screen, options.clock, () => this.#pty);
    this.#start();
  }

  /** What runs in it, for a tab: the running command's beginning, else the shell's name. */
  get title(): string {
    const running = this.#options.log.running(this.id)?.text.trim().split('\n')[0];
    if (!running) return this.#shell;
    return running.length > 40 ? `${running.slice(0, 39)}…` : running;
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** Whether the shell waits for a command. */
  get idle(): boolean {
    return this.#state === 'prompt';
  }

  /** Whether a command of the shell is running, as far as the shell tells. */
  get busy(): boolean {
    return this.#state === 'running';
  }

  /** What can be read on it, for tests and reports; resolves once all output so far is drawn. */
  async text(): Promise<string> {
    await this.#drawn();
    return this.#screen.text();
  }

  attach(client: TerminalClient): Attachment {
    const audience = this.#audience;
    const viewer = audience.join(client, () => (this.ended ? this.#exitCode : undefined));
    return {
      input: (data) => this.#input(data),
      resize: (columns, rows) => {
        if (columns === this.#screen.columns && rows === this.#screen.rows) return;
        this.#screen.resize(columns, rows);
        this.#pty?.resize(columns, rows);
        audience.resized(viewer, columns, rows);
      },
      acknowledge: (characters) => audience.acknowledge(viewer, characters),
      detach: () => audience.leave(viewer),
    };
  }

  /**
   * Types a command as the learner would, without interrupting anything: a half-typed line is removed, several commands
   * go in one after the other, each when the one before has ended, until the learner types something themselves. Where
   * a program in front reads keys (a shell inside a Pod), the text goes to it.
   */
  async type(command: string): Promise<TypeOutcome> {
    if (this.#state === 'ended') return 'ended';
    const text = command
      .replace(/\r\n?/g, '\n')
      .replace(/[^\P{Cc}\n\t]/gu, '')
      .trim();
    if (this.#state === 'running') {
      await this.#drawn();
      if (this.#screen.fullScreen || (await this.#pty?.rawInput()) !== true) return 'busy';
      this.#pty?.write(`${text.replaceAll('\n', '\r')}\r`);
      return 'typed';
    }
    this.#toType = splitCommands(text);
    if (this.#state !== 'starting') await this.#typeNext();
    return 'typed';
  }

  /** Told each time the shell waits for a command anew. */
  onPrompt(listener: () => void): () => void {
    this.#promptListeners.add(listener);
    return () => this.#promptListeners.delete(listener);
  }

  /** A new shell in the same terminal, after the old one has ended. */
  restart(): void {
    if (this.#state !== 'ended') return;
    // Whatever the old shell left switched on (alternate screen, mouse, bracketed paste) is off again.
    this.#audience.show('\x1b[!p\x1b[?1049l\x1b[?1000;1002;1003;1006;2004l\r\n');
    this.#start();
    this.#options.changed();
  }

  /** Ends the shell and everything in it. */
  dispose(): void {
    this.#starting?.cancel();
    this.#state = 'ended';
    this.#options.log.end(this.id, undefined);
    this.#pty?.kill();
    this.#pty = undefined;
    this.#audience.dispose();
    this.#promptListeners.clear();
    this.#screen.dispose();
  }

  #start(): void {
    const nonce = randomBytes(16).toString('hex');
    const launch = this.#options.launch(nonce);
    this.#filter = new OutputFilter(nonce);
    this.#state = launch.integrated ? 'starting' : 'unmarked';
    this.#shell = launch.file.split(/[\\/]/).pop() ?? launch.file;
    this.#halfTyped = false;
    this.#paste = { entry: '', line: 0 };
    const pty: Pty = this.#options.spawn({
      file: launch.file,
      args: launch.args,
      env: launch.env,
      cwd: this.#options.cwd,
      columns: this.#screen.columns,
      rows: this.#screen.rows,
      onData: (data) => this.#output(data),
      onExit: (exitCode) => {
        if (this.#pty === pty) this.#exited(exitCode);
      },
    });
    this.#pty = pty;
    this.#audience.restarted();
    if (this.#state !== 'starting') return;
    this.#starting = this.#options.clock.schedule(promptPatience, () => {
      if (this.#state !== 'starting') return;
      this.#state = 'unmarked';
      void this.#typeNext();
    });
  }

  #exited(exitCode: number): void {
    this.#starting?.cancel();
    this.#state = 'ended';
    this.#exitCode = exitCode;
    this.#toType = [];
    this.#pty = undefined;
    this.#options.log.end(this.id, undefined);
    this.#audience.exited(exitCode);
    this.#options.changed();
  }

  #output(data: string): void {
    let shown = '';
    for (const piece of this.#filter.push(data)) {
      if (piece.kind === 'mark') {
        this.#mark(piece.mark);
        continue;
      }
      if (piece.kind === 'query') {
        this.#audience.show(shown);
        shown = '';
        this.#screen.write(piece.data);
        continue;
      }
      this.#options.log.append(this.id, piece.data);
      shown += piece.data;
    }
    this.#audience.show(shown);
    this.#audience.regulate();
  }

  #input(data: string): void {
    if (data === '' || !this.#pty) return;
    this.#toType = [];
    if (this.#state !== 'running') this.#halfTyped = !/[\r\x03]$/.test(data);
    this.#pty.write(data);
  }

  #mark(mark: Mark): void {
    const { log } = this.#options;
    switch (mark.type) {
      case 'prompt-start':
        break;
      case 'prompt-end':
        this.#starting?.cancel();
        if (this.#state === 'prompt' && !this.#fresh) break;
        this.#state = 'prompt';
        this.#fresh = false;
        this.#halfTyped = false;
        for (const listener of [...this.#promptListeners]) listener();
        void this.#typeNext();
        break;
      case 'command':
        this.#announced = mark;
        break;
      case 'output':
        this.#state = 'running';
        log.begin(this.id, this.#commandText());
        this.#options.changed();
        break;
      case 'finished':
        this.#fresh = true;
        if (!log.running(this.id)) break;
        log.end(this.id, mark.exitCode);
        this.#options.changed();
        break;
    }
  }

  #commandText(): string {
    const { text = '', entry } = this.#announced ?? {};
    this.#announced = undefined;
    if (!entry) return text;
    this.#paste = { entry, line: entry === this.#paste.entry ? this.#paste.line + 1 : 0 };
    const lines = splitCommands(text);
    return lines.length > 1 ? (lines[this.#paste.line] ?? text) : text;
  }

  async #typeNext(): Promise<void> {
    if (this.#toType.length === 0) return;
    await this.#drawn();
    const next = this.#toType.shift();
    if (next === undefined || !this.#pty) return;
    // Ctrl-E, Ctrl-U: to the end of the line, and all of it gone; the shell can yank it back.
    const clear = this.#halfTyped ? '\x05\x15' : '';
    this.#halfTyped = false;
    const keys = this.#screen.bracketedPaste
      ? `\x1b[200~${next}\x1b[201~`
      : next.replaceAll('\t', '    ').replaceAll('\n', '\r');
    this.#pty.write(`${clear}${keys}\r`);
    // A shell that does not tell when a command has ended gets the rest at once, as pasted lines would arrive.
    if (this.#state === 'unmarked') await this.#typeNext();
  }

  #drawn(): Promise<void> {
    return new Promise((resolve) => this.#screen.write('', resolve));
  }
}
