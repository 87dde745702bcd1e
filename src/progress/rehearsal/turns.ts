/** One after the other, in the order in which they came, whether or not the one before went well. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  next<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(task, task);
    this.#last = turn;
    return turn;
  }
}
