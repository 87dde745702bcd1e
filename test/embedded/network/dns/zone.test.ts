import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../../src/embedded/clock.ts';
import type { RecordType } from '../../../../src/embedded/network/network.ts';
import { makeNetwork, service, slice } from '../fixtures.ts';

/** What CoreDNS 1.12 of a three-node kind 1.33 cluster answered for the same objects, asked with dig. */

const web0 = { addresses: ['10.244.2.2'], conditions: { ready: true }, hostname: 'web-0' };
const web1 = { addresses: ['10.244.1.3'], conditions: { ready: false }, hostname: 'web-1' };
const http = { name: 'http', port: 80 };
const alt = { name: 'alt', port: 8081 };
const plain = ({ addresses, conditions }: typeof web0) => ({ addresses, conditions });

const { network, services, endpointSlices } = makeNetwork({}, new ManualClock(1_795_259_140_000));
services.set(
  service('kubernetes', { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443 }] }, 'default'),
  service('kube-dns', { clusterIP: '10.96.0.10', ports: [{ name: 'dns-tcp', port: 53 }] }, 'kube-system'),
  service('web', { clusterIP: 'None', ports: [http, { name: 'alt', port: 81, targetPort: 8081 }] }),
  service('nonames', { clusterIP: 'None', ports: [{ port: 80 }] }),
  service('web-np', { clusterIP: 'None', ports: [http] }),
  service('vip', { clusterIP: '10.96.151.62', ports: [{ name: 'http', port: 80, targetPort: 8080 }] }),
  service('noends', { clusterIP: '10.96.233.97', ports: [http] }),
  service('ext', { type: 'ExternalName', externalName: 'example.com' }),
  service('extin', { type: 'ExternalName', externalName: 'vip.dd.svc.cluster.local' }),
  service('extnode', { type: 'ExternalName', externalName: 'worker' }),
  service('empty', { clusterIP: 'None', ports: [http] }),
  service('noports', { clusterIP: 'None' }),
);
endpointSlices.set(
  slice('web', [http, alt], [web0, web1]),
  slice('nonames', [{ name: '', port: 80 }], [plain(web0), plain(web1)]),
  slice('web-np', [http], [plain(web0), { ...plain(web1), conditions: { ready: true } }]),
  slice('vip', [{ name: 'http', port: 8080 }], [plain(web0), plain(web1)]),
  slice('empty', [], []),
  slice('noports', [], [plain(web0), plain(web1)]),
);

function ask(name: string, type: RecordType) {
  const { status, answers, additional, authority } = network.query(name, type);
  return {
    status,
    answers: answers.map((record) => `${record.type} ${record.data}`).sort(),
    additional: additional.map((record) => `${record.name} ${record.type} ${record.data}`).sort(),
    authority: authority.map((record) => `${record.name} ${record.ttl} ${record.type} ${record.data}`),
  };
}

const S = 'dd.svc.cluster.local';
const soa = 'cluster.local. 30 SOA ns.dns.cluster.local. hostmaster.cluster.local. 1795259140 7200 1800 86400 30';
const web0Address = 'web-0.web.dd.svc.cluster.local. A 10.244.2.2';

