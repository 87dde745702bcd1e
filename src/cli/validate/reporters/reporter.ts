import type { LoadedLesson } from '../../../lessons/load.ts';
import type { AttemptResult } from '../../../progress/rehearsal/result.ts';

/** How it went with one lesson. */
export interface LessonReport {
  readonly loaded: LoadedLesson;
  /** `skipped`: this cluster cannot show it. `broken`: it could not even be loaded. */
  readonly status: 'passed' | 'failed' | 'skipped' | 'broken';
  /** Why it was skipped. */
  readonly reason?: string;
  readonly attempts: readonly AttemptResult[];
  readonly milliseconds: number;
}

export interface RunReport {
  readonly provider: string;
  readonly passed: boolean;
  readonly lessons: readonly LessonReport[];
  readonly milliseconds: number;
}

/** Tells somebody how a rehearsal goes. Lessons may be under way at the same time: what is told says of which it is. */
export interface Reporter {
  /** @param attempts how many there will be in all lessons together */
  started?(lessons: readonly LoadedLesson[], attempts: number): void;
  began?(loaded: LoadedLesson): void;
  attempt?(loaded: LoadedLesson, attempt: AttemptResult): void;
  ended?(report: LessonReport): void;
  /** Everything has been rehearsed. */
  finished?(run: RunReport): void;
  /** Nothing more will be told, whether it was finished or came to another end. */
  closed?(): void;
}
