import { css } from 'lit';

export const lessonPaneStyles = css`
  :host {
    display: grid;
    grid-template-rows: auto minmax(0, 1fr) auto;
    background: var(--surface);
    container-type: inline-size;
  }
  .scroll {
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--line-strong) transparent;
  }
  article {
    max-width: 720px;
    margin: 0 auto;
    padding: 28px 32px 40px;
  }
  .where {
    color: var(--text-muted);
    font-size: 13px;
    font-variant-numeric: tabular-nums;
  }
  h1 {
    margin: 4px 0 18px;
    font-size: 27px;
    font-weight: 600;
    letter-spacing: -0.028em;
    line-height: 1.18;
    text-wrap: balance;
  }
  h1:focus-visible {
    outline: none;
  }
  h2 {
    font-size: 15px;
    font-weight: 600;
    letter-spacing: -0.01em;
  }
  .objectives {
    margin-bottom: 22px;
    padding: 14px 18px 16px;
    border-radius: var(--radius);
    background: var(--sunken);
  }
  .objectives h2 {
    color: var(--text-muted);
    font-size: 13px;
    font-weight: 500;
  }
  .objectives ul {
    display: grid;
    gap: 5px;
    margin-top: 7px;
    padding-left: 17px;
    color: var(--text-soft);
    font-size: 14.5px;
  }
  .objectives li::marker {
    color: var(--accent);
  }
  .tasks {
    margin-top: 34px;
    padding-top: 20px;
    border-top: 1px solid var(--line);
    scroll-margin-top: 8px;
  }
  .tasks h2 {
    display: flex;
    justify-content: space-between;
    align-items: baseline;
    margin-bottom: 10px;
  }
  .tasks h2 span {
    display: flex;
    align-items: center;
    gap: 6px;
    color: var(--text-muted);
    font-size: 13px;
    font-weight: 400;
    letter-spacing: 0;
  }
  .tasks h2 svg.icon {
    color: var(--good-fill);
  }
  .tasks ul {
    display: grid;
    gap: 8px;
    list-style: none;
  }
  footer {
    display: grid;
    grid-template-columns: auto 1fr auto;
    align-items: center;
    justify-items: center;
    gap: 8px;
    padding: 9px 14px;
    border-top: 1px solid var(--line);
    background: var(--surface);
  }
  footer .button {
    max-width: 100%;
    min-width: 0;
  }
  footer .count {
    font-weight: 400;
    font-variant-numeric: tabular-nums;
  }
  .next {
    max-width: 26ch;
    overflow: hidden;
    text-overflow: ellipsis;
    line-height: 1.4;
  }
  @container (max-width: 440px) {
    article {
      padding: 20px 18px 32px;
    }
    h1 {
      font-size: 23px;
    }
    .next {
      max-width: 15ch;
    }
    .direction {
      position: absolute;
      clip-path: inset(50%);
    }
  }
`;
