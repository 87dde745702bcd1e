/**
 * Values of which there is one each (cluster addresses, node ports) and who holds them. A holder is an object's UID, so
 * that an object and its successor of the same name are told apart.
 */
export class Pools {
  readonly #pools = new Map<string, Map<string, string>>();
  readonly #holders = new Map<string, Map<string, readonly [pool: string, value: string]>>();

  /** False where another holds it; true where the holder has it now, or had it already. */
  reserve(pool: string, value: string, holder: string): boolean {
    let values = this.#pools.get(pool);
    if (!values) {
      values = new Map();
      this.#pools.set(pool, values);
    }
    const taken = values.get(value);
    if (taken !== undefined) return taken === holder;
    values.set(value, holder);
    let held = this.#holders.get(holder);
    if (!held) {
      held = new Map();
      this.#holders.set(holder, held);
    }
    held.set(`${pool}\0${value}`, [pool, value]);
    return true;
  }

  holds(pool: string, value: string, holder: string): boolean {
    return this.#pools.get(pool)?.get(value) === holder;
  }

  /** Idempotent; what another holds stays his. */
  release(pool: string, value: string, holder: string): void {
    const values = this.#pools.get(pool);
    if (values?.get(value) !== holder) return;
    values.delete(value);
    const held = this.#holders.get(holder)!;
    held.delete(`${pool}\0${value}`);
    if (held.size === 0) this.#holders.delete(holder);
  }

  releaseAll(holder: string): void {
    for (const [pool, value] of [...(this.#holders.get(holder)?.values() ?? [])]) this.release(pool, value, holder);
  }
}