describe('the cluster zone', () => {
  it.each<[string, RecordType, string[], string[]?]>([
    [`web.${S}`, 'A', ['A 10.244.2.2']],
    [`web-0.web.${S}`, 'A', ['A 10.244.2.2']],
    [`WEB.DD.SVC.CLUSTER.LOCAL`, 'A', ['A 10.244.2.2']],
    [`_http._tcp.web.${S}`, 'A', ['A 10.244.2.2']],
    [`_http._tcp.web.${S}`, 'SRV', [`SRV 0 100 80 web-0.web.${S}.`], [web0Address]],
    [`http.TCP.web.${S}`, 'SRV', [`SRV 0 100 80 web-0.web.${S}.`], [web0Address]],
    [`_alt._tcp.web.${S}`, 'SRV', [`SRV 0 100 8081 web-0.web.${S}.`], [web0Address]],
    [`web.${S}`, 'SRV', [`SRV 0 50 80 web-0.web.${S}.`, `SRV 0 50 8081 web-0.web.${S}.`], [web0Address]],
    [`web-0.web.${S}`, 'SRV', [`SRV 0 50 80 web-0.web.${S}.`, `SRV 0 50 8081 web-0.web.${S}.`], [web0Address]],
    [`web-np.${S}`, 'A', ['A 10.244.1.3', 'A 10.244.2.2']],
    [`10-244-2-2.web-np.${S}`, 'A', ['A 10.244.2.2']],
    [`nonames.${S}`, 'SRV', [`SRV 0 100 80 10-244-2-2.nonames.${S}.`], [`10-244-2-2.nonames.${S}. A 10.244.2.2`]],
    [`vip.${S}`, 'A', ['A 10.96.151.62']],
    [`vip.${S}`, 'SRV', [`SRV 0 100 80 vip.${S}.`], [`vip.${S}. A 10.96.151.62`]],
    [`10-244-2-2.vip.${S}`, 'A', ['A 10.244.2.2']],
    [`noends.${S}`, 'A', ['A 10.96.233.97']],
    [`noports.${S}`, 'A', ['A 10.244.2.2']],
    [`ext.${S}`, 'A', ['CNAME example.com.']],
    [`ext.${S}`, 'AAAA', ['CNAME example.com.']],
    [`ext.${S}`, 'CNAME', ['CNAME example.com.']],
    [`extin.${S}`, 'A', ['A 10.96.151.62', `CNAME vip.${S}.`]],
    [`extnode.${S}`, 'A', ['A 172.18.0.3', 'CNAME worker.']],
    ['10-244-2-2.dd.pod.cluster.local', 'A', ['A 10.244.2.2']],
    ['1-2-3-4.dd.pod.cluster.local', 'A', ['A 1.2.3.4']],
    ['a.1-2-3-4.dd.pod.cluster.local', 'A', ['A 1.2.3.4']],
    ['1--2.dd.pod.cluster.local', 'AAAA', ['AAAA 1::2']],
    [
      '1-2-3-4.dd.pod.cluster.local',
      'SRV',
      ['SRV 0 100 0 1-2-3-4.dd.pod.cluster.local.'],
      ['1-2-3-4.dd.pod.cluster.local. A 1.2.3.4'],
    ],
    ['dns-version.cluster.local', 'TXT', ['TXT "1.1.0"']],
    ['ns.dns.cluster.local', 'A', ['A 10.96.0.10']],
    [
      'cluster.local',
      'NS',
      ['NS kube-dns.kube-system.svc.cluster.local.'],
      ['kube-dns.kube-system.svc.cluster.local. A 10.96.0.10'],
    ],
    ['2.2.244.10.in-addr.arpa', 'PTR', [`PTR web-0.web.${S}.`]],
    ['1.0.96.10.in-addr.arpa', 'PTR', ['PTR kubernetes.default.svc.cluster.local.']],
    ['worker', 'A', ['A 172.18.0.3']],
  ])('answers %s %s', (name, type, answers, additional = []) => {
    expect(ask(name, type)).toEqual({ status: 'NOERROR', answers, additional, authority: [] });
  });

  it('states its authority', () => {
    expect(ask('cluster.local', 'SOA').answers).toEqual([soa.replace('cluster.local. 30 ', '')]);
  });

  it.each<[string, RecordType]>([
    [`web.${S}`, 'AAAA'],
    [`web.${S}`, 'TXT'],
    [`web.${S}`, 'ANY'],
    [`web.${S}`, 'MX'],
    [`web.${S}`, 'NS'],
    [`web.${S}`, 'SOA'],
    [`web.${S}`, 'CNAME'],
    [`web.${S}`, 'PTR'],
    [`vip.${S}`, 'AAAA'],
    [`ext.${S}`, 'SRV'],
    [`ext.${S}`, 'TXT'],
    [`extin.${S}`, 'AAAA'],
    [`noports.${S}`, 'SRV'],
    [S, 'A'],
    [S, 'SRV'],
    ['svc.cluster.local', 'A'],
    ['pod.cluster.local', 'A'],
    ['dd.pod.cluster.local', 'A'],
    ['cluster.local', 'A'],
    ['10-244-2-2.dd.pod.cluster.local', 'AAAA'],
    ['ns.dns.cluster.local', 'NS'],
  ])('has no data for %s %s', (name, type) => {
    expect(ask(name, type)).toEqual({ status: 'NOERROR', answers: [], additional: [], authority: [soa] });
  });

  it.each<[string, RecordType]>([
    [`web-1.web.${S}`, 'A'],
    [`web-1.web-np.${S}`, 'A'],
    [`web-0.noports.${S}`, 'A'],
    [`_http._udp.web.${S}`, 'SRV'],
    [`_nope._tcp.web.${S}`, 'SRV'],
    [`_tcp.web.${S}`, 'SRV'],
    [`_http._tcp.web-0.web.${S}`, 'SRV'],
    [`a.b.c.web.${S}`, 'A'],
    [`x.ext.${S}`, 'A'],
    [`_a._b.ext.${S}`, 'A'],
    [`*.web.${S}`, 'A'],
    [`empty.${S}`, 'A'],
    [`nope.${S}`, 'A'],
    [`nope.${S}`, 'MX'],
    ['nons.svc.cluster.local', 'A'],
    ['x.nons.svc.cluster.local', 'A'],
    ['1-2-3-4.nons.pod.cluster.local', 'A'],
    ['foo.dd.pod.cluster.local', 'A'],
    ['1-2-3-4-5.dd.pod.cluster.local', 'A'],
    ['dns-version.cluster.local', 'A'],
    ['other.cluster.local', 'A'],
    ['dns.cluster.local', 'A'],
  ])('knows no %s %s', (name, type) => {
    expect(ask(name, type)).toEqual({ status: 'NXDOMAIN', answers: [], additional: [], authority: [soa] });
  });

  it.each<[string, RecordType]>([
    ['google.com', 'A'],
    ['web', 'A'],
    ['3.1.244.10.in-addr.arpa', 'PTR'],
    ['8.8.8.8.in-addr.arpa', 'PTR'],
    ['2.2.244.10.in-addr.arpa', 'A'],
  ])('passes %s %s on to a resolver that has no internet', (name, type) => {
    expect(ask(name, type)).toEqual({ status: 'NXDOMAIN', answers: [], additional: [], authority: [] });
  });
});
