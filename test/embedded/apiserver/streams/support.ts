import { WebSocket } from 'ws';
import type { ExecStreams, NodeBackend } from '../../../../src/embedded/apiserver/node-backend.ts';
import { ApiError } from '../../../../src/kubernetes/status.ts';
import { TestServer } from '../http/support.ts';

/** What a container of the tests runs, by the first word of its command. */
export const nodes: Pick<NodeBackend, 'exec' | 'attach'> = {
  async exec(_target, [command = '', ...args], streams) {
    switch (command) {
      case 'echo':
        streams.stdout?.write(`${args.join(' ')}\n`);
        return { exitCode: 0 };
      case 'cat':
        return cat(streams);
      case 'sleep':
        await new Promise((resolve) => setTimeout(resolve, 100));
        return { exitCode: 0 };
      case 'fail':
        streams.stderr?.write('no luck\n');
        return { exitCode: Number(args[0]) };
      case 'sizes':
        for await (const { columns, rows } of streams.resize!) {
          streams.stdout?.write(`${columns}x${rows}\n`);
          if (columns === 1) break;
        }
        return { exitCode: 0 };
      case 'hang':
        return new Promise((_, reject) => {
          streams.signal.addEventListener('abort', () => {
            aborted.push(args[0] ?? '');
            reject(new Error('gone'));
          });
        });
      default:
        throw new ApiError(400, 'BadRequest', `exec: "${command}": executable file not found in $PATH`);
    }
  },
  attach: (_target, streams) => cat(streams),
};

/** What hung commands were given, of those whose client has gone. */
export const aborted: string[] = [];

async function cat({ stdin, stdout }: ExecStreams): Promise<{ exitCode: number }> {
  for await (const chunk of stdin!) {
    if (!stdout!.write(chunk)) await new Promise((resolve) => stdout!.once('drain', resolve));
  }
  return { exitCode: 0 };
}

export interface PodFacts {
  readonly containers?: readonly string[];
  /** Absent: it runs nowhere yet. */
  readonly node?: string;
  readonly ip?: string;
  readonly port?: number;
}

/** A Pod that runs, as far as the API server can tell. */
export async function createPod(
  server: TestServer,
  name: string,
  { containers = ['main'], node, ip, port }: PodFacts = {},
): Promise<void> {
  const path = '/api/v1/namespaces/default/pods';
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      automountServiceAccountToken: false,
      nodeName: node,
      containers: containers.map((container) => ({
        name: container,
        image: 'x',
        ...(port && { ports: [{ containerPort: port }] }),
      })),
    },
  };
  const { status, text } = await server.post(path, pod);
  if (status !== 201) throw new Error(text);
  if (!ip) return;
  await server.ask(`${path}/${name}/status`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { status: { phase: 'Running', podIP: ip, podIPs: [{ ip }] } },
  });
}

export async function startServer(options: ConstructorParameters<typeof TestServer>[0] = {}): Promise<TestServer> {
  const server = await new TestServer({ ...options, nodes: { ...nodes, ...options.nodes } }).start();
  await server.post('/api/v1/namespaces/default/serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default' },
  });
  return server;
}

/** A WebSocket, with what has come over it so far. */
export class TestSocket {
  readonly messages: Buffer[] = [];
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (message) => this.messages.push(message as Buffer));
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()));
  }

  /** Rejects with the answer's text where the server does not switch. */
  static open(server: TestServer, path: string, protocols: string | string[] = [], token = 'admin') {
    return new Promise<TestSocket>((resolve, reject) => {
      const socket = new WebSocket(`wss://127.0.0.1:${server.port}${path}`, protocols, {
        ca: server.identity.ca,
        headers: { authorization: `Bearer ${token}` },
      });
      const opened = new TestSocket(socket);
      socket.on('open', () => resolve(opened));
      socket.on('error', reject);
      socket.on('unexpected-response', (_request, response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => reject(new Error(`${response.statusCode} ${text}`)));
      });
    });
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  send(channel: number, data: Buffer | string): void {
    this.#socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(data)]));
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  /** Everything that came over a channel. */
  channel(number: number): string {
    return Buffer.concat(this.messages.filter((each) => each[0] === number).map((each) => each.subarray(1))).toString();
  }

  /** Breaks off without a word. */
  terminate(): void {
    this.#socket.terminate();
  }

  close(): void {
    this.#socket.close();
  }
}
