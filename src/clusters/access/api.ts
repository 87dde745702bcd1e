import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { WebSocket } from 'ws';
import type { KubeObject } from '../../kubernetes/object.ts';
import { ApiError, type Status } from '../../kubernetes/status.ts';
import { type Credentials, readCredentials } from './credentials.ts';

export interface ApiRequest {
  readonly method?: string;
  /** From the server's root, query included: "/api/v1/pods?limit=500". */
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Bytes of the answer to read at most; the rest is dropped. 64 MiB when absent. */
  readonly limit?: number;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject | Status;
}

/** A cluster's API, reached by what a kubeconfig says: requests, watches and exec, without types. */
export class ClusterApi {
  readonly #credentials: Credentials;

  private constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  static async open(kubeconfig: string, context?: string): Promise<ClusterApi> {
    return new ClusterApi(await readCredentials(kubeconfig, context));
  }

  get namespace(): string {
    return this.#credentials.namespace;
  }

  /** Resolves with whatever was answered, errors included. Rejects where nobody answers. */
  async request(request: ApiRequest): Promise<ApiResponse> {
    const response = await this.#send(request);
    const limit = request.limit ?? 64 * 1024 * 1024;
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= limit) break;
    }
    return {
      status: response.statusCode ?? 0,
      headers: flat(response),
      body: Buffer.concat(chunks).subarray(0, limit),
    };
  }

  /** Resolves with the answer as it is; rejects with ApiError where the API refuses. */
  async body(request: ApiRequest): Promise<Buffer> {
    const response = await this.request(request);
    if (response.status >= 400) throw refusal(response);
    return response.body;
  }

  /** The same, decoded. */
  async json<T>(request: ApiRequest): Promise<T> {
    const headers = { accept: 'application/json', ...(request.body && { 'content-type': 'application/json' }) };
    const body = await this.body({ ...request, headers: { ...headers, ...request.headers } });
    return JSON.parse(body.toString('utf8')) as T;
  }

  /** The events of a watch until its end; `begun` is told when it is answered. Rejects with ApiError where it is refused. */
  async *watch(path: string, signal: AbortSignal, begun = () => {}): AsyncGenerator<WatchEvent> {
    const response = await this.#send({ path, signal, headers: { accept: 'application/json' } });
    if (response.statusCode !== 200) {
      const chunks: Buffer[] = [];
      for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
      throw refusal({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) });
    }
    begun();
    response.setEncoding('utf8');
    let rest = '';
    for await (const chunk of response as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as WatchEvent;
    }
  }

  /** Runs a command in a container. Rejects with ApiError where that is refused, or with Error where it breaks off. */
  async exec(
    target: { namespace: string; pod: string; container?: string; command: readonly string[] },
    signal: AbortSignal,
  ): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    const query = new URLSearchParams({ stdout: 'true', stderr: 'true' });
    if (target.container) query.set('container', target.container);
    for (const part of target.command) query.append('command', part);
    const url = this.#url(
      `/api/v1/namespaces/${target.namespace}/pods/${encodeURIComponent(target.pod)}/exec?${query}`,
    );
    url.protocol = url.protocol.replace('http', 'ws');
    const options = await this.#credentials.options();
    signal.throwIfAborted();
    const socket = new WebSocket(url, ['v5.channel.k8s.io', 'v4.channel.k8s.io'], {
      agent: options.agent as https.Agent,
      headers: options.headers as Record<string, string>,
      maxPayload: 16 * 1024 * 1024,
    });
    const abort = () => socket.terminate();
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await runOver(socket);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
      socket.terminate();
    }
  }

  close(): void {
    this.#credentials.close();
  }

  #url(path: string): URL {
    const { server } = this.#credentials;
    return new URL(server.pathname.replace(/\/$/, '') + path, server);
  }

  async #send({ method = 'GET', path, body, headers, signal }: ApiRequest): Promise<IncomingMessage> {
    const options = await this.#credentials.options();
    signal?.throwIfAborted();
    const url = this.#url(path);
    const send = url.protocol === 'https:' ? https.request : http.request;
    return new Promise((resolve, reject) => {
      const request = send(url, {
        ...options,
        method,
        headers: { ...(options.headers as Record<string, string>), 'user-agent': 'ordinal', ...headers },
        signal,
      });
      request.on('response', resolve);
      request.on('error', (error) => reject(signal?.aborted ? signal.reason : error));
      request.end(body);
    });
  }
}

const standardOutput = 1;
const standardError = 2;
const statusChannel = 3;
/** Characters kept of what a command prints. */
const mostOutput = 1024 * 1024;

function runOver(socket: WebSocket): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const output: Record<number, string> = { [standardOutput]: '', [standardError]: '' };
  const decoders = { [standardOutput]: new TextDecoder(), [standardError]: new TextDecoder() };
  return new Promise((resolve, reject) => {
    socket.on('message', (data: Buffer) => {
      const channel = data[0] ?? -1;
      if (channel === standardOutput || channel === standardError) {
        output[channel] += decoders[channel].decode(data.subarray(1), { stream: true });
        if (output[channel]!.length > mostOutput) output[channel] = output[channel]!.slice(-mostOutput);
      } else if (channel === statusChannel) {
        const status = JSON.parse(data.toString('utf8', 1)) as Status;
        const ended = { stdout: output[standardOutput]!, stderr: output[standardError]! };
        if (status.status === 'Success') return resolve({ exitCode: 0, ...ended });
        const exitCode = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
        if (exitCode !== undefined) return resolve({ exitCode: Number(exitCode), ...ended });
        reject(new ApiError(status.code ?? 500, status.reason, status.message ?? 'the command could not be run'));
      }
    });
    socket.on('unexpected-response', (_, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => reject(refusal({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) })));
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the connection was closed before the command ended')));
  });
}

/** metav1.Status where the body is one, else what can be said from the code. */
function refusal({ status, body }: Pick<ApiResponse, 'status' | 'body'>): ApiError {
  const parsed = asStatus(body);
  if (parsed) return new ApiError(parsed.code ?? status, parsed.reason, parsed.message ?? '', parsed.details);
  return new ApiError(status, undefined, `the API answered ${status}: ${body.toString('utf8', 0, 200)}`);
}

/** The Status that an answer's body is; undefined for anything else. */
export function asStatus(body: Buffer): Status | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    const isStatus = typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'Status';
    return isStatus && 'status' in value ? (value as Status) : undefined;
  } catch {
    return undefined;
  }
}

function flat(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}
