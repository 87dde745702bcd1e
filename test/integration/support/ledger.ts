/**
 * What a server has acknowledged, and what it was asked to do when it died. Each key is written by one writer at a
 * time; a value is undefined where the key does not exist.
 */
export class Ledger<T> {
  readonly #acknowledged = new Map<string, T | undefined>();
  /** Values that were asked for since the last acknowledgement: each may have been written, or not. */
  readonly #pending = new Map<string, Set<T | undefined>>();
  #count = 0;

  /** Acknowledged writes so far. */
  get count(): number {
    return this.#count;
  }

  get keys(): readonly string[] {
    return [...new Set([...this.#acknowledged.keys(), ...this.#pending.keys()])];
  }

  /** Asks for a write and notes its acknowledgement; a request that fails stays pending, it may have been done or not. */
  async write(key: string, value: T | undefined, send: () => Promise<unknown>): Promise<void> {
    this.#pending.set(key, (this.#pending.get(key) ?? new Set()).add(value));
    await send();
    this.#pending.delete(key);
    this.#acknowledged.set(key, value);
    this.#count++;
  }

  /** Compares with what there is, and takes that as acknowledged from now on. Returns what is wrong with it. */
  settle(key: string, actual: T | undefined): string | undefined {
    const acknowledged = this.#acknowledged.get(key);
    const pending = this.#pending.get(key) ?? new Set();
    const right = actual === acknowledged || pending.has(actual);
    const asked = pending.size ? `, asked for when it died: ${[...pending].join(', ')}` : '';
    this.#pending.delete(key);
    this.#acknowledged.set(key, actual);
    return right ? undefined : `${key} is ${actual}; acknowledged: ${acknowledged}${asked}`;
  }
}
