import { html, svg, type TemplateResult } from 'lit';
import type { Tone } from './pod-status.ts';

/** States as shapes, so that none is told by colour alone: disc, open ring, diamond, dash; and a drum for a volume. */
const shapes: Readonly<Record<Tone | 'volume', TemplateResult<2>>> = {
  good: svg`<circle cx="7" cy="7" r="5" fill="currentColor"/>`,
  wait: svg`<circle cx="7" cy="7" r="4.5" fill="none" stroke="currentColor" stroke-width="1.8" stroke-dasharray="3.2 2.4"/>`,
  bad: svg`<path d="M7 1.2L12.8 7 7 12.8 1.2 7z" fill="currentColor"/>`,
  off: svg`<circle cx="7" cy="7" r="4.5" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M4.5 7h5" stroke="currentColor" stroke-width="1.5"/>`,
  volume: svg`<g fill="none" stroke="currentColor" stroke-width="1.3"><ellipse cx="7" cy="3.5" rx="5" ry="2"/><path d="M2 3.5v7c0 1.1 2.2 2 5 2s5-.9 5-2v-7"/></g>`,
};

export function glyph(name: Tone | 'volume'): TemplateResult {
  return html`<svg class="glyph ${name}" viewBox="0 0 14 14" aria-hidden="true">${shapes[name]}</svg>`;
}
