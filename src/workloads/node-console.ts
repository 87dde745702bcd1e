import { stdin, stdout } from 'node:process';
import { createInterface, type Interface } from 'node:readline';
import type { Console, Line } from './host.ts';

/** The process's own standard streams. */
export class NodeConsole implements Console {
  readonly #stopping: AbortSignal;
  #lines: Interface | undefined;
  readonly #waiting: ((line: string | undefined) => void)[] = [];
  readonly #read: string[] = [];
  #ended = false;

  constructor(stopping: AbortSignal) {
    this.#stopping = stopping;
  }

  get typed(): boolean {
    return stdin.isTTY === true;
  }

  get watched(): boolean {
    return stdout.isTTY === true;
  }

  write(text: string): Promise<void> {
    return writeTo(stdout, text);
  }

  writeError(text: string): Promise<void> {
    return writeTo(process.stderr, text);
  }

  async readLine(prompt: string): Promise<Line | 'interrupted' | undefined> {
    if (this.#stopping.aborted) return undefined;
    if (!this.typed) {
      const text = await this.#next();
      return text === undefined ? undefined : { text };
    }
    // Open only while a line is asked for: otherwise Ctrl-C would be a key and not a signal.
    const lines = createInterface({ input: stdin, output: stdout, prompt, history: this.#history, terminal: true });
    try {
      return await new Promise((resolve) => {
        lines.once('line', (text) => resolve({ text }));
        lines.once('close', () => resolve(undefined));
        lines.once('SIGINT', () => {
          stdout.write('^C\n');
          resolve('interrupted');
        });
        lines.once('history', (history) => {
          this.#history = history;
        });
        this.#stopping.addEventListener('abort', () => resolve(undefined), { once: true });
        lines.prompt();
      });
    } finally {
      lines.close();
    }
  }

  #history: string[] = [];

  async readSecret(prompt: string): Promise<string | undefined> {
    if (!this.typed) return this.#next();
    await this.write(prompt);
    stdin.setRawMode(true);
    stdin.resume();
    try {
      return await new Promise((resolve) => {
        let text = '';
        const onData = (data: Buffer) => {
          for (const character of data.toString()) {
            if (character === '\r' || character === '\n') return settle(text);
            if (character === '\x03' || character === '\x04') return settle(undefined);
            text = character === '\x7f' || character === '\b' ? text.slice(0, -1) : text + character;
          }
        };
        const settle = (answer: string | undefined) => {
          stdin.removeListener('data', onData);
          resolve(answer);
        };
        stdin.on('data', onData);
        this.#stopping.addEventListener('abort', () => settle(undefined), { once: true });
      });
    } finally {
      stdin.setRawMode(false);
      stdin.pause();
      await this.write('\n');
    }
  }

  async readAll(): Promise<Uint8Array> {
    const chunks: Buffer[] = [];
    for await (const chunk of stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  #next(): Promise<string | undefined> {
    if (!this.#lines) {
      this.#lines = createInterface({ input: stdin, terminal: false });
      this.#lines.on('line', (line) => {
        const taker = this.#waiting.shift();
        if (taker) taker(line);
        else this.#read.push(line);
      });
      const end = () => {
        this.#ended = true;
        for (const taker of this.#waiting.splice(0)) taker(undefined);
      };
      this.#lines.once('close', end);
      this.#stopping.addEventListener('abort', end, { once: true });
    }
    if (this.#read.length > 0) return Promise.resolve(this.#read.shift());
    if (this.#ended) return Promise.resolve(undefined);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** Resolves once taken, also where nobody reads any more. */
function writeTo(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => resolve());
  });
}
