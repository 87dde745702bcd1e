import { type Duplex, duplexPair } from 'node:stream';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SpdyConnection } from '../../../../src/embedded/apiserver/streams/spdy.ts';
import { HeaderCodec } from '../../../../src/embedded/apiserver/streams/spdy-headers.ts';
import { until } from '../../../until.ts';
import type { TestServer } from '../http/support.ts';
import { Random } from '../random.ts';
import { createPod, startServer } from '../streams/support.ts';
import { bendText } from './generate.ts';

/** How many of each kind; with a hundred thousand requests, a tenth of that. */
const total = Number(process.env.ORDINAL_FUZZ ?? 2500) / 10;
const pods = '/api/v1/namespaces/default/pods/web';

let server: TestServer;
const unhandled: unknown[] = [];
const note = (error: unknown) => void unhandled.push(error);

beforeAll(async () => {
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
  server = await startServer();
  await createPod(server, 'web', { node: 'node-1' });
});
afterAll(async () => {
  await server.stop();
  process.off('uncaughtException', note);
  process.off('unhandledRejection', note);
});

async function stillWell(): Promise<void> {
  expect((await server.get(pods)).status).toBe(200);
  expect(server.errors).toEqual([]);
  expect(unhandled).toEqual([]);
  expect('polluted' in {}).toBe(false);
}

function randomBytes(random: Random, most: number): Buffer {
  return Buffer.from(Array.from({ length: random.below(most) }, () => random.below(256)));
}

it(
  'outlives any bytes in place of SPDY frames',
  async () => {
    const random = new Random(11);
    for (let i = 0; i < total; i++) {
      const [ours, theirs] = duplexPair();
      theirs.resume();
      theirs.on('error', () => {});
      new SpdyConnection(ours, (stream) => {
        if (random.chance(2)) stream.resume();
        if (random.chance(3)) stream.end('something');
        if (random.chance(5)) stream.destroy();
      });
      await frames(theirs, random);
      theirs.end();
      if (random.chance(2)) theirs.destroy();
    }
    await stillWell();
  },
  60_000 + total * 10,
);

async function frames(transport: Duplex, random: Random): Promise<void> {
  const codec = new HeaderCodec();
  for (let count = 1 + random.below(8); count > 0; count--) {
    const id = random.below(6);
    const block = await codec.write(new Map([['streamtype', random.pick(['data', 'error', '__proto__'])]]));
    const body = random.chance(2)
      ? Buffer.concat([Buffer.from([0, 0, 0, id, 0, 0, 0, 0, 0, 0]), block])
      : Buffer.concat([Buffer.from([0, 0, 0, id]), randomBytes(random, 40)]);
    const control = random.chance(2);
    const head = control
      ? Buffer.from([0x80, 3, 0, random.below(10), random.below(4), 0, 0, body.length])
      : Buffer.from([0, 0, 0, id, random.below(3), 0, 0, body.length]);
    const frame = Buffer.concat([head, body]);
    transport.write(random.chance(3) ? bendText(frame, random) : frame);
  }
  codec.close();
}

it(
  'outlives any message on the channels of a WebSocket',
  async () => {
    const random = new Random(12);
    const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'channel.k8s.io', 'base64.channel.k8s.io'];
    const paths = [
      `${pods}/exec?command=cat&stdin=1&stdout=1`,
      `${pods}/exec?command=sizes&stdin=1&stdout=1&tty=1`,
      `${pods}/portforward?ports=80`,
      `${pods}/log`,
    ];
    for (let i = 0; i < total; i++) {
      const path = random.pick(paths);
      const protocol = path.endsWith('log') ? 'binary.k8s.io' : random.pick(protocols);
      const socket = new WebSocket(`wss://127.0.0.1:${server.port}${path}`, [protocol], {
        ca: server.identity.ca,
        headers: { authorization: 'Bearer admin' },
      });
      socket.on('error', () => {});
      await new Promise((resolve) => socket.on('open', resolve).on('close', resolve));
      for (let count = random.below(10); count > 0; count--) {
        const message = Buffer.concat([
          Buffer.from([random.below(7) === 6 ? 255 : random.below(6)]),
          randomBytes(random, 60),
        ]);
        if (socket.readyState === socket.OPEN) socket.send(message, { binary: random.chance(2) });
      }
      if (random.chance(2)) socket.terminate();
      else socket.close();
    }
    await stillWell();
  },
  60_000 + total * 50,
);

it(
  'outlives any bytes in place of HTTP and of WebSocket frames',
  async () => {
    const random = new Random(13);
    const upgrade =
      `GET ${pods}/exec?command=cat&stdin=1&stdout=1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer admin\r\n` +
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n';
    const post =
      'POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer admin\r\n' +
      'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n';
    const codes = new Set<string>();
    for (let i = 0; i < total; i++) {
      const kind = random.below(3);
      const bytes = kind === 0 ? bendText(upgrade, random) : kind === 1 ? bendText(post, random) : Buffer.from(upgrade);
      const socket = connect({ host: '127.0.0.1', port: server.port, ca: server.identity.ca, servername: 'localhost' });
      socket.on('error', () => {});
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk;
      });
      await new Promise((resolve) => socket.on('secureConnect', resolve).on('close', resolve));
      socket.write(bytes);
      if (kind === 2) {
        await until(() => answer.includes('\r\n\r\n'));
        socket.write(randomBytes(random, 200));
      }
      socket.end();
      socket.setTimeout(200, () => socket.destroy());
      await new Promise((resolve) => socket.on('close', resolve));
      const code = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1];
      if (code) codes.add(code);
    }
    expect([...codes]).toContain('101');
    expect([...codes].filter((code) => code >= '500')).toEqual([]);
    await stillWell();
  },
  60_000 + total * 300,
);
