import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { KubeObject } from '../../src/kubernetes/object.ts';

/** As much of an API server as reading a cluster takes: discovery, lists, watches, a proxy and exec, on the test's word. */
export class FakeApi {
  readonly requests: string[] = [];
  readonly #server = createServer((request, response) => this.#answer(request, response));
  readonly #sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'v5.channel.k8s.io' });
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #watches = new Set<{ plural: string; response: ServerResponse }>();
  #version = 10;
  /** Answers the next requests whose path contains the key. */
  readonly answers = new Map<string, (request: IncomingMessage, response: ServerResponse) => void>();
  /** What exec prints, and how it ends. */
  exec: (command: string[]) => { stdout?: string; stderr?: string; status: object } = () => ({
    status: { status: 'Success' },
  });

  static async start(): Promise<FakeApi> {
    const api = new FakeApi();
    api.#server.on('upgrade', (request, socket, head) => {
      api.requests.push(`UPGRADE ${request.url}`);
      api.#sockets.handleUpgrade(request, socket, head, (client) => {
        const command = new URL(request.url!, 'http://x').searchParams.getAll('command');
        const { stdout, stderr, status } = api.exec(command);
        if (stdout) client.send(Buffer.concat([Buffer.from([1]), Buffer.from(stdout)]));
        if (stderr) client.send(Buffer.concat([Buffer.from([2]), Buffer.from(stderr)]));
        client.send(Buffer.concat([Buffer.from([3]), Buffer.from(JSON.stringify(status))]));
      });
    });
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  writeKubeconfig(file: string): void {
    const config = {
      'current-context': 'fake',
      clusters: [{ name: 'fake', cluster: { server: `http://127.0.0.1:${this.port}` } }],
      contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'me', namespace: 'lesson' } }],
      users: [{ name: 'me', user: { token: 'secret' } }],
    };
    writeFileSync(file, JSON.stringify(config));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    for (const client of this.#sockets.clients) client.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  put(plural: string, name: string, rest: Record<string, unknown> = {}): void {
    const known = this.#kind(plural).get(name);
    const { metadata, ...other } = rest as { metadata?: object };
    const object = {
      ...kindOf(plural),
      metadata: {
        name,
        namespace: 'lesson',
        uid: known?.metadata.uid ?? `uid-${this.#version}`,
        resourceVersion: String(++this.#version),
        ...metadata,
      },
      ...other,
    };
    this.#kind(plural).set(name, object);
    this.#send(plural, known ? 'MODIFIED' : 'ADDED', object);
  }

  remove(plural: string, name: string): void {
    const object = this.#kind(plural).get(name)!;
    this.#kind(plural).delete(name);
    this.#send(plural, 'DELETED', {
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(++this.#version) },
    });
  }

  /** Changes nobody who watches is told of: what happens while a connection is down. */
  quietly(change: () => void): void {
    const watches = [...this.#watches];
    this.#watches.clear();
    change();
    for (const watch of watches) this.#watches.add(watch);
  }

  /** How many watches are open. */
  get watching(): number {
    return this.#watches.size;
  }

  breakWatches(): void {
    for (const { response } of this.#watches) response.destroy();
    this.#watches.clear();
  }

  expireWatches(): void {
    for (const { response } of this.#watches) {
      const status = { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410, message: 'too old' };
      response.end(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
    }
    this.#watches.clear();
  }

  #kind(plural: string): Map<string, KubeObject> {
    const objects = this.#objects.get(plural) ?? new Map<string, KubeObject>();
    this.#objects.set(plural, objects);
    return objects;
  }

  #send(plural: string, type: string, object: object): void {
    for (const watch of this.#watches) {
      if (watch.plural === plural) watch.response.write(`${JSON.stringify({ type, object })}\n`);
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url!, 'http://x');
    this.requests.push(`${request.method} ${request.url}`);
    const special = [...this.answers].find(([part]) => request.url!.includes(part))?.[1];
    if (special) special(request, response);
    else if (request.headers.authorization !== 'Bearer secret') json(response, 401, { kind: 'Status', code: 401 });
    else if (url.pathname === '/api') json(response, 200, discovery(core));
    else if (url.pathname === '/apis') json(response, 200, discovery(groups));
    else void this.#serve(request, url, response);
  }

  async #serve(request: IncomingMessage, url: URL, response: ServerResponse): Promise<void> {
    if (url.pathname.startsWith('/api/v1/namespaces') && !/^\/api\/v1\/namespaces\/[^/]+\/./.test(url.pathname)) {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
      this.#serveNamespaces(request.method!, url, body, response);
      return;
    }
    const plural = url.pathname.split('/').pop()!;
    if (url.searchParams.get('watch')) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      const watch = { plural, response };
      this.#watches.add(watch);
      response.on('close', () => this.#watches.delete(watch));
      return;
    }
    if (plural === '') {
      json(response, 503, { kind: 'Status', status: 'Failure', code: 503, message: 'nothing answers there' });
      return;
    }
    const { apiVersion, kind } = kindOf(plural);
    const items = [...this.#kind(plural).values()].map(({ apiVersion: _, kind: __, ...item }) => item);
    json(response, 200, {
      apiVersion,
      kind: `${kind}List`,
      metadata: { resourceVersion: String(this.#version) },
      items,
    });
  }

  readonly namespaces = new Set<string>();

  #serveNamespaces(method: string, url: URL, body: string, response: ServerResponse): void {
    const created = method === 'POST' ? (JSON.parse(body) as KubeObject).metadata.name : '';
    const name = url.pathname.split('/')[4] ?? created;
    const known = this.namespaces.has(name);
    const refusal = (code: number, reason: string) => ({
      kind: 'Status',
      status: 'Failure',
      code,
      reason,
      message: reason,
    });
    if (url.searchParams.get('watch')) {
      response.end();
    } else if (method === 'POST') {
      this.namespaces.add(name);
      json(response, known ? 409 : 201, known ? refusal(409, 'AlreadyExists') : {});
    } else if (method === 'DELETE') {
      this.namespaces.delete(name);
      for (const plural of ['pods', 'statefulsets']) {
        for (const object of [...this.#kind(plural).keys()]) this.remove(plural, object);
      }
      json(response, 200, {});
    } else {
      json(response, known ? 200 : 404, known ? { metadata: { name } } : refusal(404, 'NotFound'));
    }
  }
}

const core = [
  {
    group: '',
    kinds: [
      'pods Pod po',
      'services Service svc',
      'events Event ev',
      'persistentvolumeclaims PersistentVolumeClaim pvc',
      'persistentvolumes PersistentVolume pv cluster',
      'nodes Node no cluster',
    ],
  },
];
const groups = [
  {
    group: 'apps',
    kinds: ['statefulsets StatefulSet sts', 'deployments Deployment deploy', 'replicasets ReplicaSet rs'],
  },
  { group: 'discovery.k8s.io', kinds: ['endpointslices EndpointSlice -'] },
];

function kindOf(plural: string): { apiVersion: string; kind: string } {
  for (const { group, kinds } of [...core, ...groups]) {
    const found = kinds.find((line) => line.startsWith(`${plural} `));
    if (found) return { apiVersion: group ? `${group}/v1` : 'v1', kind: found.split(' ')[1]! };
  }
  throw new Error(`the fake API has no ${plural}`);
}

function discovery(lists: { group: string; kinds: string[] }[]): object {
  return {
    items: lists.map(({ group, kinds }) => ({
      metadata: { name: group },
      versions: [
        {
          version: 'v1',
          resources: kinds.map((line) => {
            const [resource, kind, short, scope] = line.split(' ');
            return {
              resource,
              responseKind: { kind },
              scope: scope === 'cluster' ? 'Cluster' : 'Namespaced',
              singularResource: kind!.toLowerCase(),
              shortNames: [short],
              verbs: ['list', 'watch'],
            };
          }),
        },
      ],
    })),
  };
}

export function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
