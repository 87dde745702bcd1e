import { withoutManagedFields } from '../../../kubernetes/object.ts';
import type { LoadedLesson } from '../../../lessons/load.ts';
import type { AttemptResult } from '../../../progress/rehearsal/result.ts';
import { version } from '../../version.ts';
import type { Output } from './list.ts';
import { pathFrom, placeOfProblem } from './places.ts';
import type { LessonReport, Reporter, RunReport } from './reporter.ts';

/** For programs: one document, when everything is over. Fields are added to it, never renamed. */
export class JsonReporter implements Reporter {
  readonly #out: Output;

  constructor(out: Output) {
    this.#out = out;
  }

  finished({ provider, passed, milliseconds, lessons }: RunReport): void {
    const document = { ordinal: version, provider, passed, milliseconds, lessons: lessons.map(lessonOf) };
    this.#out.write(`${JSON.stringify(document, null, 2)}\n`);
  }
}

function lessonOf({ loaded, status, reason, attempts, milliseconds }: LessonReport) {
  return {
    id: loaded.id,
    ...(loaded.lesson && { title: loaded.lesson.title }),
    folder: pathFrom(loaded, ''),
    status,
    ...(reason !== undefined && { reason }),
    milliseconds,
    problems: loaded.problems.map((problem) => ({ ...problem, file: pathFrom(loaded, problem.file) })),
    attempts: attempts.map((attempt) => attemptOf(loaded, attempt)),
  };
}

function attemptOf(loaded: LoadedLesson, attempt: AttemptResult) {
  const { problems, objects, events, transcript, ...rest } = attempt;
  return {
    ...rest,
    problems: problems.map((problem) => ({ ...problem, ...placeOfProblem(loaded, attempt, problem) })),
    // Of what went as promised, what was typed is in the lesson.
    ...(!attempt.passed && { transcript }),
    ...(objects && { objects: objects.map(withoutManagedFields) }),
    ...(events && { events: events.map(withoutManagedFields) }),
  };
}
