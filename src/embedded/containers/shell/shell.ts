import { join } from '../files/paths.ts';
import { Interrupted, type Process, ProcessEnded } from '../process/process.ts';
import type { ArithmeticScope } from './arithmetic.ts';
import { ArithmeticError } from './arithmetic.ts';
import type { FunctionNode, ScriptNode } from './ast.ts';
import { Exit, LoopControl, Return, ShellError } from './control.ts';
import { importEnvironment } from './environment.ts';
import { Executor } from './executor.ts';
import { Expansion } from './expansion.ts';
import { Jobs } from './jobs.ts';
import { type Parser, ShellSyntaxError } from './parser.ts';
import { specialParameter } from './special-parameters.ts';
import { Substitutions } from './substitutions.ts';
import { Traps } from './traps.ts';
import { ReadonlyError, Variables } from './variables.ts';

export type Flavour = 'bash' | 'ash' | 'dash';

export interface Options {
  errexit: boolean;
  nounset: boolean;
  xtrace: boolean;
  noglob: boolean;
  pipefail: boolean;
  noclobber: boolean;
  allexport: boolean;
  verbose: boolean;
  noexec: boolean;
  monitor: boolean;
}

const deepestSource = 100;

/** One shell: its variables, functions and options, and the process it is. */
export class Shell {
  readonly process: Process;
  readonly parser: Parser;
  readonly flavour: Flavour;
  readonly variables: Variables;
  readonly functions: Map<string, FunctionNode>;
  readonly aliases: Map<string, string>;
  readonly options: Options;
  readonly expansion: Expansion;
  readonly executor: Executor;
  readonly jobs = new Jobs();
  /** What was typed at it, the oldest first. */
  readonly history: string[];
  readonly traps: Traps;
  readonly substitutions: Substitutions;
  /** By the clock, of the shell that this is a copy of in the end. */
  readonly startedAt: number;
  positional: readonly string[] = [];
  zero: string;
  interactive = false;
  /** Ctrl-C was typed at an interactive shell: what runs is to stop. */
  interrupted = false;
  /** $? */
  status = 0;
  /** A command substitution has set the status. */
  captured = false;
  line = 1;
  lastBackground: number | undefined;
  #sourceDepth = 0;

  constructor(process: Process, parser: Parser, flavour: Flavour, parent?: Shell) {
    this.process = process;
    this.parser = parser;
    this.flavour = flavour;
    this.startedAt = parent ? parent.startedAt : process.system.clock.now();
    this.traps = new Traps(process, parent?.traps);
    const grown = (bytes: number) => (bytes > 0 ? process.allocate(bytes) : process.release(-bytes));
    this.variables = new Variables(grown, parent?.variables);
    this.functions = new Map(parent?.functions);
    this.history = parent?.history ?? [];
    this.aliases = new Map(parent?.aliases);
    this.zero = parent?.zero ?? flavour;
    this.positional = parent?.positional ?? [];
    this.status = parent?.status ?? 0;
    this.line = parent?.line ?? 1;
    this.lastBackground = parent?.lastBackground;
    this.options = {
      errexit: false,
      nounset: false,
      xtrace: false,
      noglob: false,
      pipefail: false,
      noclobber: false,
      allexport: false,
      verbose: false,
      noexec: false,
      monitor: false,
      ...parent?.options,
    };
    this.expansion = new Expansion(this);
    this.executor = new Executor(this);
    this.substitutions = new Substitutions(this);
    if (!parent) importEnvironment(this);
  }

  get isBash(): boolean {
    return this.flavour === 'bash';
  }

  /** Runs a whole script and what is to run at its end. Resolves with the exit code. */
  async run(source: string): Promise<number> {
    return this.leave(async () => {
      await this.execute(source, true);
      return this.status;
    });
  }

  /** Runs the body, then the EXIT trap. */
  async leave(body: () => Promise<number>): Promise<number> {
    let code: number;
    try {
      code = await body();
    } catch (error) {
      code = await this.#codeOf(error);
    }
    const trap = this.traps.takeExit();
    if (trap) {
      this.status = code;
      try {
        await this.execute(trap);
      } catch (error) {
        code = await this.#codeOf(error);
      }
    }
    return code;
  }

  /** Parses and runs. Syntax errors are told on standard error. @param tail nothing follows: see Executor. */
  async execute(source: string, tail = false): Promise<void> {
    let script: ScriptNode;
    try {
      script = this.parser.script(source);
    } catch (error) {
      if (!(error instanceof ShellSyntaxError)) throw error;
      await this.complain(error.message, error.line);
      this.status = 2;
      if (!this.interactive) throw new Exit(2);
      return;
    }
    await this.executor.statements(script.statements, tail && !this.traps.has('EXIT'));
  }

