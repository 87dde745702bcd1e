import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { PictureObject } from '../../protocol/live.ts';
import type { ClusterState } from '../model/session-state.ts';
import { shared } from '../styles/shared.ts';
import { drawEmpty, drawHeader, drawLane, drawLine, drawName, place, volumeName } from './draw.ts';
import { claimFacts, dnsFacts, type Facts, findFacts, podFacts, volumeFacts } from './facts.ts';
import { glyph } from './glyphs.ts';
import { type Box, type GroupPlace, layoutPicture, type Row } from './layout.ts';
import { buildPicture } from './model.ts';
import type { Picture } from './picture.ts';
import { surfaceStyles } from './surface.styles.ts';
import { thingStyles } from './thing.styles.ts';
import './picture-details.ts';

/** The cluster as one diagram: slots with their names and claims at the left, Pods and volumes in their nodes' lanes. */
@customElement('cluster-picture')
export class ClusterPicture extends LitElement {
  @property({ attribute: false }) objects: ReadonlyMap<string, PictureObject> = new Map();
  @property() namespace = '';
  @property({ attribute: false }) cluster: ClusterState | undefined;

  @state() private width = 0;
  @state() private picked: string | undefined;
  @state() private hovered: string | undefined;
  #picture: Picture = { nodes: [], groups: [] };

  static override styles = [shared, surfaceStyles, thingStyles];

