import { appendFileSync } from 'node:fs';
import type { AttemptResult } from '../../../progress/rehearsal/result.ts';
import { annotation } from '../../github.ts';
import { attemptName, failureLines } from './failure-lines.ts';
import { type Output, seconds } from './list.ts';
import { type Place, pathFrom, placeOfProblem } from './places.ts';
import type { LessonReport, Reporter, RunReport } from './reporter.ts';

/** Characters of an annotation; GitHub cuts longer ones off at 64 KiB, and shows a few lines. */
const longest = 4000;

/**
 * For GitHub Actions: what is wrong, as annotations at the lines where it is written, and a table of the lessons in the
 * run's summary.
 */
export class GithubReporter implements Reporter {
  readonly #out: Output;
  readonly #summary: string | undefined;

  /** @param summary file that GitHub Actions shows with the run (GITHUB_STEP_SUMMARY) */
  constructor(out: Output, summary: string | undefined) {
    this.#out = out;
    this.#summary = summary;
  }

  ended({ loaded, status, reason, attempts }: LessonReport): void {
    if (status === 'skipped') {
      this.#say('notice', { file: pathFrom(loaded, 'lesson.md'), line: 1, column: 1 }, loaded.id, `skipped: ${reason}`);
    }
    for (const { file, severity, message, ...at } of loaded.problems) {
      this.#say(severity, { ...at, file: pathFrom(loaded, file) }, loaded.id, message);
    }
    for (const attempt of attempts) if (!attempt.passed) this.#annotate(loaded, attempt);
  }

  finished({ lessons, provider }: RunReport): void {
    if (!this.#summary) return;
    const rows = lessons.map(({ loaded, status, reason, attempts, milliseconds }) => {
      const good = attempts.filter(({ passed }) => passed).length;
      const how = {
        passed: 'as promised',
        failed: '**does not hold**',
        skipped: 'skipped',
        broken: '**cannot be loaded**',
      };
      const cells = [
        `${loaded.id} ${loaded.lesson?.title ?? ''}`.trim().replaceAll('|', '\\|'),
        reason ? `${how[status]}: ${reason}` : how[status],
        attempts.length ? `${good} of ${attempts.length}` : '',
        attempts.length ? seconds(milliseconds) : '',
      ];
      return `| ${cells.join(' | ')} |`;
    });
    const head = [`### Lessons, rehearsed on ${provider}`, '', '| lesson | | attempts | time |', '|---|---|---|---|'];
    appendFileSync(this.#summary, `${[...head, ...rows].join('\n')}\n`);
  }

  #annotate(loaded: LessonReport['loaded'], attempt: AttemptResult): void {
    const place = placeOfProblem(loaded, attempt, attempt.problems[0]);
    this.#say('error', place, `${loaded.id}: ${attemptName(attempt)}`, failureLines(attempt).join('\n'));
  }

  #say(level: 'error' | 'warning' | 'notice', place: Place, title: string, message: string): void {
    const cut = message.length > longest ? `${message.slice(0, longest)} …` : message;
    this.#out.write(annotation(level, place, title, cut));
  }
}
