import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { KubeConfig } from '@kubernetes/client-node';

export interface Answer {
  readonly status: number;
  /** Parsed where it is JSON; of a watch the text. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every kind.
  readonly body: any;
}

/** Requests of the Kubernetes API as it answers them, over connections that stay open; the kubeconfig's CA is trusted alone. */
export class ApiClient {
  readonly #agent: Agent;
  readonly #server: URL;
  readonly #token: string;

  constructor(config: KubeConfig) {
    const { server, caData } = config.getCurrentCluster()!;
    this.#server = new URL(server);
    this.#token = config.getCurrentUser()!.token!;
    this.#agent = new Agent({ keepAlive: true, ca: Buffer.from(caData!, 'base64') });
  }

  /** Rejects where the connection ends before the answer does. */
  async send(method: string, path: string, body?: unknown, type = 'application/json'): Promise<Answer> {
    const content = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
      const outgoing = request(new URL(path, this.#server), {
        method,
        agent: this.#agent,
        headers: { authorization: `Bearer ${this.#token}`, ...(content !== undefined && { 'content-type': type }) },
      });
      outgoing.on('response', resolve);
      outgoing.on('error', reject);
      outgoing.end(content);
    });
    const answer = await text(response);
    const json = response.headers['content-type']?.startsWith('application/json') && !path.includes('watch=');
    return { status: response.statusCode!, body: json ? JSON.parse(answer) : answer };
  }

  close(): void {
    this.#agent.destroy();
  }
}