  /** The code that an error thrown out of a script stands for. */
  async #codeOf(error: unknown): Promise<number> {
    if (error instanceof Exit || error instanceof Return) return error.code;
    if (error instanceof LoopControl) return this.status;
    if (error instanceof ProcessEnded) throw error;
    if (error instanceof RangeError && /call stack/i.test(error.message)) {
      await this.complain('maximum recursion depth exceeded');
      return 1;
    }
    await this.complain(error instanceof Error ? error.message : String(error));
    return error instanceof ShellError ? error.code : 1;
  }

  /** Whether an error only fails the command it came from. */
  isCommandError(error: unknown): error is Error {
    return (
      error instanceof ShellError ||
      error instanceof ReadonlyError ||
      error instanceof ArithmeticError ||
      error instanceof ShellSyntaxError ||
      error instanceof RangeError
    );
  }

  /** "bash: line 3: message" on standard error. */
  async complain(message: string, line = this.line): Promise<void> {
    let prefix = `${this.zero}: `;
    if (!this.interactive && this.isBash) prefix += `line ${line}: `;
    if (!this.interactive && this.flavour === 'dash') prefix += `${line}: `;
    await this.process.error(`${prefix}${message}\n`).catch(ignoreClosed);
  }

  // --- parameters

  /** The key a subscript stands for: a number for an array, a text for an associative one. */
  async subscript(array: string, text: string): Promise<string> {
    const variable = this.variables.get(array);
    if (variable?.associative)
      return this.expansion.text(this.parser.quotedText(text.replace(/^(["'])(.*)\1$/s, '$2')));
    const index = await this.expansion.arithmeticText(text);
    if (index >= 0n) return String(index);
    const last = Math.max(-1, ...[...(variable?.elements?.keys() ?? [])].map(Number));
    const counted = BigInt(last) + 1n + index;
    if (counted < 0n) throw new ShellError(`${array}[${text}]: bad array subscript`);
    return String(counted);
  }

  /** Sets a variable or an array's element, "name" or "name[subscript]". */
  async assign(target: string, value: string, append = false): Promise<void> {
    const element = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(target);
    const name = element?.[1] ?? target;
    const variable = this.variables.get(name);
    const key = element ? await this.subscript(name, element[2]!) : undefined;
    const before = key === undefined ? this.variables.value(name) : variable?.elements?.get(key);
    let text = append && !variable?.integer ? (before ?? '') + value : value;
    if (variable?.integer) {
      const sum = (await this.expansion.arithmeticText(value || '0')) + (append ? BigInt(before || '0') : 0n);
      text = String(sum);
    }
    if (key !== undefined) this.variables.setElement(name, key, text);
    else this.variables.set(name, text);
    if (this.options.allexport) this.variables.declare(name).exported = true;
  }

  readonly arithmeticScope: ArithmeticScope = {
    get: (name, subscript) => {
      const special = specialParameter(this, name);
      if (special !== undefined) return special;
      if (subscript === undefined) return this.variables.value(name) ?? '0';
      const key =
        /^\d+$/.test(subscript) || this.variables.get(name)?.associative
          ? subscript
          : (this.variables.value(subscript) ?? '0');
      return this.variables.get(name)?.elements?.get(key) ?? '0';
    },
    set: (name, subscript, value) => {
      if (subscript === undefined) this.variables.set(name, value);
      else
        this.variables.setElement(
          name,
          /^\d+$/.test(subscript) ? subscript : (this.variables.value(subscript) ?? '0'),
          value,
        );
    },
  };

  // --- other shells

  /** A child process that goes on as a copy of this shell. */
  fork(
    body: (child: Shell) => Promise<number>,
    options: { newGroup?: boolean; group?: number; descriptors?: Process['descriptors']; background?: boolean } = {},
  ): Process {
    const { newGroup, group, descriptors, background } = options;
    const ignoring = this.traps.ignored;
    if (background && !newGroup) ignoring.push('SIGINT', 'SIGQUIT');
    return this.process.spawn({
      argv: this.process.argv,
      env: this.process.env,
      cwd: this.process.cwd,
      newGroup,
      group,
      descriptors,
      ignoring,
      program: (process) => {
        const child = new Shell(process, this.parser, this.flavour, this);
        return child.leave(() => body(child));
      },
    });
  }

  /** Runs a file in this shell: `.` and `source`. */
  async source(path: string, args: readonly string[]): Promise<void> {
    if (this.#sourceDepth >= deepestSource) throw new ShellError(`${path}: maximum source nesting level exceeded`);
    const text = await this.process.files.readText(path);
    const before = this.positional;
    if (args.length > 0) this.positional = args;
    this.#sourceDepth++;
    try {
      await this.execute(text);
    } catch (error) {
      if (!(error instanceof Return)) throw error;
      this.status = error.code;
    } finally {
      this.#sourceDepth--;
      if (args.length > 0) this.positional = before;
    }
  }

  // --- commands

  /** The file a command name stands for; undefined where there is none. */
  async findCommand(name: string, path = this.variables.value('PATH') ?? ''): Promise<string | undefined> {
    if (name.includes('/')) return (await this.process.files.exists(name)) ? name : undefined;
    let denied: string | undefined;
    for (const folder of path.split(':')) {
      const candidate = join(folder || '.', name);
      const found = await this.process.files.find(candidate);
      if (!found || found.type === 'directory') continue;
      if (await this.process.files.permits(candidate, 1)) return candidate;
      denied ??= candidate;
    }
    return denied;
  }

  // --- signals

  /** Runs what signals have asked for since the last command. */
  async runTraps(): Promise<void> {
    for (let action = this.traps.next(); action !== undefined; action = this.traps.next()) {
      const { status } = this;
      await this.execute(action);
      this.status = status;
    }
  }

  /** Waits for something that a trapped signal may interrupt. */
  async interruptible<T>(promise: Promise<T>): Promise<T | Interrupted> {
    try {
      return await this.process.block(promise, true);
    } catch (error) {
      if (error instanceof Interrupted) return error;
      throw error;
    }
  }
}

export function ignoreClosed(error: unknown): void {
  if (error instanceof ProcessEnded) throw error;
}
