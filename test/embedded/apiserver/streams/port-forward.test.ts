import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { request } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWebSocketStream, WebSocket } from 'ws';
import { until } from '../../../until.ts';
import type { TestServer } from '../http/support.ts';
import { SpdyClient } from './spdy-client.ts';
import { createPod, startServer, TestSocket } from './support.ts';

const portForward = '/api/v1/namespaces/default/pods/web/portforward';
const exec = '/api/v1/namespaces/default/pods/web/exec';
let server: TestServer;
let application: Server;
/** Everything that a Pod's port 80 leads to. */
let port: number;

beforeAll(async () => {
  application = createServer(async (request, response) => {
    let size = 0;
    for await (const chunk of request) size += (chunk as Buffer).length;
    response.end(`${request.method} ${request.url} ${size}`);
  }).listen(0, '127.0.0.1');
  await once(application, 'listening');
  ({ port } = application.address() as AddressInfo);
  server = await startServer({
    nodes: {
      dialPod: async (_pod, wanted) => {
        if (wanted !== 80) throw new Error(`connect: connection refused`);
        const connection = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
        await once(connection, 'connect');
        return connection;
      },
    },
  });
  await createPod(server, 'web', { node: 'node-1' });
});
afterAll(async () => {
  await server.stop();
  application.close();
});

/** SPDY in a WebSocket, as kubectl speaks it since 1.31. */
function tunnelled(): Promise<SpdyClient> {
  return new Promise((resolve, reject) => {
    // The library refuses to offer a name with a slash, so the header is set by hand and its answer not looked at.
    const key = Buffer.alloc(16, 7).toString('base64');
    const outgoing = request({
      host: '127.0.0.1',
      port: server.port,
      path: portForward,
      ca: server.identity.ca,
      headers: {
        authorization: 'Bearer admin',
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': key,
        'sec-websocket-protocol': 'SPDY/3.1+portforward.k8s.io',
      },
    });
    outgoing.on('upgrade', (response, socket, head) => {
      if (response.headers['sec-websocket-protocol'] !== 'SPDY/3.1+portforward.k8s.io') {
        reject(new Error(`protocol ${response.headers['sec-websocket-protocol']}`));
      }
      const client = new WebSocket(null as never, undefined, {}) as WebSocket & {
        setSocket(socket: Duplex, head: Buffer, options: object): void;
      };
      Object.assign(client, { _isServer: false });
      client.setSocket(socket, head, { allowSynchronousEvents: true, maxPayload: 0, skipUTF8Validation: false });
      resolve(new SpdyClient(createWebSocketStream(client)));
    });
    outgoing.on('response', (response) => reject(new Error(`${response.statusCode}`)));
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** SPDY itself, as kubectl spoke it before. */
function upgraded(path: string, protocol: string): Promise<SpdyClient> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port: server.port,
      path,
      method: 'POST',
      ca: server.identity.ca,
      headers: {
        authorization: 'Bearer admin',
        connection: 'Upgrade',
        upgrade: 'SPDY/3.1',
        'x-stream-protocol-version': protocol,
      },
    });
    outgoing.on('upgrade', (response, socket, head) => {
      expect(response.headers['x-stream-protocol-version']).toBe(protocol);
      if (head.length > 0) socket.unshift(head);
      resolve(new SpdyClient(socket));
    });
    outgoing.on('response', (response) => reject(new Error(`${response.statusCode}`)));
    outgoing.on('error', reject);
    outgoing.end();
  });
}

async function connection(client: SpdyClient, id: string, to = '80'): Promise<{ error: number; data: number }> {
  const error = await client.open({ streamType: 'error', port: to, requestID: id }, true);
  const data = await client.open({ streamType: 'data', port: to, requestID: id });
  return { error, data };
}

const transports: [string, () => Promise<SpdyClient>][] = [
  ['in a WebSocket', tunnelled],
  ['itself', () => upgraded(portForward, 'portforward.k8s.io')],
];

