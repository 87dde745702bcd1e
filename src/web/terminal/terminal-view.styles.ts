import { css } from 'lit';

export const terminalViewStyles = css`
  :host {
    position: relative;
    display: block;
    min-height: 0;
    background: var(--surface);
  }
  .screen {
    position: absolute;
    inset: 8px 4px 4px 12px;
    /* xterm stacks its canvases; what is said over the terminal stays above them. */
    isolation: isolate;
    overflow: hidden;
  }
  .screen .xterm {
    height: 100%;
  }
  .screen .xterm .xterm-viewport {
    background: none;
  }
  .bar {
    position: absolute;
    left: 12px;
    right: 12px;
    bottom: 10px;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 10px;
    padding: 8px 8px 8px 14px;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--raised);
    box-shadow: var(--shadow);
    font-size: 14px;
    animation: rise 220ms;
  }
  .bar span {
    flex: 1;
    min-width: 16ch;
  }
  .bar svg.icon {
    color: var(--wait);
  }
  .target {
    position: absolute;
    left: 0;
    bottom: 0;
    max-width: 90%;
    padding: 3px 10px;
    border: 1px solid var(--line);
    border-radius: 0 var(--radius-small) 0 0;
    background: var(--raised);
    color: var(--text-soft);
    font: 12px var(--mono);
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .address {
    max-width: 60ch;
    overflow-wrap: anywhere;
    color: var(--text-soft);
  }
  @keyframes rise {
    from {
      opacity: 0;
      translate: 0 8px;
    }
  }
`;
