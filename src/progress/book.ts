import type { Evidence, Memory } from '../checks/check.ts';
import { emptyRecord, type ProgressRecord, type ProgressStore } from './record.ts';

/** What a session has written down of its learner, stored at every change. */
export class ProgressBook {
  readonly #store: ProgressStore;
  readonly #learner: string;
  readonly #lesson: string;
  #record: ProgressRecord;
  /** What checks may ask of the past. */
  readonly memory: Memory = {
    recorded: (key) => this.#record.recorded[key],
    passedAt: (task) => this.#record.passed[task]?.at,
    openedAt: (step) => this.#record.opened[step],
  };

  constructor(store: ProgressStore, learner: string, lesson: string) {
    this.#store = store;
    this.#learner = learner;
    this.#lesson = lesson;
    this.#record = store.load(learner, lesson) ?? emptyRecord();
  }

  /** The step last looked at. */
  get step(): string | undefined {
    return this.#record.step;
  }

  isOpened(step: string): boolean {
    return this.#record.opened[step] !== undefined;
  }

  passed(task: string): ProgressRecord['passed'][string] | undefined {
    return this.#record.passed[task];
  }

  hints(task: string): readonly string[] {
    return this.#record.hints[task] ?? [];
  }

  prediction(key: string): ProgressRecord['predictions'][string] | undefined {
    return this.#record.predictions[key];
  }

  openStep(step: string, at: number): void {
    this.#record.step = step;
    this.#record.opened[step] ??= at;
    this.#save();
  }

  pass(task: string, at: number, evidence: Evidence): void {
    this.#record.passed[task] = { at, evidence };
    this.#save();
  }

  addHint(task: string, markdown: string): void {
    this.#record.hints[task] = [...this.hints(task), markdown];
    this.#save();
  }

  choose(prediction: string, choice: string): void {
    this.#record.predictions[prediction] = { ...this.#record.predictions[prediction], choice };
    this.#save();
  }

  settle(prediction: string, settled: { choice: string; observed: string }): void {
    this.#record.predictions[prediction] = { ...this.#record.predictions[prediction], settled };
    this.#save();
  }

  record(key: string, value: unknown): void {
    this.#record.recorded[key] = value;
    this.#save();
  }

  /** Forgets everything; the lesson begins with this step. */
  reset(step: string, at: number): void {
    this.#record = { ...emptyRecord(), step, opened: { [step]: at } };
    this.#save();
  }

  #save(): void {
    // Written in order; a crash loses at most what was decided in the last moment, and that is decided again.
    void this.#store.save(this.#learner, this.#lesson, this.#record);
  }
}
