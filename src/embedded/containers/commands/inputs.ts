import { type Process, ProcessEnded } from '../process/process.ts';
import { describeError } from './errors.ts';

/** Opens each file in turn ("-" and none: standard input) as descriptor 100 or 0. */
export async function eachInput(
  process: Process,
  name: string,
  operands: readonly string[],
  body: (fd: number, path: string) => Promise<void>,
): Promise<number> {
  let code = 0;
  for (const path of operands.length > 0 ? operands : ['-']) {
    if (path === '-') {
      await body(0, path);
      continue;
    }
    try {
      if ((await process.files.stat(path)).type === 'directory') throw new Error('Is a directory');
      process.descriptors.open(100, await process.files.open(path, 'read'));
    } catch (error) {
      if (error instanceof ProcessEnded) throw error;
      await process.error(`${name}: ${path}: ${describeError(error)}\n`);
      code = name === 'grep' ? 2 : 1;
      continue;
    }
    await body(100, path);
    process.descriptors.close(100);
  }
  return code;
}
