import { SerializeAddon } from '@xterm/addon-serialize';
import headless from '@xterm/headless';

/** Lines kept above the screen: enough to look back, and at most some 5 MB in a wide terminal. */
const scrollback = 3000;

/** What a terminal shows, kept on the server: a browser that connects is painted from here. */
export class Screen {
  readonly #terminal: headless.Terminal;
  readonly #serializer = new SerializeAddon();

  /** @param answer what the terminal replies to a program that asks it something. */
  constructor(columns: number, rows: number, answer: (data: string) => void) {
    this.#terminal = new headless.Terminal({ cols: columns, rows, scrollback, allowProposedApi: true });
    // The addon is written for the browser's terminal; what it uses of it, the headless one has too.
    this.#serializer.activate(this.#terminal as unknown as Parameters<SerializeAddon['activate']>[0]);
    this.#terminal.onData(answer);
  }

  get columns(): number {
    return this.#terminal.cols;
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  /** Whether the program in front wants pasted text marked as such. */
  get bracketedPaste(): boolean {
    return this.#terminal.modes.bracketedPasteMode;
  }

  /** Whether a program such as an editor has the whole screen. */
  get fullScreen(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  /** `drawn` is called once the data is on the screen; writes are drawn in order. */
  write(data: string, drawn?: () => void): void {
    this.#terminal.write(data, drawn);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  /** Escape sequences that paint this screen and its scrollback into an empty terminal of the same size. */
  serialize(): string {
    return this.#serializer.serialize();
  }

  /** What can be read on the screen and above it, without colours. */
  text(): string {
    const buffer = this.#terminal.buffer.active;
    const lines: string[] = [];
    for (let index = 0; index < buffer.length; index++) {
      const line = buffer.getLine(index);
      const text = line?.translateToString(true) ?? '';
      if (line?.isWrapped) lines[lines.length - 1] += text;
      else lines.push(text);
    }
    return lines.join('\n').trimEnd();
  }

  dispose(): void {
    this.#terminal.dispose();
  }
}
