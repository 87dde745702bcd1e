import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';
import { NetworkError } from '../../../network/errors.ts';
import { Interrupted, type Process } from '../../process/process.ts';
import { connect } from './names.ts';

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Milliseconds to connect, and for all of it. */
  readonly connectTimeout?: number;
  readonly timeout?: number;
  /** A certificate is not checked; `authority` is PEM text to check it with. */
  readonly insecure?: boolean;
  readonly authority?: string;
  /** Told once connected, with what was reached. */
  connected?(address: string, port: number): void;
}

export class TimeoutError extends Error {
  constructor(readonly milliseconds: number) {
    super(`timed out after ${milliseconds} milliseconds`);
  }
}

/** A certificate that is not trusted. */
export class CertificateError extends Error {}

/** Sends a request from a process. The response streams; `finish` is to be called when it has been read. */
export async function sendRequest(
  process: Process,
  request: HttpRequest,
): Promise<{ response: IncomingMessage; finish(): void }> {
  const stop = new AbortController();
  const began = process.system.clock.now();
  let timedOut = false;
  const expire = () => {
    timedOut = true;
    stop.abort(new TimeoutError(process.system.clock.now() - began));
  };
  const connecting =
    request.connectTimeout === undefined ? undefined : process.schedule(request.connectTimeout, expire);
  const overall = request.timeout === undefined ? undefined : process.schedule(request.timeout, expire);
  const forget = process.onEnd(() => stop.abort(new Error('killed')));
  const finish = () => {
    connecting?.cancel();
    overall?.cancel();
    forget();
  };
  try {
    const { hostname, protocol } = request.url;
    const port = Number(request.url.port || (protocol === 'https:' ? 443 : 80));
    let socket: Duplex = await connect(process, hostname, port, stop.signal);
    const { remoteAddress } = socket as { remoteAddress?: string };
    if (protocol === 'https:') socket = await secure(process, socket, hostname, request);
    request.connected?.(remoteAddress ?? hostname, port);
    connecting?.cancel();
    const response = await process.block(
      new Promise<IncomingMessage>((resolve, reject) => {
        const outgoing = httpRequest(
          {
            method: request.method,
            path: `${request.url.pathname}${request.url.search}`,
            headers: {
              host: request.url.host,
              ...request.headers,
              connection: 'close',
              ...(request.body && { 'content-length': request.body.length }),
            },
            createConnection: () => socket as never,
            signal: stop.signal,
          },
          resolve,
        );
        outgoing.once('error', (error) => reject(timedOut ? stop.signal.reason : error));
        outgoing.end(request.body);
      }),
    );
    return { response, finish };
  } catch (error) {
    finish();
    if (timedOut && !(error instanceof Interrupted)) throw stop.signal.reason;
    throw error;
  }
}

function secure(
  process: Process,
  socket: Duplex,
  servername: string,
  { insecure, authority }: HttpRequest,
): Promise<Duplex> {
  return process.block(
    new Promise((resolve, reject) => {
      const encrypted = tlsConnect({
        socket,
        ca: authority,
        rejectUnauthorized: !insecure,
        ...(/^[\d.]+$/.test(servername) ? {} : { servername }),
      });
      encrypted.once('secureConnect', () => resolve(encrypted));
      encrypted.once('error', (error) => reject(new CertificateError(error.message)));
      process.onEnd(() => encrypted.destroy());
    }),
  );
}

/** The body's parts as they come. */
export async function* bodyOf(process: Process, response: IncomingMessage): AsyncGenerator<Buffer> {
  const iterator = response[Symbol.asyncIterator]();
  for (;;) {
    const { value, done } = await process.block(iterator.next());
    if (done) return;
    yield value as Buffer;
  }
}

export function isNetworkError(error: unknown): error is NetworkError {
  return error instanceof NetworkError;
}
