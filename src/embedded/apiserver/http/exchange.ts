import { randomUUID } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { stringify } from 'yaml';
import { internalError, requestEntityTooLarge } from '../../../kubernetes/errors.ts';
import { ApiError, type Status } from '../../../kubernetes/status.ts';
import { escapeHtml } from '../apply/go-json.ts';
import { anonymous } from '../auth/authenticator.ts';
import type { Caller } from '../engine/request.ts';
import type { UserInfo } from '../resource.ts';
import { type AnswerUse, type Format, negotiate, wantsPretty } from './negotiation.ts';

const compress = promisify(gzip);

/** Bytes of a request's body. */
export const bodyLimit = 3 * 1024 * 1024;
/** As Go's clients and servers write it: what older readers would take for something else than text is quoted. */
const yamlStyle = { version: '1.1', sortMapEntries: true, indentSeq: false, lineWidth: 0 } as const;

/** Answers from so many bytes on are compressed for those who understand it. */
const compressFrom = 128 * 1024;
/** Warnings beyond so many bytes are not sent. */
const warningLimit = 4096;

/** One request and its answer. */
export class Exchange implements Caller {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** As sent, without the query. */
  readonly rawPath: string;
  readonly rawQuery: string;
  user: UserInfo = anonymous;
  readonly #warnings = new Set<string>();
  #query: URLSearchParams | undefined;
  #auditId: string | undefined;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request;
    this.response = response;
    const url = request.url ?? '/';
    const at = url.indexOf('?');
    this.rawPath = at < 0 ? url : url.slice(0, at);
    this.rawQuery = at < 0 ? '' : url.slice(at + 1);
  }

  get method(): string {
    return this.request.method ?? 'GET';
  }

  get agent(): string {
    return this.request.headers['user-agent'] ?? '';
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.rawQuery);
    return this.#query;
  }

  warn(message: string): void {
    this.#warnings.add(message);
  }

  /** @throws ApiError NotAcceptable */
  format(use: AnswerUse = 'object'): Format {
    const { accept } = this.request.headers;
    return negotiate(accept, wantsPretty(this.rawQuery, this.request.headers['user-agent']), use);
  }

  /** The whole body. @throws ApiError RequestEntityTooLarge */
  body(): Promise<Buffer> {
    const { request } = this;
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const tooLarge = () => reject(requestEntityTooLarge(`limit is ${bodyLimit}`));
      if (Number(request.headers['content-length'] ?? 0) > bodyLimit) return tooLarge();
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > bodyLimit) tooLarge();
        else chunks.push(chunk);
      });
      request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
      const brokenOff = () => reject(new ApiError(400, 'BadRequest', 'the request ended before its body did'));
      request.on('error', brokenOff);
      request.on('close', () => {
        if (!request.complete) brokenOff();
      });
    });
  }

  headers(contentType: string, more: OutgoingHttpHeaders = {}): OutgoingHttpHeaders {
    this.#auditId ??= String(this.request.headers['audit-id'] || randomUUID());
    const headers: OutgoingHttpHeaders = {
      'Audit-Id': this.#auditId,
      'Cache-Control': 'no-cache, private',
      'Content-Type': contentType,
      ...more,
    };
    if (this.#warnings.size > 0) headers.Warning = this.#warningHeaders();
    return headers;
  }

  /** JSON that has been written already, with the end of the line that Go's encoder writes where it does not indent. */
  async sendJson(code: number, text: string, headers: OutgoingHttpHeaders = {}, end = '\n'): Promise<void> {
    await this.send(code, text + end, this.headers('application/json', headers));
  }

  /** The same as bytes, in parts, the end of the line included. */
  async sendJsonParts(code: number, parts: readonly Buffer[]): Promise<void> {
    await this.send(code, parts, this.headers('application/json'));
  }

  /** A plain value, in the form that the client asked for. */
  async sendValue(code: number, value: object, format: Format = this.#formatOrJson()): Promise<void> {
    if (format.type === 'yaml') {
      const text = stringify(JSON.parse(JSON.stringify(value)), yamlStyle);
      await this.send(code, text, this.headers('application/yaml'));
    } else {
      const text = format.pretty ? JSON.stringify(value, undefined, 2) : JSON.stringify(value);
      await this.sendJson(code, escapeHtml(text), {}, format.pretty ? '' : '\n');
    }
  }

  async sendText(code: number, text: string): Promise<void> {
    const headers = this.headers('text/plain; charset=utf-8', { 'X-Content-Type-Options': 'nosniff' });
    await this.send(code, text, headers);
  }

  /**
   * @param body a text goes out in one piece with the headers; parts go out one after the other, because those of a long
   * list are not copied into one for every answer
   */
  async send(code: number, body: string | readonly Buffer[], headers: OutgoingHttpHeaders): Promise<void> {
    const { response } = this;
    if (response.headersSent || response.destroyed) return;
    let sent: string | readonly Buffer[] = body;
    let length = byteLength(body);
    if (length >= compressFrom && /\bgzip\b/.test(String(this.request.headers['accept-encoding'] ?? ''))) {
      const whole = typeof body === 'string' ? body : Buffer.concat(body);
      sent = [await compress(whole, { level: 1 })];
      length = byteLength(sent);
      headers['Content-Encoding'] = 'gzip';
      headers.Vary = 'Accept-Encoding';
    }
    headers['Content-Length'] = length;
    response.writeHead(code, headers);
    if (this.method === 'HEAD') return void response.end();
    if (typeof sent === 'string') return void response.end(sent);
    response.cork();
    for (const part of sent) response.write(part);
    response.end();
    response.uncork();
  }

  /** Answers with what went wrong. What is no ApiError is an error of ours. */
  async fail(error: unknown): Promise<void> {
    const status = statusOf(error);
    if (this.response.headersSent) {
      this.response.destroy();
      return;
    }
    const headers: OutgoingHttpHeaders = {};
    const { retryAfterSeconds } = status.details ?? {};
    if (retryAfterSeconds) headers['Retry-After'] = String(retryAfterSeconds);
    // Of a body that nobody read, the rest would be taken for the next request.
    if (!this.request.complete) headers.Connection = 'close';
    for (const [name, value] of Object.entries(headers)) this.response.setHeader(name, value!);
    await this.sendValue(status.code, status);
  }

  #formatOrJson(): Format {
    try {
      return this.format();
    } catch {
      return { type: 'json', pretty: wantsPretty(this.rawQuery, this.request.headers['user-agent']) };
    }
  }

  #warningHeaders(): string[] {
    const headers: string[] = [];
    let size = 0;
    for (const message of this.#warnings) {
      const text = message.replaceAll(/[\\"]/g, '\\$&').replaceAll(/\p{Cc}+/gu, ' ');
      size += text.length;
      if (size > warningLimit) break;
      headers.push(`299 - "${Buffer.from(text).toString('latin1')}"`);
    }
    return headers;
  }
}

/** An error as a Status. */
export function statusOf(error: unknown): Status {
  if (!(error instanceof ApiError)) return internalError(error instanceof Error ? error.message : String(error)).status;
  const { status } = error;
  // Where upstream itself did not foresee what a client may send, it answers 500. It is the client's error all the same.
  return status.code === 500 && status.reason === undefined ? { ...status, code: 400 } : status;
}

function byteLength(body: string | readonly Buffer[]): number {
  return typeof body === 'string' ? Buffer.byteLength(body) : body.reduce((sum, { length }) => sum + length, 0);
}
