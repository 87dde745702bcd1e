/** Time as the terminal needs it; the product passes the machine's clock, tests one that stands still. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  schedule(milliseconds: number, callback: () => void): { cancel(): void };
}
