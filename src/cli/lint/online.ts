import type { Problem } from '../../lessons/problem.ts';

export interface OnlineOptions {
  readonly fetch: typeof fetch;
  /** Milliseconds for one page to answer. */
  readonly patience: number;
  readonly signal: AbortSignal;
}

type Verdict = Pick<Problem, 'message' | 'severity'> | undefined;

const atATime = 8;

/** Asks each address once, and says which do not answer. @returns by address; undefined for those that do */
export async function askAddresses(
  targets: Iterable<string>,
  options: OnlineOptions,
): Promise<ReadonlyMap<string, Verdict>> {
  const queue = [...new Set([...targets].map(withoutAnchor))];
  const verdicts = new Map<string, Verdict>();
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      verdicts.set(next, await ask(next, options));
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return verdicts;
}

export function withoutAnchor(target: string): string {
  return target.replace(/#.*$/, '');
}

/** Gone is an error; whoever is busy, or wants to see a browser, may answer a reader all the same. */
async function ask(target: string, { fetch, patience, signal }: OnlineOptions): Promise<Verdict> {
  const request = (method: string) =>
    fetch(target, { method, redirect: 'follow', signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]) });
  try {
    let response = await request('HEAD');
    // Some servers answer HEAD with anything but the truth.
    if (!response.ok) response = await request('GET');
    await response.body?.cancel();
    if (response.ok) return undefined;
    const gone = response.status === 404 || response.status === 410;
    return { message: `${target} answers ${response.status}`, severity: gone ? 'error' : 'warning' };
  } catch (error) {
    signal.throwIfAborted();
    const { message, cause, name } = error as Error & { cause?: { code?: string; message?: string } };
    if (name === 'TimeoutError')
      return { message: `${target} does not answer within ${patience / 1000} s`, severity: 'warning' };
    const severity = cause?.code === 'ENOTFOUND' ? 'error' : 'warning';
    return { message: `${target} cannot be reached: ${cause?.message || cause?.code || message}`, severity };
  }
}
