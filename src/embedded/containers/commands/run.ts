import type { Process, SpawnOptions } from '../process/process.ts';
import type { Loaded } from '../process/system.ts';
import { errorCode } from './errors.ts';

/** The program of a command, looked for along PATH; an exit code where there is none, which has been told. */
export async function loadCommand(process: Process, argv: readonly string[], by: string): Promise<Loaded | number> {
  const [name = ''] = argv;
  const folders = name.includes('/')
    ? ['']
    : (process.env.PATH ?? '/bin:/usr/bin').split(':').map((folder) => `${folder}/`);
  for (const folder of folders) {
    const path = folder + name;
    const found = await process.files.find(path);
    if (!found || found.type === 'directory') continue;
    if (!(await process.files.permits(path, 1))) {
      await process.error(`${by}: '${name}': Permission denied\n`);
      return 126;
    }
    try {
      return await process.system.programs.load(process, path, argv);
    } catch (error) {
      if (errorCode(error) !== 'ENOEXEC') throw error;
      await process.error(`${by}: '${name}': Exec format error\n`);
      return 126;
    }
  }
  await process.error(`${by}: '${name}': No such file or directory\n`);
  return 127;
}

/** Runs another command as a child and waits for it. Resolves with its exit code. */
export async function runCommand(
  process: Process,
  argv: readonly string[],
  by: string,
  options: Partial<SpawnOptions> = {},
): Promise<number> {
  const loaded = await loadCommand(process, argv, by);
  if (typeof loaded === 'number') return loaded;
  const child = process.spawn({ argv: loaded.argv, program: loaded.program, ...options });
  return (await process.block(child.exited)).code;
}

/** Becomes another command. */
export async function becomeCommand(
  process: Process,
  argv: readonly string[],
  by: string,
  env?: Record<string, string>,
): Promise<number> {
  const loaded = await loadCommand(process, argv, by);
  if (typeof loaded === 'number') return loaded;
  return process.become(loaded.argv, loaded.program, env);
}
