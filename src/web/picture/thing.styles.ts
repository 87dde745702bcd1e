import { css } from 'lit';

/** What stands on it: names, Pods, claims and volumes, their states told by shape and words as well as colour. */
export const thingStyles = css`
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
    padding: 0 6px 0 7px;
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
  @container (max-width: 480px) {
    .thing,
    .identity,
    .pod {
      gap: 6px;
      padding: 0 6px;
      font-size: 11.5px;
    }
    .ordinal {
      width: 20px;
      height: 20px;
      font-size: 12px;
    }
    .more {
      font-size: 11.5px;
    }
    .identity .name {
      font-size: 11px;
    }
  }
  @keyframes appear {
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
