import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { PictureObject, TimelineEntry } from '../../protocol/live.ts';
import type { Preferences } from '../model/preferences.ts';
import type { ClusterState } from '../model/session-state.ts';
import { shared } from '../styles/shared.ts';
import { icon } from '../ui/icons.ts';
import { intend } from '../ui/intent.ts';
import { glyph } from './glyphs.ts';
import './cluster-picture.ts';
import './cluster-timeline.ts';

/** What is in the cluster now, and what happened there. */
@customElement('picture-panel')
export class PicturePanel extends LitElement {
  @property({ attribute: false }) objects: ReadonlyMap<string, PictureObject> = new Map();
  @property() namespace = '';
  @property({ attribute: false }) timeline: readonly TimelineEntry[] = [];
  @property({ attribute: false }) cluster: ClusterState | undefined;
  @property({ attribute: false }) preferences!: Preferences;

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
        background: var(--canvas);
        container-type: inline-size;
      }
      header {
        display: flex;
        align-items: center;
        gap: 4px;
        height: 36px;
        padding: 0 8px 0 6px;
        border-bottom: 1px solid var(--line);
        background: var(--sunken);
        font-size: 13px;
      }
      h2 {
        font-size: 13px;
        font-weight: 500;
      }
      .fold {
        display: flex;
        align-items: center;
        gap: 7px;
        height: 26px;
        padding: 0 8px;
        border-radius: var(--radius-small);
        color: var(--text-soft);
      }
      .fold:hover {
        background: var(--hover);
      }
      .fold svg {
        transition: rotate var(--quick);
      }
      .fold[aria-expanded='false'] svg {
        rotate: -90deg;
      }
      .space {
        flex: 1;
      }
      .timeline {
        display: flex;
        align-items: center;
        gap: 6px;
        width: auto;
        height: 26px;
        padding: 0 9px;
        font-size: 13px;
      }
      .body {
        display: grid;
        grid-template: minmax(0, 1fr) / minmax(0, 1fr);
        min-height: 0;
      }
      .body.both {
        grid-template-columns: minmax(0, 1fr) 244px;
      }
      cluster-timeline {
        border-left: 1px solid var(--line);
        background: var(--surface);
      }
      @container (max-width: 660px) {
        .body.both {
          grid-template: minmax(0, 1fr) minmax(0, 38%) / minmax(0, 1fr);
        }
        cluster-timeline {
          border-left: 0;
          border-top: 1px solid var(--line);
        }
      }
      @media (max-width: 999px) {
        .fold {
          display: none;
        }
      }
      .legend {
        display: flex;
        gap: 14px;
        padding-left: 10px;
        color: var(--text-muted);
        font-size: 12px;
      }
      .legend span {
        display: flex;
        align-items: center;
        gap: 5px;
        white-space: nowrap;
      }
      .glyph {
        width: 11px;
        height: 11px;
        color: var(--text-muted);
      }
      .glyph.good {
        color: var(--good-fill);
      }
      .glyph.wait {
        color: var(--wait-fill);
      }
      .glyph.bad {
        color: var(--bad-fill);
      }
      @container (max-width: 360px) {
        .legend {
          display: none;
        }
      }
    `,
  ];

  override render() {
    const { pictureOpen, timelineOpen } = this.preferences;
    return html`
      <header>
        <button
          class="fold"
          aria-expanded=${pictureOpen}
          @click=${() => intend(this, { type: 'prefer', change: { pictureOpen: !pictureOpen } })}
        >
          ${icon('down')}
          <h2>Cluster</h2>
        </button>
        <span class="legend">
          <span>${glyph('good')}fine</span><span>${glyph('wait')}on its way</span><span>${glyph('bad')}needs a look</span>
        </span>
        <span class="space"></span>
        <button
          class="icon-button timeline"
          aria-pressed=${timelineOpen}
          @click=${() => intend(this, { type: 'prefer', change: { timelineOpen: !timelineOpen, pictureOpen: true } })}
        >
          ${icon('timeline')} Timeline
        </button>
      </header>
      ${
        pictureOpen || matchMedia('(max-width: 999px)').matches
          ? html`<div class="body ${timelineOpen ? 'both' : ''}">
            <cluster-picture .objects=${this.objects} .namespace=${this.namespace} .cluster=${this.cluster}></cluster-picture>
            ${timelineOpen ? html`<cluster-timeline .entries=${this.timeline}></cluster-timeline>` : nothing}
          </div>`
          : nothing
      }
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'picture-panel': PicturePanel;
  }
}
