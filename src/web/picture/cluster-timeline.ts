import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { TimelineEntry } from '../../protocol/live.ts';
import { clockTime, shortenUids } from '../model/text.ts';
import { shared } from '../styles/shared.ts';

/** What happened, newest first. */
@customElement('cluster-timeline')
export class ClusterTimeline extends LitElement {
  /** Oldest first. */
  @property({ attribute: false }) entries: readonly TimelineEntry[] = [];

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        overflow-y: auto;
        scrollbar-width: thin;
        scrollbar-color: var(--line-strong) transparent;
      }
      :host(:focus-visible) {
        outline-offset: -2px;
      }
      ol {
        list-style: none;
        margin: 0;
        padding: 10px 12px;
        font-size: 13px;
        line-height: 1.45;
      }
      li {
        display: grid;
        grid-template-columns: 12px 1fr;
        gap: 0 9px;
        padding-bottom: 9px;
        position: relative;
        animation: arrive var(--calm);
      }
      li:not(:last-child)::before {
        content: '';
        position: absolute;
        left: 5.5px;
        top: 16px;
        bottom: -5px;
        width: 1px;
        background: var(--line-strong);
      }
      i {
        width: 9px;
        height: 9px;
        margin: 5px 1.5px;
        border: 1.5px solid var(--text-muted);
        border-radius: 50%;
      }
      .good i {
        border-color: var(--good-fill);
        background: var(--good-fill);
      }
      .bad i {
        border-color: var(--bad-fill);
        background: var(--bad-fill);
        border-radius: 2px;
        rotate: 45deg;
      }
      time {
        grid-column: 2;
        color: var(--text-muted);
        font-size: 12px;
        font-variant-numeric: tabular-nums;
      }
      p {
        grid-column: 2;
        color: var(--text-soft);
        overflow-wrap: anywhere;
      }
      b {
        font-weight: 500;
        color: var(--text);
      }
      .none {
        padding: 12px;
        color: var(--text-muted);
        font-size: 13px;
      }
      @keyframes arrive {
        from {
          opacity: 0;
          translate: 0 -6px;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    // It scrolls, so it has to be reachable by keyboard.
    this.tabIndex = 0;
    this.setAttribute('role', 'region');
    this.setAttribute('aria-label', 'Timeline');
  }

  override render() {
    if (this.entries.length === 0) return html`<p class="none">What happens in the cluster is written down here.</p>`;
    return html`<ol>
      ${repeat(
        [...this.entries].reverse(),
        (entry) => entry,
        (entry) => html`<li class=${entry.tone}>
          <i aria-hidden="true"></i>
          <p><b>${shortenUids(entry.subject)}</b> ${shortenUids(entry.what)}</p>
          <time datetime=${entry.at}>${clockTime(entry.at)}</time>
        </li>`,
      )}
    </ol>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cluster-timeline': ClusterTimeline;
  }
}
