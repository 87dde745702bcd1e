import { html, svg, type TemplateResult } from 'lit';

/** Drawn for Ordinal on a grid of 16, one stroke width. Decoration only: what they mean is always said in words too. */
const shapes = {
  check: svg`<path d="M3.5 8.5l3 3 6-7"/>`,
  passed: svg`<circle cx="8" cy="8" r="7" fill="currentColor" stroke="none"/><path d="M5 8.3l2.1 2.1L11 6" stroke="var(--surface)"/>`,
  waiting: svg`<circle cx="8" cy="8" r="6.25" stroke-dasharray="2.6 2.3"/>`,
  failed: svg`<path d="M8 2.2l6.3 11.1H1.7z"/><path d="M8 6.5v3.2M8 11.6v.1"/>`,
  unknown: svg`<rect x="2" y="2" width="12" height="12" rx="3"/><path d="M6.3 6.3a1.75 1.75 0 1 1 2.5 1.6c-.5.25-.8.6-.8 1.1M8 11.2v.1"/>`,
  play: svg`<path d="M5 3.2v9.6l7.6-4.8z" fill="currentColor"/>`,
  copy: svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1.8"/><path d="M10.5 3.3A1.8 1.8 0 0 0 8.7 2.5H4.3a1.8 1.8 0 0 0-1.8 1.8v4.4c0 .7.4 1.4 1 1.6"/>`,
  insert: svg`<path d="M2 4.8L5.2 8 2 11.2M8.7 2.8h3.6M10.5 2.8v10.4M8.7 13.2h3.6"/>`,
  file: svg`<path d="M4 1.8h5l3.2 3.2v8a1.2 1.2 0 0 1-1.2 1.2H4A1.2 1.2 0 0 1 2.8 13V3A1.2 1.2 0 0 1 4 1.8z"/><path d="M9 1.8V5h3.2"/>`,
  save: svg`<path d="M8 2v7.5M4.8 6.6L8 9.8l3.2-3.2M2.5 12.5h11"/>`,
  left: svg`<path d="M10 3.5L5.5 8l4.5 4.5"/>`,
  right: svg`<path d="M6 3.5L10.5 8 6 12.5"/>`,
  down: svg`<path d="M3.5 6L8 10.5 12.5 6"/>`,
  close: svg`<path d="M4 4l8 8M12 4l-8 8"/>`,
  plus: svg`<path d="M8 3v10M3 8h10"/>`,
  search: svg`<circle cx="7" cy="7" r="4.3"/><path d="M10.3 10.3L13.5 13.5"/>`,
  settings: svg`<path d="M2 4.5h5.5M11.5 4.5H14M2 11.5h2.5M8.5 11.5H14"/><circle cx="9.5" cy="4.5" r="1.9"/><circle cx="6.5" cy="11.5" r="1.9"/>`,
  help: svg`<circle cx="8" cy="8" r="6.25"/><path d="M6.2 6.3a1.8 1.8 0 1 1 2.6 1.6c-.5.25-.8.6-.8 1.1M8 11.2v.1"/>`,
  sun: svg`<circle cx="8" cy="8" r="2.8"/><path d="M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9"/>`,
  moon: svg`<path d="M13.3 9.7A5.8 5.8 0 0 1 6.3 2.7a5.8 5.8 0 1 0 7 7z"/>`,
  system: svg`<rect x="1.8" y="2.8" width="12.4" height="8.4" rx="1.5"/><path d="M5.5 13.7h5"/>`,
  clock: svg`<circle cx="8" cy="8" r="6.25"/><path d="M8 4.5V8l2.3 1.5"/>`,
  terminal: svg`<path d="M2.5 4l3.7 4-3.7 4M8 12.3h5.5"/>`,
  book: svg`<path d="M8 3.8C6.8 2.9 5 2.6 2.3 2.7v9.6c2.7-.1 4.5.2 5.7 1.1 1.2-.9 3-1.2 5.7-1.1V2.7C11 2.6 9.2 2.9 8 3.8zM8 3.8v9.6"/>`,
  cluster: svg`<circle cx="4" cy="4.2" r="1.7"/><circle cx="4" cy="11.8" r="1.7"/><rect x="9" y="2.7" width="5" height="3" rx="1.2"/><rect x="9" y="10.3" width="5" height="3" rx="1.2"/><path d="M5.7 4.2H9M5.7 11.8H9"/>`,
  restart: svg`<path d="M3 8a5 5 0 1 0 1.6-3.7L3 5.8M3 2.8v3h3"/>`,
  flag: svg`<path d="M4 14V2.5M4 3c3-1.5 5 1.5 8.5 0v6c-3.5 1.5-5.5-1.5-8.5 0"/>`,
  lock: svg`<rect x="3" y="7" width="10" height="6.5" rx="1.5"/><path d="M5.3 7V5a2.7 2.7 0 0 1 5.4 0v2"/>`,
  hint: svg`<path d="M5.8 11.3C4.3 10.4 3.5 9 3.5 7.3a4.5 4.5 0 0 1 9 0c0 1.7-.8 3.1-2.3 4v1.2H5.8zM6.3 14.5h3.4"/>`,
  link: svg`<path d="M9.5 2.5h4v4M13.3 2.7L7.5 8.5M6.5 3.5h-2a2 2 0 0 0-2 2v6a2 2 0 0 0 2 2h6a2 2 0 0 0 2-2v-2"/>`,
  offline: svg`<path d="M2 2l12 12M4 9.3a5.6 5.6 0 0 1 2.3-1.5M1.8 6.8A9 9 0 0 1 4.5 5M7 4.2a9 9 0 0 1 7.2 2.6M10.3 8.2A5.6 5.6 0 0 1 12 9.3M8 12.6v.1"/>`,
  timeline: svg`<path d="M4 2v12"/><circle cx="4" cy="4.5" r="1.6" fill="var(--surface)"/><circle cx="4" cy="11" r="1.6" fill="var(--surface)"/><path d="M8 4.5h6M8 11h4.5"/>`,
  keyboard: svg`<rect x="1.5" y="4" width="13" height="8.5" rx="1.5"/><path d="M4 6.7h.1M6.7 6.7h.1M9.3 6.7h.1M12 6.7h.1M5 10h6"/>`,
} as const;

export type IconName = keyof typeof shapes;

export function icon(name: IconName): TemplateResult {
  return html`<svg
    class="icon"
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    stroke-width="1.5"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >${shapes[name]}</svg>`;
}

/** Two Pods with their volumes, and a third volume whose Pod was scaled away. */
export function mark(): TemplateResult {
  return html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="8" fill="var(--accent-fill)" />
    <g fill="#fff">
      <circle cx="9" cy="9" r="3" />
      <rect x="15" y="7" width="10" height="4" rx="2" />
      <circle cx="9" cy="16" r="3" />
      <rect x="15" y="14" width="10" height="4" rx="2" />
      <rect x="15" y="21" width="10" height="4" rx="2" opacity=".75" />
    </g>
    <circle cx="9" cy="23" r="2.3" fill="none" stroke="#fff" stroke-width="1.4" stroke-dasharray="1.8 1.8" />
  </svg>`;
}