  readonly #resized = new ResizeObserver(([entry]) => {
    this.width = Math.floor(entry?.contentRect.width ?? 0);
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('objects') || changed.has('namespace'))
      this.#picture = buildPicture(this.objects.values(), this.namespace);
  }

  override render() {
    if (this.objects.size === 0) return html`<p class="none">${this.#why()}</p>`;
    if (this.width === 0) return nothing;
    const layout = layoutPicture(this.#picture, this.width);
    const content = html`
      <div class="scroll" tabindex="0" role="region" aria-label="Cluster picture">
        <div class="canvas" style=${styleMap({ width: `${layout.width}px`, height: `max(100%, ${layout.height}px)` })}>
          <span class="caption" aria-hidden="true">names and claims</span>
          ${repeat(
            layout.lanes,
            (lane) => lane.node.name,
            (lane) => drawLane(lane),
          )}
          ${repeat(
            layout.lines,
            (line) => line.key,
            (line) => drawLine(line),
          )}
          ${repeat(
            layout.groups,
            ({ group }) => group.key,
            (place) => this.#renderGroup(place),
          )}
          ${this.#picture.groups.length === 0 ? drawEmpty(layout) : nothing}
        </div>
      </div>
    `;
    const facts = this.picked === undefined ? undefined : findFacts(this.#picture, this.picked);
    return html`${content}${
      facts
        ? html`<picture-details
          .facts=${facts}
          @close=${() => {
            this.picked = undefined;
          }}
        ></picture-details>`
        : nothing
    }`;
  }

  #why(): string {
    if (this.cluster?.state === 'failed') return this.cluster.message ?? 'The cluster did not start.';
    if (this.cluster?.state === 'starting') return this.cluster.message ?? 'The cluster is starting…';
    return 'Waiting for the cluster…';
  }

  #renderGroup({ group, header, rows }: GroupPlace) {
    return html`<div class="group" role="group" aria-label="${group.kind} ${group.name}">
      ${drawHeader(group, header)}
      ${repeat(
        rows,
        (row) => row.key,
        (row) => this.#renderRow(row),
      )}
    </div>`;
  }

  #renderRow(row: Row) {
    const { slot, identity, pod, tracks, key } = row;
    const active = this.hovered === key;
    return html`<div
      class="row ${active ? 'active' : ''}"
      role="group"
      aria-label=${slot?.name ?? 'Storage'}
      @pointerenter=${() => this.#hover(key)}
      @pointerleave=${() => this.#hover(undefined)}
    >
      <div class="frame" style=${place(row.frame)}></div>
      ${slot && identity ? this.#renderIdentity(slot, identity) : nothing}
      ${slot && pod ? this.#renderPod(slot, pod) : nothing}
      ${tracks.map(
        ({ claim, claimBox, volumeBox }) => html`
          ${
            claim.name && claim.exists !== undefined
              ? this.#button({
                  facts: claimFacts(claim),
                  box: claimBox,
                  classes: `claim ${claim.tone} ${claim.exists ? '' : 'absent'}`,
                  content: html`${glyph(claim.tone)}${drawName(claim.name, claim, claimBox)}`,
                })
              : nothing
          }
          ${
            claim.volume && volumeBox
              ? this.#button({
                  facts: volumeFacts(claim.volume, claim),
                  box: volumeBox,
                  classes: `volume ${claim.volume.tone}`,
                  content: html`${glyph('volume')}${drawName(volumeName(claim.volume.name, volumeBox.width), claim.volume, volumeBox)}`,
                })
              : nothing
          }
        `,
      )}
    </div>`;
  }

  #renderIdentity(slot: NonNullable<Row['slot']>, box: Box) {
    const { dns } = slot;
    const content = html`<span class="ordinal">${slot.ordinal ?? ''}</span>
      <span class="lines">
        <span class="name">${dns ? dns.name : slot.name}</span>
        <span class="more">${dns ? (dns.resolves ? dns.address : 'no address') : (slot.pod?.address ?? '')}</span>
      </span>`;
    if (slot.ordinal === undefined) return html`<div class="identity plain" style=${place(box)}>${content}</div>`;
    if (!dns) return html`<div class="identity" style=${place(box)}>${content}</div>`;
    return this.#button({
      facts: dnsFacts(dns, slot),
      box,
      classes: `identity ${slot.state} ${dns.resolves ? 'resolves' : ''}`,
      content,
    });
  }

  #renderPod(slot: NonNullable<Row['slot']>, box: Box) {
    const { pod } = slot;
    if (!pod) {
      const words = slot.state === 'ghost' ? 'scaled away' : (slot.waiting ?? '');
      return html`<div class="pod none ${slot.state}" style=${place(box)}>
        <span class="lines"><span class="name">${slot.name}</span><span class="more">${words}</span></span>
      </div>`;
    }
    return this.#button({
      key: pod.uid,
      facts: podFacts(pod),
      box,
      classes: `pod ${pod.tone} ${pod.terminating ? 'terminating' : ''} ${pod.node ? '' : 'nowhere'}`,
      content: html`${glyph(pod.tone)}
        <span class="lines">
          <span class="name">${pod.name}</span>
          <span class="more">${pod.text}${pod.restarts > 0 ? `, ${pod.restarts} restarts` : ''}</span>
        </span>
        ${box.width > 100 + 6.5 * Math.max(pod.text.length, pod.name.length) ? html`<span class="uid" title="uid ${pod.uid}">${pod.uid.slice(0, 5)}</span>` : nothing}`,
    });
  }

  #button(options: { key?: string; facts: Facts; box: Box; classes: string; content: unknown }) {
    const { facts, box, classes, content } = options;
    const [before, after] = facts.spoken;
    // A Pod that takes over a name is another Pod: a new element, which appears anew, because its key is another.
    return html`${repeat(
      [options.key ?? facts.key],
      (key) => key,
      () => html`<button
        class="thing ${classes}"
        style=${place(box)}
        aria-pressed=${this.picked === facts.key}
        @click=${() => {
          this.picked = this.picked === facts.key ? undefined : facts.key;
        }}
      >
        <span class="visually-hidden">${before}</span>${content}<span class="visually-hidden">${after}</span>
      </button>`,
    )}`;
  }

  #hover(key: string | undefined): void {
    this.hovered = key;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cluster-picture': ClusterPicture;
  }
}
