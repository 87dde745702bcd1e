/** One number of a run. The same `what` measured on a peer stands in the same row. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: 'ms' | 's' | 'MiB' | 'KiB' | '/s';
}

/** What DESIGN.md promises of a figure: `holds` is undefined where it takes a peer to tell and there is none. */
export interface Goal {
  readonly text: string;
  holds(value: number, peer: number | undefined): boolean | undefined;
}

export function atMost(limit: number, unit: Figure['unit']): Goal {
  return { text: `≤ ${limit} ${unit}`, holds: (value) => value <= limit };
}

export function atLeast(limit: number, unit: Figure['unit']): Goal {
  return { text: `≥ ${limit} ${unit}`, holds: (value) => value >= limit };
}

/** Of durations: at most that share of the peer's. */
export function shareOfPeer(share: number): Goal {
  const text = share === 1 ? 'not slower' : `≤ ${share} × peer`;
  return { text, holds: (value, peer) => (peer === undefined ? undefined : value <= share * peer) };
}

/** Of rates: at least so many times the peer's. */
export function timesPeer(times: number): Goal {
  return {
    text: `≥ ${times} × peer`,
    holds: (value, peer) => (peer === undefined ? undefined : value >= times * peer),
  };
}

/** Nearest rank; `share` from 0 to 1. Throws where there is nothing to choose from. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Runs something again and again, one after the other; milliseconds of each. */
export async function timed(runs: number, run: (index: number) => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (let index = 0; index < runs; index++) {
    const started = performance.now();
    await run(index);
    took.push(performance.now() - started);
  }
  return took;
}

/** Half of the times and all but the slowest hundredth. */
export function latency(what: string, milliseconds: readonly number[]): Figure[] {
  return [
    { what: `${what}, p50`, value: median(milliseconds), unit: 'ms' },
    { what: `${what}, p99`, value: percentile(milliseconds, 0.99), unit: 'ms' },
  ];
}
