import { describeError } from '../commands/errors.ts';
import { basename } from '../files/paths.ts';
import { type Descriptors, IoError } from '../process/open-file.ts';
import { Pipe } from '../process/pipe.ts';
import { type ExitStatus, Interrupted, type Process, ProcessEnded } from '../process/process.ts';
import { type SignalName, signalDescriptions, signalNumbers } from '../process/signals.ts';
import type {
  AssignmentNode,
  CommandNode,
  CompoundNode,
  PipelineNode,
  SimpleCommandNode,
  StatementNode,
} from './ast.ts';
import { builtins, declarations, specialBuiltins } from './builtins/index.ts';
import { conditional } from './conditional.ts';
import { Exit, LoopControl, Return, ShellError } from './control.ts';
import { Pattern } from './patterns.ts';
import { redirect } from './redirections.ts';
import { ignoreClosed, type Shell } from './shell.ts';
import { quote } from './variables.ts';

const deepestCall = 500;

/** Walks the syntax tree. `tail`: nothing follows in this process, so a command may take it over, as `sh -c` does. */
export class Executor {
  readonly #shell: Shell;
  #conditions = 0;
  #loops = 0;
  #calls = 0;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  get inLoop(): boolean {
    return this.#loops > 0;
  }

  get inCall(): boolean {
    return this.#calls > 0;
  }

  async statements(list: readonly StatementNode[], tail = false): Promise<void> {
    for (const [index, statement] of list.entries()) {
      await this.#statement(statement, tail && index === list.length - 1);
    }
  }

  async #statement(node: StatementNode, tail: boolean): Promise<void> {
    const shell = this.#shell;
    if (shell.options.noexec) return;
    const wait = shell.process.turn();
    if (wait) await wait;
    if (shell.interrupted) throw new Interrupted('SIGINT');
    if (node.background) return this.#background(node);
    const last = node.pipelines.length - 1;
    for (const [index, pipeline] of node.pipelines.entries()) {
      const operator = node.operators[index - 1];
      if (operator === '&&' && shell.status !== 0) continue;
      if (operator === '||' && shell.status === 0) continue;
      const guarded = index < last || pipeline.negated;
      if (guarded) this.#conditions++;
      try {
        await this.#pipeline(pipeline, tail && index === last && !pipeline.negated);
      } finally {
        if (guarded) this.#conditions--;
      }
      await shell.runTraps();
      if (shell.status !== 0 && !guarded && this.#conditions === 0) await this.#failed();
    }
  }

  async #failed(): Promise<void> {
    const shell = this.#shell;
    const trap = shell.traps.get('ERR');
    if (trap) {
      const { status } = shell;
      await shell.execute(trap);
      shell.status = status;
    }
    if (shell.options.errexit) throw new Exit(shell.status);
  }

  async #pipeline(node: PipelineNode, tail: boolean): Promise<void> {
    const shell = this.#shell;
    const began = shell.process.system.clock.now();
    if (node.commands.length === 1) await this.#guarded(() => this.command(node.commands[0]!, tail));
    else await this.#guarded(() => this.#piped(node));
    if (node.negated) shell.status = shell.status === 0 ? 1 : 0;
    if (node.timed) {
      const seconds = (shell.process.system.clock.now() - began) / 1000;
      const format = (value: number) => `${Math.floor(value / 60)}m${(value % 60).toFixed(3)}s`;
      await shell.process.error(`\nreal\t${format(seconds)}\nuser\t0m0.000s\nsys\t0m0.000s\n`).catch(ignoreClosed);
    }
  }

  /** Errors that only a command fails with are told here and become its status. */
  async #guarded(body: () => Promise<void>): Promise<void> {
    const shell = this.#shell;
    try {
      await body();
    } catch (error) {
      if (error instanceof IoError && error.code === 'EPIPE') {
        shell.status = 1;
        return;
      }
      if (error instanceof IoError && error.code === 'EAGAIN') {
        await shell.complain('fork: retry: Resource temporarily unavailable');
        shell.status = 254;
        return;
      }
      if (!shell.isCommandError(error)) throw error;
      await shell.complain(error.message);
      shell.status = error instanceof ShellError ? error.code : 1;
      if (error instanceof ShellError && error.fatal && !shell.interactive) throw new Exit(shell.status);
    } finally {
      shell.closeSubstitutions();
    }
  }

  async #piped(node: PipelineNode): Promise<void> {
    const shell = this.#shell;
    const processes = this.#startPipeline(node, {});
    const statuses = await this.waitFor(processes);
    const codes = statuses.map(({ code }) => code);
    shell.variables.setArray('PIPESTATUS', new Map(codes.map((code, index) => [String(index), String(code)])));
    const failed = codes.findLast((code) => code !== 0) ?? 0;
    shell.status = shell.options.pipefail ? failed : codes.at(-1)!;
  }

  #startPipeline(node: PipelineNode, { background = false }: { background?: boolean }): Process[] {
    const shell = this.#shell;
    const { descriptors } = shell.process;
    const processes: Process[] = [];
    const grouped = shell.interactive && shell.options.monitor;
    let input: Pipe | undefined;
    for (const [index, command] of node.commands.entries()) {
      const own = descriptors.clone();
      if (input) own.open(0, input.reader);
      else if (background && !grouped && index === 0) this.#detachInput(own);
      if (index < node.commands.length - 1) {
        input = new Pipe(shell.process.system.inode());
        own.open(1, input.writer);
        if (node.pipeStderr?.[index]) own.duplicate(1, 2);
      }
      try {
        const leader = processes[0]?.group;
        const options = {
          descriptors: own,
          newGroup: grouped && leader === undefined,
          group: grouped ? leader : undefined,
          background,
        };
        processes.push(
          shell.fork(async (child) => {
            await child.executor.#guarded(() => child.executor.command(command, true));
            return node.negated && background ? Number(child.status === 0) : child.status;
          }, options),
        );
      } catch (error) {
        if (error instanceof IoError) for (const started of processes) started.kill('SIGKILL');
        throw error;
      }
    }
    return processes;
  }

  /** A background command of a script reads nothing, unless it says from where. */
  #detachInput(descriptors: Descriptors): void {
    descriptors.open(0, { name: '/dev/null', read: async () => undefined, write: () => undefined, close: () => {} });
  }

  async #background(node: StatementNode): Promise<void> {
    const shell = this.#shell;
    await this.#guarded(async () => {
      let processes: Process[];
      if (node.pipelines.length === 1) {
        processes = this.#startPipeline(node.pipelines[0]!, { background: true });
      } else {
        const grouped = shell.interactive && shell.options.monitor;
        const descriptors = shell.process.descriptors.clone();
        if (!grouped) this.#detachInput(descriptors);
        processes = [
          shell.fork(
            async (child) => {
              await child.executor.statements([{ ...node, background: false }], true);
              return child.status;
            },
            { newGroup: grouped, background: true, descriptors },
          ),
        ];
      }
      shell.lastBackground = processes.at(-1)!.pid;
      const job = shell.jobs.add(processes, (node.sourceText ?? '').replace(/\s*&\s*$/, ''));
      if (shell.interactive) await shell.process.error(`[${job.id}] ${shell.lastBackground}\n`);
      else shell.jobs.sweep();
      shell.status = 0;
    });
  }

  /** Waits for foreground processes, which have the terminal meanwhile. */
  async waitFor(processes: readonly Process[]): Promise<ExitStatus[]> {
    const shell = this.#shell;
    const { terminal } = shell.process;
    const handOver = terminal && shell.interactive && shell.options.monitor;
    if (handOver) terminal.foreground = processes[0]!.group;
    try {
      const statuses: ExitStatus[] = [];
      for (const process of processes) statuses.push(await shell.process.block(process.exited));
      await this.#tellOfSignal(statuses.at(-1)!, processes.at(-1)!);
      return statuses;
    } finally {
      if (handOver) terminal.foreground = shell.process.group;
    }
  }

  async #tellOfSignal({ signal, message }: ExitStatus, process: Process): Promise<void> {
    const shell = this.#shell;
    if (message) {
      await shell.process.error(`${message}\n`).catch(ignoreClosed);
    } else if (signal !== undefined) {
      const name = (Object.keys(signalNumbers) as SignalName[]).find((key) => signalNumbers[key] === signal);
      const text = name && signalDescriptions[name];
      // A command that the user interrupted takes the loop or list it was in with it.
      if (signal === signalNumbers.SIGINT && shell.interactive) throw new Interrupted('SIGINT');
      if (text && shell.interactive) await shell.process.error(`${text}\n`).catch(ignoreClosed);
      else if (text && shell.isBash) await shell.complain(`${process.pid} ${text}`);
    }
  }

  async command(node: CommandNode, tail: boolean): Promise<void> {
    if (node.line) this.#shell.line = node.line;
    switch (node.type) {
      case 'SimpleCommand':
        return this.#simple(node, tail);
      case 'FunctionDef':
        this.#shell.functions.set(node.name, node);
        this.#shell.status = 0;
        return;
      default:
        return this.#redirected(node.redirections, () => this.#compound(node, tail));
    }
  }

  /** Runs the body with other descriptors. */
  async #redirected(redirections: SimpleCommandNode['redirections'], body: () => Promise<void>): Promise<void> {
    if (redirections.length === 0) return body();
    const { process } = this.#shell;
    const before = process.descriptors;
    const descriptors = before.clone();
    try {
      await redirect(this.#shell, redirections, descriptors);
      process.descriptors = descriptors;
      await body();
    } finally {
      if (process.alive) process.descriptors = before;
      else before.closeAll();
      descriptors.closeAll();
    }
  }

  async #compound(node: CompoundNode, tail: boolean): Promise<void> {
    const shell = this.#shell;
    switch (node.type) {
      case 'If':
        for (const { condition, body } of node.clauses) {
          if (await this.#condition(condition)) return this.statements(body, tail);
        }
        shell.status = 0;
        if (node.elseBody) await this.statements(node.elseBody, tail);
        return;
      case 'While':
      case 'Until': {
        let status = 0;
        await this.#loop(async () => {
          if ((await this.#condition(node.condition)) !== (node.type === 'While')) return false;
          await this.statements(node.body);
          status = shell.status;
          return true;
        });
        shell.status = status;
        return;
      }
      case 'For': {
        const items = node.words ? await shell.expansion.words(node.words) : [...shell.positional];
        let index = 0;
        shell.status = 0;
        return this.#loop(async () => {
          if (index >= items.length) return false;
          await shell.assign(node.variable, items[index++]!);
          await this.statements(node.body);
          return true;
        });
      }
      case 'CStyleFor': {
        if (node.init) await shell.expansion.arithmetic(node.init);
        let first = true;
        shell.status = 0;
        return this.#loop(async () => {
          if (!first && node.update) await shell.expansion.arithmetic(node.update);
          first = false;
          if (node.condition && (await shell.expansion.arithmetic(node.condition)) === 0n) return false;
          await this.statements(node.body);
          return true;
        });
      }
      case 'Case':
        return this.#case(node, tail);
      case 'Subshell': {
        const body = async (child: Shell) => {
          await child.executor.statements(node.body, true);
          return child.status;
        };
        const grouped = shell.interactive && shell.options.monitor;
        const [status] = await this.waitFor([shell.fork(body, { newGroup: grouped })]);
        shell.status = status!.code;
        return;
      }
      case 'Group':
        return this.statements(node.body, tail && node.redirections.length === 0);
      case 'ArithmeticCommand':
        shell.status = (await shell.expansion.arithmetic(node.expression)) === 0n ? 1 : 0;
        return;
      case 'ConditionalCommand':
        shell.status = (await conditional(shell, node.expression)) ? 0 : 1;
        return;
    }
  }

  async #condition(statements: readonly StatementNode[]): Promise<boolean> {
    this.#conditions++;
    try {
      await this.statements(statements);
    } finally {
      this.#conditions--;
    }
    return this.#shell.status === 0;
  }

  async #loop(round: () => Promise<boolean>): Promise<void> {
    const { process } = this.#shell;
    this.#loops++;
    try {
      for (;;) {
        const wait = process.turn();
        if (wait) await wait;
        try {
          if (!(await round())) return;
        } catch (error) {
          if (!(error instanceof LoopControl)) throw error;
          if (error.levels > 1 && this.#loops > 1) {
            error.levels--;
            throw error;
          }
          if (error.kind === 'break') return;
        }
      }
    } finally {
      this.#loops--;
    }
  }

  async #case(node: Extract<CompoundNode, { type: 'Case' }>, tail: boolean): Promise<void> {
    const shell = this.#shell;
    const text = await shell.expansion.text(node.word);
    shell.status = 0;
    let through = false;
    for (const { patterns, body, terminator } of node.items) {
      let matches = through;
      for (const pattern of patterns) {
        if (matches) break;
        matches = new Pattern(await shell.expansion.pattern(pattern)).matches(text);
      }
      if (!matches) continue;
      await this.statements(body, tail && terminator === ';;');
      if (terminator === ';;') return;
      through = terminator === ';&';
    }
  }

  // --- simple commands

  async #simple(node: SimpleCommandNode, tail: boolean): Promise<void> {
    const shell = this.#shell;
    shell.captured = false;
    const fields = node.name ? await this.#fields(node) : [];
    if (fields.length === 0) return this.#assignments(node);
    if (shell.options.xtrace) await this.#trace(node, fields);
    const [name, ...args] = fields as [string, ...string[]];
    const body = shell.functions.get(name);
    const special = specialBuiltins.has(name) && !shell.isBash;
    const builtin = Object.hasOwn(builtins, name) && !(body && !special) ? builtins[name] : undefined;
    if (builtin && (shell.isBash || !bashOnly.has(name))) {
      if (name === 'exec') return this.#exec(node, args);
      return this.#withAssignments(node, specialBuiltins.has(name), () =>
        this.#redirected(node.redirections, async () => {
          shell.status = await builtin(shell, args);
        }),
      );
    }
    if (body) {
      return this.#withAssignments(node, false, () =>
        this.#redirected([...node.redirections, ...body.redirections], () => this.#call(name, body.body, args)),
      );
    }
    await this.#external(node, name, args, tail);
  }

  async #fields(node: SimpleCommandNode): Promise<string[]> {
    const shell = this.#shell;
    const name =
      node.name!.parts.length === 1 && node.name!.parts[0]!.type === 'Literal' ? node.name!.parts[0]!.value : '';
    if (!declarations.has(name)) {
      const fields = await shell.expansion.words([node.name!, ...node.args]);
      return fields;
    }
    const fields = [name];
    for (const word of node.args) {
      const [first] = word.parts;
      const isAssignment = first?.type === 'Literal' && /^[A-Za-z_]\w*(\[[^\]]*\])?\+?=/.test(first.value);
      if (!isAssignment) fields.push(...(await shell.expansion.words([word])));
      else if (/^[A-Za-z_]\w*\+?=\(/.test(first.value)) fields.push(await this.#arrayText(word.parts));
      else fields.push(await shell.expansion.text(word));
    }
    return fields;
  }

  /** name=(…) as an argument of a declaration: its text, with quoted parts quoted again for the builtin to parse. */
  async #arrayText(parts: SimpleCommandNode['args'][number]['parts']): Promise<string> {
    let text = '';
    for (const part of parts) {
      if (part.type === 'Literal') text += part.value;
      else if (part.type === 'Glob') text += part.pattern;
      else {
        const expanded = await this.#shell.expansion.text({ type: 'Word', parts: [part] });
        text += part.type === 'DoubleQuoted' || part.type === 'SingleQuoted' ? quote(expanded) : expanded;
      }
    }
    return text;
  }

  async #assignments(node: SimpleCommandNode): Promise<void> {
    const shell = this.#shell;
    for (const assignment of node.assignments) await this.assignment(assignment);
    // A command without a name has the status of its last command substitution.
    if (!shell.captured) shell.status = 0;
    if (node.redirections.length > 0) await this.#redirected(node.redirections, async () => {});
    if (shell.options.xtrace) {
      for (const { name } of node.assignments)
        await shell.process.error(
          `${shell.variables.value('PS4') ?? '+ '}${name}=${shell.variables.value(name) ?? ''}\n`,
        );
    }
  }

  async assignment(node: AssignmentNode): Promise<void> {
    const shell = this.#shell;
    if (!node.array)
      return shell.assign(node.name, node.value ? await shell.expansion.text(node.value) : '', node.append);
    const variable = shell.variables.get(node.name);
    const associative = variable?.associative ?? false;
    const elements = new Map(
      node.append ? (variable?.elements ?? (variable?.value === undefined ? [] : [['0', variable.value]])) : [],
    );
    let next = elements.size === 0 ? 0 : Math.max(...[...elements.keys()].map(Number)) + 1;
    for (const word of node.array) {
      const first = word.parts[0];
      const raw = first?.type === 'Glob' || first?.type === 'Literal' ? keyed(word.parts) : undefined;
      if (raw) {
        const key = associative
          ? await shell.expansion.text({ type: 'Word', parts: raw.key })
          : await shell.subscript(node.name, await shell.expansion.text({ type: 'Word', parts: raw.key }));
        elements.set(key, await shell.expansion.text({ type: 'Word', parts: raw.value }));
        next = Number(key) + 1;
        continue;
      }
      for (const field of await shell.expansion.words([word])) elements.set(String(next++), field);
    }
    shell.variables.setArray(node.name, elements, associative);
  }

  /** Assignments before a command hold for that command alone, except before special builtins of a POSIX shell. */
  async #withAssignments(node: SimpleCommandNode, stays: boolean, body: () => Promise<void>): Promise<void> {
    const shell = this.#shell;
    if (node.assignments.length === 0) return body();
    const before = node.assignments.map(({ name }) => ({
      name,
      variable: shell.variables.get(name) && { ...shell.variables.get(name)! },
    }));
    for (const assignment of node.assignments) await this.assignment(assignment);
    for (const { name } of node.assignments) shell.variables.declare(name).exported = true;
    try {
      await body();
    } finally {
      if (!stays || shell.isBash) {
        for (const { name, variable } of before) {
          if (!variable) shell.variables.unset(name);
          else Object.assign(shell.variables.declare(name), variable);
        }
      }
    }
  }

  async #call(name: string, body: CompoundNode, args: readonly string[]): Promise<void> {
    const shell = this.#shell;
    if (this.#calls >= deepestCall)
      throw new ShellError(`${name}: maximum function nesting level exceeded (${deepestCall})`, 1, true);
    const { positional } = shell;
    const loops = this.#loops;
    shell.positional = args;
    shell.variables.enter();
    this.#calls++;
    this.#loops = 0;
    try {
      await this.command(body, false);
    } catch (error) {
      if (!(error instanceof Return)) throw error;
      shell.status = error.code;
    } finally {
      this.#calls--;
      this.#loops = loops;
      shell.variables.leave();
      shell.positional = positional;
    }
  }

  async #external(node: SimpleCommandNode, name: string, args: readonly string[], tail: boolean): Promise<void> {
    const shell = this.#shell;
    const { process } = shell;
    const environment = await this.#environment(node);
    const takesOver = tail && !shell.interactive && shell.traps.size === 0;
    const descriptors = takesOver ? process.descriptors : process.descriptors.clone();
    let loaded: Awaited<ReturnType<Executor['load']>>;
    try {
      // Redirections come before the search, so that "not found" goes where the command's errors would have gone.
      await redirect(shell, node.redirections, descriptors);
      const before = process.descriptors;
      process.descriptors = descriptors;
      try {
        loaded = await this.load(name, args);
      } finally {
        process.descriptors = before;
      }
    } catch (error) {
      if (!takesOver) descriptors.closeAll();
      throw error;
    }
    if (!loaded) {
      if (!takesOver) descriptors.closeAll();
      return;
    }
    if (takesOver) {
      shell.status = await process.become(loaded.argv, loaded.program, environment);
      return;
    }
    const grouped = shell.interactive && shell.options.monitor;
    const child = process.spawn({
      argv: loaded.argv,
      program: loaded.program,
      env: environment,
      descriptors,
      newGroup: grouped,
    });
    const [status] = await this.waitFor([child]);
    shell.status = status!.code;
  }

  async #environment(node: SimpleCommandNode): Promise<Record<string, string>> {
    const shell = this.#shell;
    const environment = shell.variables.exported();
    for (const { name, value } of node.assignments) {
      environment[name] = value ? await shell.expansion.text(value) : '';
    }
    return environment;
  }

  /** Finds a program; where there is none, says so and sets the status. */
  async load(name: string, args: readonly string[]) {
    const shell = this.#shell;
    const path = await shell.findCommand(name);
    if (path === undefined) {
      const missing = name.includes('/')
        ? 'No such file or directory'
        : shell.isBash
          ? 'command not found'
          : 'not found';
      await shell.complain(`${name}: ${name.includes('/') && !shell.isBash ? 'not found' : missing}`);
      shell.status = 127;
      return undefined;
    }
    const found = await shell.process.files.find(path);
    const problem =
      found?.type === 'directory'
        ? 'Is a directory'
        : (await shell.process.files.permits(path, 1))
          ? undefined
          : 'Permission denied';
    if (problem) {
      await shell.complain(`${name}: ${problem}`);
      shell.status = 126;
      return undefined;
    }
    try {
      return await shell.process.system.programs.load(shell.process, path, [name, ...args]);
    } catch (error) {
      if (error instanceof ProcessEnded) throw error;
      if (error instanceof IoError && error.code === 'ENOEXEC') {
        const interpreter = shell.isBash ? '/bin/bash' : '/bin/sh';
        return shell.process.system.programs.load(shell.process, interpreter, [basename(interpreter), path, ...args]);
      }
      await shell.complain(`${name}: ${describeError(error)}`);
      shell.status = 126;
      return undefined;
    }
  }

  /** Becomes a command, or only changes the shell's own descriptors. */
  async #exec(node: SimpleCommandNode, args: readonly string[]): Promise<void> {
    const shell = this.#shell;
    await redirect(shell, node.redirections, shell.process.descriptors);
    const words = args[0] === '-a' ? args.slice(2) : args[0] === '--' ? args.slice(1) : args;
    if (words.length === 0) return;
    const loaded = await this.load(words[0]!, words.slice(1));
    if (!loaded) {
      if (shell.interactive) return;
      throw new Exit(shell.status);
    }
    const argv = args[0] === '-a' ? [args[1]!, ...loaded.argv.slice(1)] : loaded.argv;
    shell.traps.clear();
    throw new Exit(await shell.process.become(argv, loaded.program, await this.#environment(node)));
  }

  /** Runs a builtin or a program by its words, past functions: `command`, `builtin`. */
  async direct(name: string, args: readonly string[]): Promise<number> {
    const shell = this.#shell;
    const builtin = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
    if (builtin) return builtin(shell, args);
    const loaded = await this.load(name, args);
    if (!loaded) return shell.status;
    const { process } = shell;
    const child = process.spawn({ argv: loaded.argv, program: loaded.program, env: shell.variables.exported() });
    const [status] = await this.waitFor([child]);
    return status!.code;
  }

  async #trace(node: SimpleCommandNode, fields: readonly string[]): Promise<void> {
    const shell = this.#shell;
    const prefix = shell.variables.value('PS4') ?? '+ ';
    const shown = fields.map((field) => (/^[\w@%+=:,./-]+$/.test(field) ? field : quote(field)));
    const before = node.assignments.map(({ name }) => `${name}=`);
    await shell.process.error(`${prefix}${[...before, ...shown].join(' ')}\n`).catch(ignoreClosed);
  }
}

