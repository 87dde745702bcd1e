import type { Clock, Timer } from '../clock.ts';

export interface WorkQueueOptions {
  readonly clock: Clock;
  /**
   * Does what there is to do for a key. Never runs twice at once for the same key. A rejection is tried again, later
   * each time it happens.
   */
  work(key: string): Promise<void>;
  /** How many keys are worked on at once. 1 when absent. */
  readonly concurrency?: number;
  /** Told of each rejection, before it is tried again. */
  failed?(key: string, error: unknown): void;
  /** Milliseconds before the first retry (5 when absent); each further one waits twice as long … */
  readonly firstRetry?: number;
  /** … up to this: 1,000 seconds when absent, upstream's limit. */
  readonly lastRetry?: number;
}

/** Items worked on in a row before I/O gets its turn. */
const burst = 20;

/**
 * The queue between a controller's watching and its deciding: each key waits in it at most once, however often it is
 * added, and is worked on again where it was added meanwhile.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Set<string>();
  readonly #working = new Set<string>();
  /** Added while they were being worked on. */
  readonly #again = new Set<string>();
  readonly #delayed = new Map<string, { readonly at: number; readonly timer: Timer }>();
  readonly #failures = new Map<string, number>();
  #running = false;
  #inARow = 0;
  #pausing = false;
  #idle: (() => void) | undefined;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** Keys waiting or being worked on, those that wait for their time not counted. */
  get size(): number {
    return this.#waiting.size + this.#working.size;
  }

  /** Keys may be added before; work begins now. */
  start(): void {
    this.#running = true;
    this.#next();
  }

  /** Resolves once nothing is being worked on any more. What waits is forgotten. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#waiting.clear();
    this.#again.clear();
    this.#failures.clear();
    for (const { timer } of this.#delayed.values()) timer.cancel();
    this.#delayed.clear();
    if (this.#working.size > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  add(key: string): void {
    if (this.#working.has(key)) this.#again.add(key);
    else this.#waiting.add(key);
    this.#next();
  }

  /** Where the key is waiting for an earlier time already, that one counts. */
  addAfter(key: string, milliseconds: number): void {
    if (milliseconds <= 0) {
      this.add(key);
      return;
    }
    const { clock } = this.#options;
    const at = clock.now() + milliseconds;
    const pending = this.#delayed.get(key);
    if (pending && pending.at <= at) return;
    pending?.timer.cancel();
    const timer = clock.schedule(milliseconds, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { at, timer });
  }

  #next(): void {
    const { concurrency = 1 } = this.#options;
    while (this.#running && !this.#pausing && this.#working.size < concurrency) {
      const [key] = this.#waiting;
      if (key === undefined) return;
      if (++this.#inARow > burst) {
        this.#pause();
        return;
      }
      this.#waiting.delete(key);
      this.#working.add(key);
      void this.#work(key);
    }
  }

  /** A store in memory commits at once, so that a long queue would otherwise run as one task. */
  #pause(): void {
    this.#pausing = true;
    setImmediate(() => {
      this.#pausing = false;
      this.#inARow = 0;
      this.#next();
    });
  }

  async #work(key: string): Promise<void> {
    try {
      await this.#options.work(key);
      this.#failures.delete(key);
    } catch (error) {
      this.#retry(key, error);
    }
    this.#working.delete(key);
    if (this.#again.delete(key)) this.#waiting.add(key);
    if (this.#working.size === 0) {
      this.#idle?.();
      this.#idle = undefined;
    }
    this.#next();
  }

  #retry(key: string, error: unknown): void {
    const { firstRetry = 5, lastRetry = 1_000_000, failed } = this.#options;
    failed?.(key, error);
    if (!this.#running) return;
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.addAfter(key, Math.min(firstRetry * 2 ** failures, lastRetry));
  }
}
