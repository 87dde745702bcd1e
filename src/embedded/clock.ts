import { performance } from 'node:perf_hooks';

/**
 * The only source of time inside the embedded cluster. Nothing else here calls Date.now, setTimeout or setInterval
 * (the architecture test holds it to that), so a test can stop time and a rehearsal can run it many times as fast.
 */

export interface Timer {
  /** Idempotent. */
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since the epoch. Never goes back, whatever the machine's clock does. */
  now(): number;
  /** Runs `callback` once, `milliseconds` of this clock from now. A pending timer does not keep the process alive. */
  schedule(milliseconds: number, callback: () => void): Timer;
}

/** RFC 3339 with whole seconds, as metav1.Time is written. */
export function timestamp(clock: Clock): string {
  return `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
}

/** RFC 3339 with microseconds, as metav1.MicroTime is written. */
export function microTimestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString().replace('Z', '000Z');
}

/** Resolves after `milliseconds` of the clock, or rejects with the signal's reason as soon as it is aborted. */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = clock.schedule(milliseconds, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    const abort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/**
 * Real milliseconds from some fixed point. For bounding how long a computation holds the processor, never for anything
 * the cluster shows or waits for.
 */
export function stopwatch(): number {
  return performance.now();
}

/**
 * Real milliseconds that this process has computed, and that have passed for it: those it computed and those it had
 * nothing to do. What a busy machine gave to other programs is in neither.
 */
export function processorTime(): { readonly computed: number; readonly passed: number } {
  const { user, system } = process.cpuUsage();
  const computed = (user + system) / 1000;
  return { computed, passed: computed + performance.eventLoopUtilization().idle };
}

/** setTimeout's longest delay; longer ones are waited for in parts. */
const longest = 2 ** 31 - 1;

/** The machine's own time: read from the monotonic clock, so that a corrected wall clock neither stalls nor fires timers. */
export class RealClock implements Clock {
  readonly #start: number;
  readonly #origin = performance.now();
  readonly #rate: number;

  /**
   * @param rate how many seconds of this clock pass in one real second. A clock that runs ahead would show timestamps
   *   from the future, so it starts `headStart` milliseconds in the past: enough for as long as a rehearsal may take.
   */
  constructor({ rate = 1, headStart = 0 }: { rate?: number; headStart?: number } = {}) {
    this.#rate = rate;
    this.#start = Date.now() - headStart;
  }

  now(): number {
    return Math.floor(this.#start + (performance.now() - this.#origin) * this.#rate);
  }

  schedule(milliseconds: number, callback: () => void): Timer {
    let handle: NodeJS.Timeout;
    const arm = (left: number) => {
      const part = Math.min(left, longest);
      handle = setTimeout(() => (left > part ? arm(left - part) : callback()), part);
      handle.unref();
    };
    arm(Math.max(0, milliseconds) / this.#rate);
    return { cancel: () => clearTimeout(handle) };
  }
}

/** Time that stands still until told otherwise, for tests. */
export class ManualClock implements Clock {
  #now: number;
  #sequence = 0;
  readonly #timers = new Map<number, { at: number; callback: () => void }>();

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  schedule(milliseconds: number, callback: () => void): Timer {
    const id = this.#sequence++;
    this.#timers.set(id, { at: this.#now + Math.max(0, milliseconds), callback });
    return { cancel: () => void this.#timers.delete(id) };
  }

  /** How many timers are waiting: a soak test sees leaks here. */
  get pending(): number {
    return this.#timers.size;
  }

  /**
   * Moves time forward, firing timers in order of their due time (then of their creation), and lets promise
   * callbacks and I/O settle after each, so that what a timer sets in motion may schedule again within the same advance.
   */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    await settle();
    for (;;) {
      let due: [number, { at: number; callback: () => void }] | undefined;
      for (const entry of this.#timers) {
        if (entry[1].at <= until && (!due || entry[1].at < due[1].at)) due = entry;
      }
      if (!due) break;
      this.#timers.delete(due[0]);
      this.#now = Math.max(this.#now, due[1].at);
      due[1].callback();
      await settle();
    }
    this.#now = until;
  }
}

/** Lets everything that is ready to run do so: promise jobs, then one round of I/O, a few times over. */
async function settle(): Promise<void> {
  for (let round = 0; round < 5; round++) await new Promise((resolve) => setImmediate(resolve));
}
