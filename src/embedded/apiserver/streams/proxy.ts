import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as send,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { connect as secure } from 'node:tls';
import { serviceUnavailable } from '../../../kubernetes/errors.ts';
import type { ApiError } from '../../../kubernetes/status.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Dialer } from '../node-backend.ts';
import type { Upgrade } from './websocket.ts';

/** Where a proxied request goes. */
export interface Backend {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
}

/** Headers that are between two neighbours only, and those that are for the API server alone. */
const dropped = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'authorization',
  'host',
]);

/**
 * Passes a request on and its answer back, both as streams.
 * @param prefix the path that stands for the backend's root: "/api/v1/namespaces/default/pods/kubia-0/proxy"
 * @param path what follows it, with its leading slash
 * @throws ApiError ServiceUnavailable where nobody answers
 */
export async function serveProxy(
  exchange: Exchange,
  dialer: Dialer,
  backend: Backend,
  prefix: string,
  path: string,
): Promise<void> {
  const { request, response } = exchange;
  const connection = await connect(dialer, backend);
  response.on('close', () => connection.destroy());
  const answer = await answered(
    send({
      createConnection: () => connection,
      setHost: false,
      method: exchange.method,
      path: withQuery(path, exchange.rawQuery),
      headers: { ...forwarded(request, prefix + path), host: hostOf(backend) },
    }),
    request,
    backend,
  );
  const headers = passedOn(answer.headers);
  const { location } = answer.headers;
  if (location) headers.location = relocated(location, backend, prefix);
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers);
  response.flushHeaders();
  // Whichever side goes first, the other follows.
  await pipeline(answer, response).catch(() => response.destroy());
}

/** Passes a connection on that asks to be something other than HTTP: a WebSocket to an application, for instance. */
export async function serveProxyUpgrade(
  { request, socket, head }: Upgrade,
  dialer: Dialer,
  backend: Backend,
  path: string,
): Promise<void> {
  const connection = await connect(dialer, backend);
  const lines = [`${request.method} ${path} HTTP/1.1`, `Host: ${hostOf(backend)}`];
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i]!;
    if (!/^(host|authorization)$/i.test(name)) lines.push(`${name}: ${request.rawHeaders[i + 1]}`);
  }
  connection.write(`${lines.join('\r\n')}\r\n\r\n`);
  if (head.length > 0) connection.write(head);
  connection.on('error', () => socket.destroy());
  connection.on('close', () => socket.destroy());
  socket.on('error', () => connection.destroy());
  socket.on('close', () => connection.destroy());
  socket.pipe(connection);
  connection.pipe(socket);
}

async function connect(dialer: Dialer, backend: Backend): Promise<Duplex> {
  let plain: Duplex;
  try {
    plain = await dialer.dial(backend.host, backend.port);
  } catch (error) {
    throw unreachable(error, backend);
  }
  if (backend.scheme === 'http') return plain;
  // The certificates of Pods are not the API server's to judge.
  const encrypted = secure({ socket: plain, rejectUnauthorized: false });
  await new Promise<void>((resolve, reject) => {
    encrypted.once('secureConnect', resolve);
    encrypted.once('error', (error) => reject(unreachable(error, backend)));
  });
  return encrypted;
}

function answered(outgoing: ClientRequest, body: IncomingMessage, backend: Backend): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.on('response', resolve);
    outgoing.on('error', (error) => reject(unreachable(error, backend)));
    body.on('error', () => outgoing.destroy());
    body.pipe(outgoing);
  });
}

function forwarded({ headers, socket }: IncomingMessage, uri: string): OutgoingHttpHeaders {
  const previous = headers['x-forwarded-for'];
  const address = socket.remoteAddress;
  return {
    ...passedOn(headers),
    'x-forwarded-uri': uri,
    'x-forwarded-proto': 'https',
    ...(headers.host && { 'x-forwarded-host': headers.host }),
    ...(address && { 'x-forwarded-for': previous ? `${previous}, ${address}` : address }),
  };
}

function passedOn(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !dropped.has(name) && !named.includes(name) && !name.startsWith('impersonate-'),
    ),
  );
}

/** A redirection within the backend leads to the same place through the proxy. */
function relocated(location: string, backend: Backend, prefix: string): string {
  const root = new URL(`${backend.scheme}://${hostOf(backend)}`);
  if (!URL.canParse(location, root)) return location;
  const target = new URL(location, root);
  // Relative ones work as they are; those to other hosts are none of ours.
  const absolute = location.startsWith('/') || /^[a-z][a-z0-9+.-]*:/i.test(location);
  if (!absolute || target.host !== root.host) return location;
  return prefix + target.pathname + target.search + target.hash;
}

function withQuery(path: string, query: string): string {
  return query ? `${path}?${query}` : path;
}

function hostOf({ host, port }: Backend): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'i/o timeout',
};

/** As Go's HTTP client says it. */
function unreachable(error: unknown, backend: Backend): ApiError {
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  const why = Object.hasOwn(reasons, code)
    ? `dial tcp ${hostOf(backend)}: ${reasons[code]}`
    : /socket hang up|ECONNRESET/.test(`${code} ${message}`)
      ? 'EOF'
      : message;
  return serviceUnavailable(`error trying to reach service: ${why}`);
}
