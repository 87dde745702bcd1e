import type { Check, CheckContext, Evidence, Inputs, Outcome, Recording, Subject } from '../checks/check.ts';
import { answer, evaluate, record, settle } from '../checks/evaluate.ts';
import type { Answer, Expression } from '../checks/expressions/expression.ts';
import { canonical } from '../checks/kinds.ts';
import type { ClusterReader, Transcript } from '../checks/reader.ts';
import type { Clock } from '../clusters/clock.ts';
import { hintsFor, type Lesson, type Prediction, type Step, type Task } from '../lessons/lesson.ts';
import { Agenda, countedTasks } from './agenda.ts';
import { ProgressBook } from './book.ts';
import { Moments } from './moments.ts';
import { Probing } from './probing.ts';
import type { ProgressStore } from './record.ts';

export interface SessionOptions {
  readonly learner: string;
  /** With the namespace filled in. */
  readonly lesson: Lesson;
  readonly namespace: string;
  /** Watches all that `kindsOf(lesson)` names. */
  readonly reader: ClusterReader;
  readonly transcript: Transcript;
  readonly store: ProgressStore;
  readonly clock: Clock;
  /** Told of what should not happen: a check that cannot be evaluated at all. */
  problem?(error: unknown): void;
}

export interface TaskProgress {
  readonly step: string;
  readonly task: string;
  readonly state: 'waiting' | 'passed' | 'failed' | 'unknown';
  /** Milliseconds since the epoch. */
  readonly passedAt?: number;
  readonly evidence?: Evidence;
  /** Id of the explanation that applies. */
  readonly explanation?: string;
  /** Shown so far, Markdown. */
  readonly hints: readonly string[];
}

export interface PredictionProgress {
  readonly step: string;
  readonly id: string;
  readonly choice?: string;
  readonly settled?: { readonly choice: string; readonly observed: string };
}

export interface SessionListener {
  task?(task: TaskProgress): void;
  prediction?(prediction: PredictionProgress): void;
  step?(step: string): void;
  /** Everything is to be read anew. */
  reset?(): void;
}

/** Milliseconds in which changes are gathered before checks are evaluated. */
const gather = 10;

/**
 * One learner in one lesson: which tasks hold, with evidence; predictions and what the cluster did; hints. A task is
 * evaluated from when its step is first opened until it has passed, and stays passed.
 */
