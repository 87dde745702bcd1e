import type { LoadedLesson } from '../../../lessons/load.ts';
import type { AttemptResult, RehearsalResult } from '../../../progress/rehearsal/result.ts';
import type { LessonReport, Reporter } from './reporter.ts';

export interface RunReportsOptions {
  readonly provider: string;
  /** Milliseconds since any moment. */
  now(): number;
}

/** Everything that happens in a run, told to each of its reporters and kept for those that speak at the end. */
export class RunReports {
  readonly #reporters: readonly Reporter[];
  readonly #options: RunReportsOptions;
  readonly #lessons: LessonReport[] = [];
  readonly #started: number;

  constructor(reporters: readonly Reporter[], options: RunReportsOptions) {
    this.#reporters = reporters;
    this.#options = options;
    this.#started = options.now();
  }

  /** Lessons that do not hold what they promise. */
  get failed(): number {
    return this.#lessons.filter(({ status }) => status === 'failed' || status === 'broken').length;
  }

  started(lessons: readonly LoadedLesson[], attempts: number): void {
    for (const reporter of this.#reporters) reporter.started?.(lessons, attempts);
  }

  began(loaded: LoadedLesson): void {
    for (const reporter of this.#reporters) reporter.began?.(loaded);
  }

  attempt(loaded: LoadedLesson, attempt: AttemptResult): void {
    for (const reporter of this.#reporters) reporter.attempt?.(loaded, attempt);
  }

  ended(loaded: LoadedLesson, { passed, attempts, milliseconds }: RehearsalResult): void {
    this.#end({ loaded, status: passed ? 'passed' : 'failed', attempts, milliseconds });
  }

  /** Of a lesson that has not begun. */
  skipped(loaded: LoadedLesson, reason: string): void {
    this.#end({ loaded, status: 'skipped', reason, attempts: [], milliseconds: 0 });
  }

  /** Of a lesson that could not be loaded. */
  broken(loaded: LoadedLesson): void {
    this.#end({ loaded, status: 'broken', attempts: [], milliseconds: 0 });
  }

  finish(): void {
    const { provider, now } = this.#options;
    const lessons = [...this.#lessons].sort((one, other) => one.loaded.id.localeCompare(other.loaded.id));
    const run = { provider, passed: this.failed === 0, lessons, milliseconds: now() - this.#started };
    for (const reporter of this.#reporters) reporter.finished?.(run);
  }

  close(): void {
    for (const reporter of this.#reporters) reporter.closed?.();
  }

  #end(report: LessonReport): void {
    this.#lessons.push(report);
    for (const reporter of this.#reporters) reporter.ended?.(report);
  }
}
