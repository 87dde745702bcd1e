import type { CompoundNode, StatementNode } from './ast.ts';
import { conditional } from './conditional.ts';
import { LoopControl } from './control.ts';
import { Pattern } from './patterns.ts';
import type { Shell } from './shell.ts';

/** if, while, for, case, (( )), [[ ]], groups and subshells. */
export class CompoundCommands {
  readonly #shell: Shell;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  async run(node: CompoundNode, tail: boolean): Promise<void> {
    const shell = this.#shell;
    switch (node.type) {
      case 'If':
        for (const { condition, body } of node.clauses) {
          if (await this.#condition(condition)) return this.#shell.executor.statements(body, tail);
        }
        shell.status = 0;
        if (node.elseBody) await this.#shell.executor.statements(node.elseBody, tail);
        return;
      case 'While':
      case 'Until': {
        let status = 0;
        await this.#loop(async () => {
          if ((await this.#condition(node.condition)) !== (node.type === 'While')) return false;
          await this.#shell.executor.statements(node.body);
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
          await this.#shell.executor.statements(node.body);
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
          await this.#shell.executor.statements(node.body);
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
        const [status] = await this.#shell.executor.waitFor([shell.fork(body, { newGroup: grouped })]);
        shell.status = status!.code;
        return;
      }
      case 'Group':
        return this.#shell.executor.statements(node.body, tail && node.redirections.length === 0);
      case 'ArithmeticCommand':
        shell.status = (await shell.expansion.arithmetic(node.expression)) === 0n ? 1 : 0;
        return;
      case 'ConditionalCommand':
        shell.status = (await conditional(shell, node.expression)) ? 0 : 1;
        return;
    }
  }

  async #condition(statements: readonly StatementNode[]): Promise<boolean> {
    this.#shell.executor.conditions++;
    try {
      await this.#shell.executor.statements(statements);
    } finally {
      this.#shell.executor.conditions--;
    }
    return this.#shell.status === 0;
  }

  async #loop(round: () => Promise<boolean>): Promise<void> {
    const { process } = this.#shell;
    this.#shell.executor.loops++;
    try {
      for (;;) {
        const wait = process.turn();
        if (wait) await wait;
        try {
          if (!(await round())) return;
        } catch (error) {
          if (!(error instanceof LoopControl)) throw error;
          if (error.levels > 1 && this.#shell.executor.loops > 1) {
            error.levels--;
            throw error;
          }
          if (error.kind === 'break') return;
        }
      }
    } finally {
      this.#shell.executor.loops--;
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
      await this.#shell.executor.statements(body, tail && terminator === ';;');
      if (terminator === ';;') return;
      through = terminator === ';&';
    }
  }
}
