import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstLine, runReporting } from './vitest.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * As `ordinal validate --reporter json` writes it, as far as it is read here.
 * @typedef {{ kind: string, step?: string, name: string, passed: boolean, problems: { message: string }[] }} AttemptReport
 * @typedef {{ id: string, status: string, reason?: string, problems: { message: string }[], attempts: AttemptReport[] }} LessonReport
 * @typedef {{ lessons: LessonReport[] }} Report
 *
 * @typedef {import('./vitest.mjs').Outcome} Outcome
 */

/**
 * Rehearses all lessons, which prints as it goes along, and tells how it ended.
 * @param {string[]} args of `ordinal validate`: the embedded cluster, and all mistakes, when empty
 * @param {NodeJS.ProcessEnv} env
 * @returns {Outcome} of attempts
 */
export function rehearseLessons(args = [], env = process.env) {
  const program = join(root, 'dist/ordinal.js');
  const command = (/** @type {string} */ file) => [
    program,
    'validate',
    ...args,
    '--reporter',
    'list',
    '--reporter',
    `json=${file}`,
  ];
  return runReporting('ordinal validate', command, outcomeOf, env);
}

/** @param {Report} report @returns {Outcome} */
export function outcomeOf({ lessons }) {
  const attempts = lessons.flatMap((lesson) => lesson.attempts.map((attempt) => ({ lesson, ...attempt })));
  const failures = attempts
    .filter(({ passed }) => !passed)
    .map(({ lesson, kind, step, name, problems }) => ({
      name: `lessons/${lesson.id} > ${[step, kind, name].filter(Boolean).join(' > ')}`,
      message: firstLine(problems[0]?.message),
    }));
  // One that cannot even be read has no attempts.
  const broken = lessons
    .filter(({ status }) => status === 'broken')
    .map(({ id, problems }) => ({ name: `lessons/${id}`, message: firstLine(problems[0]?.message) }));
  return {
    passed: attempts.filter(({ passed }) => passed).length,
    failed: failures.length + broken.length,
    skipped: lessons.filter(({ status }) => status === 'skipped').length,
    failures: [...failures, ...broken],
  };
}
