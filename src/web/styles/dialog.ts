import { css } from 'lit';

/** A modal dialog whose content sits in `.inside`, so that a click beside it meets the dialog itself. */
export const dialogStyles = css`
  dialog {
    max-height: calc(100dvh - 32px);
    padding: 0;
    border: 1px solid var(--line-strong);
    border-radius: 12px;
    background: var(--raised);
    color: var(--text);
    box-shadow: var(--shadow);
    overflow: auto;
  }
  dialog::backdrop {
    background: light-dark(#1718194d, #000000a6);
  }
  dialog[open] {
    animation: open 160ms;
  }
  .inside {
    padding: 18px 20px 20px;
  }
  .inside header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    margin-bottom: 8px;
  }
  .inside h2 {
    font-size: 18px;
    font-weight: 600;
    letter-spacing: -0.015em;
  }
  .actions {
    display: flex;
    justify-content: flex-end;
    gap: 8px;
    margin-top: 18px;
    flex-wrap: wrap;
  }
  @keyframes open {
    from {
      opacity: 0;
      translate: 0 6px;
    }
  }
`;
