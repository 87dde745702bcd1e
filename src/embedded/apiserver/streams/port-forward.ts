import type { Duplex } from 'node:stream';
import { createWebSocketStream } from 'ws';
import { badRequest } from '../../../kubernetes/errors.ts';
import { Channels, channelProtocols } from './channels.ts';
import { SpdyConnection, type SpdyStream } from './spdy.ts';
import { acceptWebSocket, isSpdy, type Upgrade } from './websocket.ts';

const tunnel = 'SPDY/3.1+portforward.k8s.io';
const spdyProtocol = 'portforward.k8s.io';

/** Opens a connection to a port of the Pod. Its failure's message is what the client is told. */
export type DialPort = (port: number) => Promise<Duplex>;

/**
 * Forwards a client's connections to a Pod: for kubectl through SPDY, which it tunnels in a WebSocket or, before 1.30,
 * speaks itself; for other clients one connection for each port, by channels of a WebSocket.
 * @throws ApiError before the connection has been taken over
 */
export async function servePortForward(upgrade: Upgrade, ports: readonly number[], dial: DialPort): Promise<void> {
  if (isSpdy(upgrade.request)) {
    const { socket, head } = upgrade;
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${spdyProtocol}\r\n\r\n`,
    );
    if (head.length > 0) socket.unshift(head);
    forwardStreams(socket, dial);
    return;
  }
  const offered = upgrade.request.headers['sec-websocket-protocol'] ?? '';
  if (!offered.includes(tunnel) && ports.length === 0) throw badRequest('you must specify at least 1 port');
  const { socket, protocol } = await acceptWebSocket(upgrade, [tunnel, ...channelProtocols]);
  if (protocol === tunnel) {
    forwardStreams(createWebSocketStream(socket), dial);
    return;
  }
  const channels = new Channels(
    socket,
    protocol,
    ports.map((_, i) => i * 2),
  );
  await Promise.all(ports.map((port, i) => forwardChannel(channels, i * 2, port, dial, socket)));
}

/** @throws ApiError BadRequest */
export function forwardedPorts(query: URLSearchParams): number[] {
  return query.getAll('ports').flatMap((list) =>
    list.split(',').map((text) => {
      const port = Number(text);
      if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) {
        throw badRequest(`unable to parse "${text}" as a port: it must be between 1 and 65535`);
      }
      return port;
    }),
  );
}

/** A pair of streams for each connection: its data, and what went wrong with it. */
function forwardStreams(transport: Duplex, dial: DialPort): void {
  const pairs = new Map<string, { data?: SpdyStream; error?: SpdyStream }>();
  new SpdyConnection(transport, (stream) => {
    const { headers } = stream;
    const id = headers.get('requestid') ?? `${headers.get('port')}`;
    const pair = pairs.get(id) ?? {};
    pairs.set(id, pair);
    stream.on('close', () => pairs.get(id) === pair && pairs.delete(id));
    if (headers.get('streamtype') === 'error') pair.error = stream;
    else pair.data = stream;
    if (!pair.data || !pair.error) return;
    pairs.delete(id);
    void forwardPair(pair.data, pair.error, Number(headers.get('port')), dial);
  });
}

async function forwardPair(data: SpdyStream, error: SpdyStream, port: number, dial: DialPort): Promise<void> {
  // The client closes its half of the error stream at once and says nothing on it.
  error.resume();
  try {
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error('that is no port');
    const connection = await dial(port);
    await join(data, connection);
    error.end();
  } catch (failure) {
    error.end(`an error occurred forwarding ${port}: ${(failure as Error).message}`);
    data.end();
  }
}

/** Copies both ways, until both directions are at their end or either side has gone. */
function join(client: Duplex, pod: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      if (!client.destroyed && !client.writableEnded) client.end();
      pod.destroy();
      resolve();
    };
    client.on('error', finish);
    client.on('close', finish);
    pod.on('error', finish);
    pod.on('close', finish);
    client.pipe(pod);
    pod.pipe(client);
  });
}

async function forwardChannel(
  channels: Channels,
  channel: number,
  port: number,
  dial: DialPort,
  socket: { readonly readyState: number; on(event: 'close', listener: () => void): unknown },
): Promise<void> {
  // Each channel begins with the port it is for.
  const announcement = Buffer.alloc(2);
  announcement.writeUInt16LE(port);
  await channels.send(channel, announcement);
  await channels.send(channel + 1, announcement);
  try {
    const connection = await dial(port);
    socket.on('close', () => connection.destroy());
    connection.on('error', () => connection.destroy());
    channels.reader(channel).pipe(connection);
    connection.pipe(channels.writer(channel));
  } catch (failure) {
    await channels.send(
      channel + 1,
      Buffer.from(`an error occurred forwarding ${port}: ${(failure as Error).message}`),
    );
  }
}
