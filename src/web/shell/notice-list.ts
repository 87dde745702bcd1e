import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Notice } from '../model/session-state.ts';
import { shared } from '../styles/shared.ts';
import { icon } from '../ui/icons.ts';
import { intend } from '../ui/intent.ts';

const ICONS = { info: 'help', warning: 'failed', error: 'failed' } as const;

/** What the server has to say in passing. Nothing vanishes by itself: people read at different speeds. */
@customElement('notice-list')
export class NoticeList extends LitElement {
  @property({ attribute: false }) notices: readonly Notice[] = [];

  static override styles = [
    shared,
    css`
      :host {
        position: fixed;
        z-index: 10;
        right: 14px;
        bottom: 40px;
        width: min(400px, calc(100vw - 28px));
        pointer-events: none;
      }
      ul {
        display: grid;
        gap: 8px;
        list-style: none;
      }
      li {
        pointer-events: auto;
        display: grid;
        grid-template-columns: auto 1fr auto;
        gap: 10px;
        padding: 10px 8px 10px 12px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--raised);
        box-shadow: var(--shadow);
        font-size: 14px;
        line-height: 1.45;
        overflow-wrap: anywhere;
        animation: rise 220ms;
      }
      li > svg.icon {
        margin-top: 2px;
        color: var(--accent);
      }
      .warning > svg.icon {
        color: var(--wait);
      }
      .error > svg.icon {
        color: var(--bad);
      }
      .icon-button {
        width: 24px;
        height: 24px;
      }
      @keyframes rise {
        from {
          opacity: 0;
          translate: 0 8px;
        }
      }
    `,
  ];

  override render() {
    return html`<div role="status"><ul>
      ${repeat(
        this.notices,
        (notice) => notice.id,
        (notice) => html`<li class=${notice.level}>
          ${icon(ICONS[notice.level])}<span>${notice.text}</span>
          <button
            class="icon-button"
            aria-label="Dismiss"
            @click=${() => intend(this, { type: 'dismiss', notice: notice.id })}
          >
            ${icon('close')}
          </button>
        </li>`,
      )}
    </ul></div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'notice-list': NoticeList;
  }
}
