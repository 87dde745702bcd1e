import { css } from 'lit';

/** Rendered Markdown: what stands in a step, and in a hint. */
export const proseStyles = css`
  .prose {
    font-size: 15.5px;
    line-height: 1.68;
    color: var(--text-soft);
    overflow-wrap: break-word;
  }
  .prose > :first-child {
    margin-top: 0;
  }
  .prose > :last-child {
    margin-bottom: 0;
  }
  .prose p,
  .prose ul,
  .prose ol,
  .prose table,
  .prose figure,
  .prose pre,
  .prose aside,
  .prose details,
  .prose fieldset,
  .prose blockquote {
    margin: 0 0 16px;
  }
  .prose strong {
    color: var(--text);
    font-weight: 600;
  }
  .prose h3,
  .prose h4 {
    margin: 28px 0 8px;
    color: var(--text);
    font-size: 16.5px;
    font-weight: 600;
    letter-spacing: -0.015em;
    line-height: 1.35;
  }
  .prose ul,
  .prose ol {
    padding-left: 22px;
  }
  .prose li + li {
    margin-top: 5px;
  }
  .prose li::marker {
    color: var(--text-muted);
  }
  .prose img {
    max-width: 100%;
    height: auto;
    border-radius: var(--radius);
  }
  .prose blockquote {
    padding-left: 16px;
    border-left: 2px solid var(--line-strong);
  }
  .prose :not(pre) > code {
    padding: 0.1em 0.28em;
    border-radius: 4px;
    background: light-dark(#eeeeea, #22262c);
    color: var(--text);
    font-size: 0.865em;
    overflow-wrap: anywhere;
  }
  .prose a code {
    color: inherit;
  }
  .prose table {
    width: 100%;
    border-collapse: collapse;
    font-size: 14px;
  }
  .prose th,
  .prose td {
    padding: 7px 10px 7px 0;
    border-bottom: 1px solid var(--line);
    text-align: left;
    vertical-align: top;
  }
  .prose th {
    color: var(--text-muted);
    font-size: 13px;
    font-weight: 500;
  }
  .prose pre {
    padding: 12px 14px;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--code) !important;
    color: var(--text);
    font: 13px / 1.6 var(--mono);
    font-feature-settings: 'liga' 0;
    overflow-x: auto;
    tab-size: 2;
    scrollbar-width: thin;
  }
  .prose pre code {
    font: inherit;
  }
  .prose pre span {
    color: light-dark(var(--shiki-light, inherit), var(--shiki-dark, inherit));
  }

  .prose aside.note,
  .prose details.hint,
  .prose details.deeper {
    padding: 12px 16px;
    border-radius: var(--radius);
    font-size: 15px;
    line-height: 1.6;
  }
  .prose aside.note {
    border-left: 3px solid var(--accent);
    border-radius: 2px var(--radius) var(--radius) 2px;
    background: var(--accent-soft);
  }
  .prose aside .title {
    margin-bottom: 4px;
    color: var(--text);
    font-weight: 600;
  }
  .prose aside > :last-child,
  .prose details > :last-child {
    margin-bottom: 0;
  }
  .prose details {
    border: 1px solid var(--line);
  }
  .prose details[open] {
    background: var(--sunken);
  }
  .prose summary {
    cursor: pointer;
    color: var(--text);
    font-weight: 500;
  }
  .prose details[open] > summary {
    margin-bottom: 8px;
  }
  .prose summary::marker {
    color: var(--text-muted);
  }
`;
