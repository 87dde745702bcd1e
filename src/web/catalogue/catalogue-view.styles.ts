import { css } from 'lit';

export const catalogueViewStyles = css`
  :host {
    display: block;
  }
  .page {
    max-width: 920px;
    margin: 0 auto;
    padding: clamp(28px, 6vw, 72px) clamp(16px, 4vw, 32px) 64px;
    display: grid;
    gap: clamp(28px, 4vw, 44px);
  }
  h1 {
    max-width: 17ch;
    font-size: clamp(28px, 4.6vw, 44px);
    font-weight: 600;
    letter-spacing: -0.035em;
    line-height: 1.08;
    text-wrap: balance;
  }
  header p {
    max-width: 56ch;
    margin-top: 14px;
    color: var(--text-soft);
    font-size: 17px;
    line-height: 1.55;
  }
  .next {
    display: grid;
    grid-template-columns: 1.15fr 1fr;
    border: 1px solid var(--line);
    border-radius: 14px;
    background: var(--surface);
    box-shadow: var(--shadow);
    overflow: hidden;
  }
  .next > div {
    padding: 26px 28px 28px;
  }
  .kicker {
    color: var(--accent);
    font-size: 13px;
    font-weight: 500;
  }
  .next h2 {
    margin-top: 6px;
    font-size: 24px;
    font-weight: 600;
    letter-spacing: -0.025em;
    line-height: 1.2;
  }
  .next .summary {
    margin: 10px 0 22px;
    color: var(--text-soft);
  }
  .next .button {
    min-height: 38px;
    padding: 0 12px 0 16px;
    font-size: 14.5px;
    margin-right: 12px;
  }
  .facts {
    color: var(--text-muted);
    font-size: 13px;
    white-space: nowrap;
  }
  .objectives {
    border-left: 1px solid var(--line);
    background: var(--sunken);
  }
  h3 {
    font-size: 13px;
    font-weight: 500;
    color: var(--text-muted);
  }
  .objectives ul {
    display: grid;
    gap: 9px;
    margin-top: 10px;
    list-style: none;
  }
  .objectives li {
    position: relative;
    padding-left: 20px;
    color: var(--text-soft);
    font-size: 14.5px;
    line-height: 1.45;
  }
  .objectives li::before {
    content: '';
    position: absolute;
    left: 2px;
    top: 0.5em;
    width: 7px;
    height: 7px;
    border: 1.5px solid var(--accent);
    border-radius: 50%;
  }
  .heading {
    display: flex;
    align-items: baseline;
    justify-content: space-between;
    padding: 0 2px 10px;
    border-bottom: 1px solid var(--line);
  }
  .heading h2 {
    font-size: 16px;
    font-weight: 600;
    letter-spacing: -0.01em;
  }
  .heading span {
    color: var(--text-muted);
    font-size: 13px;
  }
  .none {
    padding: 20px 2px;
    color: var(--text-muted);
  }
  ol {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  ol li {
    border-bottom: 1px solid var(--line);
  }
  .lesson {
    display: grid;
    grid-template-columns: 34px 1fr auto;
    gap: 4px 10px;
    padding: 16px 12px 16px 2px;
    color: var(--text);
    text-decoration: none;
    transition: background var(--quick);
  }
  a.lesson:hover {
    background: var(--hover);
  }
  a.lesson:hover .title {
    color: var(--accent);
  }
  .number {
    padding-left: 8px;
    color: var(--text-muted);
    font: 500 14px / 1.55 var(--mono);
  }
  .words {
    display: grid;
    gap: 2px;
    min-width: 0;
  }
  .title {
    font-weight: 500;
    letter-spacing: -0.01em;
  }
  .lesson .summary {
    color: var(--text-muted);
    font-size: 14px;
    line-height: 1.5;
    max-width: 62ch;
  }
  .meta {
    display: grid;
    gap: 2px;
    justify-items: end;
    align-content: start;
    color: var(--text-muted);
    font-size: 13px;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
    padding-top: 2px;
  }
  .done {
    display: flex;
    gap: 6px;
    align-items: center;
    color: var(--good);
  }
  .steps {
    display: flex;
    gap: 8px;
    align-items: center;
    color: var(--accent);
  }
  .pips {
    display: flex;
    gap: 3px;
  }
  .pips i {
    width: 12px;
    height: 4px;
    border-radius: 2px;
    background: var(--line-strong);
  }
  .pips i.on {
    background: var(--accent-fill);
  }
  .locked .title,
  .broken .title {
    color: var(--text-soft);
  }
  .why {
    display: flex;
    gap: 7px;
    margin-top: 5px;
    color: var(--wait);
    font-size: 13.5px;
    line-height: 1.45;
  }
  .why svg.icon {
    margin-top: 2px;
    width: 14px;
  }
  .problems {
    display: grid;
    gap: 3px;
    margin-top: 7px;
    padding: 9px 12px;
    border-left: 3px solid var(--bad-line);
    background: var(--bad-soft);
    font-size: 13px;
  }
  .problems b {
    font-weight: 500;
    color: var(--bad);
  }
  .problems code {
    overflow-wrap: anywhere;
  }
  @media (max-width: 700px) {
    .next {
      grid-template-columns: 1fr;
    }
    .next > div {
      padding: 20px;
    }
    .objectives {
      border-left: 0;
      border-top: 1px solid var(--line);
    }
    .lesson {
      grid-template-columns: 26px 1fr;
    }
    .number {
      padding-left: 2px;
    }
    .meta {
      grid-column: 2;
      display: flex;
      gap: 12px;
      justify-content: start;
    }
  }
`;
