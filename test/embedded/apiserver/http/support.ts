import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { Readable } from 'node:stream';
import { createServerIdentity, createSigningKey } from '../../../../src/embedded/apiserver/certificate.ts';
import type { Dialer, NodeBackend } from '../../../../src/embedded/apiserver/node-backend.ts';
import { OpenApi } from '../../../../src/embedded/apiserver/openapi/openapi.ts';
import type { ResourceDefinition } from '../../../../src/embedded/apiserver/resource.ts';
import { Schemas } from '../../../../src/embedded/apiserver/schema/schemas.ts';
import { ApiServer, type ApiServerOptions } from '../../../../src/embedded/apiserver/server.ts';
import { RealClock } from '../../../../src/embedded/clock.ts';
import type { Backend } from '../../../../src/embedded/storage/backend.ts';
import { VersionedStore } from '../../../../src/embedded/storage/versioned-store.ts';
import { allDefinitions } from '../definitions.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server says
  readonly json: any;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: object | string | Buffer;
  readonly token?: string | null;
}

const schemas = Schemas.load();
const clock = new RealClock();
const identity = createServerIdentity(clock);

/** An API server on a port of its own, with a client for it. */
export class TestServer {
  readonly api: ApiServer;
  readonly store: VersionedStore;
  readonly errors: unknown[] = [];
  readonly identity = identity;
  readonly agent = new Agent({ ca: identity.ca, keepAlive: true });
  port = 0;

  constructor({
    nodes = {},
    dialer = { dial: () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })) },
    definitions = allDefinitions,
    openApi = false,
    backend,
    patience,
  }: {
    nodes?: Partial<NodeBackend>;
    dialer?: Dialer;
    definitions?: readonly ResourceDefinition[];
    openApi?: boolean;
    /** Where objects are kept; in memory when absent. */
    backend?: Backend;
    patience?: ApiServerOptions['patience'];
  } = {}) {
    this.store = new VersionedStore({ clock, freeze: true, ...(backend && { backend }) });
    this.api = new ApiServer({
      store: this.store,
      clock,
      schemas,
      definitions,
      identity,
      signingKey: createSigningKey(),
      tokens: [
        { token: 'admin', user: { name: 'kubernetes-admin', groups: ['system:masters'] } },
        { token: 'jane', user: { name: 'jane', groups: [] } },
      ],
      nodes: {
        logs: async () => Readable.from(['log\n']),
        ...nodes,
      } as NodeBackend,
      dialer,
      ...(patience && { patience }),
      ...(openApi && { openApi: (served: readonly ResourceDefinition[]) => new OpenApi(schemas, served) }),
      onError: (error) => this.errors.push(error),
    });
  }

  async start(): Promise<this> {
    await this.api.bootstrap();
    this.port = await this.api.listen(0);
    return this;
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    await this.api.close();
    await this.store.close();
  }

  get(path: string, headers: Asked['headers'] = {}): Promise<Answer> {
    return this.ask(path, { headers });
  }

  post(path: string, body: Asked['body'], headers: Asked['headers'] = {}): Promise<Answer> {
    return this.ask(path, { method: 'POST', body, headers });
  }

  ask(path: string, { method = 'GET', headers = {}, body, token = 'admin' }: Asked = {}): Promise<Answer> {
    const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : body && JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: this.port,
          path,
          method,
          agent: this.agent,
          servername: 'localhost',
          headers: {
            ...(token && { authorization: `Bearer ${token}` }),
            ...(bytes !== undefined && {
              'content-type': 'application/json',
              'content-length': String(Buffer.byteLength(bytes)),
            }),
            ...headers,
          },
        },
        (incoming) => {
          let text = '';
          incoming.setEncoding('utf8');
          incoming.on('data', (chunk: string) => {
            text += chunk;
          });
          incoming.on('end', () => {
            const { statusCode = 0, headers } = incoming;
            resolve({ status: statusCode, headers, text, json: parsed(text) });
          });
          incoming.on('error', reject);
        },
      );
      outgoing.on('error', reject);
      outgoing.end(bytes);
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const configMap = (name: string, data?: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...(data && { data }),
});

/** A watch over HTTP: calls back with each of its events. Resolves, once it has begun, with how to end it. */
export async function follow(
  server: TestServer,
  path: string,
  onEvent: (event: WatchedEvent) => void,
): Promise<() => void> {
  const outgoing = request({
    host: '127.0.0.1',
    port: server.port,
    path,
    ca: server.identity.ca,
    headers: { authorization: 'Bearer admin' },
  });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  outgoing.end();
  const [response] = await answered;
  outgoing.on('error', () => {});
  let parts: string[] = [];
  response.setEncoding('utf8');
  response.on('error', () => {});
  response.on('data', (chunk: string) => {
    const lines = chunk.split('\n');
    for (const [i, line] of lines.entries()) {
      parts.push(line);
      if (i === lines.length - 1) continue;
      onEvent(JSON.parse(parts.join('')));
      parts = [];
    }
  });
  return () => outgoing.destroy();
}

export interface WatchedEvent {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server says
  readonly object: any;
}
