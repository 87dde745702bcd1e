import type { LoadedLesson } from '../../../lessons/load.ts';
import { formatProblem } from '../../../lessons/problem.ts';
import type { AttemptResult } from '../../../progress/rehearsal/result.ts';
import { attemptName, failureLines } from './failure-lines.ts';
import type { Output } from './list.ts';
import { pathFrom, placeOfProblem } from './places.ts';
import type { LessonReport, Reporter, RunReport } from './reporter.ts';

/**
 * For CI systems: JUnit's XML, a suite for each lesson and a case for each attempt. Its schema was never written down;
 * this is the part of it that GitLab, Jenkins and others read.
 */
export class JunitReporter implements Reporter {
  readonly #out: Output;

  constructor(out: Output) {
    this.#out = out;
  }

  finished({ lessons, milliseconds }: RunReport): void {
    const suites = lessons.map(suiteOf);
    const sum = (what: (suite: Suite) => number) => suites.reduce((total, suite) => total + what(suite), 0);
    const counts = {
      tests: sum(({ tests }) => tests),
      failures: sum(({ failures }) => failures),
      errors: sum(({ errors }) => errors),
      skipped: sum(({ skipped }) => skipped),
    };
    const body = suites.map(({ xml }) => xml).join('');
    const root = element('testsuites', { name: 'ordinal validate', ...counts, time: inSeconds(milliseconds) }, body);
    this.#out.write(`<?xml version="1.0" encoding="UTF-8"?>\n${root}`);
  }
}

interface Suite {
  readonly xml: string;
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

function suiteOf({ loaded, status, reason, attempts, milliseconds }: LessonReport): Suite {
  const whole = (inner: string) =>
    element('testcase', { classname: loaded.id, name: 'the lesson', file: pathFrom(loaded, 'lesson.md') }, inner);
  const problems = loaded.problems.filter(({ severity }) => severity === 'error').map(formatProblem);
  const cases =
    status === 'skipped'
      ? whole(element('skipped', { message: reason ?? '' }))
      : status === 'broken'
        ? whole(element('error', { message: 'cannot be loaded' }, escaped(problems.join('\n'))))
        : attempts.map((attempt) => caseOf(loaded, attempt)).join('');
  const counts = {
    tests: attempts.length || 1,
    failures: attempts.filter(({ passed }) => !passed).length,
    errors: status === 'broken' ? 1 : 0,
    skipped: status === 'skipped' ? 1 : 0,
  };
  return { ...counts, xml: element('testsuite', { name: loaded.id, ...counts, time: inSeconds(milliseconds) }, cases) };
}

function caseOf(loaded: LoadedLesson, attempt: AttemptResult): string {
  const { passed, problems, milliseconds } = attempt;
  const { file, line } = placeOfProblem(loaded, attempt, problems[0]);
  const attributes = { classname: loaded.id, name: attemptName(attempt), time: inSeconds(milliseconds), file, line };
  if (passed) return element('testcase', attributes);
  const message = problems[0]?.message.split('\n')[0] ?? 'does not hold';
  return element('testcase', attributes, element('failure', { message }, escaped(failureLines(attempt).join('\n'))));
}

function element(name: string, attributes: Readonly<Record<string, string | number>>, inner?: string): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  return inner === undefined ? `<${name}${written.join('')}/>\n` : `<${name}${written.join('')}>${inner}</${name}>\n`;
}

/** Characters that no XML document may hold, however they are written: programs print them all the same. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const forbidden = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(forbidden, '\ufffd').replace(/[&<>"]/g, (character) => entities[character]!);
}

function inSeconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
