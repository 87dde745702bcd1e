import type { Process } from '../process/process.ts';

const controls: Readonly<Record<number, string>> = {
  1: 'home',
  2: 'left',
  3: 'ctrl-c',
  4: 'ctrl-d',
  5: 'end',
  6: 'right',
  8: 'backspace',
  9: 'tab',
  10: 'enter',
  11: 'kill-end',
  12: 'ctrl-l',
  13: 'enter',
  14: 'down',
  16: 'up',
  18: 'ctrl-r',
  21: 'kill-start',
  23: 'kill-word',
  25: 'yank',
  127: 'backspace',
};

const sequences: Readonly<Record<string, string>> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  '[H': 'home',
  '[F': 'end',
  '[1~': 'home',
  '[4~': 'end',
  '[7~': 'home',
  '[8~': 'end',
  '[3~': 'delete',
  OA: 'up',
  OB: 'down',
  OC: 'right',
  OD: 'left',
  OH: 'home',
  OF: 'end',
  '[1;5C': 'word-right',
  '[1;5D': 'word-left',
  '[1;3C': 'word-right',
  '[1;3D': 'word-left',
  b: 'word-left',
  f: 'word-right',
  '\x7f': 'kill-word',
};

/** The keys that a terminal's bytes stand for: names for those that edit, "text:…" for text. */
export class KeyReader {
  readonly #process: Process;
  #bytes: number[] = [];
  #back: string[] = [];
  #pasting = false;

  constructor(process: Process) {
    this.#process = process;
  }

  /** Whether a key can be had without waiting: drawing can wait for the last of several. */
  get pending(): boolean {
    return this.#bytes.length > 0 || this.#back.length > 0;
  }

  /** The bytes that came with the keys read so far, and that nobody has read. */
  takeRest(): Uint8Array {
    return Uint8Array.from(this.#bytes.splice(0));
  }

  unread(key: string): void {
    this.#back.push(key);
  }

  /** Undefined at the end of input. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const back = this.#back.pop();
      if (back !== undefined) return back;
      const byte = await this.#byte();
      if (byte === undefined) return undefined;
      if (byte === 27) {
        const key = await this.#escape();
        if (key) return key;
      } else if (this.#pasting && (byte === 9 || byte === 13 || byte === 10)) {
        return byte === 9 ? 'text:\t' : 'enter';
      } else if (byte < 32 || byte === 127) {
        const key = controls[byte];
        if (key) return key;
      } else {
        return `text:${await this.#character(byte)}`;
      }
    }
  }

  async #escape(): Promise<string | undefined> {
    let sequence = '';
    for (let count = 0; count < 16; count++) {
      // A lone Escape has nothing behind it in the same burst.
      if (this.#bytes.length === 0 && sequence === '') return undefined;
      const byte = await this.#byte();
      if (byte === undefined) return undefined;
      sequence += String.fromCharCode(byte);
      const more = sequence === '[' || sequence === 'O' || /^\[[0-9;?]*$/.test(sequence);
      if (!more) break;
    }
    if (sequence === '[200~' || sequence === '[201~') {
      this.#pasting = sequence === '[200~';
      return undefined;
    }
    return Object.hasOwn(sequences, sequence) ? sequences[sequence] : undefined;
  }

  async #character(first: number): Promise<string> {
    const more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
    const bytes = [first];
    for (let count = 0; count < more; count++) {
      const byte = await this.#byte();
      if (byte === undefined) break;
      bytes.push(byte);
    }
    return new TextDecoder().decode(Uint8Array.from(bytes));
  }

  async #byte(): Promise<number | undefined> {
    if (this.#bytes.length === 0) {
      const data = await this.#process.read(0);
      if (!data) return undefined;
      this.#bytes.push(...data.subarray(0, 65_536));
    }
    return this.#bytes.shift();
  }
}
