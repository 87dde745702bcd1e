import { css } from 'lit';

/** What every element's shadow root starts from: sizes, focus, buttons. Colours and fonts inherit from tokens.css. */
export const shared = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  figure {
    margin: 0;
    padding: 0;
  }
  :focus {
    outline: none;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  a {
    color: var(--accent);
    text-underline-offset: 0.2em;
    text-decoration-thickness: 1px;
  }
  code,
  kbd,
  .mono {
    font-family: var(--mono);
    font-size: 0.92em;
    font-feature-settings: 'liga' 0;
  }
  kbd {
    display: inline-block;
    min-width: 1.7em;
    padding: 0.05em 0.45em;
    border: 1px solid var(--line-strong);
    border-bottom-width: 2px;
    border-radius: var(--radius-small);
    background: var(--surface);
    color: var(--text-soft);
    font-size: 0.8em;
    text-align: center;
  }
  svg.icon {
    width: 16px;
    height: 16px;
    flex: none;
    display: block;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  button {
    font: inherit;
    color: inherit;
    background: none;
    border: 0;
    padding: 0;
    cursor: pointer;
    -webkit-tap-highlight-color: transparent;
  }
  button:disabled {
    cursor: default;
    opacity: 0.5;
  }
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-height: 32px;
    padding: 0 12px;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-small);
    background: var(--raised);
    color: var(--text);
    font-size: 13.5px;
    font-weight: 500;
    line-height: 1;
    text-decoration: none;
    white-space: nowrap;
    transition:
      background var(--quick),
      border-color var(--quick),
      color var(--quick);
  }
  .button:hover:not(:disabled) {
    background: var(--hover);
  }
  .button.primary {
    background: var(--accent-fill);
    border-color: transparent;
    color: var(--on-accent);
  }
  .button.primary:hover:not(:disabled) {
    background: var(--accent-fill-hover);
  }
  .button.quiet {
    border-color: transparent;
    background: transparent;
    color: var(--text-soft);
  }
  .button.quiet:hover:not(:disabled) {
    background: var(--hover);
    color: var(--text);
  }
  .icon-button {
    display: inline-grid;
    place-items: center;
    width: 30px;
    height: 30px;
    border-radius: var(--radius-small);
    color: var(--text-muted);
    transition:
      background var(--quick),
      color var(--quick);
  }
  .icon-button:hover:not(:disabled) {
    background: var(--hover);
    color: var(--text);
  }
  .icon-button[aria-pressed='true'],
  .icon-button[aria-expanded='true'] {
    background: var(--accent-soft);
    color: var(--accent);
  }
  @media (pointer: coarse) {
    .button {
      min-height: 40px;
    }
    .icon-button {
      width: 40px;
      height: 40px;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation-duration: 0.01ms !important;
      animation-iteration-count: 1 !important;
    }
  }
`;
