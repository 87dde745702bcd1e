import { css } from 'lit';

export const terminalPanelStyles = css`
  :host {
    display: grid;
    grid-template: auto auto minmax(0, 1fr) auto / minmax(0, 1fr);
    background: var(--surface);
    position: relative;
  }
  header {
    grid-row: 1;
    display: flex;
    align-items: center;
    gap: 4px;
    height: 38px;
    padding: 0 8px 0 0;
    border-bottom: 1px solid var(--line);
    background: var(--sunken);
  }
  .space {
    flex: 1;
  }
  .tabs {
    display: flex;
    align-self: stretch;
    min-width: 0;
    overflow-x: auto;
    scrollbar-width: none;
  }
  .tab {
    display: flex;
    align-items: center;
    min-width: 0;
    border-right: 1px solid var(--line);
    color: var(--text-muted);
    font-size: 13px;
  }
  .tab.selected {
    background: var(--surface);
    color: var(--text);
    margin-bottom: -1px;
  }
  .tab [role='tab'] {
    display: flex;
    align-items: center;
    gap: 8px;
    align-self: stretch;
    padding: 0 12px;
    min-width: 0;
  }
  .tab:has(.close) [role='tab'] {
    padding-right: 4px;
  }
  .tab :focus-visible {
    outline-offset: -3px;
  }
  .number {
    color: var(--text-muted);
    font: 12px var(--mono);
  }
  .name {
    max-width: 22ch;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .close {
    display: grid;
    place-items: center;
    width: 24px;
    height: 24px;
    margin-right: 6px;
    border-radius: 4px;
    color: var(--text-muted);
  }
  .close svg.icon {
    width: 12px;
  }
  .close:hover {
    background: var(--hover);
    color: var(--text);
  }
  terminal-search {
    grid-row: 2;
  }
  .screens {
    grid-row: 3;
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    min-height: 0;
  }
  .screens > * {
    grid-area: 1 / 1;
  }
  terminal-keys {
    grid-row: 4;
  }
  .none {
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 8px;
    padding: 16px;
    color: var(--text-muted);
    font-size: 14px;
    text-align: center;
    overflow-wrap: anywhere;
  }
  .none b {
    color: var(--text);
    font-weight: 500;
  }
`;
