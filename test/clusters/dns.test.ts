import { expect, it } from 'vitest';
import { candidates, digCommand, parseDig } from '../../src/clusters/access/dns.ts';

it('tries the names a Pod would', () => {
  expect(candidates('kubia-0.kubia', 'ns')[0]).toBe('kubia-0.kubia.ns.svc.cluster.local.');
  expect(candidates('a.b.c.d.e.f', 'ns')[0]).toBe('a.b.c.d.e.f.');
  expect(candidates('kubernetes.io.', 'ns')).toEqual(['kubernetes.io.']);
});

it('asks for the name of an address', () => {
  expect(digCommand(['10.244.1.2'], 'PTR').slice(-2)).toEqual(['-x', '10.244.1.2']);
});

it.each([
  ['', undefined],
  [';; connection timed out; no servers could be reached', undefined],
  [';; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 1', { status: 'NXDOMAIN', records: [] }],
  [
    ';; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 1\n;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1',
    { status: 'NOERROR', records: [] },
  ],
  [
    ';; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1\nx. 5 IN CNAME y.\n_http._tcp.x.\t30\tIN\tSRV\t0 50 8080 kubia-0.x.',
    { status: 'NOERROR', records: ['0 50 8080 kubia-0.x.'] },
  ],
])('reads %j', (output, answer) => {
  expect(parseDig(output, 'SRV')).toEqual(answer);
});
