import { css, html, LitElement } from 'lit';
import { customElement } from 'lit/decorators.js';
import { shared } from '../styles/shared.ts';

const KEYS: readonly { readonly face: string; readonly label: string; readonly data: string }[] = [
  { face: 'Esc', label: 'Escape', data: '\x1b' },
  { face: 'Tab', label: 'Tab', data: '\t' },
  { face: '↑', label: 'Up', data: '\x1b[A' },
  { face: '↓', label: 'Down', data: '\x1b[B' },
  { face: '←', label: 'Left', data: '\x1b[D' },
  { face: '→', label: 'Right', data: '\x1b[C' },
  { face: '^C', label: 'Control C, interrupt', data: '\x03' },
  { face: '^D', label: 'Control D, end of input', data: '\x04' },
  { face: '⏎', label: 'Enter', data: '\r' },
];

/** The keys that a telephone's keyboard lacks; shown where fingers are the pointer. */
@customElement('terminal-keys')
export class TerminalKeys extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: none;
        border-top: 1px solid var(--line);
        background: var(--sunken);
      }
      @media (pointer: coarse) {
        :host {
          display: block;
        }
      }
      div {
        display: flex;
        gap: 5px;
        padding: 6px;
        overflow-x: auto;
        scrollbar-width: none;
      }
      button {
        flex: 1 0 40px;
        height: 38px;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        background: var(--raised);
        font: 13px var(--mono);
      }
      button:active {
        background: var(--accent-soft);
      }
    `,
  ];

  override render() {
    return html`<div role="toolbar" aria-label="Terminal keys">
      ${KEYS.map(
        ({ face, label, data }) => html`<button
          aria-label=${label}
          @pointerdown=${(event: Event) => event.preventDefault()}
          @click=${() => this.dispatchEvent(new CustomEvent('press', { detail: data }))}
        >
          ${face}
        </button>`,
      )}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'terminal-keys': TerminalKeys;
  }
}
