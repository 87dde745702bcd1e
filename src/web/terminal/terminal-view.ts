import type { ISearchOptions } from '@xterm/addon-search';
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { TerminalServerMessage } from '../../protocol/terminal.ts';
import type { Connection } from '../net/reconnecting-socket.ts';
import { dialogStyles } from '../styles/dialog.ts';
import { shared } from '../styles/shared.ts';
import { icon } from '../ui/icons.ts';
import { isWebAddress } from './addresses.ts';
import { letterSpacing } from './cells.ts';
import { palettes, watchScheme } from './palette.ts';
import { TerminalLink } from './terminal-link.ts';
import { terminalViewStyles } from './terminal-view.styles.ts';
import type { Xterm } from './xterm.ts';

/** One terminal: xterm.js, its connection, and what is said when either is not there. */
@customElement('terminal-view')
export class TerminalView extends LitElement {
  @property() terminal = '';
  @property() label = '';
  @property({ type: Boolean }) active = false;
  @property({ type: Number }) fontSize = 13;
  @property({ type: Boolean }) screenReader = false;

  @state() private connection: Connection = { state: 'connecting' };
  @state() private exit: number | undefined;
  @state() private linkTarget: string | undefined;
  @state() private asked: string | undefined;

  @query('.screen') private screen!: HTMLElement;
  @query('dialog') private dialog!: HTMLDialogElement;

  #xterm: Xterm | undefined;
  #link: TerminalLink | undefined;
  #accelerate: ((terminal: Xterm['terminal']) => Promise<boolean>) | undefined;
  #accelerated = false;
  #sized = false;
  #leaving: (() => void)[] = [];

  static override styles = [shared, dialogStyles, terminalViewStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const leave of this.#leaving.splice(0)) leave();
    this.#link?.close();
    this.#xterm?.terminal.dispose();
    this.#link = this.#xterm = undefined;
  }

  override focus(): void {
    this.#xterm?.terminal.focus();
  }

  /** As if pasted: a program that tells pasting from typing is told. Nothing is run. */
  paste(text: string): void {
    this.#xterm?.terminal.paste(text);
    this.focus();
  }

  /** Keys that a touch keyboard does not have. */
  press(data: string): void {
    this.#xterm?.terminal.input(data, true);
  }

  find(term: string, direction: 'next' | 'previous', options: ISearchOptions): boolean {
    const search = this.#xterm?.search;
    return (direction === 'next' ? search?.findNext(term, options) : search?.findPrevious(term, options)) ?? false;
  }

  endFind(): void {
    this.#xterm?.search.clearDecorations();
  }

  get selection(): string {
    return this.#xterm?.terminal.getSelection() ?? '';
  }

  /** What can be read in it, scrolled away or not. */
  get text(): string {
    const buffer = this.#xterm?.terminal.buffer.active;
    const lines = Array.from({ length: buffer?.length ?? 0 }, (_, line) =>
      buffer?.getLine(line)?.translateToString(true),
    );
    return lines.join('\n').trimEnd();
  }

  override render() {
    return html`
      <div class="screen"></div>
      ${this.linkTarget ? html`<div class="target">${this.linkTarget}</div>` : nothing} ${this.#renderState()}
      <dialog aria-labelledby="where">
        <div class="inside">
          <h2 id="where">Open this address?</h2>
          <p class="address mono">${this.asked ?? ''}</p>
          <div class="actions">
            <button class="button" autofocus @click=${() => this.dialog.close()}>Stay here</button>
            <a
              class="button primary"
              href=${this.asked ?? 'about:blank'}
              target="_blank"
              rel="noopener noreferrer"
              @click=${() => this.dialog.close()}
              >Open ${icon('link')}</a
            >
          </div>
        </div>
      </dialog>
    `;
  }

