/** DNS questions as a Pod of a namespace would ask them, put to dig, and what dig says read back. */

export type RecordType = 'A' | 'AAAA' | 'SRV' | 'PTR' | 'CNAME';

export interface DnsAnswer {
  /** "NOERROR", "NXDOMAIN", "SERVFAIL"… */
  readonly status: string;
  /** What the records say: "10.244.1.5", "0 50 8080 kubia-0.kubia.default.svc.cluster.local." */
  readonly records: readonly string[];
}

/** The names a resolver tries, in order: a Pod's search list with ndots:5. */
export function candidates(name: string, namespace: string, domain = 'cluster.local'): string[] {
  if (name.endsWith('.')) return [name];
  const searched = [`${namespace}.svc.${domain}`, `svc.${domain}`, domain].map((suffix) => `${name}.${suffix}.`);
  return name.split('.').length - 1 >= 5 ? [`${name}.`, ...searched] : [...searched, `${name}.`];
}

/** A command that asks for each candidate until one is there; the last answer is the answer. */
export function digCommand(names: readonly string[], type: RecordType): string[] {
  const flags = ['+noall', '+comments', '+answer', '+time=2', '+tries=2', '+nosearch'];
  if (type === 'PTR' && names.length > 0 && isAddress(names[0]!)) {
    return ['dig', ...flags, '-x', names[0]!.replace(/\.$/, '')];
  }
  return ['dig', ...flags, ...names.flatMap((name) => ['-q', name, '-t', type])];
}

export function isAddress(name: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+\.?$/.test(name) || name.includes(':');
}

/** The first candidate's answer that has records or exists, else the last one's; undefined where no server answered. */
export function parseDig(output: string, type: RecordType): DnsAnswer | undefined {
  const answers: { status: string; records: string[] }[] = [];
  for (const line of output.split('\n')) {
    const status = /->>HEADER<<-.*status: (\w+)/.exec(line)?.[1];
    if (status) answers.push({ status, records: [] });
    const record = /^\S+\s+(?:\d+\s+)?IN\s+(\w+)\s+(.+)$/.exec(line);
    if (record?.[1] === type) answers.at(-1)?.records.push(record[2]!.trim());
  }
  return (
    answers.find(({ records }) => records.length > 0) ??
    answers.find(({ status }) => status === 'NOERROR') ??
    answers.at(-1)
  );
}
