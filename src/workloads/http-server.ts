import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { BodyTooLargeError, readBody } from './body.ts';
import type { Host } from './host.ts';

/** What an HTTP application answers: a body and, where it is not 200, a status. */
export interface Answer {
  readonly status?: number;
  readonly body?: string | Uint8Array;
  /** The content type; plain text when absent. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  /** Of whoever asks; undefined where that is not known. */
  readonly remoteAddress: string | undefined;
  /** Rejects with BodyTooLargeError. */
  readonly body: () => Promise<Buffer>;
}

export interface ServeOptions {
  /** Bytes that a body may have. */
  readonly largestBody: number;
  /** What is answered when the handler fails. */
  readonly failed: (error: unknown, request: Request) => Answer;
}

/** A handler of whole requests as what `Host.listen` takes. */
export function listener(handle: (request: Request) => Promise<Answer>, options: ServeOptions): RequestListener {
  return (message, response) => void respond(message, response, handle, options);
}

async function respond(
  message: IncomingMessage,
  response: ServerResponse,
  handle: (request: Request) => Promise<Answer>,
  { largestBody, failed }: ServeOptions,
): Promise<void> {
  const request: Request = {
    method: message.method ?? 'GET',
    url: targetOf(message),
    headers: message.headers,
    remoteAddress: message.socket?.remoteAddress,
    body: () => readBody(message, largestBody),
  };
  let answer: Answer;
  try {
    answer = await handle(request);
  } catch (error) {
    answer = { ...failed(error, request), ...(error instanceof BodyTooLargeError && { status: 413 }) };
  }
  if (response.destroyed) return;
  const { status = 200, body = '', type = 'text/plain; charset=utf-8', headers = {} } = answer;
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), ...headers });
  response.end(message.method === 'HEAD' ? undefined : body);
}

/** What is asked for, whatever the client wrote: "//" is a path, not the beginning of a host's name. */
export function targetOf({ url = '/' }: Pick<IncomingMessage, 'url'>): URL {
  if (!url.startsWith('/') && URL.canParse(url)) return new URL(url);
  return new URL(`http://localhost/${url.replace(/^\//, '')}`);
}

export function json(value: unknown, status = 200): Answer {
  return { status, type: 'application/json', body: `${JSON.stringify(value)}\n` };
}

/** Resolves when the host has been told to stop. */
export function stopped({ stopping }: Host): Promise<void> {
  if (stopping.aborted) return Promise.resolve();
  return new Promise((resolve) => stopping.addEventListener('abort', () => resolve(), { once: true }));
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Node's code of an error: ENOENT, ECONNREFUSED, … */
export function codeOf(error: unknown): string | undefined {
  return (error as { code?: string } | undefined)?.code;
}
