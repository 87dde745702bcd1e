import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';
import type { Container } from '../../../kubernetes/objects.ts';
import type { Clock } from '../../clock.ts';
import { deadline } from './deadline.ts';

/** Opens a connection into a Pod. Rejects with Node's codes. */
export type Dial = (port: number, signal: AbortSignal) => Promise<Duplex>;

export interface HttpAction {
  readonly path?: string;
  readonly port: number | string;
  readonly host?: string;
  readonly scheme?: string;
  readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
}

export interface HttpAnswer {
  readonly status: number;
  readonly location?: string;
  readonly body: string;
}

/** Nothing answered: the text is Go's. */
export class RequestFailed extends Error {}

const longestBody = 10 * 1024;

/** A port's number, by the name it has in the container where it has one. @throws Error */
export function resolvePort(port: number | string, { ports = [] }: Container): number {
  const number = Number(port);
  if (Number.isInteger(number) && port !== '') {
    if (number > 0 && number < 65_536) return number;
    throw new Error(`invalid port number: ${number}`);
  }
  const found = ports.find(({ name }) => name === port)?.containerPort;
  if (found === undefined) throw new Error(`couldn't find port: ${port} in container`);
  return found;
}

export interface Asking {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly dial: Dial;
  readonly clock: Clock;
  /** Milliseconds; no limit when absent. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** A URL to ask, and the headers for it. @param purpose "probe", "lifecycle" */
export function httpTarget(
  action: HttpAction,
  container: Container,
  podAddress: string,
  purpose: string,
): Pick<Asking, 'url' | 'headers'> {
  const scheme = (action.scheme || 'http').toLowerCase();
  const port = resolvePort(action.port, container);
  const base = `${scheme}://${action.host || podAddress}:${port}`;
  const path = action.path || '/';
  const headers: Record<string, string> = {};
  for (const { name, value } of action.httpHeaders ?? []) headers[name.toLowerCase()] = value;
  headers['user-agent'] ??= `kube-${purpose}/1.33`;
  headers.accept ??= '*/*';
  if (headers.accept === '') delete headers.accept;
  return { url: new URL(`${base}${path.startsWith('/') ? '' : '/'}${path}`), headers };
}

/** GET, redirects followed as long as they stay on the host. @throws RequestFailed */
export async function get({ url, headers, dial, clock, timeout, signal }: Asking): Promise<HttpAnswer> {
  const stop = new AbortController();
  const cancel = () => stop.abort();
  signal?.addEventListener('abort', cancel, { once: true });
  let connected = false;
  const timer = timeout === undefined ? undefined : deadline(clock, timeout, cancel);
  try {
    let current = url;
    for (let hops = 0; hops < 10; hops++) {
      const port = Number(current.port || (current.protocol === 'https:' ? 443 : 80));
      const plain = await abortable(dial(port, stop.signal), stop.signal);
      const socket = current.protocol === 'https:' ? await secured(plain, stop.signal) : plain;
      connected = true;
      const answer = await exchange(current, headers, socket, stop.signal);
      const next = isRedirect(answer.status) && answer.location ? new URL(answer.location, current) : undefined;
      if (!next || next.hostname !== url.hostname) return answer;
      current = next;
    }
    throw new Error('stopped after 10 redirects');
  } catch (error) {
    const why = stop.signal.aborted
      ? `context deadline exceeded (Client.Timeout exceeded while awaiting headers)`
      : goNetworkError(error as NodeJS.ErrnoException, url.hostname, Number(url.port), connected);
    throw new RequestFailed(`Get "${goUrl(url)}": ${why}`);
  } finally {
    timer?.cancel();
    signal?.removeEventListener('abort', cancel);
  }
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

/** With the port even where it is the scheme's own. */
function goUrl(url: URL): string {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return `${url.protocol}//${url.hostname}:${port}${url.pathname}${url.search}`;
}

/** How Go's net package words what went wrong with a connection. */
export function goNetworkError(error: NodeJS.ErrnoException, host: string, port: number, connected = false): string {
  const address = `${host}:${port}`;
  switch (error.code) {
    case 'ECONNREFUSED':
      return `dial tcp ${address}: connect: connection refused`;
    case 'EHOSTUNREACH':
      return `dial tcp ${address}: connect: no route to host`;
    case 'ETIMEDOUT':
      return `dial tcp ${address}: i/o timeout`;
    case 'ENOTFOUND':
      return `dial tcp: lookup ${host}: no such host`;
    case 'ECONNRESET':
      return connected ? 'EOF' : `read tcp ${address}: read: connection reset by peer`;
    default:
      return error.message;
  }
}

/** Settles with the promise, or rejects as soon as the signal is aborted. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error('aborted'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function secured(socket: Duplex, signal: AbortSignal): Promise<Duplex> {
  return abortable(
    new Promise<Duplex>((resolve, reject) => {
      const encrypted = tlsConnect({ socket, rejectUnauthorized: false });
      encrypted.once('secureConnect', () => resolve(encrypted));
      encrypted.once('error', (error: NodeJS.ErrnoException) => {
        const plain =
          error.code === 'ERR_SSL_WRONG_VERSION_NUMBER' || /wrong version|packet length/.test(error.message);
        reject(plain ? new Error('http: server gave HTTP response to HTTPS client') : error);
      });
    }),
    signal,
  );
}

function exchange(
  url: URL,
  headers: Readonly<Record<string, string>>,
  socket: Duplex,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        method: 'GET',
        path: `${url.pathname}${url.search}`,
        headers: { host: url.host, ...headers, connection: 'close' },
        createConnection: () => socket as never,
        signal,
      },
      (response: IncomingMessage) => {
        const { statusCode: status = 0, headers: received } = response;
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          if (body.length < longestBody) body += chunk;
        });
        response.on('end', () => {
          socket.destroy();
          resolve({ status, body, ...(received.location && { location: received.location }) });
        });
        response.on('error', reject);
      },
    );
    outgoing.on('error', (error) => {
      socket.destroy();
      reject(error);
    });
    outgoing.end();
  });
}
