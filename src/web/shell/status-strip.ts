import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Catalogue } from '../../protocol/lesson.ts';
import type { SessionState } from '../model/session-state.ts';
import { countNodes, strip } from '../model/status.ts';
import type { Connection } from '../net/reconnecting-socket.ts';
import { shared } from '../styles/shared.ts';
import { icon } from '../ui/icons.ts';
import { intend } from '../ui/intent.ts';

/** The line at the bottom: which cluster, how it is, and whether the server is there. */
@customElement('status-strip')
export class StatusStrip extends LitElement {
  @property({ attribute: false }) provider: Catalogue['provider'] | undefined;
  @property() version: string | undefined;
  @property({ attribute: false }) session: SessionState | undefined;
  @property({ attribute: false }) connection: Connection | undefined;
  @property({ type: Boolean }) gone = false;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        background: var(--surface);
        border-top: 1px solid var(--line);
        color: var(--text-muted);
        font-size: 12px;
      }
      footer {
        display: flex;
        align-items: center;
        gap: 16px;
        min-height: 27px;
        padding: 0 14px;
        white-space: nowrap;
        overflow: hidden;
      }
      span {
        display: inline-flex;
        align-items: center;
        gap: 5px;
      }
      .push {
        margin-left: auto;
      }
      .text {
        overflow: hidden;
        text-overflow: ellipsis;
        min-width: 0;
      }
      b {
        font-weight: 500;
        color: var(--text-soft);
      }
      svg.icon {
        width: 13px;
        height: 13px;
      }
      i {
        width: 7px;
        height: 7px;
        border-radius: 50%;
        background: var(--good-fill);
      }
      .wait i {
        background: none;
        border: 1.5px dashed var(--wait-fill);
        width: 9px;
        height: 9px;
        animation: turn 2.5s linear infinite;
      }
      .bad i {
        border-radius: 1px;
        background: var(--bad-fill);
        rotate: 45deg;
      }
      .wait,
      .wait b {
        color: var(--wait);
      }
      .bad,
      .bad b {
        color: var(--bad);
      }
      button {
        color: var(--accent);
        text-decoration: underline;
        text-underline-offset: 2px;
      }
      @keyframes turn {
        to {
          rotate: 360deg;
        }
      }
      @media (max-width: 640px) {
        footer {
          gap: 12px;
          padding: 0 10px;
        }
        .roomy,
        .urgent > :not(.push) {
          display: none;
        }
      }
    `,
  ];

  override render() {
    const line = strip(this.connection, this.session?.cluster, this.gone);
    const cluster = this.session?.cluster;
    const nodes = this.session && countNodes(this.session.objects.values());
    return html`<footer aria-label="Status" class=${line.tone === 'bad' ? 'urgent' : ''}>
      <span class=${cluster?.state === 'failed' ? 'bad' : cluster?.state === 'starting' ? 'wait' : ''}>
        ${icon('cluster')}<b>${cluster?.provider ?? this.provider?.name ?? 'cluster'}</b>
      </span>
      ${cluster?.version ? html`<span><span class="roomy">Kubernetes</span>${cluster.version}</span>` : nothing}
      ${nodes?.total ? html`<span>${nodes.ready} of ${nodes.total} nodes<span class="roomy">ready</span></span>` : nothing}
      ${!cluster && this.provider ? html`<span class="text roomy">${this.provider.description}</span>` : nothing}
      ${this.session?.namespace ? html`<span class="roomy">namespace <b>${this.session.namespace}</b></span>` : nothing}
      <span class="push ${line.tone}" role="status">
        <i aria-hidden="true"></i>${line.text}
        ${line.retry ? html`<button @click=${() => intend(this, { type: 'retry' })}>try now</button>` : nothing}
      </span>
      ${!this.session && this.version ? html`<span>Ordinal ${this.version}</span>` : nothing}
    </footer>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'status-strip': StatusStrip;
  }
}
