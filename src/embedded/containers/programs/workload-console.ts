import type { Console, Line } from '../../../workloads/host.ts';
import type { Process } from '../process/process.ts';
import { LineEditor } from '../terminal/line-editor.ts';

const newline = 10;

/** A simulated process's standard streams. */
export class ProcessConsole implements Console {
  readonly #process: Process;
  readonly #stopping: AbortSignal;
  #editor: LineEditor | undefined;

  constructor(process: Process, stopping: AbortSignal) {
    this.#process = process;
    this.#stopping = stopping;
  }

  get typed(): boolean {
    return this.#process.descriptors.get(0)?.terminal !== undefined;
  }

  get watched(): boolean {
    return this.#process.descriptors.get(1)?.terminal !== undefined;
  }

  write(text: string): Promise<void> {
    return this.#process.print(text);
  }

  writeError(text: string): Promise<void> {
    return this.#process.error(text);
  }

  readLine(prompt: string): Promise<Line | 'interrupted' | undefined> {
    return this.#untilStopped(async () => {
      const terminal = this.#process.descriptors.get(0)?.terminal;
      if (!terminal) return this.#line();
      this.#editor ??= new LineEditor(this.#process, terminal, async (_, cursor) => ({ from: cursor, candidates: [] }));
      const line = await this.#editor.readLine(prompt);
      if (line === undefined) await this.write('\n');
      else if (line !== 'interrupted') this.#editor.remember(line.text);
      return line;
    });
  }

  readSecret(prompt: string): Promise<string | undefined> {
    return this.#untilStopped(async () => {
      const terminal = this.#process.descriptors.get(0)?.terminal;
      if (!terminal) return (await this.#line())?.text;
      await this.write(prompt);
      terminal.echo = false;
      try {
        return (await this.#line())?.text;
      } finally {
        terminal.echo = true;
        await this.write('\n');
      }
    });
  }

  readAll(): Promise<Uint8Array> {
    return this.#process.readAll(0);
  }

  async #line(): Promise<Line | undefined> {
    const bytes = await this.#process.readUntil(0, newline);
    return bytes && { text: new TextDecoder().decode(bytes).replace(/\r?\n$/, '') };
  }

  /** A read that nothing comes for any more ends with the process. */
  async #untilStopped<T>(read: () => Promise<T>): Promise<T | undefined> {
    if (this.#stopping.aborted) return undefined;
    const line = read();
    line.catch(() => {});
    let stop = () => {};
    const stopped = new Promise<undefined>((resolve) => {
      stop = () => resolve(undefined);
      this.#stopping.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([line, stopped]);
    } finally {
      this.#stopping.removeEventListener('abort', stop);
    }
  }
}
