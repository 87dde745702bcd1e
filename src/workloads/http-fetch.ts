import { type ClientRequestArgs, request as httpRequest, type IncomingMessage } from 'node:http';
import type { FetchedResponse, FetchOptions } from './host.ts';

const largestResponse = 64 * 1024 * 1024;
const mostRedirects = 10;

/**
 * `Host.fetch` over node:http, for every kind of host: `connection` says how to reach a server, and is empty where the
 * operating system does it. Rejects with Node's codes, ETIMEDOUT when `timeout` has passed.
 */
export async function fetchHttp(
  url: string,
  options: FetchOptions,
  connection: (url: URL) => Promise<ClientRequestArgs>,
  signal: AbortSignal,
): Promise<FetchedResponse> {
  let target = new URL(url);
  for (let hops = 0; ; hops++) {
    const response = await once(target, options, await connection(target), signal);
    const location = response.headers.location;
    if (!options.followRedirects || !location || response.status < 300 || response.status >= 400) return response;
    if (hops >= mostRedirects) throw new Error(`${url} redirects more than ${mostRedirects} times`);
    target = new URL(location, target);
  }
}

function once(
  url: URL,
  options: FetchOptions,
  connection: ClientRequestArgs,
  signal: AbortSignal,
): Promise<FetchedResponse> {
  if (url.protocol !== 'http:') return Promise.reject(new Error(`${url.protocol} is not supported: use http:`));
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      { method: options.method ?? 'GET', headers: { connection: 'close', ...options.headers }, signal, ...connection },
      (response) => collect(response).then(resolve, reject),
    );
    // It may fail more than once: when it is aborted, and when its connection breaks because of that.
    request.on('error', reject);
    request.end(options.body);
  });
}

async function collect(response: IncomingMessage): Promise<FetchedResponse> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += (chunk as Buffer).length;
    if (size > largestResponse) throw new Error(`the response is longer than ${largestResponse} bytes`);
    chunks.push(chunk as Buffer);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const bytes = Buffer.concat(chunks);
  return { status: response.statusCode ?? 0, headers, text: bytes.toString('utf8'), bytes };
}
