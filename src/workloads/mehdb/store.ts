import type { Files } from '../host.ts';
import { codeOf } from '../http-server.ts';

/** A folder for each key, the value in a file of it: what `ls` of the volume shows. */
export class Store {
  readonly #files: Files;
  readonly #folder: string;
  readonly #writes = new Map<string, Promise<void>>();

  constructor(files: Files, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  /** Undefined where there is no such key. */
  async get(key: string): Promise<Uint8Array | undefined> {
    try {
      return await this.#files.read(this.#path(key));
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
      throw error;
    }
  }

  /** Resolves once the value is on the volume. Of several values for one key the last one asked for stays. */
  async set(key: string, value: Uint8Array): Promise<void> {
    const before = this.#writes.get(key) ?? Promise.resolve();
    const write = before
      .catch(() => {})
      .then(async () => {
        await this.#files.makeDirectory(`${this.#folder}/${key}`);
        await this.#files.write(this.#path(key), value);
      });
    this.#writes.set(key, write);
    try {
      await write;
    } finally {
      if (this.#writes.get(key) === write) this.#writes.delete(key);
    }
  }

  /** Sorted. Whatever else is on the volume (`lost+found`) is no key. */
  async keys(): Promise<string[]> {
    const names = (await this.#files.list(this.#folder)).filter((name) => !name.startsWith('.'));
    const present = await Promise.all(names.map(async (name) => (await this.get(name)) !== undefined));
    return names.filter((_, index) => present[index]);
  }

  #path(key: string): string {
    return `${this.#folder}/${key}/content`;
  }
}
