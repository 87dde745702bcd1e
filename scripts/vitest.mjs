import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);

/**
 * As vitest's JSON reporter writes it, as far as it is read here.
 * @typedef {{ status: string, fullName: string, failureMessages?: string[] | null }} TestReport
 * @typedef {{ name: string, status: string, message?: string, assertionResults: TestReport[] }} FileReport
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests?: number, testResults: FileReport[] }} Report
 *
 * @typedef {{ passed: number, failed: number, skipped: number, failures: { name: string, message: string }[] }} Outcome
 */

/** @type {Outcome} Of what has not been run. */
export const nothing = { passed: 0, failed: 0, skipped: 0, failures: [] };

/**
 * Runs vitest, which prints as it goes along, and tells how it ended.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Outcome}
 */
export function runVitest(args, env) {
  const program = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs');
  const command = (/** @type {string} */ file) => [
    program,
    'run',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...args,
  ];
  return runReporting('vitest', command, outcomeOf, env);
}

/**
 * Runs a program that prints as it goes along and writes a report as JSON, and tells how it ended.
 * @template T
 * @param {string} name
 * @param {(file: string) => string[]} command what Node runs, with the file the report goes to
 * @param {(report: T) => Outcome} outcomeOf
 * @param {NodeJS.ProcessEnv} env
 * @returns {Outcome}
 */
export function runReporting(name, command, outcomeOf, env) {
  const folder = mkdtempSync(join(tmpdir(), 'ordinal-report-'));
  const file = join(folder, 'report.json');
  try {
    const { status, signal } = spawnSync(process.execPath, command(file), { cwd: root, stdio: 'inherit', env });
    // Some begin the file at once and write it in the end, which one that broke off has not come to.
    const report = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const outcome = report ? outcomeOf(JSON.parse(report)) : nothing;
    if (status === 0 || outcome.failed > 0) return outcome;
    // An error outside of anything that is counted, or an end before the last.
    const message = `${name} ended ${signal ? `by ${signal}` : `with exit code ${status}`}; what it printed stands above`;
    return { ...outcome, failed: 1, failures: [{ name: 'the run as a whole', message }] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {Report} report @returns {Outcome} */
export function outcomeOf(report) {
  const failures = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    // A file that does not even load, or whose preparation fails, has no test of its own that did.
    if (status === 'failed' && failed.length === 0) return [{ name: file, message: firstLine(message) }];
    return failed.map(({ fullName, failureMessages }) => ({
      name: `${file} > ${fullName}`,
      message: firstLine(failureMessages?.[0]),
    }));
  });
  return {
    passed: report.numPassedTests,
    failed: failures.length,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
    failures,
  };
}

/** @param {...Outcome} parts @returns {Outcome} */
export function together(...parts) {
  const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ what) => parts.reduce((all, part) => all + part[what], 0);
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    skipped: sum('skipped'),
    failures: parts.flatMap(({ failures }) => failures),
  };
}

/**
 * Prints what failed, what was missing, and, last, the line that is counted: `N passed, N failed[, N skipped]`. So the
 * end of a long log says what there is to mend.
 * @param {Outcome} outcome
 * @param {readonly string[]} notes lines about what could not be had
 */
export function tell({ passed, failed, skipped, failures }, notes = []) {
  for (const { name, message } of failures) console.log(`FAILED ${name}\n       ${message}`);
  for (const note of notes) console.log(note);
  console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
}

/** @param {string | undefined} text */
export function firstLine(text = '') {
  // What vitest calls the place of a test that did not end: its report has no other word of that.
  if (text.startsWith('Error: STACK_TRACE_ERROR')) return 'it did not end within its time';
  return text.split('\n').find((line) => line.trim() !== '') ?? '(no message)';
}
