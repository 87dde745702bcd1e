import { html, nothing } from 'lit';
import { styleMap } from 'lit/directives/style-map.js';
import { shorten, shortenUids } from '../model/text.ts';
import { glyph } from './glyphs.ts';
import type { Box, Lane, Layout, Line } from './layout.ts';
import type { Group } from './picture.ts';

/** What of the picture is only looked at: lanes, lines, headings and names. */

/** Width of a character in the picture, and what a box needs besides text. */
const CHARACTER = 7.25;
const AROUND = 38;

const OWNERLESS: Readonly<Record<string, string>> = {
  Pods: 'Pods on their own',
  Claims: 'Storage nobody uses',
  Services: 'Services without Pods',
};

export function place(box: Box) {
  return styleMap({
    transform: `translate(${box.x}px, ${box.y}px)`,
    width: `${box.width}px`,
    height: `${box.height}px`,
  });
}

export function drawLane({ node, ...box }: Lane) {
  const words = node.ready ? (node.cordoned ? 'no new Pods' : 'Ready') : 'NotReady';
  const characters = Math.max(6, Math.floor((box.width - AROUND) / CHARACTER));
  return html`<section
    class="lane ${node.ready ? '' : 'lost'}"
    aria-label="Node ${node.name}, ${words}"
    style=${styleMap({ left: `${box.x}px`, width: `${box.width}px` })}
  >
    <h3 title=${node.name}>
      ${glyph(node.ready ? (node.cordoned ? 'wait' : 'good') : 'bad')}<span class="lines">
        <span class="name">${shorten(node.name, characters)}</span>
        ${words === 'Ready' ? nothing : html`<span class="state">${words}</span>`}
      </span>
    </h3>
  </section>`;
}

export function drawLine({ x, y, width, height, dashed }: Line) {
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

export function drawHeader(group: Group, box: Box) {
  const title = group.name ? html`<span class="kind">${group.kind}</span> ${group.name}` : OWNERLESS[group.kind];
  return html`<div class="header" style=${place(box)}>
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
          <span class="how">${service.headless ? 'headless' : `${service.ready} ready at ${service.address ?? service.type}`}</span>
        </span>`,
      )}
      ${
        group.missingService
          ? html`<span class="service missing">${glyph('bad')} no Service ${group.missingService}</span>`
          : nothing
      }
    </span>
  </div>`;
}

export function drawEmpty(layout: Layout) {
  const x = layout.lanes[0]?.x ?? 0;
  return html`<p class="empty" style=${styleMap({ width: `${Math.max(x - 24, 100)}px` })}>
    Nothing here yet. What you create appears in the lane of its node.
  </p>`;
}

/** A bound claim or volume shows its size where there is room besides the name; any other phase is always shown. */
export function drawName(name: string, { phase, size }: { phase: string; size: string }, box: Box) {
  const more = phase === 'Bound' ? size : phase;
  const fits = (name.length + more.length) * CHARACTER + AROUND + 12 <= box.width;
  return html`<span class="name">${name}</span>${fits || phase !== 'Bound' ? html`<span class="more">${more}</span>` : nothing}`;
}

/** A provisioned volume's name is "pvc-" and a UID: the first block is enough to tell it from others. */
export function volumeName(name: string, width: number): string {
  return shorten(shortenUids(name), Math.max(8, Math.floor((width - AROUND) / CHARACTER)));
}
