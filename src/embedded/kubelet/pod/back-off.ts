import type { Clock } from '../../clock.ts';

/** client-go's flowcontrol.Backoff: how long something that failed is left alone, doubling each time. */
export class BackOff {
  readonly #clock: Clock;
  readonly #first: number;
  readonly #longest: number;
  readonly #entries = new Map<string, { delay: number; updated: number }>();

  /** Milliseconds both. What has not failed for twice the longest delay begins anew. */
  constructor(clock: Clock, { first = 10_000, longest = 300_000 }: { first?: number; longest?: number } = {}) {
    this.#clock = clock;
    this.#first = first;
    this.#longest = longest;
  }

  /** Milliseconds until it may be tried again, for something that failed at `since`; 0 where it may be now. */
  remaining(key: string, since: number): number {
    const entry = this.#entries.get(key);
    if (!entry || this.#expired(entry, since)) return 0;
    return Math.max(0, since + entry.delay - this.#clock.now());
  }

  /** The same, counted from when it was last told of a failure. */
  remainingSinceUpdate(key: string): number {
    const entry = this.#entries.get(key);
    if (!entry || this.#expired(entry, this.#clock.now())) return 0;
    return Math.max(0, entry.updated + entry.delay - this.#clock.now());
  }

  /** The delay in force, in milliseconds. */
  delay(key: string): number {
    return this.#entries.get(key)?.delay ?? 0;
  }

  /** It has failed, at `since`: the next delay will be longer. */
  next(key: string, since: number): void {
    const entry = this.#entries.get(key);
    const delay = !entry || this.#expired(entry, since) ? this.#first : Math.min(entry.delay * 2, this.#longest);
    this.#entries.set(key, { delay, updated: this.#clock.now() });
  }

  /** Forgets everything whose key begins so. */
  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key);
  }

  #expired({ updated }: { readonly updated: number }, at: number): boolean {
    return at - updated > this.#longest * 2;
  }
}
