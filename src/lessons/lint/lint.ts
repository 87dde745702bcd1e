import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { resolveAsset } from '../assets.ts';
import { checksFile } from '../checks-file.ts';
import { loadLesson, type Tools } from '../load.ts';
import type { Problem } from '../problem.ts';
import { addressesOf, lessonOf } from '../render.ts';
import { type StepSource, textFile } from '../text.ts';
import { createKubectlTable } from './kubectl-flags.ts';
import { type LintOptions, Report } from './report.ts';
import { lintScripts } from './scripts.ts';

/** Everything that is wrong with a lesson, what keeps it from loading first. */
export function lint(folder: string, tools: Tools, options: LintOptions = {}): Problem[] {
  const loaded = loadLesson(folder, tools);
  const report = new Report(loaded, createKubectlTable(), options);
  lintFrontMatter(report);
  lintSteps(report);
  lintTasks(report);
  lintScripts(report);
  for (const step of loaded.sources.text.steps) lintReferences(step, report);
  return [...loaded.problems, ...report.problems].sort(
    (one, other) => one.file.localeCompare(other.file) || one.line - other.line || one.column - other.column || 0,
  );
}

function lintFrontMatter(report: Report): void {
  const { frontMatter } = report.loaded.sources.text;
  const { images: known } = report.options;
  for (const image of frontMatter?.images ?? []) {
    if (known && !known.has(image)) {
      report.text(1, `no provider has the image ${image}: there are ${[...known].slice(0, 10).join(', ')}`);
    }
    if (image.endsWith(':latest')) report.text(1, `${image} is another image tomorrow: give it a version`);
  }
}

function lintSteps(report: Report): void {
  const { text, checks } = report.loaded.sources;
  for (const { id, title, line } of text.steps) {
    const tasks = checks?.steps.get(id)?.tasks.length ?? 0;
    if (id !== '' && tasks === 0 && checks)
      report.text(line, `nothing checks the step "${title}": give ${id} tasks in ${checksFile}`);
  }
}

const longestTry = 200;
const hintsOfATask = 3;

function lintTasks(report: Report): void {
  for (const [step, { tasks }] of report.loaded.sources.checks?.steps ?? []) {
    tasks.forEach(({ id, hints, wrong, check }, index) => {
      const path = ['steps', step, 'tasks', index];
      if (hints.length < hintsOfATask) {
        const message = `task ${id} has ${hints.length} hints: write ${hintsOfATask}, a nudge, the way and the answer`;
        report.checks([...path, 'hints'], message, 'warning');
      }
      if (wrong.length === 0) {
        const message = `nothing proves that task ${id} can fail: write wrong attempts, each with the explanation it gets`;
        report.checks([...path], message, 'warning');
      }
      const tries = [check.texts.try, ...check.explain.map((explanation) => explanation.try)];
      for (const text of tries) {
        if (!text || text.source.length <= longestTry) continue;
        report.checks(
          [...path],
          `"${text.source.slice(0, 40)}…" is ${text.source.length} characters long: say it in ${longestTry}`,
          'warning',
        );
      }
    });
  }
}

function lintReferences({ links, images }: StepSource, report: Report): void {
  const { id, folder, sources } = report.loaded;
  const addresses = addressesOf({ id });
  const steps = new Set(sources.text.steps.map((step) => step.id));
  for (const { target, line } of links) {
    if (addresses.link(target) === undefined) {
      report.text(line, `"${target}" is no link: write https://…, #a-step or ../another-lesson/lesson.md`);
    } else if (target.startsWith('http://')) {
      report.text(line, `"${target}" is not encrypted: write https://`, 'warning');
    } else if (target.startsWith('#') && !steps.has(target.slice(1))) {
      report.text(line, `"${target}" leads nowhere: the steps are ${[...steps].join(', ')}`);
    }
    const lesson = lessonOf(target);
    if (lesson && !existsSync(join(dirname(folder), lesson.id, textFile))) {
      report.text(line, `there is no lesson ${lesson.id} beside ${basename(folder)}`);
    }
  }
  for (const { source, alt, line } of images) {
    if (addresses.image(source) === undefined) {
      report.text(
        line,
        `"${source}" is no picture of this lesson: write a path below its folder, such as pictures/a.svg`,
      );
    } else if (!resolveAsset({ folder }, source)) {
      report.text(line, `there is no ${source} in the lesson's folder`);
    }
    if (alt.trim() === '')
      report.text(line, `the picture ${source} says nothing to those who cannot see it: ![what it shows](${source})`);
  }
}
