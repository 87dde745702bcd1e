import { css } from 'lit';

export const taskCardStyles = css`
  :host {
    display: block;
  }
  .card {
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    transition:
      border-color var(--calm),
      background var(--calm),
      opacity var(--calm);
  }
  .dim {
    opacity: 0.75;
  }
  .passed {
    border-color: var(--good-line);
    background: var(--good-soft);
  }
  .failed {
    border-color: var(--bad-line);
  }
  .head {
    display: grid;
    grid-template-columns: 20px 1fr;
    grid-auto-flow: column;
    gap: 10px;
    align-items: start;
    padding: 11px 10px 11px 13px;
  }
  .title {
    padding: 1px 0;
    line-height: 1.45;
  }
  .state {
    display: block;
    padding-top: 4px;
    color: var(--text-muted);
  }
  .waiting .state svg {
    color: var(--wait-fill);
    animation: turn 9s linear infinite;
  }
  .passed .state svg {
    color: var(--good-fill);
    animation: tick 320ms cubic-bezier(0.2, 1.6, 0.4, 1);
  }
  .failed .state {
    color: var(--bad-fill);
  }
  .unknown .state {
    color: var(--wait-fill);
  }
  time {
    padding-top: 3px;
    color: var(--good);
    font-size: 12.5px;
    font-variant-numeric: tabular-nums;
  }
  .head .icon-button {
    width: 26px;
    height: 26px;
  }
  .icon-button svg {
    transition: rotate var(--quick);
  }
  [aria-expanded='true'] svg {
    rotate: 180deg;
  }
  .head .icon-button[aria-expanded='true'] {
    background: none;
    color: var(--text-muted);
  }
  dl {
    display: grid;
    grid-template-columns: auto 1fr;
    margin: 0 13px 12px 43px;
    font-size: 14px;
    line-height: 1.5;
  }
  dt,
  dd {
    padding: 6px 0;
    border-top: 1px solid var(--line);
  }
  dt {
    padding-right: 14px;
    color: var(--text-muted);
    font-size: 13px;
    line-height: 1.62;
    white-space: nowrap;
  }
  dd {
    color: var(--text-soft);
    overflow-wrap: anywhere;
    white-space: pre-line;
  }
  .saw {
    color: var(--text);
  }
  .failed .saw {
    color: var(--bad);
  }
  .hints {
    padding: 0 8px 8px 33px;
  }
  .hints ol {
    margin: 0 6px 8px 10px;
    padding: 10px 14px 10px 34px;
    border-radius: var(--radius-small);
    background: var(--sunken);
    font-size: 14px;
  }
  .hints li::marker {
    color: var(--text-muted);
    font-size: 12.5px;
  }
  .hints li > :last-child {
    margin-bottom: 0;
  }
  .hints li + li {
    margin-top: 8px;
  }
  .hints .button {
    color: var(--text-muted);
    font-size: 13px;
    font-weight: 400;
    min-height: 28px;
    padding: 0 10px;
  }
  .left {
    font-variant-numeric: tabular-nums;
  }
  @keyframes turn {
    to {
      rotate: 360deg;
    }
  }
  @keyframes tick {
    from {
      scale: 0.3;
      opacity: 0;
    }
  }
  @container (max-width: 440px) {
    dl {
      grid-template-columns: 1fr;
      margin-left: 13px;
    }
    dt {
      padding-bottom: 0;
    }
    dd {
      padding-top: 0;
      border-top: 0;
    }
    .hints {
      padding-left: 4px;
    }
  }
`;
