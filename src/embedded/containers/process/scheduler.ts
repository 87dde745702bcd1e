import { stopwatch } from '../../clock.ts';

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
  #sliceStart = Number.NEGATIVE_INFINITY;
  #ring: Account[] = [];
  #pumping = false;

  /** @param slice milliseconds. @param watch real milliseconds. */
  constructor({ slice = 1.5, watch = stopwatch }: { slice?: number; watch?: () => number } = {}) {
    this.#slice = slice;
    this.#watch = watch;
  }

  /** Undefined to go on at once; else a promise to wait for. */
  turn(account: Account): Promise<void> | undefined {
    const now = this.#watch();
    const used = now - this.#sliceStart;
    if (used < this.#slice) return undefined;
    // A process resumed by something other than the pump has been counted by nobody: only a real slice is charged.
    if (used < this.#slice * 20) account.charge(used, now);
    this.#sliceStart = Number.NEGATIVE_INFINITY;
    return new Promise((resolve) => {
      if (account.waiting.length === 0) this.#ring.push(account);
      account.waiting.push(resolve);
      if (!this.#pumping) {
        this.#pumping = true;
        setImmediate(this.#pump);
      }
    });
  }

  /** Milliseconds as `charge` is given them. */
  now(): number {
    return this.#watch();
  }

  readonly #pump = () => {
    const account = this.#ring.shift();
    const resume = account?.waiting.shift();
    if (!account || !resume) {
      this.#pumping = false;
      return;
    }
    if (account.waiting.length > 0) this.#ring.push(account);
    setImmediate(this.#pump);
    this.#sliceStart = this.#watch();
    resume();
  };
}

/**
 * A container's use of the processor: a bucket that fills with the time it computes and drains at `share` of real time.
 * A container may be busy for `burst` milliseconds in a row; one that goes on like that is told by `exhausted`.
 */
export class Account {
  readonly waiting: (() => void)[] = [];
  #level = 0;
  #at = 0;
  /** Milliseconds computed in all. */
  used = 0;

  constructor(
    readonly exhausted: () => void,
    readonly burst = 8_000,
    readonly share = 0.25,
  ) {}

  charge(milliseconds: number, now: number): void {
    this.used += milliseconds;
    this.#level = Math.max(0, this.#level - (now - this.#at) * this.share) + milliseconds;
    this.#at = now;
    if (this.#level > this.burst) {
      this.#level = 0;
      this.exhausted();
    }
  }
}
