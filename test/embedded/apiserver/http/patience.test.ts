import { request } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../until.ts';
import { configMap, follow, TestServer } from './support.ts';

/** Clients that are slow, stuck, or ask for too much, and what the others notice of them: nothing. */

const configMaps = '/api/v1/namespaces/default/configmaps';
const server = new TestServer();
beforeAll(() => server.start());
afterAll(() => server.stop());

interface Raw {
  readonly socket: TLSSocket;
  readonly closed: Promise<unknown>;
  read(): string;
}

function raw(text: string, to = server): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: to.port, ca: to.identity.ca, servername: 'localhost' });
    const closed = new Promise((close) => socket.once('close', close));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('secureConnect', () => {
      socket.write(text);
      resolve({ socket, closed, read: () => answer });
    });
  });
}

const head = `POST ${configMaps} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer admin\r\n`;

describe('slow clients', () => {
  it('are cut off with 408 when their headers never end, or their body (slow loris)', async () => {
    const impatient = new TestServer({ patience: { headers: 300, request: 600 } });
    await impatient.start();
    const started = [
      await raw(head, impatient),
      await raw(`${head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a`, impatient),
    ];
    await Promise.all(started.map(({ closed }) => closed));
    for (const { read } of started) expect(read()).toMatch(/^HTTP\/1\.1 408 /);
    expect((await impatient.get(configMaps)).status).toBe(200);
    await impatient.stop();
  });

  it('do not keep others waiting, a hundred of them', async () => {
    const stuck = await Promise.all(Array.from({ length: 100 }, () => raw('GET /api HTTP/1.1\r\nHost: loc')));
    const answers = await Promise.all(Array.from({ length: 20 }, () => server.get(configMaps)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    for (const { socket } of stuck) socket.destroy();
  });
});

describe('watchers that do not read', () => {
  function stuckWatch(): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const outgoing = request({
        host: '127.0.0.1',
        port: server.port,
        path: `${configMaps}?watch=1`,
        ca: server.identity.ca,
        headers: { authorization: 'Bearer admin' },
      });
      outgoing.on('error', reject);
      outgoing.on('response', (response) => {
        response.on('error', () => {});
        outgoing.off('error', reject);
        outgoing.on('error', () => {});
        response.pause();
        resolve(() => outgoing.destroy());
      });
      outgoing.end();
    });
  }

  it('hold up nobody, and are ended when too much waits for them', async () => {
    const stop = await Promise.all(Array.from({ length: 5 }, stuckWatch));
    const seen: string[] = [];
    const stopReading = await follow(
      server,
      `${configMaps}?watch=1&fieldSelector=metadata.name%3Dflood`,
      ({ object }) => seen.push(object.data.round),
    );
    await server.post(configMaps, configMap('flood', { round: '0' }));
    const filler = 'x'.repeat(900_000);
    const before = process.memoryUsage().arrayBuffers;
    for (let round = 1; round <= 60; round++) {
      const body = configMap('flood', { round: String(round), filler });
      expect((await server.ask(`${configMaps}/flood`, { method: 'PUT', body })).status).toBe(200);
      await until(() => seen.length > round);
    }
    expect(seen).toEqual(Array.from({ length: 61 }, (_, round) => String(round)));
    // Five times all of it would be 270 MB.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200_000_000);
    stopReading();
    for (const each of stop) each();
  });

  it('begin with however much there is', async () => {
    const filler = 'x'.repeat(900_000);
    for (let i = 0; i < 24; i++) await server.post(configMaps, configMap(`much-${i}`, { filler }));
    const names = new Set<string>();
    const stop = await follow(server, `${configMaps}?watch=1`, ({ object }) => names.add(object.metadata.name));
    await until(() => names.size >= 25);
    stop();
  });
});

describe('sizes', () => {
  it('answers 413 to a body beyond three megabytes, announced or not', async () => {
    const body = JSON.stringify(configMap('huge', { a: 'x'.repeat(3 * 1024 * 1024) }));
    const announced = await raw(`${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`);
    await until(() => announced.read().includes('"code":413'));
    announced.socket.destroy();
    const chunked = await raw(`${head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`);
    chunked.socket.write(`${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
    await until(() => chunked.read().includes('"code":413'));
    expect(chunked.read()).toContain('Request entity too large: limit is 3145728');
    chunked.socket.destroy();
  });

  it('refuses objects that unpack to far more than they are, and nesting without end', async () => {
    const bomb = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: bomb\na: &a [x,x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
      .split('')
      .map((name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[i]}`).join(',')}]`)
      .join('\n')}\n`;
    const yaml = await server.post(configMaps, bomb, { 'content-type': 'application/yaml' });
    expect(yaml.status).toBe(400);
    const nested = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"n"},"data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect((await server.post(configMaps, nested)).status).toBe(400);
    const patched = await server.ask(`${configMaps}/flood`, {
      method: 'PATCH',
      body: `{"data":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`,
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect(patched.status).toBeGreaterThanOrEqual(400);
    expect(patched.status).toBeLessThan(500);
  });

  it('refuses a JSON patch of more operations than anybody needs', async () => {
    const body = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/kind', value: 'ConfigMap' }));
    const { status, json } = await server.ask(`${configMaps}/flood`, {
      method: 'PATCH',
      body,
      headers: { 'content-type': 'application/json-patch+json' },
    });
    expect(status).toBe(413);
    expect(json.message).toContain('The allowed maximum operations in a JSON patch is 10000, got 10001');
  });

  it('has no errors of its own', () => {
    expect(server.errors).toEqual([]);
  });
});
