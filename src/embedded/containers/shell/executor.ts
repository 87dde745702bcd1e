import { type Descriptors, IoError } from '../process/open-file.ts';
import { Pipe } from '../process/pipe.ts';
import { type ExitStatus, Interrupted, type Process } from '../process/process.ts';
import { parseSignal, signalDescriptions, signalNumbers } from '../process/signals.ts';
import type { CommandNode, PipelineNode, StatementNode } from './ast.ts';
import { CompoundCommands } from './compound-commands.ts';
import { Exit, LoopControl, ShellError } from './control.ts';
import { describeJob } from './job-text.ts';
import { atRest, type Job } from './jobs.ts';
import { withRedirections } from './redirections.ts';
import { ignoreClosed, type Shell } from './shell.ts';
import { SimpleCommands } from './simple-commands.ts';

/** Walks the syntax tree. `tail`: nothing follows in this process, so a command may take it over, as `sh -c` does. */
export class Executor {
  readonly simple: SimpleCommands;
  /** How many conditions (`if`, `while`, `&&`, `!`) are being evaluated: a failure in them ends nothing. */
  conditions = 0;
  /** How many loops of the current function are running. */
  loops = 0;
  /** The command that runs, as it was typed: what a job is called. */
  #source = '';
  readonly #compound: CompoundCommands;
  readonly #shell: Shell;

  constructor(shell: Shell) {
    this.#shell = shell;
    this.simple = new SimpleCommands(shell);
    this.#compound = new CompoundCommands(shell);
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
    this.#source = (node.sourceText ?? '').replace(/[\s;]+$/, '');
    const last = node.pipelines.length - 1;
    for (const [index, pipeline] of node.pipelines.entries()) {
      const operator = node.operators[index - 1];
      if (operator === '&&' && shell.status !== 0) continue;
      if (operator === '||' && shell.status === 0) continue;
      const guarded = index < last || pipeline.negated;
      if (guarded) this.conditions++;
      try {
        await this.#pipeline(pipeline, tail && index === last && !pipeline.negated);
      } finally {
        if (guarded) this.conditions--;
      }
      await shell.runTraps();
      if (shell.status !== 0 && !guarded && this.conditions === 0) await this.#failed();
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
    if (node.commands.length === 1) await this.guarded(() => this.command(node.commands[0]!, tail));
    else await this.guarded(() => this.#piped(node));
    if (node.negated) shell.status = shell.status === 0 ? 1 : 0;
    if (node.timed) {
      const seconds = (shell.process.system.clock.now() - began) / 1000;
      const format = (value: number) => `${Math.floor(value / 60)}m${(value % 60).toFixed(3)}s`;
      await shell.process.error(`\nreal\t${format(seconds)}\nuser\t0m0.000s\nsys\t0m0.000s\n`).catch(ignoreClosed);
    }
  }

  /** Errors that only a command fails with are told here and become its status. */
  async guarded(body: () => Promise<void>): Promise<void> {
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
      shell.substitutions.close();
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
            await child.executor.guarded(() => child.executor.command(command, true));
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
    await this.guarded(async () => {
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
      if (!shell.interactive) shell.jobs.sweep();
      else if (shell.isBash) await shell.process.error(`[${job.id}] ${shell.lastBackground}\n`);
      shell.status = 0;
    });
  }

  /**
   * Waits for foreground processes, which have the terminal meanwhile. Where somebody stops them they become a job.
   * @param job the one that they are already
   */
  async waitFor(processes: readonly Process[], job?: Job): Promise<ExitStatus[]> {
    const shell = this.#shell;
    const { terminal } = shell.process;
    const controlled = shell.interactive && shell.options.monitor;
    if (terminal && controlled) terminal.foreground = processes[0]!.group;
    try {
      if (controlled) await shell.process.block(atRest(processes));
      const stopped = processes.findLast((process) => process.stoppedBy)?.stoppedBy;
      if (controlled && stopped) {
        await this.#stopped(job ?? shell.jobs.add(processes, this.#source));
        return [{ code: 128 + signalNumbers[stopped] }];
      }
      const statuses: ExitStatus[] = [];
      for (const process of processes) statuses.push(await shell.process.block(process.exited));
      if (job) shell.jobs.remove(job);
      await this.#tellOfSignal(statuses.at(-1)!, processes.at(-1)!);
      return statuses;
    } finally {
      if (terminal && controlled) terminal.foreground = shell.process.group;
    }
  }

  async #stopped(job: Job): Promise<void> {
    const shell = this.#shell;
    shell.jobs.prefer(job);
    job.told = true;
    await shell.process.error(`${shell.isBash ? '\n' : ''}${describeJob(shell, job)}\n`);
    // A loop does not go on with its next round, as if its command had done what it was there for.
    if (this.loops > 0) {
      shell.status = 128 + signalNumbers.SIGTSTP;
      throw new LoopControl('break', this.loops);
    }
  }

  async #tellOfSignal({ signal, message }: ExitStatus, process: Process): Promise<void> {
    const shell = this.#shell;
    if (message) {
      await shell.process.error(`${message}\n`).catch(ignoreClosed);
    } else if (signal !== undefined) {
      const name = parseSignal(String(signal));
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
        return this.simple.run(node, tail);
      case 'FunctionDef':
        this.#shell.functions.set(node.name, node);
        this.#shell.status = 0;
        return;
      default:
        return withRedirections(this.#shell, node.redirections, () => this.#compound.run(node, tail));
    }
  }
}
