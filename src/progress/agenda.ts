import type { Check, Recording } from '../checks/check.ts';
import { hasCome } from '../checks/evaluate.ts';
import { canonical } from '../checks/kinds.ts';
import type { Lesson, Prediction, Step, Task } from '../lessons/lesson.ts';
import type { ProgressBook } from './book.ts';
import type { Moments } from './moments.ts';

/** What is still to be asked of the cluster in a lesson, by what has been opened, recorded and passed so far. */
export class Agenda {
  readonly #lesson: Lesson;
  readonly #book: ProgressBook;
  readonly #moments: Moments;

  constructor(lesson: Lesson, book: ProgressBook, moments: Moments) {
    this.#lesson = lesson;
    this.#book = book;
    this.#moments = moments;
  }

  get tasks(): { step: Step; task: Task }[] {
    return this.#lesson.steps
      .filter(({ id }) => this.#book.isOpened(id))
      .flatMap((step) => step.tasks.map((task) => ({ step, task })))
      .filter(({ task }) => !this.#book.passed(task.key));
  }

  /** Those whose answer the cluster gives now. */
  get predictions(): { step: Step; prediction: Prediction }[] {
    return this.#lesson.steps
      .flatMap((step) => step.predictions.map((prediction) => ({ step, prediction })))
      .filter(({ prediction: { settlement } }) => {
        return this.#book.passed(settlement.after) && !this.#book.prediction(settlement.key)?.settled;
      });
  }

  /** Of moments that have come: what is asked before that is asked again only after a pause, and then it is late. */
  get recordings(): { key: string; recording: Recording }[] {
    return this.#lesson.steps
      .flatMap(({ tasks, predictions }) => [
        ...tasks.filter(({ key }) => !this.#book.passed(key)).map(({ check }): Pick<Check, 'recordings'> => check),
        ...predictions.map(({ settlement }) => settlement),
      ])
      .flatMap(({ recordings }) => recordings.map((recording) => ({ key: recording.key, recording })))
      .filter(({ recording }) => hasCome(recording, this.#book.memory) && !this.isRecorded(recording));
  }

  isRecorded({ key }: Recording): boolean {
    return this.#book.memory.recorded(key) !== undefined && !this.#moments.isOutdated(key);
  }
}

/** Keys of the tasks that something is `since`. */
export function countedTasks({ steps }: Lesson): Set<string> {
  const moments = steps.flatMap(({ tasks, predictions }) => [
    ...tasks.flatMap(({ check }) => [
      ...(check.subject.kind === 'terminal' && check.subject.since ? [check.subject.since] : []),
      ...check.recordings.map(({ since }) => since),
    ]),
    ...predictions.flatMap(({ settlement }) => settlement.recordings.map(({ since }) => since)),
  ]);
  return new Set(moments.flatMap((moment) => (moment.type === 'task' ? [moment.key] : [])));
}

/** Every kind a lesson's checks read, to be watched from the beginning: a history cannot be had afterwards. */
export function kindsOf(lesson: Lesson): string[] {
  const inputs = lesson.steps.flatMap(({ tasks, predictions }) => [
    ...tasks.flatMap(({ check }) => [check.inputs, ...check.recordings.map((recording) => recording.inputs)]),
    ...predictions.flatMap(({ settlement }) => [
      settlement.inputs,
      ...settlement.recordings.map((recording) => recording.inputs),
    ]),
  ]);
  return [...new Set(inputs.flatMap(({ kinds, histories }) => [...kinds, ...histories]).map(canonical))];
}
