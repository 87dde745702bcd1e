import { type FileHandle, open } from 'node:fs/promises';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { proxyFor } from './proxy.ts';

export interface DownloadOptions {
  readonly url: string;
  readonly file: string;
  /** For HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in capitals or not. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Bytes so far and, where the server says, of how many. */
  progress(done: number, total: number | undefined): void;
  /** Waits before another attempt. */
  pause(milliseconds: number): Promise<void>;
}

/** Milliseconds without a byte after which a connection is given up. */
const silence = 30_000;
const attempts = 5;

/** An answer that another attempt would not change. */
class Refused extends Error {}

/** Fetches a file; a connection that breaks is taken up where it broke. Rejects with what went wrong, in words. */
export async function download(options: DownloadOptions): Promise<void> {
  const file = await open(options.file, 'w+');
  try {
    let etag: string | undefined;
    for (let attempt = 1; ; attempt++) {
      const { size: have } = await file.stat();
      try {
        const response = await request(options, options.url, have > 0 ? { have, etag } : undefined, 5);
        etag = response.headers.etag;
        await receive(options, response, file, have);
        return;
      } catch (error) {
        if (options.signal.aborted) throw options.signal.reason;
        if (error instanceof Refused || attempt === attempts || unreachable(error)) throw error;
        await options.pause(250 * 2 ** attempt);
      }
    }
  } finally {
    await file.close();
  }
}

/** No such host, or nobody there: to wait a second helps nobody. */
function unreachable(error: unknown): boolean {
  return ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'ENOSPC', 'EACCES'].includes(
    (error as NodeJS.ErrnoException).code ?? '',
  );
}

/** Written chunk by chunk, so that all that has arrived is kept when the connection breaks. */
async function receive(
  options: DownloadOptions,
  response: IncomingMessage,
  file: FileHandle,
  have: number,
): Promise<void> {
  let done = response.statusCode === 206 ? have : 0;
  const length = Number(response.headers['content-length']);
  const total = Number.isFinite(length) ? done + length : undefined;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      options.signal.throwIfAborted();
      await file.write(chunk, 0, chunk.length, done);
      done += chunk.length;
      options.progress(done, total);
    }
  } finally {
    await file.truncate(done);
  }
  if (total !== undefined && done < total) throw new Error(`the connection ended after ${done} of ${total} bytes`);
}

async function request(
  options: DownloadOptions,
  address: string,
  resume: { have: number; etag: string | undefined } | undefined,
  redirects: number,
): Promise<IncomingMessage> {
  const url = new URL(address);
  const headers: Record<string, string> = { 'user-agent': 'ordinal' };
  if (resume) headers.range = `bytes=${resume.have}-`;
  if (resume?.etag) headers['if-range'] = resume.etag;
  const response = await send(url, headers, proxyFor(url, options.env), options.signal);
  const status = response.statusCode ?? 0;
  if (status === 200 || status === 206) return response;
  response.resume();
  if (status >= 300 && status < 400 && response.headers.location) {
    const next = new URL(response.headers.location, url);
    if (redirects === 0) throw new Refused(`${options.url} redirects too often`);
    if (url.protocol === 'https:' && next.protocol !== 'https:') {
      throw new Refused(`${address} redirects to ${next.href}, which is not encrypted`);
    }
    return request(options, next.href, resume, redirects - 1);
  }
  // The file has changed under a resumed download, or is shorter than what is here.
  if (status === 416) return request(options, address, undefined, redirects);
  const message = `${address} answered ${status} ${response.statusMessage ?? ''}`.trim();
  throw status === 429 || status >= 500 ? new Error(message) : new Refused(message);
}

async function send(
  url: URL,
  headers: Record<string, string>,
  proxy: URL | undefined,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const secure = url.protocol === 'https:';
  const socket = proxy && secure ? await tunnel(proxy, url, signal) : undefined;
  return new Promise((resolve, reject) => {
    const direct = {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      path: url.pathname + url.search,
      headers,
      signal,
    };
    const sent =
      proxy && !secure
        ? http.request({
            host: proxy.hostname,
            port: proxy.port || 80,
            path: url.href,
            headers: { ...headers, host: url.host, ...authorization(proxy) },
            signal,
          })
        : secure
          ? https.request({
              ...direct,
              ...(socket && {
                agent: false,
                createConnection: () => tls.connect({ socket, servername: url.hostname }),
              }),
            })
          : http.request(direct);
    sent.setTimeout(silence, () => sent.destroy(new Error(`${url.host} was silent for ${silence / 1000} s`)));
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.end();
  });
}

/** A connection through the proxy to where only the other end can read it. */
function tunnel(proxy: URL, url: URL, signal: AbortSignal): Promise<Duplex> {
  const target = `${url.hostname}:${url.port || 443}`;
  return new Promise((resolve, reject) => {
    const connect = (proxy.protocol === 'https:' ? https : http).request({
      host: proxy.hostname,
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...authorization(proxy) },
      signal,
    });
    connect.setTimeout(silence, () => connect.destroy(new Error(`the proxy ${proxy.host} was silent`)));
    connect.on('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new Refused(`the proxy ${proxy.host} answered ${response.statusCode} ${response.statusMessage ?? ''}`));
    });
    connect.on('error', reject);
    connect.end();
  });
}

function authorization(proxy: URL): Record<string, string> {
  if (!proxy.username) return {};
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/** For `progress`: tells each whole percent once. */
export function percentages(tell: (percent: number) => void): (done: number, total: number | undefined) => void {
  let last = -1;
  return (done, total) => {
    const percent = total ? Math.floor((done / total) * 100) : last;
    if (percent > last) tell(percent);
    last = Math.max(last, percent);
  };
}
