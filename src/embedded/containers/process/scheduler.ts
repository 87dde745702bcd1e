import { processorTime, stopwatch } from '../../clock.ts';

/**
 * Shares this thread's time among all simulated processes, and between them and everything else that runs here.
 *
 * A program calls `turn()` wherever it may have computed for a while: each command, each loop, each read and write. It
 * goes on at once while the time slice lasts; then it waits in its container's queue. After a slice the event loop gets
 * to serve the API and the network, then the next container in the ring has its turn: a container with five hundred busy
 * processes gets no more than one with a single process, and neither keeps a request waiting for longer than a slice.
 */
export class Scheduler {
  readonly #slice: number;
  readonly #watch: () => number;
  readonly #processor: typeof processorTime;
  /** When the running slice began; undefined while the event loop is elsewhere. */
  #sliceStart: number | undefined;
  /** Who computes, and since when. */
  #owner: Account | undefined;
  #ownedSince = 0;
  #computedBefore = 0;
  #ring: Account[] = [];
  #pumping = false;

  /** @param slice milliseconds. @param watch real milliseconds. */
  constructor({
    slice = 1.5,
    watch = stopwatch,
    processor = processorTime,
  }: { slice?: number; watch?: () => number; processor?: typeof processorTime } = {}) {
    this.#slice = slice;
    this.#watch = watch;
    this.#processor = processor;
  }

  /** Undefined to go on at once; else a promise to wait for. */
  turn(account: Account): Promise<void> | undefined {
    const now = this.#watch();
    if (this.#sliceStart === undefined) {
      // Something other than the pump has woken the process: a timer, a message. Its slice begins here.
      this.#sliceStart = now;
      this.#own(account, now);
      this.#arm();
      return undefined;
    }
    if (account !== this.#owner) this.#own(account, now);
    if (now - this.#sliceStart < this.#slice) return undefined;
    this.#own(undefined, now);
    // Whoever else runs before the pump does has used its share too.
    this.#sliceStart = now - this.#slice;
    return new Promise((resolve) => {
      if (account.waiting.length === 0) this.#ring.push(account);
      account.waiting.push(resolve);
      this.#arm();
    });
  }

  /** From now on another computes: what the last one used is put down to it, but not what other programs did meanwhile. */
  #own(account: Account | undefined, now: number): void {
    const { computed, passed } = this.#processor();
    this.#owner?.charge(Math.min(now - this.#ownedSince, computed - this.#computedBefore), passed);
    this.#owner = account;
    this.#ownedSince = now;
    this.#computedBefore = computed;
  }

  #arm(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(this.#pump);
  }

  readonly #pump = () => {
    // A round of the event loop lies between: whoever came last used some of it, and a slice of it at most.
    this.#own(undefined, Math.min(this.#watch(), this.#ownedSince + this.#slice));
    const account = this.#ring.shift();
    const resume = account?.waiting.shift();
    if (!account || !resume) {
      this.#pumping = false;
      this.#sliceStart = undefined;
      return;
    }
    if (account.waiting.length > 0) this.#ring.push(account);
    setImmediate(this.#pump);
    this.#sliceStart = this.#watch();
    this.#own(account, this.#sliceStart);
    resume();
  };
}

/** How long a container may compute: `burst` milliseconds in a row, and `share` of the time on and on. */
export interface ProcessorBudget {
  readonly burst: number;
  readonly share: number;
}

export const defaultBudget: ProcessorBudget = { burst: 8_000, share: 0.25 };

/** A container's use of the processor: a bucket that fills with the time it computes and drains at its share of all time. */
export class Account {
  readonly waiting: (() => void)[] = [];
  readonly #budget: ProcessorBudget;
  #level = 0;
  #at = 0;
  /** Milliseconds computed in all. */
  used = 0;

  constructor(budget: ProcessorBudget = defaultBudget) {
    this.#budget = budget;
  }

  /** @param now milliseconds that have passed for this process, never less than at the call before. */
  charge(milliseconds: number, now: number): void {
    this.used += milliseconds;
    this.#level = Math.max(0, this.#level - (now - this.#at) * this.#budget.share) + milliseconds;
    this.#at = now;
  }

  /** Whether more was used than the budget allows. Asked once, it begins anew. */
  takeExhausted(): boolean {
    if (this.#level <= this.#budget.burst) return false;
    this.#level = 0;
    return true;
  }
}
