import type { Clock } from '../clusters/clock.ts';

/** Kinds whose changes may change what DNS, HTTP or a command in a container answers. */
const related = ['pods', 'services', 'endpointslices'];
/** Milliseconds after a change: the change has a moment to take effect. */
const afterChange = 100;
const firstPause = 1000;
const longestPause = 15_000;

interface Question {
  readonly kinds: ReadonlySet<string>;
  readonly commands: boolean;
  ask: () => Promise<boolean>;
  pause: number;
  /** Resolves when it has been answered, while it is being asked. */
  asking: Promise<void> | undefined;
  /** Something has changed while it was being asked. */
  again: boolean;
  timer: { cancel(): void } | undefined;
}

/**
 * Asks what cannot be watched: at once, again soon after something related has changed, and else with growing pauses,
 * until the answer is that it need not be asked any more.
 */
export class Probing {
  readonly #clock: Clock;
  readonly #questions = new Map<string, Question>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Begins to ask, unless it is being asked already. `ask` resolves with whether it is done.
   * @param inputs kinds by their plural, and whether what the learner runs may change the answer
   */
  keep(
    key: string,
    inputs: { readonly kinds: readonly string[]; readonly commands: boolean },
    ask: () => Promise<boolean>,
  ): void {
    const known = this.#questions.get(key);
    if (known) {
      known.ask = ask;
      return;
    }
    const question: Question = {
      kinds: new Set([...related, ...inputs.kinds]),
      commands: inputs.commands,
      ask,
      pause: firstPause,
      asking: undefined,
      again: false,
      timer: undefined,
    };
    this.#questions.set(key, question);
    this.#ask(key, question);
  }

  /** Asks anew, at once, and resolves when that has been answered; with false where nothing is asked by this key. */
  async answered(key: string): Promise<boolean> {
    const question = this.#questions.get(key);
    if (!question) return false;
    // What is being asked may be answered with what was the case before.
    await question.asking;
    if (this.#questions.get(key) !== question) return true;
    question.timer?.cancel();
    if (!question.asking) this.#ask(key, question);
    await question.asking;
    return true;
  }

  /** Objects of these kinds, by their plural, have changed; a command has begun or ended. */
  changed(kinds: ReadonlySet<string>, command: boolean): void {
    for (const [key, question] of this.#questions) {
      const concerned = (command && question.commands) || [...kinds].some((kind) => question.kinds.has(kind));
      if (!concerned) continue;
      question.pause = firstPause;
      if (question.asking) question.again = true;
      else this.#in(afterChange, key, question);
    }
  }

  clear(): void {
    for (const { timer } of this.#questions.values()) timer?.cancel();
    this.#questions.clear();
  }

  #in(milliseconds: number, key: string, question: Question): void {
    question.timer?.cancel();
    question.timer = this.#clock.schedule(milliseconds, () => this.#ask(key, question));
  }

  #ask(key: string, question: Question): void {
    question.timer = undefined;
    question.again = false;
    question.asking = this.#await(key, question);
  }

  async #await(key: string, question: Question): Promise<void> {
    // A question that could not be put is put again later, as one that has no good answer yet.
    const done = await question.ask().catch(() => false);
    question.asking = undefined;
    if (this.#questions.get(key) !== question) return;
    if (done) {
      this.#questions.delete(key);
      return;
    }
    this.#in(question.again ? afterChange : question.pause, key, question);
    question.pause = Math.min(longestPause, question.pause * 2);
  }
}
