import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { PictureObject } from '../../protocol/live.ts';
import type { ClusterState } from '../model/session-state.ts';
import { shared } from '../styles/shared.ts';
import { clusterPictureStyles } from './cluster-picture.styles.ts';
import { claimFacts, dnsFacts, type Facts, findFacts, podFacts, volumeFacts } from './facts.ts';
import { glyph } from './glyphs.ts';
import { type Box, type GroupPlace, type Lane, type Layout, type Line, layoutPicture, type Row } from './layout.ts';
import { buildPicture } from './model.ts';
import type { Picture } from './picture.ts';
import './picture-details.ts';

/** The cluster as one diagram: slots with their names and claims at the left, Pods and volumes in their nodes' lanes. */
@customElement('cluster-picture')
export class ClusterPicture extends LitElement {
  @property({ attribute: false }) objects: ReadonlyMap<string, PictureObject> = new Map();
  @property({ attribute: false }) cluster: ClusterState | undefined;

  @state() private width = 0;
  @state() private picked: string | undefined;
  @state() private hovered: string | undefined;
  #picture: Picture = { nodes: [], groups: [] };

  static override styles = [shared, clusterPictureStyles];

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
    if (changed.has('objects')) this.#picture = buildPicture(this.objects.values());
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
            (lane) => this.#renderLane(lane),
          )}
          ${repeat(
            layout.lines,
            (line) => line.key,
            (line) => this.#renderLine(line),
          )}
          ${repeat(
            layout.groups,
            ({ group }) => group.key,
            (place) => this.#renderGroup(place),
          )}
          ${this.#picture.groups.length === 0 ? this.#renderEmpty(layout) : nothing}
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

  #renderEmpty(layout: Layout) {
    const x = layout.lanes[0]?.x ?? 0;
    return html`<p class="empty" style=${styleMap({ width: `${Math.max(x - 24, 100)}px` })}>
      Nothing here yet. What you create appears in the lane of its node.
    </p>`;
  }

  #renderLane({ node, ...box }: Lane) {
    const words = node.ready ? (node.cordoned ? 'no new Pods' : 'Ready') : 'NotReady';
    return html`<section
      class="lane ${node.ready ? '' : 'lost'}"
      aria-label="Node ${node.name}, ${words}"
      style=${styleMap({ left: `${box.x}px`, width: `${box.width}px` })}
    >
      <h3 title=${node.name}>
        ${glyph(node.ready ? (node.cordoned ? 'wait' : 'good') : 'bad')}<span class="name">${node.name}</span>
        ${words === 'Ready' ? nothing : html`<span class="state">${words}</span>`}
      </h3>
    </section>`;
  }

  #renderLine({ x, y, width, height, dashed }: Line) {
    const upright = width === 0;
    return html`<i
      class="line ${dashed ? 'dashed' : ''} ${upright ? 'upright' : ''}"
      style=${styleMap({
        transform: `translate(${x}px, ${y}px)`,
        width: upright ? '0' : `${Math.max(0, width)}px`,
        height: upright ? `${Math.max(0, height)}px` : '0',
      })}
    ></i>`;
  }

  #renderGroup({ group, header, rows }: GroupPlace) {
    const title = group.name ? html`<span class="kind">${group.kind}</span> ${group.name}` : OWNERLESS[group.kind];
    return html`<div class="group" role="group" aria-label="${group.kind} ${group.name}">
      <div class="header" style=${place(header)}>
        <h4>${title}</h4>
        ${
          group.count
            ? html`<span class="count ${group.count.ready === group.count.desired ? 'full' : ''}">
              ${group.count.ready} of ${group.count.desired} ready
            </span>`
            : nothing
        }
        <span class="services">
          ${group.services.map(
            (service) => html`<span class="service" title="${service.type} Service, ${service.ports || 'no ports'}">
              <span class="kind">Service</span> ${service.name}
              <span class="how">${service.headless ? 'headless' : `${service.ready} behind ${service.address ?? service.type}`}</span>
            </span>`,
          )}
          ${
            group.missingService
              ? html`<span class="service missing">${glyph('bad')} no Service ${group.missingService}</span>`
              : nothing
          }
        </span>
      </div>
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
                  content: html`${glyph(claim.tone)}<span class="name">${claim.name}</span><span class="more">${claim.exists && claim.phase === 'Bound' ? claim.size : claim.phase}</span>`,
                })
              : nothing
          }
          ${
            claim.volume && volumeBox
              ? this.#button({
                  facts: volumeFacts(claim.volume, claim),
                  box: volumeBox,
                  classes: `volume ${claim.volume.tone}`,
                  content: html`${glyph('volume')}<span class="name">${volumeName(claim.volume.name, volumeBox.width)}</span>
                  <span class="more">${claim.volume.phase === 'Bound' ? claim.volume.size : claim.volume.phase}</span>`,
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
        ${box.width > 168 ? html`<span class="uid" title="uid ${pod.uid}">${pod.uid.slice(0, 5)}</span>` : nothing}`,
    });
  }

  #button(options: { key?: string; facts: Facts; box: Box; classes: string; content: unknown }) {
    const { facts, box, classes, content } = options;
    // A Pod that takes over a name is another Pod: a new element, which appears anew, because its key is another.
    return html`${repeat(
      [options.key ?? facts.key],
      (key) => key,
      () => html`<button
        class="thing ${classes}"
        style=${place(box)}
        aria-label=${facts.summary}
        aria-pressed=${this.picked === facts.key}
        @click=${() => {
          this.picked = this.picked === facts.key ? undefined : facts.key;
        }}
      >
        ${content}
      </button>`,
    )}`;
  }

  #hover(key: string | undefined): void {
    this.hovered = key;
  }
}

const OWNERLESS: Readonly<Record<string, string>> = {
  Pods: 'Pods on their own',
  Claims: 'Storage nobody uses',
};

function place(box: Box) {
  return styleMap({
    transform: `translate(${box.x}px, ${box.y}px)`,
    width: `${box.width}px`,
    height: `${box.height}px`,
  });
}

/** A provisioned volume's name is "pvc-" and a UID: the first block is enough to tell it from others. */
function volumeName(name: string, width: number): string {
  return width < 220
    ? name.replace(/^(pvc-[0-9a-f]{8})-.*$/, '$1')
    : name.replace(/^(pvc-[0-9a-f]{8}-[0-9a-f]{4})-.*$/, '$1…');
}

declare global {
  interface HTMLElementTagNameMap {
    'cluster-picture': ClusterPicture;
  }
}
