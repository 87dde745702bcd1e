import { checksFile } from '../checks-file.ts';
import { loadLesson, type Tools } from '../load.ts';
import type { Problem } from '../problem.ts';
import { lintConditions } from './conditions.ts';
import { lintHints } from './hints.ts';
import { lintFrontMatter } from './images.ts';
import { lintReferences } from './links.ts';
import { type LintOptions, Report, type WebLink } from './report.ts';
import { lintScripts } from './scripts.ts';

/** Everything that is wrong with a lesson, in the order of its files and their lines. */
export function lint(folder: string, tools: Tools, options: LintOptions = {}): Problem[] {
  return review(folder, tools, options).problems;
}

/** The same, and the links that only somebody with a network can judge. */
export function review(
  folder: string,
  tools: Tools,
  options: LintOptions = {},
): { readonly problems: Problem[]; readonly webLinks: readonly WebLink[] } {
  const loaded = loadLesson(folder, tools);
  const report = new Report(loaded, tools, options);
  lintFrontMatter(report);
  lintSteps(report);
  lintTasks(report);
  lintConditions(report);
  lintHints(report);
  lintScripts(report);
  for (const step of loaded.sources.text.steps) lintReferences(step, report);
  const problems = [...loaded.problems, ...report.problems].sort(
    (one, other) => one.file.localeCompare(other.file) || one.line - other.line || one.column - other.column || 0,
  );
  return { problems, webLinks: report.webLinks };
}

function lintSteps(report: Report): void {
  const { text, checks } = report.loaded.sources;
  // As it is written, not as it was compiled: a task with a mistake in it is a task.
  const { steps } = Object(checks?.yaml?.data ?? {}) as { steps?: Record<string, { tasks?: unknown } | null> };
  for (const { id, title, line } of text.steps) {
    const tasks = steps?.[id]?.tasks;
    if (id === '' || !checks?.yaml || (Array.isArray(tasks) && tasks.length > 0)) continue;
    report.text(line, `nothing checks the step "${title}": give ${id} tasks in ${checksFile}`);
  }
}

const longestTry = 200;
const hintsOfATask = 3;

function lintTasks(report: Report): void {
  for (const [step, { tasks }] of report.loaded.sources.checks?.steps ?? []) {
    for (const { id, hints, wrong, check } of tasks) {
      const path = report.taskPath(step, id);
      if (hints.length < hintsOfATask) {
        const message = `task ${id} has ${hints.length} hints: write ${hintsOfATask}, a nudge, the way and the answer`;
        report.checks([...path, 'hints'], message, 'warning');
      }
      if (wrong.length === 0) {
        const message = `nothing proves that task ${id} can fail: write wrong attempts, each with the explanation it gets`;
        report.checks([...path], message, 'warning');
      }
      const tries = [
        { path, text: check.texts.try },
        ...check.explain.map((each, index) => ({ path: [...path, 'explain', index], text: each.try })),
      ];
      for (const { path: at, text } of tries) {
        if (!text || text.source.length <= longestTry) continue;
        report.checks(
          [...at, 'try'],
          `"${text.source.slice(0, 40)}…" is ${text.source.length} characters long: say it in ${longestTry}`,
          'warning',
        );
      }
    }
  }
}
