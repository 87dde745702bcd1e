import type { OpenFile } from './open-file.ts';

const codes = {
  eof: 4,
  backspace: 8,
  newline: 10,
  carriageReturn: 13,
  killLine: 21,
  killWord: 23,
  escape: 27,
  del: 127,
};
const interrupts: Readonly<Record<number, 'SIGINT' | 'SIGQUIT' | 'SIGTSTP'>> = {
  3: 'SIGINT',
  28: 'SIGQUIT',
  26: 'SIGTSTP',
};
const largestQueue = 256 * 1024;

/**
 * A pseudo-terminal with its line discipline. What the client types goes in through `input`; what programs write comes
 * out through `send`, with \r\n at line ends. In canonical mode lines are edited and echoed here and given out whole;
 * in raw mode (a shell's line editor) every byte is passed on.
 */
export class Terminal {
  columns = 80;
  rows = 24;
  echo = true;
  /** The process group that Ctrl-C is meant for. */
  foreground = 0;
  #raw = false;
  #line: number[] = [];
  #ready: Uint8Array[] = [];
  #size = 0;
  #ended = false;
  #wake: (() => void)[] = [];
  #closed = false;
  readonly #send: (data: Uint8Array) => Promise<void> | undefined;
  readonly #signal: (group: number, name: 'SIGINT' | 'SIGQUIT' | 'SIGTSTP' | 'SIGHUP' | 'SIGWINCH') => void;

  constructor(
    send: (data: Uint8Array) => Promise<void> | undefined,
    signal: (group: number, name: 'SIGINT' | 'SIGQUIT' | 'SIGTSTP' | 'SIGHUP' | 'SIGWINCH') => void,
  ) {
    this.#send = send;
    this.#signal = signal;
  }

  /** A description for descriptors 0, 1 and 2. */
  file(): OpenFile {
    return {
      name: '/dev/pts/0',
      terminal: this,
      read: (max) => this.#read(max),
      readUntil: (delimiter, max) => this.#readUntil(delimiter, max),
      write: (data) => this.#write(data),
      close: () => {},
    };
  }

  /** Bytes from the client's keyboard. */
  input(data: Uint8Array): void {
    if (this.#raw) {
      this.#give(data.slice());
      return;
    }
    for (const byte of data) this.#type(byte);
  }

  get raw(): boolean {
    return this.#raw;
  }

  /**
   * What was typed ahead goes to whoever reads next: to the editor as it is, else through the line discipline.
   * @param unread what the editor has taken already but was not meant for it; not echoed, the next editor shows it
   */
  setRaw(raw: boolean, unread?: Uint8Array): void {
    if (raw === this.#raw) return;
    this.#raw = raw;
    if (raw) {
      // The beginning of a line, typed while a command still ran, is the editor's now.
      if (this.#line.length > 0) this.#giveLine();
      return;
    }
    const ahead = this.#ready;
    this.flushInput();
    if (unread) {
      const { echo } = this;
      this.echo = false;
      this.input(unread);
      this.echo = echo;
    }
    for (const data of ahead) this.input(data);
  }

  /** The client has closed its input. */
  end(): void {
    if (this.#line.length > 0) this.#giveLine();
    this.#ended = true;
    this.#wakeAll();
  }

  resize(columns: number, rows: number): void {
    if (columns > 0) this.columns = columns;
    if (rows > 0) this.rows = rows;
    this.#signal(this.foreground, 'SIGWINCH');
  }

  /** The client has gone. */
  hangUp(): void {
    this.#closed = true;
    this.end();
    this.#signal(this.foreground, 'SIGHUP');
  }

  /** Input that nobody has read yet is dropped, as when an interrupt arrives. */
  flushInput(): void {
    this.#line = [];
    this.#ready = [];
    this.#size = 0;
  }

  #type(byte: number): void {
    const signal = interrupts[byte];
    if (signal) {
      if (this.echo) this.#echo(`^${String.fromCharCode(byte + 64)}`);
      this.flushInput();
      this.#signal(this.foreground, signal);
    } else if (byte === codes.carriageReturn || byte === codes.newline) {
      if (this.echo) this.#echo('\n');
      this.#line.push(codes.newline);
      this.#giveLine();
    } else if (byte === codes.eof) {
      if (this.#line.length > 0) this.#giveLine();
      else this.#give(new Uint8Array(0));
    } else if (byte === codes.backspace || byte === codes.del) {
      if (this.#line.length > 0) this.#erase(1);
    } else if (byte === codes.killLine) {
      this.#erase(this.#line.length);
    } else if (byte === codes.killWord) {
      let count = 0;
      while (count < this.#line.length && this.#line.at(-1 - count) === 32) count++;
      while (count < this.#line.length && this.#line.at(-1 - count) !== 32) count++;
      this.#erase(count);
    } else if (this.#line.length < 4095) {
      this.#line.push(byte);
      if (!this.echo) return;
      if (byte >= 32 || byte === 9) void this.#send(Uint8Array.of(byte));
      else this.#echo(`^${String.fromCharCode(byte + 64)}`);
    }
  }

  #erase(count: number): void {
    let columns = 0;
    for (let left = count; left > 0 && this.#line.length > 0; left--) {
      let byte = this.#line.pop()!;
      while ((byte & 0xc0) === 0x80 && this.#line.length > 0) byte = this.#line.pop()!;
      columns += byte < 32 ? 2 : 1;
    }
    if (this.echo) this.#echo('\b \b'.repeat(columns));
  }

  #echo(text: string): void {
    void this.#write(new TextEncoder().encode(text));
  }

  #giveLine(): void {
    this.#give(Uint8Array.from(this.#line));
    this.#line = [];
  }

  #give(data: Uint8Array): void {
    if (this.#size + data.length > largestQueue) return;
    this.#ready.push(data);
    this.#size += data.length;
    this.#wakeAll();
  }

  async #read(max: number): Promise<Uint8Array | undefined> {
    while (this.#ready.length === 0) {
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    const head = this.#ready[0]!;
    // Ctrl-D on an empty line is an end of input, but only for this read.
    if (head.length === 0) {
      this.#ready.shift();
      return undefined;
    }
    const part = head.subarray(0, max);
    if (head.length > max) this.#ready[0] = head.subarray(max);
    else this.#ready.shift();
    this.#size -= part.length;
    return part;
  }

  async #readUntil(delimiter: number, max: number): Promise<Uint8Array | undefined> {
    const bytes: number[] = [];
    while (bytes.length < max) {
      const part = await this.#read(1);
      if (!part) break;
      bytes.push(part[0]!);
      if (part[0] === delimiter) break;
    }
    return bytes.length === 0 ? undefined : Uint8Array.from(bytes);
  }

  #write(data: Uint8Array): Promise<void> | undefined {
    if (this.#closed) return undefined;
    const first = data.indexOf(codes.newline);
    if (first < 0) return this.#send(data.slice());
    const output = new Uint8Array(data.length * 2);
    let length = 0;
    for (const byte of data) {
      if (byte === codes.newline) output[length++] = codes.carriageReturn;
      output[length++] = byte;
    }
    return this.#send(output.subarray(0, length));
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