  #renderState() {
    if (this.exit !== undefined) {
      return html`<div class="bar" role="status">
        <span>The shell has ended${this.exit === 0 ? '' : ` with exit code ${this.exit}`}.</span>
        <button class="button" @click=${this.#restart}>Start a new one</button>
      </div>`;
    }
    if (this.connection.state !== 'waiting' || this.connection.attempt < 2) return nothing;
    return html`<div class="bar" role="status">
      ${icon('offline')}<span>Connection lost. What you see stays; it reconnects by itself.</span>
      <button class="button" @click=${() => this.#link?.retryNow()}>Now</button>
    </div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const options = this.#xterm?.terminal.options;
    if (!options) return;
    if (changed.has('fontSize') && options.fontSize !== this.fontSize) {
      options.fontSize = this.fontSize;
      this.#space();
    }
    if (changed.has('screenReader')) options.screenReaderMode = this.screenReader;
    if (changed.has('fontSize') || changed.has('active')) this.#fit();
  }

  async #start(): Promise<void> {
    // xterm measures characters once, so the font has to be there first.
    const family = getComputedStyle(this).getPropertyValue('--mono');
    const [{ createXterm, accelerate, xtermStyles }] = await Promise.all([
      import('./xterm.ts'),
      document.fonts.load('13px "Geist Mono"'),
      document.fonts.load('600 13px "Geist Mono"'),
    ]);
    await this.updateComplete;
    if (!this.isConnected) return;
    this.#adopt(xtermStyles);
    const xterm = createXterm({
      fontSize: this.fontSize,
      fontFamily: family,
      screenReaderMode: this.screenReader,
      openLink: (address) => window.open(address, '_blank', 'noopener,noreferrer'),
      hyperlinks: {
        // The text of such a link may say anything, so its target is shown before and asked about after the click.
        activate: (_, address) => {
          if (!isWebAddress(address)) return;
          this.asked = address;
          this.dialog.showModal();
        },
        hover: (_, address) => {
          this.linkTarget = address;
        },
        leave: () => {
          this.linkTarget = undefined;
        },
      },
    });
    this.#xterm = xterm;
    const resized = new ResizeObserver(() => this.#fit());
    resized.observe(this.screen);
    this.#leaving.push(
      () => resized.disconnect(),
      watchScheme((scheme) => {
        xterm.terminal.options.theme = palettes[scheme];
      }),
    );
    this.#accelerate = accelerate;
    this.#connect(xterm);
    this.#fit();
  }

  #connect({ terminal }: Xterm): void {
    const link = new TerminalLink(this.terminal, {
      onOutput: (text, drawn) => {
        // Something prints again: another tab has started a new shell.
        this.exit = undefined;
        terminal.write(text, drawn);
      },
      onMessage: (message) => this.#receive(message),
      onConnection: (connection) => {
        this.connection = connection;
      },
    });
    this.#link = link;
    terminal.onData((data) => {
      if (this.exit === undefined) link.input(data);
      else if (data === '\r') this.#restart();
    });
    terminal.onResize(({ cols, rows }) => link.resize(cols, rows));
  }

  readonly #restart = () => {
    this.exit = undefined;
    this.#link?.restart();
    this.focus();
  };

  #receive(message: TerminalServerMessage): void {
    const terminal = this.#xterm?.terminal;
    if (!terminal) return;
    switch (message.type) {
      case 'replay':
        this.exit = undefined;
        terminal.reset();
        terminal.resize(message.columns, message.rows);
        terminal.write(message.data, () => this.#fit());
        break;
      case 'size':
        terminal.resize(message.columns, message.rows);
        break;
      case 'exit':
        this.exit = message.code;
        break;
    }
  }

  /** A hidden terminal has no size and cannot measure characters; it opens and fits when it comes to the front. */
  #fit(): void {
    const xterm = this.#xterm;
    if (!xterm || !this.active || this.screen.clientWidth === 0) return;
    if (!xterm.terminal.element) void this.#open(xterm.terminal);
    if (this.#sized) xterm.fit.fit();
  }

  /** Not fitted before the renderer is settled: cells change their width with it, and the shell would redraw twice. */
  async #open(terminal: Xterm['terminal']): Promise<void> {
    terminal.open(this.screen);
    if (this.label) terminal.textarea?.setAttribute('aria-label', this.label);
    terminal.attachCustomKeyEventHandler((event) => this.#key(event));
    this.#accelerated = (await this.#accelerate?.(terminal)) ?? false;
    this.#sized = true;
    this.#space();
    this.#fit();
  }

  #space(): void {
    const { options } = this.#xterm?.terminal ?? {};
    if (options && this.#accelerated) options.letterSpacing = letterSpacing(this.fontSize, devicePixelRatio);
  }

  #key(event: KeyboardEvent): boolean {
    if (event.type !== 'keydown' || !event.ctrlKey || !event.shiftKey) return true;
    const act = { KeyC: 'copy', KeyV: 'paste', KeyF: 'search', KeyE: 'leave' }[event.code];
    if (!act) return true;
    // The browser's own paste then reaches xterm; preventing it would leave only an API that asks for permission.
    if (act === 'paste') return false;
    event.preventDefault();
    if (act === 'copy' && this.selection) void navigator.clipboard.writeText(this.selection);
    else if (act !== 'copy') this.dispatchEvent(new Event(act, { bubbles: true, composed: true }));
    return false;
  }

  #adopt(text: string): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    const root = this.renderRoot as ShadowRoot;
    root.adoptedStyleSheets = [sheet, ...root.adoptedStyleSheets];
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'terminal-view': TerminalView;
  }
}
