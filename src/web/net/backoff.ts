/** First try at once after a short while, then twice as long each time, up to this. */
const FIRST = 250;
const LONGEST = 8000;

/**
 * Milliseconds until the next try. `attempt` counts the failed ones, from 1; `random` in [0, 1) spreads many browsers
 * that lost the same server over a quarter of the wait.
 */
export function reconnectDelay(attempt: number, random: number): number {
  const full = Math.min(LONGEST, FIRST * 2 ** (attempt - 1));
  return Math.round(full * (0.75 + random * 0.25));
}
