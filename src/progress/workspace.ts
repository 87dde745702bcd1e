import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { FileAction } from '../lessons/lesson.ts';

/** The learner's working folder, in which their terminals start. What they made in it stays theirs. */
export class Workspace {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = resolve(folder);
  }

  /** Makes the folder, with the lesson's files where there are none of their names yet. */
  async prepare(files: readonly FileAction[]): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    for (const file of files) if (!(await exists(this.#path(file.name)))) await this.#write(file);
  }

  /** Writes a file because the learner asked for it. Returns whether there was one of the name. */
  async write(file: FileAction): Promise<boolean> {
    const existed = await exists(this.#path(file.name));
    await this.#write(file);
    return existed;
  }

  /** Empties the folder, which itself stays: shells stand in it. */
  async reset(files: readonly FileAction[]): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.folder)) await rm(join(this.folder, name), { recursive: true, force: true });
    await this.prepare(files);
  }

  async #write({ name, content }: FileAction): Promise<void> {
    const path = this.#path(name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }

  #path(name: string): string {
    const path = resolve(this.folder, name);
    if (!path.startsWith(this.folder + sep)) throw new Error(`"${name}" is not inside the working folder`);
    return path;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
