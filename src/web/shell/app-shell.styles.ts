import { css } from 'lit';

export const appShellStyles = css`
  :host {
    display: grid;
    grid-template: auto minmax(0, 1fr) auto auto / minmax(0, 1fr);
    height: 100dvh;
    background: var(--canvas);
  }
  main {
    min-height: 0;
    overflow: auto;
    position: relative;
  }
  main:focus-visible {
    outline: none;
  }
  status-strip {
    grid-row: 4;
  }
  .away {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 12px;
    padding: 8px 14px;
    border-top: 1px solid var(--wait-line);
    background: var(--wait-soft);
    font-size: 14px;
  }
  .away span {
    flex: 1;
    min-width: 26ch;
  }
  .away svg.icon {
    color: var(--wait);
  }
  .skip {
    position: fixed;
    z-index: 20;
    top: 6px;
    left: 6px;
    padding: 8px 14px;
    border-radius: var(--radius-small);
    background: var(--accent-fill);
    color: var(--on-accent);
    transform: translateY(-200%);
  }
  .skip:focus {
    transform: none;
  }
`;
