/**
 * Flow control by acknowledged characters, with the numbers VS Code uses: a program is paused while somebody has more
 * than `high` characters not yet drawn, until all have fewer than `low`.
 */

export const high = 100_000;
export const low = 5_000;
/** Milliseconds for which one reader may hold up a program; then it is left out until it has caught up. */
export const patience = 5_000;

export class Reader {
  #open = 0;
  #lagging = false;

  get open(): number {
    return this.#open;
  }

  /** Left out of the stream; it gets the screen anew once it has drawn what it was sent. */
  get lagging(): boolean {
    return this.#lagging;
  }

  sent(characters: number): void {
    this.#open += characters;
  }

  /** Returns true when a lagging reader has caught up. */
  acknowledged(characters: number): boolean {
    this.#open = Math.max(0, this.#open - characters);
    if (!this.#lagging || this.#open > low) return false;
    this.#lagging = false;
    return true;
  }

  giveUpOn(): void {
    this.#lagging = true;
  }
}

/** Whether the program should be paused now, given whether it is. */
export function shouldPause(readers: Iterable<Reader>, paused: boolean): boolean {
  for (const reader of readers) {
    if (!reader.lagging && reader.open > (paused ? low : high)) return true;
  }
  return false;
}
