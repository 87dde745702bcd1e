import { connect as connectHttp2 } from 'node:http2';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { logs, makeRuntime, run } from './harness.ts';

const { start, runtime, network } = makeRuntime();
afterAll(() => runtime.close());

const image = 'registry.k8s.io/e2e-test-images/agnhost:2.53';

async function get(host: string, port: number, path: string): Promise<string> {
  const connection = await network.dial(host, port);
  connection.end(`GET ${path} HTTP/1.0\r\nHost: x\r\nConnection: close\r\n\r\n`);
  const answer = await text(connection);
  return `${answer.split(' ')[1]} ${answer.slice(answer.indexOf('\r\n\r\n') + 4)}`;
}

describe('agnhost', () => {
  it('netexec answers with what it sees and runs commands', async () => {
    const server = await start({ image, command: undefined, args: ['netexec', '--http-port=8080'], hostname: 'web-0' });
    expect(await get(server.address, 8080, '/hostname')).toBe('200 web-0');
    expect(await get(server.address, 8080, '/echo?msg=hi&code=201')).toBe('201 hi');
    expect(await get(server.address, 8080, '/clientip')).toMatch(/^200 172\.18\.0\.2:\d+$/);
    expect(await get(server.address, 8080, '/shell?cmd=echo+out;+exit+3')).toBe(
      '417 {"output":"out\\n","error":"exit status 3"}',
    );
    const dial = `/dial?host=${server.address}&port=8080&request=hostname&tries=2`;
    expect(await get(server.address, 8080, dial)).toBe('200 {"responses":["web-0","web-0"]}');
    expect(await logs(server)).toContain('Started HTTP server on port 8080');
    server.signal('SIGTERM');
    expect((await server.exited).code).toBe(0);
  });

  it('serves its name, and other things, on other ports', async () => {
    const named = await start({ image, command: undefined, args: ['serve-hostname'], hostname: 'web-1' });
    expect(await get(named.address, 9376, '/')).toBe('200 web-1');
    const porter = await start({ image, command: undefined, args: ['porter'], env: { SERVE_PORT_80: 'eighty' } });
    expect(await get(porter.address, 80, '/')).toBe('200 eighty');
    const alive = await start({ image, command: undefined, args: ['liveness'] });
    expect(await get(alive.address, 8080, '/healthz')).toBe('200 ok');
  });

  it('pauses, and ends as a Go program does', async () => {
    const container = await start({ image, command: undefined, args: ['pause'] });
    expect((await run(container, ['/agnhost', 'entrypoint-tester', 'a', 'b'])).stdout).toBe(
      '[/agnhost entrypoint-tester a b]\n',
    );
    expect((await run(container, ['/agnhost', 'dns-suffix'])).stdout).toContain(
      'dd.svc.cluster.local,svc.cluster.local',
    );
    expect((await run(container, ['/agnhost', 'connect', `${container.address}:81`])).stderr).toBe('REFUSED\n');
    expect((await run(container, ['/agnhost', 'nope'])).code).toBe(1);
    container.signal('SIGTERM');
    expect((await container.exited).code).toBe(2);
    expect(await logs(container)).toBe('Paused\n');
  });

  it('looks at mounts', async () => {
    const container = await start({ image, command: undefined, args: ['pause'] });
    await run(container, ['sh', '-c', 'echo data > /tmp/f; chmod 640 /tmp/f']);
    const outcome = await run(container, [
      '/agnhost',
      'mounttest',
      '--file_content=/tmp/f',
      '--file_mode=/tmp/f',
      '--file_owner=/tmp/f',
    ]);
    expect(outcome.stdout).toContain('content of file "/tmp/f": data\n');
    expect(outcome.stdout).toContain('mode of file "/tmp/f": -rw-r-----');
    expect(outcome.stdout).toContain('owner UID of "/tmp/f": 0');
  });

  it('makes a file before it looks at it, and prints modes as Go does', async () => {
    const container = await start({ image, command: undefined, args: ['pause'] });
    const made = await run(container, ['/agnhost', 'mounttest', '--file_perm=/tmp/n', '--new_file_0666=/tmp/n']);
    expect(made).toMatchObject({ code: 0 });
    expect(made.stdout).toBe('content of file "/tmp/n": mount-tester new file\n\nperms of file "/tmp/n": -rw-rw-rw-\n');
    await run(container, ['sh', '-c', 'ln -s /tmp/n /tmp/link; mkdir /tmp/d; chmod 3750 /tmp/d']);
    const mode = async (path: string) =>
      (await run(container, ['/agnhost', 'mounttest', `--file_mode=${path}`])).stdout;
    expect(await mode('/tmp/link')).toBe('mode of file "/tmp/link": -rw-rw-rw-\n');
    expect(await mode('/tmp/d')).toBe('mode of file "/tmp/d": dgtrwxr-x---\n');
    expect(await run(container, ['/agnhost', 'mounttest', '--file_content=/tmp/none'])).toMatchObject({ code: 1 });
  });

  it('keeps a guestbook on a primary and its replicas, behind a front end', async () => {
    const guestbook = (...args: string[]) => start({ image, command: undefined, args: ['guestbook', ...args] });
    const primary = await guestbook('--http-port=6379');
    const ask = (path: string) => get(primary.address, 6379, path);
    expect(await ask('/set?key=early&value=bird')).toBe('200 {"message":"Updated"}');
    const replica = await guestbook('--http-port=6379', '--replicaof', primary.address);
    await expect.poll(() => get(replica.address, 6379, '/get?key=early')).toBe('200 {"data":"bird"}');
    expect(await ask('/set?key=&value=x')).toBe('400 cannot set with empty key.\n');

    const front = await guestbook('--backend-port', '6379');
    const names = `${primary.address} agnhost-primary\n${replica.address} agnhost-replica\n`;
    await run(front, ['sh', '-c', 'cat >> /etc/hosts'], names);
    const page = (query: string) => get(front.address, 80, `/guestbook?${query}`);
    expect(await page('cmd=get&key=messages')).toBe('200 {"data":""}');
    expect(await page('cmd=set&key=messages&value=Test%20%26c')).toBe('200 {"message":"Updated"}');
    expect(await page('cmd=get&key=messages')).toBe('200 {"data":"Test &c"}');
    expect(await page('cmd=del&key=messages')).toBe("400 unsupported cmd: 'del'\n");
  });

  it('answers gRPC health checks', async () => {
    const args = ['grpc-health-checking', '--port', '5000', '--http-port', '8080'];
    const server = await start({ image, command: undefined, args });
    const check = async () => {
      const socket = await network.dial(server.address, 5000);
      const session = connectHttp2('http://agnhost', { createConnection: () => socket });
      const stream = session.request({
        ':method': 'POST',
        ':path': '/grpc.health.v1.Health/Check',
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      const trailers = new Promise<Record<string, unknown>>((resolve) => stream.once('trailers', resolve));
      stream.end(Buffer.from([0, 0, 0, 0, 0]));
      const message = await buffer(stream);
      const { 'grpc-status': status } = await trailers;
      session.destroy();
      return { status, state: message.at(-1) };
    };
    expect(await check()).toEqual({ status: '0', state: 1 });
    await get(server.address, 8080, '/make-not-serving');
    expect(await check()).toEqual({ status: '0', state: 2 });
  });

  it('generates logs', async () => {
    const args = ['logs-generator', '--log-lines-total=20', '--run-duration=0.1s'];
    const container = await start({ image, command: undefined, args });
    await container.exited;
    const lines = (await logs(container)).trim().split('\n');
    expect(lines).toHaveLength(20);
    expect(lines[19]).toMatch(/ 19 (GET|POST|PUT) \/api\/v1\/namespaces\/[\w-]+\/pods\/\w+ \d{3}$/);
  });
});
