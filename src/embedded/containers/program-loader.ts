import { basename } from './files/paths.ts';
import { programIn } from './images/image.ts';
import { IoError } from './process/open-file.ts';
import type { Process, Program } from './process/process.ts';
import type { Loaded, ProgramFinder } from './process/system.ts';

const mostInterpreters = 4;

/** Executable files to programs: the built-in ones by the name their content carries, scripts by their first line. */
export class ProgramLoader implements ProgramFinder {
  readonly #programs: ReadonlyMap<string, Program>;

  constructor(programs: ReadonlyMap<string, Program>) {
    this.#programs = programs;
  }

  async load(process: Process, path: string, argv: readonly string[], depth = 0): Promise<Loaded> {
    const content = await process.files.readFile(path);
    const name = programIn(content);
    if (name === 'busybox') {
      const applet = basename(argv[0] ?? '') === 'busybox' ? argv[1] : basename(argv[0] ?? '');
      const program = applet === undefined ? undefined : this.#programs.get(applet === 'sh' ? 'ash' : applet);
      if (program) return { argv: basename(argv[0] ?? '') === 'busybox' ? argv.slice(1) : argv, program };
      return { argv, program: this.#programs.get('busybox')! };
    }
    if (name !== undefined) {
      const program = this.#programs.get(name);
      if (!program) throw new IoError('ENOEXEC', 'Exec format error');
      return { argv, program };
    }
    const first = /^#!\s*(\S+)(?:[ \t]+([^\n]*?))?\s*(?:\n|$)/.exec(new TextDecoder().decode(content.subarray(0, 256)));
    if (!first || depth >= mostInterpreters) throw new IoError('ENOEXEC', 'Exec format error');
    const [, interpreter, argument] = first as unknown as [string, string, string | undefined];
    const words = [interpreter, ...(argument ? [argument] : []), path, ...argv.slice(1)];
    return this.load(process, interpreter, words, depth + 1);
  }

  /** Finds a command for a process as execvp does: `error` says why where there is none. */
  async find(process: Process, argv: readonly string[]): Promise<Loaded | { readonly error: string }> {
    const [name = ''] = argv;
    const { files } = process;
    if (name === '') return { error: 'exec: "": executable file not found in $PATH' };
    const candidates = name.includes('/')
      ? [name]
      : (process.env.PATH ?? '').split(':').map((folder) => `${folder}/${name}`);
    for (const path of candidates) {
      const found = await files.find(path);
      if (!found) continue;
      if (found.type === 'directory') {
        if (name.includes('/')) return { error: `exec: "${name}": permission denied` };
        continue;
      }
      if (!(await files.permits(path, 1))) {
        if (name.includes('/')) return { error: `exec: "${name}": permission denied` };
        continue;
      }
      try {
        return await this.load(process, path, argv);
      } catch (error) {
        if (error instanceof IoError) return { error: `exec ${path}: exec format error` };
        throw error;
      }
    }
    if (name.includes('/')) return { error: `exec: "${name}": stat ${name}: no such file or directory` };
    return { error: `exec: "${name}": executable file not found in $PATH` };
  }
}
