import { css } from 'lit';

/** The ground: lanes, headings, and what is said where there is nothing. */
export const surfaceStyles = css`
  :host {
    position: relative;
    display: grid;
    min-width: 0;
    min-height: 0;
    overflow: hidden;
  }
  .scroll {
    overflow: auto;
    scrollbar-width: thin;
    scrollbar-color: var(--line-strong) transparent;
  }
  .scroll:focus-visible {
    outline-offset: -2px;
  }
  .canvas {
    position: relative;
    min-height: 100%;
  }
  .none,
  .empty {
    padding: 16px;
    color: var(--text-muted);
    font-size: 13.5px;
    line-height: 1.5;
  }
  .empty {
    position: absolute;
    top: 40px;
    left: 12px;
    padding: 4px 0;
  }

  .lane {
    position: absolute;
    top: 0;
    bottom: 0;
    border-inline: 1px solid var(--line);
    background: light-dark(#ffffff8c, #ffffff06);
    transition:
      left var(--calm),
      width var(--calm);
  }
  .lane.lost {
    background: repeating-linear-gradient(
      -45deg,
      transparent 0 7px,
      light-dark(#b3261e14, #ff8a8017) 7px 8px
    );
  }
  .lost .state {
    color: var(--bad);
  }
  .caption {
    position: absolute;
    left: 12px;
    line-height: 34px;
    color: var(--text-muted);
    font-size: 12px;
  }
  .lane h3 {
    position: sticky;
    top: 0;
    z-index: 1;
    display: flex;
    align-items: center;
    gap: 7px;
    height: 34px;
    padding: 0 9px;
    border-bottom: 1px solid var(--line);
    background: var(--canvas);
    color: var(--text-soft);
    font: 500 12px var(--mono);
    white-space: nowrap;
  }
  .state {
    color: var(--wait);
    font: 500 11.5px / 1.1 var(--sans);
  }

  .header {
    position: absolute;
    display: flex;
    align-items: center;
    gap: 10px;
    padding: 0 4px 0 0;
    background: var(--canvas);
    white-space: nowrap;
    font-size: 13px;
    overflow: hidden;
  }
  h4 {
    margin: 0;
    font-size: 13px;
    font-weight: 600;
  }
  .kind {
    color: var(--text-muted);
    font-weight: 400;
  }
  .count {
    color: var(--wait);
    font-variant-numeric: tabular-nums;
  }
  .count.full {
    color: var(--good);
  }
  .services {
    display: flex;
    gap: 6px;
    margin-left: auto;
    overflow: hidden;
  }
  .service {
    display: flex;
    align-items: center;
    gap: 5px;
    padding: 2px 8px;
    border: 1px solid var(--line);
    border-radius: 99px;
    background: var(--surface);
    font-size: 12px;
    font-weight: 500;
  }
  .how {
    color: var(--text-muted);
    font-weight: 400;
  }
  .service.missing {
    border-color: var(--bad-line);
    border-style: dashed;
    color: var(--bad);
  }

  .line {
    position: absolute;
    top: -1px;
    left: 0;
    border: 0 solid var(--line-strong);
    border-top-width: 1.5px;
    transition:
      transform var(--calm),
      width var(--calm),
      height var(--calm);
    animation: fade var(--calm);
  }
  .line.upright {
    border-top-width: 0;
    border-left-width: 1.5px;
  }
  .line.dashed {
    border-top-style: dashed;
    border-left-style: dashed;
  }
  @container (max-width: 480px) {
    .lane h3 {
      padding: 0 5px;
      gap: 5px;
      font-size: 11.5px;
    }
    .how {
      display: none;
    }
  }
  @keyframes fade {
    from {
      opacity: 0;
    }
  }
`;
