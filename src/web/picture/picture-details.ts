import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { shared } from '../styles/shared.ts';
import { icon } from '../ui/icons.ts';
import { intend } from '../ui/intent.ts';
import type { Facts } from './facts.ts';

/** More about the thing that was picked in the picture, and the command that tells everything. */
@customElement('picture-details')
export class PictureDetails extends LitElement {
  @property({ attribute: false }) facts!: Facts;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        position: absolute;
        z-index: 3;
        inset: auto 8px 8px;
        max-height: calc(100% - 16px);
        padding: 8px 8px 12px 14px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--raised);
        box-shadow: var(--shadow);
        overflow: auto;
        animation: rise 180ms;
      }
      header {
        display: flex;
        align-items: center;
        gap: 8px;
        margin-bottom: 4px;
      }
      h3 {
        flex: 1;
        font: 500 13px var(--mono);
        overflow-wrap: anywhere;
      }
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 220px), 1fr));
        gap: 2px 20px;
        font-size: 13px;
      }
      dl div {
        display: grid;
        grid-template-columns: 74px 1fr;
        gap: 10px;
      }
      dl div.long {
        grid-column: 1 / -1;
      }
      dt {
        color: var(--text-muted);
      }
      dd {
        color: var(--text-soft);
        overflow-wrap: anywhere;
      }
      .button {
        min-height: 26px;
        padding: 0 9px;
        font: 12px var(--mono);
      }
      @keyframes rise {
        from {
          opacity: 0;
          translate: 0 6px;
        }
      }
      @media (max-width: 639px) {
        header {
          flex-wrap: wrap;
        }
        h3 {
          flex-basis: calc(100% - 60px);
        }
        .button {
          order: 3;
          margin-bottom: 6px;
        }
      }
    `,
  ];

  override render() {
    const { title, facts, command } = this.facts;
    return html`<section aria-label=${title} @keydown=${this.#key}>
      <header>
        <h3>${title}</h3>
        ${
          command
            ? html`<button
              class="button"
              title="Put into the terminal"
              @click=${() => intend(this, { type: 'insert', text: command })}
            >
              ${icon('insert')} kubectl describe
            </button>`
            : nothing
        }
        <button class="icon-button" aria-label="Close" @click=${this.#close}>${icon('close')}</button>
      </header>
      <dl>
        ${facts.map(
          ([term, value]) =>
            html`<div class=${value.length > 40 ? 'long' : ''}><dt>${term}</dt><dd>${value}</dd></div>`,
        )}
      </dl>
    </section>`;
  }

  readonly #close = () => this.dispatchEvent(new Event('close'));

  readonly #key = (event: KeyboardEvent) => {
    if (event.key === 'Escape') this.#close();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'picture-details': PictureDetails;
  }
}
