import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { parse } from 'yaml';

interface Kubeconfig {
  readonly 'current-context': string;
  readonly contexts: readonly {
    readonly name: string;
    readonly context: { readonly cluster: string; readonly user: string };
  }[];
  readonly clusters: readonly {
    readonly name: string;
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
  }[];
  readonly users: readonly {
    readonly name: string;
    readonly user: {
      readonly token?: string;
      readonly 'client-certificate-data'?: string;
      readonly 'client-key-data'?: string;
    };
  }[];
}

export interface WatchEvent {
  readonly type: string;
  readonly object: {
    readonly metadata: { readonly name: string };
    readonly status?: { readonly readyReplicas?: number; readonly phase?: string };
  };
}

/** A Kubernetes API by its kubeconfig, the same for every cluster: the requests that are compared are equal byte for byte. */
export class Api {
  readonly server: URL;
  readonly tls: { readonly ca: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
  readonly headers: Readonly<Record<string, string>>;
  readonly #agent: Agent;

  /** @param connections kept open at most; requests beyond them wait. */
  constructor(
    readonly kubeconfig: string,
    connections = 4,
  ) {
    const config = parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
    const named = <T extends { readonly name: string }>(list: readonly T[], name: string) =>
      list.find((one) => one.name === name)!;
    const { context } = named(config.contexts, config['current-context']);
    const { cluster } = named(config.clusters, context.cluster);
    const { user } = named(config.users, context.user);
    const bytes = (text: string) => Buffer.from(text, 'base64');
    this.server = new URL(cluster.server);
    this.tls = {
      ca: bytes(cluster['certificate-authority-data']),
      ...(user['client-certificate-data'] && { cert: bytes(user['client-certificate-data']) }),
      ...(user['client-key-data'] && { key: bytes(user['client-key-data']) }),
    };
    this.headers = user.token ? { authorization: `Bearer ${user.token}` } : {};
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, ...this.tls });
  }

  /** The parsed answer. Rejects with what the server says where it refuses. */
  async send<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.#open(method, path, body);
    const text = (await buffer(response)).toString();
    if (response.statusCode! >= 300) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`);
    return JSON.parse(text) as T;
  }

  /**
   * Resolves once the answer's last byte is there, for measuring: what a client does with it is not the server's. Rejects
   * where the server refuses.
   */
  async receive(method: string, path: string, body?: unknown): Promise<void> {
    const response = await this.#open(method, path, body);
    if (response.statusCode! >= 300) throw new Error(`${method} ${path}: ${response.statusCode}`);
    await new Promise((resolve, reject) => response.on('end', resolve).on('error', reject).resume());
  }

  /** As `send`, for what may be there already or be gone already. */
  async sendIfPossible(method: string, path: string, body?: unknown): Promise<void> {
    (await this.#open(method, path, body)).resume();
  }

  /** Tells of every event from when it resolves on; what it resolves with ends it. */
  async watch(path: string, tell: (event: WatchEvent) => void): Promise<() => void> {
    const response = await this.#open('GET', path);
    createInterface({ input: response }).on('line', (line) => tell(JSON.parse(line) as WatchEvent));
    response.on('error', () => {});
    return () => void response.destroy();
  }

  /** Resolves with the first event for which `wanted` holds. */
  async until(path: string, wanted: (event: WatchEvent) => boolean): Promise<WatchEvent> {
    const response = await this.#open('GET', path);
    try {
      for await (const line of createInterface({ input: response })) {
        const event = JSON.parse(line) as WatchEvent;
        if (wanted(event)) return event;
      }
    } finally {
      response.destroy();
    }
    throw new Error(`the watch ${path} ended`);
  }

  close(): void {
    this.#agent.destroy();
  }

  #open(method: string, path: string, body?: unknown): Promise<IncomingMessage> {
    const content = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, this.server), {
        method,
        agent: this.#agent,
        headers: {
          ...this.headers,
          accept: 'application/json',
          ...(content !== undefined && { 'content-type': 'application/json' }),
        },
      });
      outgoing.on('response', resolve).on('error', reject).end(content);
    });
  }
}
