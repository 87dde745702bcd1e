import type { Process } from '../process/process.ts';
import type { Terminal } from '../process/terminal.ts';
import { KeyReader } from './keys.ts';

export interface Completions {
  readonly from: number;
  readonly candidates: readonly string[];
}

export type Completer = (line: string, cursor: number) => Promise<Completions>;

const longestHistory = 500;

/** What readline is to bash: one line, edited in place. Without a terminal it only reads lines. */
export class LineEditor {
  readonly #process: Process;
  readonly #terminal: Terminal | undefined;
  readonly #complete: Completer;
  readonly #keys: KeyReader;
  readonly #history: string[];
  #cut = '';
  #prompt = '';
  #text: string[] = [];
  #cursor = 0;
  /** How many rows below the prompt's first the cursor was left. */
  #row = 0;

  /** @param history the oldest first; lines to remember are added to it */
  constructor(process: Process, terminal: Terminal | undefined, complete: Completer, history: string[] = []) {
    this.#process = process;
    this.#terminal = terminal;
    this.#complete = complete;
    this.#history = history;
    this.#keys = new KeyReader(process);
  }

  remember(line: string): void {
    if (line.trim() === '' || this.#history.at(-1) === line) return;
    this.#history.push(line);
    if (this.#history.length > longestHistory) this.#history.shift();
  }

  /** Undefined at the end of input; 'interrupted' after Ctrl-C. */
  async readLine(prompt: string): Promise<{ text: string } | 'interrupted' | undefined> {
    if (!this.#terminal) {
      await this.#process.error(prompt);
      const line = await this.#process.readUntil(0, 10);
      return line && { text: new TextDecoder().decode(line).replace(/\n$/, '') };
    }
    this.#terminal.setRaw(true);
    // A client that attaches, or whose window changes, sees the line drawn anew.
    this.#process.onSignal('SIGWINCH', () => void this.#redraw());
    try {
      return await this.#edit(prompt);
    } finally {
      this.#process.onSignal('SIGWINCH', undefined);
      this.#terminal.setRaw(false, this.#keys.takeRest());
    }
  }

  async #edit(prompt: string): Promise<{ text: string } | 'interrupted' | undefined> {
    this.#prompt = prompt;
    this.#text = [];
    this.#cursor = 0;
    this.#row = 0;
    let place = this.#history.length;
    let draft = '';
    await this.#draw();
    for (;;) {
      const key = await this.#keys.next();
      switch (key) {
        case undefined:
          return undefined;
        case 'enter':
          await this.#finish();
          return { text: this.#line() };
        case 'ctrl-c':
          await this.#finish('^C');
          return 'interrupted';
        case 'ctrl-d':
          if (this.#text.length === 0) return undefined;
          this.#text.splice(this.#cursor, 1);
          break;
        case 'up':
        case 'down': {
          const next = place + (key === 'up' ? -1 : 1);
          if (next < 0 || next > this.#history.length) continue;
          if (place === this.#history.length) draft = this.#line();
          place = next;
          this.#replace(place === this.#history.length ? draft : this.#history[place]!);
          break;
        }
        case 'ctrl-l':
          this.#row = 0;
          await this.#process.write(1, '\x1b[H\x1b[2J');
          break;
        case 'tab':
          await this.#tab();
          break;
        case 'ctrl-r':
          await this.#search();
          break;
        default:
          this.#apply(key);
      }
      if (!this.#keys.pending) await this.#draw();
    }
  }

  #line(): string {
    return this.#text.join('');
  }

  #replace(text: string): void {
    this.#text = [...text];
    this.#cursor = this.#text.length;
  }

  #apply(key: string): void {
    switch (key) {
      case 'left':
        this.#cursor = Math.max(0, this.#cursor - 1);
        return;
      case 'right':
        this.#cursor = Math.min(this.#text.length, this.#cursor + 1);
        return;
      case 'home':
        this.#cursor = 0;
        return;
      case 'end':
        this.#cursor = this.#text.length;
        return;
      case 'word-left':
        this.#cursor = this.#wordBefore();
        return;
      case 'word-right':
        while (this.#cursor < this.#text.length && this.#text[this.#cursor] === ' ') this.#cursor++;
        while (this.#cursor < this.#text.length && this.#text[this.#cursor] !== ' ') this.#cursor++;
        return;
      case 'backspace':
        if (this.#cursor > 0) this.#text.splice(--this.#cursor, 1);
        return;
      case 'delete':
        this.#text.splice(this.#cursor, 1);
        return;
      case 'kill-end':
        this.#cut = this.#text.splice(this.#cursor).join('');
        return;
      case 'kill-start':
        this.#cut = this.#text.splice(0, this.#cursor).join('');
        this.#cursor = 0;
        return;
      case 'kill-word': {
        const from = this.#wordBefore();
        this.#cut = this.#text.splice(from, this.#cursor - from).join('');
        this.#cursor = from;
        return;
      }
      case 'yank':
        this.#insert(this.#cut);
        return;
      default:
        if (!key.startsWith('text:')) return;
        this.#insert(key.slice(5));
    }
  }

  #insert(text: string): void {
    const characters = [...text];
    this.#text.splice(this.#cursor, 0, ...characters);
    this.#cursor += characters.length;
  }

  #wordBefore(): number {
    let at = this.#cursor;
    while (at > 0 && this.#text[at - 1] === ' ') at--;
    while (at > 0 && this.#text[at - 1] !== ' ') at--;
    return at;
  }

  async #tab(): Promise<void> {
    const { from, candidates } = await this.#complete(this.#line(), this.#cursor);
    if (candidates.length === 0) return;
    const common = candidates.reduce((prefix, candidate) => {
      let length = 0;
      while (length < prefix.length && prefix[length] === candidate[length]) length++;
      return prefix.slice(0, length);
    });
    const typed = this.#line().slice(from, this.#cursor);
    if (common.length > typed.length || candidates.length === 1) {
      const only = candidates.length === 1 && !common.endsWith('/');
      this.#text.splice(from, this.#cursor - from, ...common, ...(only ? [' '] : []));
      this.#cursor = from + [...common].length + (only ? 1 : 0);
      return;
    }
    await this.#finish();
    const names = candidates.map((candidate) => candidate.replace(/.*\/(?=.)/, ''));
    const width = Math.max(...names.map((name) => name.length)) + 2;
    const columns = Math.max(1, Math.floor(this.#terminal!.columns / width));
    for (let index = 0; index < Math.min(names.length, 400); index += columns) {
      const row = names.slice(index, index + columns).map((name) => name.padEnd(width));
      await this.#process.write(1, `${row.join('').trimEnd()}\n`);
    }
  }

  /** Ctrl-R: the newest line of the history that holds what is typed. */
  async #search(): Promise<void> {
    const before = this.#prompt;
    let wanted = '';
    let match = '';
    for (;;) {
      this.#prompt = `(reverse-i-search)\`${wanted}': `;
      this.#replace(match);
      await this.#draw();
      const key = await this.#keys.next();
      if (key?.startsWith('text:')) wanted += key.slice(5);
      else if (key === 'backspace') wanted = wanted.slice(0, -1);
      else {
        this.#prompt = before;
        if (key === 'ctrl-c' || key === undefined) this.#replace('');
        else if (key === 'enter') this.#keys.unread('enter');
        return;
      }
      match = this.#history.findLast((line) => line.includes(wanted)) ?? '';
    }
  }

  /** Leaves the line as it is and goes below it. */
  async #finish(mark = ''): Promise<void> {
    this.#cursor = this.#text.length;
    await this.#draw();
    this.#row = 0;
    await this.#process.write(1, `${mark}\n`);
  }

  async #redraw(): Promise<void> {
    try {
      await this.#draw();
    } catch {
      // The shell has ended, and there is nothing left to draw.
    }
  }

  /** Draws prompt and line anew from where the prompt began, and puts the cursor in its place. */
  async #draw(): Promise<void> {
    const columns = this.#terminal!.columns;
    const up = this.#row > 0 ? `\x1b[${this.#row}A` : '';
    const lines = this.#prompt.split('\n');
    const start = width(lines.at(-1)!);
    const all = start + width(this.#line());
    const at = start + width(this.#text.slice(0, this.#cursor).join(''));
    // A full last row: the terminal wraps only with the next character, so one is written and taken back.
    const wrap = all > 0 && all % columns === 0 ? ' \r' : '';
    const head = lines.length - 1;
    const endRow = head + Math.floor(all / columns);
    const row = head + Math.floor(at / columns);
    const back = endRow > row ? `\x1b[${endRow - row}A` : '';
    const column = at % columns;
    this.#row = row;
    await this.#process.write(
      1,
      `${up}\r\x1b[J${this.#prompt}${this.#line()}${wrap}\r${back}${column > 0 ? `\x1b[${column}C` : ''}`,
    );
  }
}

/** Columns a text takes: escape sequences none, wide characters two. */
export function width(text: string): number {
  let columns = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
  for (const character of text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '')) {
    const code = character.codePointAt(0)!;
    if (code < 32 || (code >= 0x300 && code <= 0x36f) || code === 0x200d || (code >= 0xfe00 && code <= 0xfe0f))
      continue;
    const wide =
      (code >= 0x1100 && code <= 0x115f) ||
      (code >= 0x2e80 && code <= 0xa4cf) ||
      (code >= 0xac00 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xfe30 && code <= 0xfe6f) ||
      (code >= 0xff00 && code <= 0xff60) ||
      (code >= 0x1f300 && code <= 0x1faff) ||
      code >= 0x20000;
    columns += wide ? 2 : 1;
  }
  return columns;
}
