import { css } from 'lit';

export const clusterPictureStyles = css`
  :host {
    display: grid;
    grid-template-rows: minmax(0, 1fr) auto;
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
  .caption {
    position: absolute;
    left: 12px;
    line-height: 34px;
    color: var(--text-muted);
    font-size: 12px;
  }
  .lane h3 {
    display: flex;
    align-items: center;
    gap: 7px;
    height: 34px;
    padding: 0 9px;
    border-bottom: 1px solid var(--line);
    color: var(--text-soft);
    font: 500 12px var(--mono);
    white-space: nowrap;
  }
  .state {
    margin-left: auto;
    color: var(--bad);
    font: 500 12px var(--sans);
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

  .row {
    display: contents;
  }
  .frame,
  .thing,
  .identity,
  .pod {
    position: absolute;
    top: 0;
    left: 0;
    transition:
      transform var(--calm),
      width var(--calm),
      height var(--calm),
      background var(--quick),
      border-color var(--quick);
  }
  .frame {
    border-top: 1px solid var(--line);
  }
  .active .frame {
    background: light-dark(#17181908, #ffffff0a);
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

  .thing,
  .identity,
  .pod {
    display: flex;
    align-items: center;
    gap: 8px;
    min-width: 0;
    padding: 0 10px;
    border: 1px solid var(--line);
    border-radius: 7px;
    background: var(--raised);
    color: var(--text);
    font-size: 12px;
    line-height: 1.3;
    text-align: left;
    white-space: nowrap;
    animation: appear 300ms both;
  }
  .thing:hover,
  .thing[aria-pressed='true'] {
    border-color: var(--accent);
  }
  .thing:focus-visible {
    z-index: 2;
  }
  .lines {
    display: grid;
    min-width: 0;
    flex: 1;
  }
  .name {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    font-family: var(--mono);
    font-weight: 500;
  }
  .more {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    color: var(--text-muted);
    font-size: 12px;
    font-variant-numeric: tabular-nums;
  }
  .thing > .name {
    flex: 1;
  }
  .uid {
    color: var(--text-muted);
    font: 11px var(--mono);
    align-self: flex-start;
    padding-top: 6px;
  }
  .glyph {
    width: 12px;
    height: 12px;
    flex: none;
    color: var(--text-muted);
  }
  .glyph.good {
    color: var(--good-fill);
  }
  .glyph.wait {
    color: var(--wait-fill);
    animation: turn 6s linear infinite;
  }
  .glyph.bad {
    color: var(--bad-fill);
  }

  .pod.good .more {
    color: var(--good);
  }
  .pod.wait {
    border-color: var(--wait-line);
    background: var(--wait-soft);
  }
  .pod.wait .more {
    color: var(--wait);
  }
  .pod.bad {
    border-color: var(--bad-line);
    background: var(--bad-soft);
  }
  .pod.bad .more {
    color: var(--bad);
  }
  .pod.terminating {
    border-style: dashed;
    background: var(--sunken);
  }
  .pod.terminating .name {
    text-decoration: line-through;
    text-decoration-color: var(--line-strong);
  }
  .pod.nowhere,
  .pod.none {
    border-style: dashed;
  }
  .pod.none {
    border-color: var(--line-strong);
    background: transparent;
  }
  .pod.none .name {
    color: var(--text-muted);
    font-weight: 400;
  }

  .identity {
    padding-left: 7px;
  }
  .identity.plain {
    border-color: transparent;
    background: none;
    padding-left: 0;
  }
  .identity.plain .ordinal {
    display: none;
  }
  .identity:not(.resolves):not(.plain) {
    border-style: dashed;
    border-color: var(--line-strong);
  }
  .ordinal {
    display: grid;
    place-items: center;
    width: 26px;
    height: 26px;
    border-radius: 5px;
    background: var(--accent-soft);
    color: var(--accent);
    font: 600 14px var(--mono);
    flex: none;
  }
  .ghost .ordinal,
  .missing .ordinal {
    background: none;
    box-shadow: inset 0 0 0 1px var(--line-strong);
    color: var(--text-muted);
  }
  .claim.absent {
    border-style: dashed;
    background: transparent;
    color: var(--text-muted);
  }
  .claim.wait {
    border-color: var(--wait-line);
    background: var(--wait-soft);
  }
  .volume {
    border-radius: 7px;
    background: light-dark(#eef1f5, #1b2027);
  }
  .volume.off {
    border-style: dashed;
  }
  .claim.absent .name {
    font-weight: 400;
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  @keyframes fade {
    from {
      opacity: 0;
    }
  }
  @keyframes turn {
    to {
      rotate: 360deg;
    }
  }
`;
