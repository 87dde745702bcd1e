import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { shared } from '../styles/shared.ts';
import { mark } from '../ui/icons.ts';
import { intend } from '../ui/intent.ts';

export type MessageKind = 'loading' | 'gone' | 'expired' | 'missing' | 'broken';

/** What takes the page's place when there is nothing to show: why, and what helps. */
@customElement('message-page')
export class MessagePage extends LitElement {
  @property() kind: MessageKind = 'loading';
  /** The server's own words. */
  @property() detail = '';

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        place-items: center;
        min-height: 100%;
        padding: 24px;
      }
      section {
        max-width: 460px;
        display: grid;
        gap: 14px;
        justify-items: start;
        animation: appear 300ms 150ms both;
      }
      .mark {
        width: 40px;
        height: 40px;
        margin-bottom: 6px;
      }
      h1 {
        font-size: 22px;
        font-weight: 600;
        letter-spacing: -0.02em;
        line-height: 1.25;
      }
      p {
        color: var(--text-soft);
      }
      .detail {
        padding: 8px 12px;
        border-left: 3px solid var(--bad-line);
        background: var(--bad-soft);
        font: 13px / 1.5 var(--mono);
        overflow-wrap: anywhere;
      }
      @keyframes appear {
        from {
          opacity: 0;
        }
      }
    `,
  ];

  override render() {
    return html`<section aria-live="polite">${mark()} ${this.#content()}</section>`;
  }

  #content() {
    switch (this.kind) {
      case 'loading':
        return html`<p>Loading…</p>`;
      case 'gone':
        return html`<h1>The server does not answer</h1>
          <p>Ordinal runs on your own machine. Start it again with <code>npm start</code> where you started it before;
          this page comes back by itself.</p>
          ${this.#retry()}`;
      case 'expired':
        return html`<h1>This page’s session has ended</h1>
          <p>The server no longer knows this browser, most likely because it was set up anew. Your progress is safe.</p>
          <p>Run <code>npm start</code> again: it prints a fresh link and opens it.</p>`;
      case 'missing':
        return html`<h1>There is no such lesson</h1>
          <p>It may have been renamed.</p>
          ${this.#detail()}<a class="button" href="/">All lessons</a>`;
      case 'broken':
        return html`<h1>That did not work</h1>
          ${this.#detail()}
          <div>${this.#retry()} <a class="button" href="/">All lessons</a></div>`;
    }
  }

  #detail() {
    return this.detail ? html`<p class="detail">${this.detail}</p>` : nothing;
  }

  #retry() {
    return html`<button class="button primary" @click=${() => intend(this, { type: 'retry' })}>Try again now</button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'message-page': MessagePage;
  }
}
