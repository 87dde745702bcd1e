import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Container } from '../../../../src/embedded/containers/runtime.ts';
import { service, slice } from '../../network/fixtures.ts';
import { bash, makeRuntime, run } from '../harness.ts';

/** What the tools print, as on a kind cluster with the same objects. */

const { start, runtime, services, endpointSlices } = makeRuntime();
let debian: Container;
let busybox: Container;
let address: string;

beforeAll(async () => {
  debian = await start({ image: 'debian:bookworm-slim' });
  busybox = await start({ image: 'busybox' });
  ({ address } = await start({ image: 'ordinal/kubia:1', command: undefined, hostname: 'web-0' }));
  services.set(
    service('web', { clusterIP: 'None', ports: [{ name: 'http', port: 80 }] }),
    service('vip', { clusterIP: '10.96.1.1', ports: [{ name: 'http', port: 80 }] }),
    service('noends', { clusterIP: '10.96.1.2', ports: [{ name: 'http', port: 80 }] }),
    service('ext', { type: 'ExternalName', externalName: 'example.com' }),
  );
  const ready = { addresses: [address], conditions: { ready: true } };
  endpointSlices.set(
    slice('web', [{ name: 'http', port: 80 }], [{ ...ready, hostname: 'web-0' }]),
    slice('vip', [{ name: 'http', port: 8080 }], [ready]),
  );
});
afterAll(() => runtime.close());

const server = (mark: string) => `Server:\t\t10.96.0.10\nAddress:\t10.96.0.10${mark}53\n\n`;

describe('DNS tools', () => {
  it.each([
    ['dig +short web.dd.svc.cluster.local SRV', '0 100 80 web-0.web.dd.svc.cluster.local.\n'],
    ['dig +search +short web-0.web', 'ADDRESS\n'],
    [
      'dig +noall +answer +search SRV _http._tcp.web',
      '_http._tcp.web.dd.svc.cluster.local.\t30\tIN\tSRV\t0 100 80 web-0.web.dd.svc.cluster.local.\n\n',
    ],
    [
      'dig +short -q _http._tcp.web.dd.svc.cluster.local -t SRV -q web-0.web.dd.svc.cluster.local -t A',
      '0 100 80 web-0.web.dd.svc.cluster.local.\nADDRESS\n',
    ],
    ['dig +short -x ADDRESS', 'web-0.web.dd.svc.cluster.local.\n'],
    ['dig nope.dd.svc.cluster.local | grep -o "status: [A-Z]*"', 'status: NXDOMAIN\n'],
    ['nslookup web', `${server('#')}Name:\tweb.dd.svc.cluster.local\nAddress: ADDRESS\n\n`],
    [
      'nslookup -type=SRV _http._tcp.web',
      `${server('#')}_http._tcp.web.dd.svc.cluster.local\tservice = 0 100 80 web-0.web.dd.svc.cluster.local.\n\n`,
    ],
    ['nslookup -type=A ext', `${server('#')}ext.dd.svc.cluster.local\tcanonical name = example.com.\n\n`],
    ['nslookup nope', `${server('#')}** server can't find nope: NXDOMAIN\n\n`],
    [
      'host web-0.web; host nope',
      'web-0.web.dd.svc.cluster.local has address ADDRESS\nHost nope not found: 3(NXDOMAIN)\n',
    ],
    ['getent hosts web; getent hosts nope; echo $?', 'ADDRESS      web.dd.svc.cluster.local\n2\n'],
  ])('%s', async (script, expected) => {
    const { stdout } = await bash(debian, script.replaceAll('ADDRESS', address));
    expect(stdout).toBe(expected.replaceAll('ADDRESS', address));
  });

  it("of BusyBox look like BusyBox's", async () => {
    expect((await run(busybox, ['nslookup', 'web'])).stdout).toBe(
      `${server(':')}Name:\tweb.dd.svc.cluster.local\nAddress: ${address}\n\n`,
    );
  });
});

describe('clients', () => {
  it.each([
    ['curl -sS vip', 0, "You've hit web-0\nData stored on this pod: No data posted yet\n", ''],
    [
      'curl -sS web-0.web',
      7,
      '',
      "curl: (7) Failed to connect to web-0.web port 80 after 0 ms: Couldn't connect to server\n",
    ],
    [
      'curl -sS noends',
      7,
      '',
      "curl: (7) Failed to connect to noends port 80 after 0 ms: Couldn't connect to server\n",
    ],
    ['curl -sS nosuch.dd', 6, '', 'curl: (6) Could not resolve host: nosuch.dd\n'],
    ['curl -s nosuch.dd', 6, '', ''],
    ['curl -sS -o /dev/null -w "%{http_code} %{remote_ip}\\n" vip', 0, '200 10.96.1.1\n', ''],
    [
      'exec 3<>/dev/tcp/vip/80; printf "GET /healthz HTTP/1.0\\r\\n\\r\\n" >&3; head -1 <&3',
      0,
      'HTTP/1.1 200 OK\r\n',
      '',
    ],
  ])('%s', async (script, code, stdout, stderr) => {
    expect(await bash(debian, script)).toEqual({ code, stdout, stderr });
  });

  it.each([
    ['wget -qO- http://vip', 0, "You've hit web-0\nData stored on this pod: No data posted yet\n", ''],
    ['wget -q http://noends', 1, '', "wget: can't connect to remote host (10.96.1.2): Connection refused\n"],
    ['wget -q http://nope', 1, '', "wget: bad address 'nope'\n"],
    ['nc -zv vip 80', 0, '', 'vip (10.96.1.1:80) open\n'],
    ['echo nonsense | nc -t -w 2 vip 80', 0, 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n', ''],
    ['nc -z noends 80', 1, '', 'nc: noends (10.96.1.2:80): Connection refused\n'],
    ['ping -c1 nope', 1, '', "ping: bad address 'nope'\n"],
  ])('BusyBox: %s', async (script, code, stdout, stderr) => {
    expect(await run(busybox, ['sh', '-c', script])).toEqual({ code, stdout, stderr });
  });

  it('curl follows a redirection, shows both answers, and names the host that it could not find', async () => {
    const { address: follower } = await start({ image: 'ordinal/mehdb:1', command: undefined, hostname: 'mehdb-1' });
    const { code, stdout, stderr } = await bash(
      debian,
      `curl -sSi -L -X PUT -d red http://${follower}:9876/set/colour`,
    );
    expect(stdout).toMatch(/^HTTP\/1.1 307 Temporary Redirect\r\n[\s\S]*Location: http:\/\/mehdb-0\./);
    expect(stderr).toMatch(/^curl: \(6\) Could not resolve host: mehdb-0\./);
    expect(code).toBe(6);
  });

  it('ping what has an address', async () => {
    const { code, stdout } = await run(busybox, ['ping', '-c', '1', 'web-0.web']);
    expect(code).toBe(0);
    expect(stdout).toContain('1 packets transmitted, 1 packets received, 0% packet loss');
  });
});