const bashOnly = new Set([
  'declare',
  'typeset',
  'shopt',
  'mapfile',
  'readarray',
  'enable',
  'pushd',
  'popd',
  'dirs',
  'caller',
  'compgen',
  'complete',
  'disown',
  'logout',
]);

type Parts = SimpleCommandNode['args'][number]['parts'];

/** "[key]=value" of an array, taken apart. */
function keyed(parts: Parts): { key: Parts; value: Parts } | undefined {
  const [first, second, ...rest] = parts;
  if (first?.type === 'Glob' && second?.type === 'Literal' && second.value.startsWith('=')) {
    const match = /^\[(["']?)([^\]]+?)\1\]$/.exec(first.pattern);
    if (!match) return undefined;
    return {
      key: [{ type: 'Literal', value: match[2]! }],
      value: [{ ...second, value: second.value.slice(1) }, ...rest],
    };
  }
  if (first?.type === 'Glob' && first.pattern === '[') {
    const end = parts.findIndex((part) => part.type === 'Literal' && part.value.startsWith(']='));
    if (end < 1) return undefined;
    const close = parts[end] as Extract<Parts[number], { type: 'Literal' }>;
    return { key: parts.slice(1, end), value: [{ ...close, value: close.value.slice(2) }, ...parts.slice(end + 1)] };
  }
  if (first?.type === 'Literal') {
    const match = /^\[([^\]]+)\]=(.*)$/s.exec(first.value);
    if (match)
      return {
        key: [{ type: 'Literal', value: match[1]! }],
        value: [{ ...first, value: match[2]! }, ...parts.slice(1)],
      };
  }
  return undefined;
}
