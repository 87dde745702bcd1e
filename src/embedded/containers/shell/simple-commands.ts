import { describeError } from '../commands/errors.ts';
import { basename } from '../files/paths.ts';
import { IoError } from '../process/open-file.ts';
import { ProcessEnded } from '../process/process.ts';
import { arrayText, assign } from './assignments.ts';
import type { CompoundNode, SimpleCommandNode } from './ast.ts';
import { builtins, declarations, specialBuiltins } from './builtins/index.ts';
import { Exit, Return, ShellError } from './control.ts';
import { redirect, withRedirections } from './redirections.ts';
import { ignoreClosed, type Shell } from './shell.ts';
import { quote } from './variables.ts';

const deepestCall = 500;

/** Commands by name: functions, builtins and programs, with their assignments and redirections. */
export class SimpleCommands {
  readonly #shell: Shell;
  #calls = 0;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  async run(node: SimpleCommandNode, tail: boolean): Promise<void> {
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
        withRedirections(shell, node.redirections, async () => {
          shell.status = await builtin(shell, args);
        }),
      );
    }
    if (body) {
      return this.#withAssignments(node, false, () =>
        withRedirections(shell, [...node.redirections, ...body.redirections], () => this.#call(name, body.body, args)),
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
      else if (/^[A-Za-z_]\w*\+?=\(/.test(first.value)) fields.push(await arrayText(shell, word.parts));
      else fields.push(await shell.expansion.text(word));
    }
    return fields;
  }

  async #assignments(node: SimpleCommandNode): Promise<void> {
    const shell = this.#shell;
    for (const assignment of node.assignments) await assign(shell, assignment);
    // A command without a name has the status of its last command substitution.
    if (!shell.captured) shell.status = 0;
    if (node.redirections.length > 0) await withRedirections(shell, node.redirections, async () => {});
    if (shell.options.xtrace) {
      for (const { name } of node.assignments)
        await shell.process.error(
          `${shell.variables.value('PS4') ?? '+ '}${name}=${shell.variables.value(name) ?? ''}\n`,
        );
    }
  }

  /** Assignments before a command hold for that command alone, except before special builtins of a POSIX shell. */
  async #withAssignments(node: SimpleCommandNode, stays: boolean, body: () => Promise<void>): Promise<void> {
    const shell = this.#shell;
    if (node.assignments.length === 0) return body();
    const before = node.assignments.map(({ name }) => ({
      name,
      variable: shell.variables.get(name) && { ...shell.variables.get(name)! },
    }));
    for (const assignment of node.assignments) await assign(shell, assignment);
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
    const loops = shell.executor.loops;
    shell.positional = args;
    shell.variables.enter();
    this.#calls++;
    shell.executor.loops = 0;
    try {
      await shell.executor.command(body, false);
    } catch (error) {
      if (!(error instanceof Return)) throw error;
      shell.status = error.code;
    } finally {
      this.#calls--;
      shell.executor.loops = loops;
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
    let loaded: Awaited<ReturnType<SimpleCommands['load']>>;
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
    const [status] = await shell.executor.waitFor([child]);
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
    const [status] = await shell.executor.waitFor([child]);
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
