import { css, html, LitElement } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import { dialogStyles } from '../styles/dialog.ts';
import { shared } from '../styles/shared.ts';
import { icon } from '../ui/icons.ts';

const KEYS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    'Lesson',
    [
      ['← →', 'previous and next step'],
      ['?', 'this help'],
      ['Tab', 'through everything that can be used'],
    ],
  ],
  [
    'Terminal',
    [
      ['Ctrl Shift C', 'copy the selection'],
      ['Ctrl Shift V', 'paste'],
      ['Ctrl Shift F', 'search'],
      ['Ctrl Shift E', 'leave the terminal'],
    ],
  ],
  [
    'Borders between panes',
    [
      ['↑ ↓ ← →', 'move; with Shift in larger steps'],
      ['Enter', 'back to the middle'],
    ],
  ],
];

@customElement('help-dialog')
export class HelpDialog extends LitElement {
  @query('dialog') private dialog!: HTMLDialogElement;

  static override styles = [
    shared,
    dialogStyles,
    css`
      dialog {
        width: min(560px, calc(100vw - 24px));
      }
      h3 {
        margin: 18px 0 6px;
        font-size: 12px;
        font-weight: 600;
        color: var(--text-muted);
      }
      dl {
        display: grid;
        grid-template-columns: 148px 1fr;
        gap: 7px 14px;
        font-size: 14px;
      }
      dt {
        display: flex;
        gap: 4px;
        flex-wrap: wrap;
      }
      .how {
        color: var(--text-soft);
        font-size: 14.5px;
      }
    `,
  ];

  show(): void {
    if (!this.dialog.open) this.dialog.showModal();
  }

  override render() {
    return html`<dialog aria-labelledby="title" @click=${this.#outside}>
      <div class="inside">
        <header>
          <h2 id="title">How this works</h2>
          <button class="icon-button" aria-label="Close" @click=${() => this.dialog.close()}>${icon('close')}</button>
        </header>
        <p class="how">
          Read a step, predict what the cluster will do, then do it with the real kubectl in the terminal. The tasks of
          the step watch the cluster and tick themselves off; one that does not says what it saw instead. Everything is
          kept: close the page or stop the server whenever you like.
        </p>
        ${KEYS.map(
          ([group, keys]) => html`<h3>${group}</h3>
            <dl>
              ${keys.map(
                ([combination, meaning]) => html`<dt>
                    ${combination.split(' ').map((key) => html`<kbd>${key}</kbd>`)}
                  </dt>
                  <dd>${meaning}</dd>`,
              )}
            </dl>`,
        )}
      </div>
    </dialog>`;
  }

  readonly #outside = (event: MouseEvent) => {
    if (event.target === this.dialog) this.dialog.close();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'help-dialog': HelpDialog;
  }
}