export class Session {
  readonly lesson: Lesson;
  readonly namespace: string;
  readonly #options: SessionOptions;
  readonly #listeners = new Set<SessionListener>();
  readonly #outcomes = new Map<string, Outcome>();
  /** When tasks were last seen not to hold. */
  readonly #notYet = new Map<string, number>();
  readonly #told = new Map<string, string>();
  readonly #probing: Probing;
  readonly #moments = new Moments();
  readonly #undo: (() => void)[] = [];
  readonly #book: ProgressBook;
  readonly #agenda: Agenda;
  /** Keys of tasks from whose passing others count. */
  readonly #counted: ReadonlySet<string>;
  #stop = new AbortController();
  #waiting: { cancel(): void } | undefined;
  #changedKinds = new Set<string>();
  #commandChanged = false;
  #pass: Promise<void> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.lesson = options.lesson;
    this.namespace = options.namespace;
    this.#book = new ProgressBook(options.store, options.learner, options.lesson.id);
    this.#agenda = new Agenda(options.lesson, this.#book, this.#moments);
    this.#probing = new Probing(options.clock);
    this.#counted = countedTasks(options.lesson);
    this.#undo.push(
      options.reader.onChange((name, object) => {
        const kind = canonical(name);
        this.#changedKinds.add(kind);
        this.#moments.changed(kind, object);
        this.#soon();
      }),
      options.transcript.onCommand((command) => {
        // Told of every line that a command prints, too, which is no reason to ask the cluster anything.
        if (command.endedAt !== undefined || command.output === '') this.#commandChanged = true;
        this.#soon();
      }),
    );
    if (this.#book.step === undefined || !this.#step(this.#book.step)) this.openStep(options.lesson.steps[0].id);
    else this.#soon();
  }

  /** The step the learner last looked at. */
  get step(): string {
    return this.#book.step!;
  }

  get tasks(): readonly TaskProgress[] {
    return this.lesson.steps.flatMap((step) => step.tasks.map((task) => this.#progressOf(step, task)));
  }

  get predictions(): readonly PredictionProgress[] {
    return this.lesson.steps.flatMap((step) =>
      step.predictions.map((prediction) => this.#predictionOf(step, prediction)),
    );
  }

  on(listener: SessionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  openStep(id: string): void {
    const step = this.#step(id);
    if (!step || (id === this.#book.step && this.#book.isOpened(id))) return;
    this.#book.openStep(id, this.#options.clock.now());
    this.#each((listener) => listener.step?.(id));
    this.#soon();
  }

  /** A prediction is made once, and before the cluster has given the answer. */
  predict(id: string, choice: string): void {
    const found = this.#prediction(id);
    if (!found?.prediction.options.includes(choice)) return;
    const key = found.prediction.settlement.key;
    const known = this.#book.prediction(key);
    if (known?.choice !== undefined || known?.settled) return;
    this.#book.choose(key, choice);
    this.#tellPrediction(found.step, found.prediction);
    this.#soon();
  }

  /** Shows the next hint for a task, chosen by what is wrong just now; none when all have been shown. */
  hint(stepId: string, taskId: string): void {
    const step = this.#step(stepId);
    const task = step?.tasks.find(({ id }) => id === taskId);
    if (!step || !task) return;
    const shown = this.#book.hints(task.key).length;
    const next = hintsFor(task, this.#outcomes.get(task.key))[shown];
    if (next === undefined) return;
    this.#book.addHint(task.key, next);
    this.#tellTask(step, task);
  }

  /** Forgets everything: the lesson begins anew. */
  reset(): void {
    this.#stop.abort(new Error('the lesson was started over'));
    this.#stop = new AbortController();
    this.#probing.clear();
    this.#moments.clear();
    this.#outcomes.clear();
    this.#notYet.clear();
    this.#told.clear();
    this.#book.reset(this.lesson.steps[0].id, this.#options.clock.now());
    this.#each((listener) => listener.reset?.());
    this.#soon();
  }

  /** What a check finds just now, whether it is the lesson's or somebody's who is writing one. Nothing is kept of it. */
  tryCheck(check: Check): Promise<Outcome> {
    return evaluate(check, this.#context());
  }

  /** The same of an expression alone. */
  tryExpression(expression: Expression, subject?: Subject): Promise<Answer> {
    return answer(expression, { step: this.step, ...(subject && { subject }) }, this.#context());
  }

  /** Resolves once everything that was to be evaluated up to now has been, probing checks aside. */
  async settled(): Promise<void> {
    this.#waiting?.cancel();
    this.#waiting = undefined;
    this.#run();
    await this.#pass;
  }

  /**
   * Resolves once tasks that passed up to now are known to have, where other tasks count from that moment, and what is
   * compared with now is known; what cannot be watched is asked anew for this. For somebody who types faster than a
   * learner.
   */
  async caughtUp(): Promise<void> {
    await this.settled();
    const tasks = [...this.#counted].map((key) => this.#probing.answered(`task ${key}`));
    if ((await Promise.all(tasks)).some(Boolean)) await this.settled();
    await Promise.all(this.#agenda.recordings.map(({ key }) => this.#probing.answered(`record ${key}`)));
  }

  close(): void {
    this.#stop.abort(new Error('the session was closed'));
    this.#waiting?.cancel();
    this.#probing.clear();
    for (const undo of this.#undo) undo();
    this.#listeners.clear();
  }

  #soon(): void {
    if (this.#stop.signal.aborted) return;
    this.#waiting ??= this.#options.clock.schedule(gather, () => {
      this.#waiting = undefined;
      this.#run();
    });
  }

  #run(): void {
    const kinds = this.#changedKinds;
    this.#changedKinds = new Set();
    this.#probing.changed(kinds, this.#commandChanged);
    this.#commandChanged = false;
    this.#pass = this.#pass
      .then(() => this.#evaluateAll())
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) throw error;
      });
  }

  /** Once more after a task has passed: others may ask what was the case when it did. */
  async #evaluateAll(): Promise<void> {
    const { signal } = this.#stop;
    for (let passed = true; passed && !signal.aborted; ) {
      passed = false;
      for (const { key, recording } of this.#agenda.recordings) {
        await this.#ask(`record ${key}`, recording.inputs, () => this.#tryRecording(recording));
      }
      for (const { step, task } of this.#agenda.tasks) {
        const before = this.#book.passed(task.key);
        await this.#ask(`task ${task.key}`, task.check.inputs, () => this.#evaluate(step, task));
        if (!before && this.#book.passed(task.key)) passed = true;
      }
    }
    for (const { step, prediction } of this.#agenda.predictions) {
      const { key, inputs } = prediction.settlement;
      await this.#ask(`settle ${key}`, inputs, () => this.#trySettling(step, prediction));
    }
  }

  /** At once, or by probing: then it is asked again by itself until it says it is done. */
  async #ask(key: string, inputs: Inputs, ask: () => Promise<boolean>): Promise<void> {
    if (!inputs.probes) await ask();
    else this.#probing.keep(key, { kinds: inputs.kinds.map(canonical), commands: inputs.terminal }, ask);
  }

  async #tryRecording(recording: Recording): Promise<boolean> {
    if (this.#agenda.isRecorded(recording)) return true;
    const context = this.#context();
    const moment = this.#moments.now;
    const value = await record(recording, context);
    if (context.signal.aborted || value === undefined) return false;
    this.#book.record(recording.key, value);
    this.#moments.recorded(recording, moment);
    return true;
  }

  async #evaluate(step: Step, task: Task): Promise<boolean> {
    if (this.#book.passed(task.key)) return true;
    const context = this.#context();
    const outcome = await evaluate(task.check, context);
    if (context.signal.aborted) return false;
    this.#outcomes.set(task.key, outcome);
    if (outcome.state === 'passed') {
      // What is typed right after the command that passes a task may have begun before anybody had looked, and comes
      // after that task all the same: it has passed as of its command's end, unless it was seen not to have after that.
      const before = Math.max(context.memory.openedAt(step.id) ?? 0, this.#notYet.get(task.key) ?? 0);
      this.#book.pass(task.key, Math.max(before, outcome.at ?? context.now), outcome.evidence);
      // Probing checks pass outside of a round; what asks about this moment is asked in one.
      this.#soon();
    } else {
      this.#notYet.set(task.key, context.now);
    }
    this.#tellTask(step, task);
    return outcome.state === 'passed';
  }

  async #trySettling(step: Step, prediction: Prediction): Promise<boolean> {
    const { settlement } = prediction;
    if (this.#book.prediction(settlement.key)?.settled) return true;
    const context = this.#context();
    const settled = await settle(settlement, context);
    if (context.signal.aborted || !settled) return false;
    this.#book.settle(settlement.key, settled);
    this.#tellPrediction(step, prediction);
    return true;
  }

  #context(): CheckContext {
    const { reader, transcript, clock } = this.#options;
    const { memory } = this.#book;
    return { namespace: this.namespace, reader, transcript, memory, now: clock.now(), signal: this.#stop.signal };
  }

  #step(id: string): Step | undefined {
    return this.lesson.steps.find((step) => step.id === id);
  }

  /** By its id, alone or with its step's in front. */
  #prediction(id: string): { step: Step; prediction: Prediction } | undefined {
    for (const step of this.lesson.steps) {
      const prediction = step.predictions.find((each) => each.id === id || each.settlement.key === id);
      if (prediction) return { step, prediction };
    }
    return undefined;
  }

  #progressOf(step: Step, task: Task): TaskProgress {
    const passed = this.#book.passed(task.key);
    const outcome = this.#outcomes.get(task.key);
    const hints = this.#book.hints(task.key);
    const base = { step: step.id, task: task.id, hints };
    if (passed) return { ...base, state: 'passed', passedAt: passed.at, evidence: passed.evidence };
    if (!outcome) return { ...base, state: 'waiting' };
    return {
      ...base,
      state: outcome.state,
      evidence: outcome.evidence,
      ...(outcome.explanation !== undefined && { explanation: outcome.explanation }),
    };
  }

  #predictionOf(step: Step, { id, settlement }: Prediction): PredictionProgress {
    return { step: step.id, id, ...this.#book.prediction(settlement.key) };
  }

  #tellTask(step: Step, task: Task): void {
    const progress = this.#progressOf(step, task);
    const text = JSON.stringify(progress);
    if (this.#told.get(task.key) === text) return;
    this.#told.set(task.key, text);
    this.#each((listener) => listener.task?.(progress));
  }

  #tellPrediction(step: Step, prediction: Prediction): void {
    const progress = this.#predictionOf(step, prediction);
    this.#each((listener) => listener.prediction?.(progress));
  }

  #each(tell: (listener: SessionListener) => void): void {
    for (const listener of [...this.#listeners]) tell(listener);
  }
}
