import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

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
 * Rehearses all lessons on the embedded cluster, which prints as it goes along, and tells how it ended.
 * @returns {Outcome} of attempts
 */
export function rehearseLessons() {
  const folder = mkdtempSync(join(tmpdir(), 'ordinal-lessons-'));
  const file = join(folder, 'report.json');
  try {
    const program = join(root, 'dist/ordinal.js');
    const { status, signal } = spawnSync(
      process.execPath,
      [program, 'validate', '--reporter', 'list', '--reporter', `json=${file}`],
      { cwd: root, stdio: 'inherit' },
    );
    const outcome = existsSync(file)
      ? outcomeOf(JSON.parse(readFileSync(file, 'utf8')))
      : { passed: 0, failed: 0, skipped: 0, failures: [] };
    if (status === 0 || outcome.failed > 0) return outcome;
    const message = `ordinal validate ended ${signal ? `by ${signal}` : `with exit code ${status}`}; what it printed stands above`;
    return { ...outcome, failed: 1, failures: [{ name: 'lessons', message }] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {Report} report @returns {Outcome} */
export function outcomeOf({ lessons }) {
  const attempts = lessons.flatMap((lesson) => lesson.attempts.map((attempt) => ({ lesson, ...attempt })));
  const failures = attempts
    .filter(({ passed }) => !passed)
    .map(({ lesson, kind, step, name, problems }) => ({
      name: `lessons/${lesson.id} > ${[step, kind, name].filter(Boolean).join(' > ')}`,
      message: problems[0]?.message.split('\n')[0] ?? '(no message)',
    }));
  // One that cannot even be read has no attempts.
  const broken = lessons
    .filter(({ status }) => status === 'broken')
    .map(({ id, problems }) => ({ name: `lessons/${id}`, message: problems[0]?.message ?? '(no message)' }));
  return {
    passed: attempts.filter(({ passed }) => passed).length,
    failed: failures.length + broken.length,
    skipped: lessons.filter(({ status }) => status === 'skipped').length,
    failures: [...failures, ...broken],
  };
}
