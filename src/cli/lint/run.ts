import { join, relative } from 'node:path';
import { count } from '../../checks/text.ts';
import { review } from '../../lessons/lint/lint.ts';
import { createTools } from '../../lessons/load.ts';
import type { Problem } from '../../lessons/problem.ts';
import { jsonSchemas } from '../../lessons/schema.ts';
import type { LintOptions } from '../commands/lint.ts';
import { Failure } from '../failure.ts';
import { annotation } from '../github.ts';
import { chooseLessons } from '../lessons.ts';
import { imageJudge } from './images.ts';
import { askAddresses, withoutAnchor } from './online.ts';

/** Milliseconds for a page to answer. */
const patience = 15_000;

export async function lint(ids: readonly string[], options: LintOptions): Promise<void> {
  if (options.schema) {
    console.log(JSON.stringify(jsonSchemas().checks, null, 2));
    return;
  }
  const tools = createTools();
  const lacksImage = imageJudge();
  const folders = chooseLessons(options.lessons, ids);
  const reviews = folders.map((folder) => ({ folder, ...review(folder, tools, { lacksImage }) }));
  if (options.online) {
    const links = reviews.flatMap(({ webLinks }) => webLinks.map(({ target }) => target));
    const verdicts = await askAddresses(links, { fetch, patience, signal: new AbortController().signal });
    for (const { problems, webLinks } of reviews) {
      for (const { target, ...place } of webLinks) {
        const verdict = verdicts.get(withoutAnchor(target));
        if (verdict) problems.push({ ...place, ...verdict });
      }
    }
  }
  const problems = reviews.flatMap(({ folder, problems }) =>
    problems.map((problem) => ({ ...problem, file: relative('.', join(folder, problem.file)).replaceAll('\\', '/') })),
  );
  say(problems, folders.length, options.reporter);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) {
    throw new Failure(`${count(errors, 'error')} in the lessons.`, 'Each line says where and what to write instead.');
  }
}

function say(problems: readonly Problem[], lessons: number, reporter: LintOptions['reporter']): void {
  if (reporter === 'json') {
    console.log(JSON.stringify({ lessons, problems }, null, 2));
    return;
  }
  for (const problem of problems) {
    const { file, line, column, message, severity } = problem;
    if (reporter === 'github') process.stdout.write(annotation(severity, problem, 'ordinal lint', message));
    else console.log(`${file}:${line}:${column}: ${severity}: ${message}`);
  }
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  console.log(`${count(lessons, 'lesson')}, ${count(errors, 'error')}, ${count(warnings, 'warning')}`);
}
