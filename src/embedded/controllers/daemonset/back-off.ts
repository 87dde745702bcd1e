/** Keeps DaemonSets from replacing failed Pods over and over again on nodes that refuse them: flowcontrol.Backoff. */
export class BackOff {
  readonly #first = 1000;
  readonly #last = 15 * 60_000;
  readonly #entries = new Map<string, { readonly delay: number; readonly since: number }>();

  /** Milliseconds that `key` still has to wait; where that is none, its next wait begins. */
  next(key: string, now: number): number {
    for (const [each, { since }] of this.#entries) if (now - since > 2 * this.#last) this.#entries.delete(each);
    const entry = this.#entries.get(key);
    if (entry && now - entry.since < entry.delay) return entry.since + entry.delay - now;
    this.#entries.set(key, { delay: entry ? Math.min(2 * entry.delay, this.#last) : this.#first, since: now });
    return 0;
  }
}
