import { css, html, LitElement } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { dialogStyles } from '../styles/dialog.ts';
import { shared } from '../styles/shared.ts';
import { intend } from '../ui/intent.ts';

/** Asks before a lesson starts over, because that cannot be taken back. */
@customElement('restart-dialog')
export class RestartDialog extends LitElement {
  @property() namespace = '';
  @query('dialog') private dialog!: HTMLDialogElement;

  static override styles = [
    shared,
    dialogStyles,
    css`
      dialog {
        width: min(440px, calc(100vw - 24px));
      }
      p {
        margin-top: 8px;
        color: var(--text-soft);
      }
    `,
  ];

  show(): void {
    this.dialog.showModal();
  }

  override render() {
    return html`<dialog aria-labelledby="sure">
      <div class="inside">
        <h2 id="sure">Start this lesson over?</h2>
        <p>
          Everything in namespace <code>${this.namespace}</code> is deleted, its volumes included, the files of the
          working folder become what they were, and your progress in this lesson is forgotten.
        </p>
        <div class="actions">
          <button class="button" autofocus @click=${() => this.dialog.close()}>Keep everything</button>
          <button
            class="button primary"
            @click=${() => {
              this.dialog.close();
              intend(this, { type: 'restart' });
            }}
          >
            Start over
          </button>
        </div>
      </div>
    </dialog>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'restart-dialog': RestartDialog;
  }
}
