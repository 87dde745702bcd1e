import { css } from 'lit';

/** What the interface adds to a step's text: buttons at commands and files, and predictions. */
export const lessonTextStyles = css`
  :host {
    display: block;
  }
  figure.command,
  figure.file {
    position: relative;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--code);
    overflow: hidden;
  }
  figure.command {
    display: flex;
    align-items: flex-start;
    transition: border-color var(--quick);
  }
  figure.command:hover,
  figure.command:focus-within {
    border-color: var(--line-strong);
  }
  .prose figure pre {
    margin: 0;
    border: 0;
    border-radius: 0;
    background: none !important;
  }
  .prose figure.command pre {
    flex: 1;
    min-width: 0;
    padding: 11px 4px 11px 14px;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  figure.command::before {
    content: '$';
    padding: 11px 0 0 14px;
    margin-right: -4px;
    color: var(--text-muted);
    font: 13px / 1.6 var(--mono);
    user-select: none;
  }
  .word {
    display: inline-block;
    max-width: 100%;
  }
  .tools {
    display: flex;
    gap: 2px;
    padding: 5px;
    flex: none;
  }
  .tools .run {
    font-family: var(--sans);
    min-height: 28px;
    padding: 0 10px 0 8px;
    font-size: 12.5px;
    gap: 5px;
    border-color: transparent;
    background: var(--accent-soft);
    color: var(--accent);
  }
  .tools .run:hover {
    background: var(--accent-fill);
    color: var(--on-accent);
  }
  .tools .run svg {
    width: 12px;
  }
  .tools .icon-button {
    width: 28px;
    height: 28px;
  }
  .tools .said {
    color: var(--good);
  }
  .remark {
    position: absolute;
    right: 10px;
    bottom: 3px;
    color: var(--text-muted);
    font: 11.5px var(--sans);
  }
  figure.command:has(.remark) {
    padding-bottom: 14px;
  }
  figcaption {
    display: flex;
    align-items: center;
    gap: 8px;
    padding-left: 14px;
    border-bottom: 1px solid var(--line);
    color: var(--text-soft);
    font: 500 13px var(--mono);
  }
  figcaption .name {
    flex: 1;
    padding: 8px 0;
    overflow-wrap: anywhere;
  }
  figcaption > svg.icon {
    color: var(--text-muted);
  }
  .prose figure.file.folded pre {
    max-height: 360px;
    overflow-y: hidden;
    mask-image: linear-gradient(#000 68%, transparent);
  }
  .unfold {
    width: 100%;
    padding: 8px;
    color: var(--accent);
    font-size: 13px;
  }
  .unfold:hover {
    background: var(--hover);
  }
  .unfold:focus-visible {
    outline-offset: -2px;
  }

  fieldset.predict {
    min-width: 0;
    padding: 16px 18px 18px;
    border: 1px solid var(--accent-line);
    border-radius: 10px;
    background: var(--accent-soft);
  }
  .predict legend {
    float: left;
    width: 100%;
    padding: 0;
    margin-bottom: 10px;
    color: var(--text);
    font-weight: 500;
    line-height: 1.5;
  }
  .predict legend::before {
    content: 'Predict';
    display: block;
    color: var(--accent);
    font-size: 12.5px;
  }
  .predict > :not(legend) {
    clear: both;
  }
  .predict label {
    display: flex;
    gap: 10px;
    align-items: baseline;
    padding: 8px 12px;
    margin-bottom: 6px;
    border: 1px solid var(--line);
    border-radius: 7px;
    background: var(--surface);
    color: var(--text);
    font-size: 15px;
    line-height: 1.45;
    cursor: pointer;
    transition: border-color var(--quick);
  }
  .predict:not(.locked) label:hover {
    border-color: var(--accent);
  }
  .predict label:has(:checked) {
    border-color: var(--accent);
    box-shadow: inset 0 0 0 1px var(--accent);
  }
  .predict label:has(:focus-visible) {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .predict input {
    accent-color: var(--accent-fill);
    margin: 0;
    translate: 0 1px;
    flex: none;
  }
  .predict input:focus-visible {
    outline: none;
  }
  .predict.locked label {
    cursor: default;
    color: var(--text-muted);
  }
  .predict.locked label:has(:checked) {
    color: var(--text);
  }
  .predict label.came-true {
    border-color: var(--good-fill);
    box-shadow: inset 0 0 0 1px var(--good-fill);
    background: var(--good-soft);
    color: var(--text);
  }
  .predict label .mark-text {
    margin-left: auto;
    color: var(--text-muted);
    font-size: 12.5px;
    white-space: nowrap;
  }
  .predict label.came-true .mark-text {
    color: var(--good);
  }
  .predict .outcome {
    margin: 12px 0 0;
    color: var(--text-soft);
    font-size: 14.5px;
  }
  .predict .outcome b {
    color: var(--text);
    font-weight: 600;
  }
  .predict .lock {
    margin-top: 6px;
  }
  @container (max-width: 440px) {
    figure.command {
      flex-wrap: wrap;
    }
    figure.command .tools {
      width: 100%;
      justify-content: flex-end;
      padding-top: 0;
    }
    fieldset.predict {
      padding: 13px 13px 14px;
    }
  }
`;
