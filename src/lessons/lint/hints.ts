import { fenceInfo } from '../attributes.ts';
import { parseMarkdown } from '../markdown.ts';
import { isShell } from '../text.ts';
import { reviewScript } from './commands.ts';
import { lintLinksOf } from './links.ts';
import type { Report } from './report.ts';
import { lintPlaceholders } from './scripts.ts';
import { shellSyntax } from './shell-syntax.ts';

/** Hints are Markdown like the text: their commands have to be right as well, and their links to lead somewhere. */
export function lintHints(report: Report): void {
  for (const [step, { tasks }] of report.loaded.sources.checks?.steps ?? []) {
    for (const { id, hints, check } of tasks) {
      const path = report.taskPath(step, id);
      const lists = [
        { path, hints },
        ...check.explain.map((each, index) => ({ path: [...path, 'explain', index], hints: each.hints ?? [] })),
      ];
      for (const list of lists) {
        list.hints.forEach((hint, index) => {
          lintHint(hint, [...list.path, 'hints', index], report);
        });
        lintRepeated(list.hints, [...list.path, 'hints'], report);
      }
    }
  }
}

function lintHint(markdown: string, path: readonly PropertyKey[], report: Report): void {
  const say = (offset: number, message: string, severity?: 'error' | 'warning') =>
    report.checks(path, message, severity, { offset });
  lintLinksOf(markdown, path, report);
  lintPlaceholders(markdown, say);
  const [tokens, { problems }] = parseMarkdown(report.tools.markdown, markdown);
  for (const { message } of problems) say(0, message);
  for (const { type, info, content, map } of tokens) {
    const fence = { ...fenceInfo(info), content, line: 0 };
    if (type !== 'fence' || !isShell(fence)) continue;
    // The block's first line is the fence itself.
    const start = markdown.split('\n', (map?.[0] ?? 0) + 1).join('\n').length + 1;
    const complaints = [...shellSyntax(content), ...reviewScript(content, report.table).complaints];
    for (const { offset, message } of complaints) say(start + offset, message);
  }
}

/** The second of two equal hints is a click for nothing. */
function lintRepeated(hints: readonly string[], path: readonly PropertyKey[], report: Report): void {
  hints.forEach((hint, index) => {
    if (hints.slice(0, index).some((each) => each.trim() === hint.trim())) {
      report.checks([...path, index], 'says what a hint above it has said: take the next step instead', 'warning');
    }
  });
}
