import { concat, Pipe } from '../process/pipe.ts';
import type { ProcessSubstitution, ScriptNode } from './ast.ts';
import type { Shell } from './shell.ts';

/** Commands that stand in another's words, and run in a copy of the shell: $(…), <(…) and >(…). */
export class Substitutions {
  readonly #shell: Shell;
  readonly #closeAfter: number[] = [];

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  /** What a command prints, without newlines at the end. */
  async output(script: ScriptNode): Promise<string> {
    const { process } = this.#shell;
    const pipe = new Pipe(process.system.inode());
    const descriptors = process.descriptors.clone();
    descriptors.open(1, pipe.writer);
    const child = this.#shell.fork((shell) => run(shell, script), { descriptors });
    const parts: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const part = await process.block(pipe.reader.read!(65_536));
      if (!part) break;
      process.allocate(part.length);
      size += part.length;
      parts.push(part);
    }
    this.#shell.status = (await process.block(child.exited)).code;
    this.#shell.captured = true;
    process.release(size);
    const text = size === 0 ? '' : new TextDecoder().decode(concat(parts, size));
    return text.replaceAll('\0', '').replace(/\n+$/, '');
  }

  /** A path that reads what a command prints, or that a command reads. */
  async path({ direction, body }: ProcessSubstitution): Promise<string> {
    const { process } = this.#shell;
    const pipe = new Pipe(process.system.inode());
    const input = direction === 'input';
    const descriptors = process.descriptors.clone();
    descriptors.open(input ? 1 : 0, input ? pipe.writer : pipe.reader);
    this.#shell.fork((shell) => run(shell, body), { descriptors, background: true });
    const fd = process.descriptors.free(60);
    process.descriptors.open(fd, input ? pipe.reader : pipe.writer);
    this.#closeAfter.push(fd);
    return `/dev/fd/${fd}`;
  }

  /** Closes the paths of the command that has ended. */
  close(): void {
    for (const fd of this.#closeAfter.splice(0)) this.#shell.process.descriptors.close(fd);
  }
}

async function run(shell: Shell, script: ScriptNode): Promise<number> {
  await shell.executor.statements(script.statements, true);
  return shell.status;
}
