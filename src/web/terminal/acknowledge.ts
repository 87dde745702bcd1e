/** As VS Code does it: one message for this many characters drawn, not one for each chunk. */
const BATCH = 5000;

/** Counts characters that reached the screen and says when to tell the server. */
export class Acknowledger {
  #open = 0;

  constructor(private readonly send: (characters: number) => void) {}

  drawn(characters: number): void {
    this.#open += characters;
    if (this.#open < BATCH) return;
    this.send(this.#open);
    this.#open = 0;
  }

  /** A new connection starts counting anew on both sides. */
  reset(): void {
    this.#open = 0;
  }
}
