import type { LoadedLesson } from '../../../lessons/load.ts';
import type { AttemptResult } from '../../../progress/rehearsal/result.ts';
import { attemptName } from './failure-lines.ts';
import type { Output } from './list.ts';
import type { LessonReport, Reporter } from './reporter.ts';

/** A stream that may be a terminal. */
export interface TerminalOutput extends Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** How far it is, in the last line of a terminal. */
export class ProgressReporter implements Reporter {
  readonly #out: TerminalOutput;
  #lessons = 0;
  #attempts = 0;
  #lessonsDone = 0;
  #attemptsDone = 0;
  #failed = 0;
  #shown = false;

  constructor(out: TerminalOutput) {
    this.#out = out;
  }

  started(lessons: readonly LoadedLesson[], attempts: number): void {
    this.#lessons = lessons.length;
    this.#attempts = attempts;
  }

  began({ id }: LoadedLesson): void {
    this.#show(id);
  }

  attempt({ id }: LoadedLesson, attempt: AttemptResult): void {
    this.#attemptsDone++;
    if (!attempt.passed) this.#failed++;
    this.#show(`${id}  ${attemptName(attempt)}`);
  }

  ended({ loaded: { id } }: LessonReport): void {
    this.#lessonsDone++;
    this.#show(id);
  }

  closed(): void {
    this.#clear();
  }

  /** What others write to the same terminal, with the line out of its way. */
  above(out: Output): Output {
    return {
      write: (text) => {
        this.#clear();
        return out.write(text);
      },
    };
  }

  #show(last: string): void {
    const bad = this.#failed > 0 ? `, ${this.#failed} not as promised` : '';
    const line = `${this.#lessonsDone} of ${this.#lessons} lessons, ${this.#attemptsDone} of ${this.#attempts} attempts${bad}  ${last}`;
    this.#out.write(`\r\x1b[K${line.slice(0, (this.#out.columns ?? 80) - 1)}`);
    this.#shown = true;
  }

  #clear(): void {
    if (this.#shown) this.#out.write('\r\x1b[K');
    this.#shown = false;
  }
}
