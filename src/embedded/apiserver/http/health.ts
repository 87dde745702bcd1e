/** One thing that has to be well for the server to be. */
export interface HealthCheck {
  readonly name: string;
  /** Why it is not; undefined where it is. */
  problem(): string | undefined;
}

export interface HealthAnswer {
  readonly code: number;
  readonly text: string;
}

/**
 * /healthz, /livez and /readyz, in kube-apiserver's form.
 * @param endpoint "readyz"
 * @param single the check that the path names; '' for all of them
 */
export function health(
  endpoint: string,
  single: string,
  query: URLSearchParams,
  checks: readonly HealthCheck[],
): HealthAnswer {
  if (single) {
    const check = checks.find(({ name }) => name === single);
    if (!check) return { code: 404, text: '404 page not found\n' };
    const problem = check.problem();
    return problem ? { code: 500, text: `internal server error: ${problem}\n` } : { code: 200, text: 'ok' };
  }
  const excluded = new Set(query.getAll('exclude'));
  const lines: string[] = [];
  let failed = false;
  for (const { name, problem } of checks) {
    if (excluded.delete(name)) {
      lines.push(`[+]${name} excluded: ok`);
      continue;
    }
    const why = problem();
    failed ||= why !== undefined;
    lines.push(why === undefined ? `[+]${name} ok` : `[-]${name} failed: reason withheld`);
  }
  if (excluded.size > 0) {
    const names = [...excluded].map((name) => JSON.stringify(name)).join(', ');
    lines.push(`warn: some health checks cannot be excluded: no matches for ${names}`);
  }
  if (failed) return { code: 500, text: `${lines.join('\n')}\n${endpoint} check failed\n` };
  return { code: 200, text: query.has('verbose') ? `${lines.join('\n')}\n${endpoint} check passed\n` : 'ok' };
}