describe.each(transports)('port-forward by SPDY %s', (_how, open) => {
  it('carries several connections at once', async () => {
    const client = await open();
    const first = await connection(client, '0');
    const second = await connection(client, '1');
    client.data(second.data, 'GET /second HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    client.data(first.data, 'GET /first HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await until(() => client.ended.has(first.data) && client.ended.has(second.data));
    expect(client.received.get(first.data)).toContain('GET /first 0');
    expect(client.received.get(second.data)).toContain('GET /second 0');
    expect(client.received.get(first.error)).toBeUndefined();
    client.end();
  });

  it('carries an upload larger than any buffer', async () => {
    const client = await open();
    const { data } = await connection(client, '0');
    const size = 6 * 1024 * 1024;
    client.data(data, `POST /up HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${size}\r\n\r\n`);
    for (let sent = 0; sent < size; sent += 32 * 1024) client.data(data, Buffer.alloc(32 * 1024, 'x'));
    await until(() => client.ended.has(data));
    expect(client.received.get(data)).toContain(`POST /up ${size}`);
    client.end();
  });

  it('says why on the error stream where nothing listens, and goes on', async () => {
    const client = await open();
    const refused = await connection(client, '0', '81');
    await until(() => client.ended.has(refused.error));
    expect(client.received.get(refused.error)).toContain(
      'an error occurred forwarding 81: connect: connection refused',
    );
    const nonsense = await connection(client, '1', 'eighty');
    await until(() => client.ended.has(nonsense.error));
    expect(client.received.get(nonsense.error)).toContain('no port');
    const good = await connection(client, '2');
    client.data(good.data, 'GET / HTTP/1.0\r\n\r\n');
    await until(() => client.ended.has(good.data));
    expect(client.received.get(good.data)).toContain('GET / 0');
    client.end();
  });
});

describe('port-forward by channels', () => {
  const path = `${portForward}?ports=80&ports=81`;

  it('begins each channel with its port, then carries one connection for each', async () => {
    const socket = await TestSocket.open(server, path, 'v4.channel.k8s.io');
    await until(() => socket.channel(3).length > 2);
    expect(socket.messages.slice(0, 4).map((message) => [message[0], message.readUInt16LE(1)])).toEqual([
      [0, 80],
      [2, 81],
      [1, 80],
      [3, 81],
    ]);
    expect(socket.channel(3).slice(2)).toBe('an error occurred forwarding 81: connect: connection refused');
    socket.send(0, 'GET /one HTTP/1.0\r\n\r\n');
    await until(() => socket.channel(0).includes('GET /one 0'));
    socket.close();
  });

  it.each([
    [portForward, 'you must specify at least 1 port'],
    [`${portForward}?ports=0`, 'unable to parse'],
    [`${portForward}?ports=80,nope`, 'unable to parse'],
  ])('refuses %s', async (refused, message) => {
    await expect(TestSocket.open(server, refused, 'v4.channel.k8s.io')).rejects.toThrow(message);
  });
});

describe('exec by SPDY', () => {
  const open = async (command: string, flags: string, types: readonly string[], protocol = 'v4.channel.k8s.io') => {
    const client = await upgraded(`${exec}?${flags}&${command}`, protocol);
    const ids: Record<string, number> = {};
    for (const type of types) ids[type] = await client.open({ streamType: type });
    return { client, ids };
  };

  it('carries input, output and the end', async () => {
    const { client, ids } = await open('command=cat', 'stdin=1&stdout=1', ['error', 'stdin', 'stdout']);
    const line = `${'x'.repeat(100_000)}\n`;
    for (let i = 0; i < 50; i++) client.data(ids.stdin!, line);
    client.data(ids.stdin!, '', true);
    await until(() => client.ended.has(ids.error!));
    expect(client.received.get(ids.stdout!)?.length).toBe(50 * line.length);
    expect(JSON.parse(client.received.get(ids.error!)!)).toEqual({ metadata: {}, status: 'Success' });
    await until(() => client.closed);
  });

  it('tells exit codes and standard error', async () => {
    const { client, ids } = await open('command=fail&command=3', 'stdout=1&stderr=1', ['error', 'stdout', 'stderr']);
    await until(() => client.closed);
    expect(client.received.get(ids.stderr!)).toBe('no luck\n');
    expect(JSON.parse(client.received.get(ids.error!)!).details.causes).toEqual([{ reason: 'ExitCode', message: '3' }]);
  });

  it('tells of the terminal and its changes', async () => {
    const types = ['error', 'stdin', 'stdout', 'resize'];
    const { client, ids } = await open('command=sizes', 'stdin=1&stdout=1&tty=1', types);
    client.data(ids.resize!, '{"Width":80,"Height":24}\n');
    client.data(ids.resize!, '{"Width":1,"Height":1}\n');
    await until(() => client.closed);
    expect(client.received.get(ids.stdout!)).toBe('80x24\n1x1\n');
  });

  it('does not wait for input that nobody reads', async () => {
    const { client, ids } = await open('command=sleep', 'stdin=1&stdout=1', ['error', 'stdin', 'stdout']);
    for (let i = 0; i < 50; i++) client.data(ids.stdin!, Buffer.alloc(100_000));
    await until(() => client.closed);
    expect(JSON.parse(client.received.get(ids.error!)!).status).toBe('Success');
  });

  it('ends early: the command of a client that goes', async () => {
    const { client, ids } = await open('command=hang&command=spdy', 'stdout=1', ['error', 'stdout']);
    await until(() => client.accepted.has(ids.stdout!));
    client.end();
    const { aborted } = await import('./support.ts');
    await until(() => aborted.includes('spdy'));
  });
});
