import type { DnsAnswer, DnsConfig } from '../network.ts';

/**
 * The names a resolver tries for what it was given, in order, as glibc does it: a name with a final dot only as it is;
 * one with fewer dots than `ndots` through the search list first, any other as it is first.
 */
export function candidates(name: string, config: DnsConfig): string[] {
  if (name.endsWith('.')) return [name];
  const option = config.options.find((candidate) => candidate.name === 'ndots')?.value;
  const ndots = option === undefined ? 1 : Math.min(15, Number(option) || 0);
  const searched = config.searches.map((domain) => `${name}.${domain.replace(/\.$/, '')}`);
  const dots = name.split('.').length - 1;
  return dots >= ndots ? [name, ...searched] : [...searched, name];
}

/** Asks for each candidate in turn: the first with answers wins, else "no data" beats "no such name". */
export function search(name: string, config: DnsConfig, query: (name: string) => DnsAnswer): DnsAnswer {
  let noData: DnsAnswer | undefined;
  let last: DnsAnswer | undefined;
  for (const candidate of candidates(name, config)) {
    const answer = query(candidate);
    if (answer.answers.length > 0) return answer;
    if (answer.status === 'NOERROR') noData ??= answer;
    last = answer;
  }
  return noData ?? last!;
}
