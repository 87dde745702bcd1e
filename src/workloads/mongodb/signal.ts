/** Wakes all who wait for the next change of something. */
export class Signal {
  #fire: () => void = () => {};
  #next = this.#renewed();

  /** Resolves at the next `fire`. */
  wait(): Promise<void> {
    return this.#next;
  }

  fire(): void {
    const fire = this.#fire;
    this.#next = this.#renewed();
    fire();
  }

  #renewed(): Promise<void> {
    return new Promise((resolve) => {
      this.#fire = resolve;
    });
  }
}
