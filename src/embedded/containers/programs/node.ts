import { describeError } from '../commands/errors.ts';
import { programIn } from '../images/image.ts';
import type { Process, Program } from '../process/process.ts';

/** `node`: it starts the example applications, and runs no other JavaScript. */
export function nodeProgram(find: (name: string) => Program | undefined): Program {
  return async (process: Process) => {
    const [script] = process.argv.slice(1).filter((word) => !word.startsWith('-') || word === '--version');
    if (process.argv.includes('--version') || process.argv.includes('-v')) {
      await process.print('v20.19.0\n');
      return 0;
    }
    if (script === undefined || process.argv.includes('-e')) {
      await process.error(
        "node: a simulated container runs no JavaScript of its own; the images' applications and the shell do run\n",
      );
      return 9;
    }
    try {
      const name = programIn(await process.files.readFile(script));
      const program = name === undefined ? undefined : find(name);
      if (program) return program(process);
      await process.error(`node: ${script} is not one of the applications that a simulated container can run\n`);
      return 9;
    } catch (error) {
      await process.error(`node: Cannot find module '${process.files.path(script)}': ${describeError(error)}\n`);
      return 1;
    }
  };
}
