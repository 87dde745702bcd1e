import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { FONT_SIZES, type Preferences } from '../model/preferences.ts';
import { shared } from '../styles/shared.ts';
import { icon } from '../ui/icons.ts';
import { intend } from '../ui/intent.ts';

/** How the terminal looks and reads, and the clipboard for those without its keys. */
@customElement('terminal-settings')
export class TerminalSettings extends LitElement {
  @property({ attribute: false }) preferences!: Preferences;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      [popover] {
        inset: auto;
        margin: 4px 0 0;
        width: 272px;
        padding: 6px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--raised);
        color: var(--text);
        box-shadow: var(--shadow);
        font-size: 14px;
      }
      .row {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 8px;
        width: 100%;
        min-height: 36px;
        padding: 2px 8px;
        border-radius: var(--radius-small);
        text-align: left;
      }
      button.row:hover,
      label.row:hover {
        background: var(--hover);
      }
      .stepper {
        display: flex;
        align-items: center;
        gap: 2px;
        font-variant-numeric: tabular-nums;
      }
      .stepper output {
        min-width: 3ch;
        text-align: center;
      }
      hr {
        margin: 5px 0;
        border: 0;
        border-top: 1px solid var(--line);
      }
      small {
        display: block;
        color: var(--text-muted);
        font-size: 12.5px;
      }
      input {
        width: 16px;
        height: 16px;
        accent-color: var(--accent-fill);
        flex: none;
      }
    `,
  ];

  override render() {
    const { fontSize, screenReader } = this.preferences;
    return html`<button
        class="icon-button"
        id="anchor"
        title="Terminal settings"
        aria-label="Terminal settings"
        popovertarget="menu"
      >
        ${icon('settings')}
      </button>
      <div id="menu" popover role="dialog" aria-label="Terminal settings" @toggle=${this.#place}>
        <button class="row" @click=${() => this.#clipboard('copy-selection')}>Copy the selection <kbd>Ctrl Shift C</kbd></button>
        <button class="row" @click=${() => this.#clipboard('paste-clipboard')}>Paste <kbd>Ctrl Shift V</kbd></button>
        <hr />
        <div class="row" role="group" aria-label="Font size">
          Font size
          <span class="stepper">
            ${this.#step(-1, 'Smaller', '−', fontSize <= FONT_SIZES.smallest)}
            <output aria-live="polite">${fontSize}</output>
            ${this.#step(1, 'Larger', '+', fontSize >= FONT_SIZES.largest)}
          </span>
        </div>
        <label class="row">
          <span>Screen-reader mode<small>Reads output aloud; slower with much of it</small></span>
          <input
            type="checkbox"
            .checked=${screenReader}
            @change=${(event: Event) =>
              intend(this, { type: 'prefer', change: { screenReader: (event.target as HTMLInputElement).checked } })}
          />
        </label>
      </div>`;
  }

  #step(by: number, label: string, face: string, disabled: boolean) {
    const fontSize = this.preferences.fontSize + by;
    return html`<button
      class="icon-button"
      aria-label=${label}
      ?disabled=${disabled}
      @click=${() => intend(this, { type: 'prefer', change: { fontSize } })}
    >
      ${face}
    </button>`;
  }

  #clipboard(name: 'copy-selection' | 'paste-clipboard'): void {
    this.renderRoot.querySelector<HTMLElement>('[popover]')?.hidePopover();
    this.dispatchEvent(new Event(name));
  }

  /** Below its button; by hand, because not every supported browser has anchor positioning. */
  readonly #place = (event: ToggleEvent) => {
    const menu = event.target as HTMLElement;
    const anchor = this.renderRoot.querySelector('#anchor')?.getBoundingClientRect();
    if (event.newState !== 'open' || !anchor) return;
    menu.style.top = `${Math.min(anchor.bottom, innerHeight - menu.offsetHeight - 8)}px`;
    menu.style.left = `${Math.max(8, anchor.right - menu.offsetWidth)}px`;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'terminal-settings': TerminalSettings;
  }
}
