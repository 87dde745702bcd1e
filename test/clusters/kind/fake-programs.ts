import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Answer, type Call, ScriptedPrograms } from './scripted-programs.ts';

/** What the fake docker and kind, and the fake API, answer from. */
export interface FakeState {
  /** What `docker info` prints, and its exit code. */
  info: { out: string; err: string; code: number };
  containers: FakeContainer[];
  images: Record<string, { id: string; source?: string }>;
  /** IDs of builds that lost their name to a later one. */
  nameless?: string[];
  /** Everything that was called, in order: "docker stop x". */
  calls: string[];
  /** Where set, `kind create cluster` says this and fails. */
  createError?: string;
  /** How often; always when absent. */
  createErrors?: number;
  /** Their range of addresses, by their name: empty where Docker has chosen it. */
  networks?: Record<string, string>;
  /** Docker makes no network, and gives nobody the address that is asked for. */
  noRange?: boolean;
  /** The address that Docker gives who asks for none; the one there was when absent. */
  next?: string;
  /** The process of `docker events`. */
  watching?: number;
  /** Docker answers nobody. */
  stopped?: boolean;
  /** Where set, `docker load` says this and fails. */
  loadError?: string;
  api: string;
}

export interface FakeContainer {
  id: string;
  name: string;
  cluster: string;
  role: string;
  running: boolean;
  startedAt: string;
  address: string;
  connected: boolean;
}

const failed = (text: string, code = 1): Answer => ({ err: `${text}\n`, code });
const printed = (text: string): Answer => (text ? { out: `${text}\n` } : {});
const startedNow = () => new Date(Date.now() - 1000).toISOString();

/** A folder for PATH with a docker and a kind, and an API that has a node for each container. */
export class FakePrograms {
  readonly folder = mkdtempSync(join(tmpdir(), 'ordinal-kind-test-'));
  readonly env: Readonly<Record<string, string>>;
  state!: FakeState;
  readonly #programs: ScriptedPrograms;
  readonly #server = createServer((request, response) => {
    const body = this.#answer(request.url ?? '');
    response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { kind: 'Status', code: 404 }));
  });

  constructor() {
    const bin = join(this.folder, 'bin');
    mkdirSync(bin);
    const recorded = (name: string, program: (args: readonly string[], call: Call) => Answer | 'runs') => {
      return (args: readonly string[], call: Call) => {
        this.state.calls.push([name, ...args].join(' '));
        return program(args, call);
      };
    };
    this.#programs = new ScriptedPrograms(
      bin,
      {
        docker: recorded('docker', (args, call) => this.#docker(args, call)),
        kind: recorded('kind', (args) => this.#kind(args)),
      },
      'load --quiet',
    );
    this.env = { PATH: bin };
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.state = {
      info: { out: JSON.stringify({ MemTotal: 8 * 1024 ** 3 }), err: '', code: 0 },
      containers: [],
      images: {},
      calls: [],
      api: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`,
    };
  }

  /** Calls that begin so. */
  calls(prefix: string): string[] {
    return this.state.calls.filter((call) => call.startsWith(prefix));
  }

  stop(): void {
    this.#programs.stop();
    this.#server.closeAllConnections();
    this.#server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #kind(args: readonly string[]): Answer {
    const { state } = this;
    const name = option(args, '--name');
    switch (args[0]) {
      case 'version':
        return printed('kind v0.30.0 go1.24.6 linux/amd64');
      case 'get':
        return printed(
          JSON.stringify({
            'current-context': 'kind',
            clusters: [{ name: 'kind', cluster: { server: state.api } }],
            contexts: [{ name: 'kind', context: { cluster: 'kind' } }],
            users: [],
          }),
        );
      case 'create': {
        const said = ' • Preparing nodes 📦 📦 📦   ...\n ✓ Preparing nodes\n';
        if (state.createError && state.createErrors !== 0) {
          if (state.createErrors) state.createErrors--;
          return failed(`${said}${state.createError}`);
        }
        for (const [index, suffix] of ['control-plane', 'worker', 'worker2'].entries()) {
          state.containers.push({
            id: `id-${state.calls.length}-${suffix}`,
            name: `${name}-${suffix}`,
            cluster: name,
            role: suffix.replace('2', ''),
            running: true,
            startedAt: startedNow(),
            address: `172.18.0.${4 - index}`,
            connected: true,
          });
        }
        return { err: said };
      }
      case 'delete':
        state.containers = state.containers.filter(({ cluster }) => cluster !== name);
    }
    return {};
  }

  #network(args: readonly string[], last: string): Answer {
    const { state } = this;
    const networks = state.networks ?? {};
    state.networks = networks;
    switch (args[1]) {
      case 'ls':
        return printed(Object.keys(networks).join('\n'));
      case 'inspect':
        return printed(args[2] === 'bridge' ? '1400' : '172.30.0.0/16');
      case 'create':
        if (state.noRange) return failed('Error response from daemon: could not find an available address pool');
        networks[last] = args.includes('--subnet') ? option(args, '--subnet') : '';
        return {};
      case 'rm':
        for (const name of args.slice(2)) delete networks[name];
        return {};
    }
    const container = state.containers.find(({ name }) => name === last)!;
    if (args.includes('--ip')) {
      if (state.noRange) return failed('Error response from daemon: user specified IP address is supported only …');
      container.address = option(args, '--ip');
    } else if (args[1] === 'connect' && state.next) {
      container.address = state.next;
    }
    container.connected = args[1] === 'connect';
    return {};
  }

  #docker(args: readonly string[], { pid, input }: Call): Answer | 'runs' {
    const { state } = this;
    const last = args.at(-1)!;
    if (state.stopped) return failed('Cannot connect to the Docker daemon');
    switch (args[0]) {
      case 'info':
        return state.info.code ? failed(state.info.err, state.info.code) : printed(state.info.out);
      case 'ps': {
        const cluster = last.split('io.x-k8s.kind.cluster=')[1];
        const listed = state.containers.filter((each) => (cluster ? each.cluster === cluster : each.running));
        return printed(listed.map(({ id }) => id).join('\n'));
      }
      case 'inspect': {
        const missing = args.find((each) => each.startsWith('id-') && !state.containers.some(({ id }) => id === each));
        if (missing) return failed(`Error response from daemon: No such container: ${missing}`);
        return printed(JSON.stringify(state.containers.filter(({ id }) => args.includes(id)).map(inspected)));
      }
      case 'stop':
      case 'start':
        for (const container of state.containers.filter(({ name }) => args.includes(name))) {
          container.running = args[0] === 'start';
          if (container.running) container.startedAt = startedNow();
        }
        return {};
      case 'network':
        return this.#network(args, last);
      case 'image': {
        const image = state.images[last];
        if (!image) return failed(`Error: No such image: ${last}`);
        const asked = args.join(' ');
        if (asked.includes('Labels')) return printed(image.source ?? '');
        return printed(asked.includes('Size') ? `${image.id} 1000` : image.id);
      }
      case 'images':
        return printed((state.nameless ?? []).join('\n'));
      case 'rmi':
        if (!state.nameless?.includes(last)) return failed('Error: No such image');
        state.nameless = state.nameless.filter((id) => id !== last);
        return {};
      case 'tag':
        state.images[last] = state.images[args[1]!]!;
        return {};
      case 'save':
        return printed(JSON.stringify(Object.fromEntries(args.slice(1).map((name) => [name, state.images[name]]))));
      case 'load':
        if (state.loadError) return failed(state.loadError);
        Object.assign(state.images, JSON.parse(gunzipSync(input).toString()));
        return {};
      case 'pull':
        return failed('Error response from daemon: no such host');
      case 'build': {
        const name = option(args, '--tag');
        const before = state.images[name];
        if (before) state.nameless = [...(state.nameless ?? []), before.id];
        const source = args.includes('--label') ? option(args, '--label').split('=')[1] : undefined;
        state.images[name] = { id: `sha256:${state.calls.length}`, ...(source !== undefined && { source }) };
        return {};
      }
      case 'events':
        state.watching = pid;
        return 'runs';
    }
    return {};
  }

  #answer(url: string): unknown {
    if (url === '/version') return { gitVersion: 'v1.33.13' };
    if (url.includes('serviceaccounts')) return { kind: 'ServiceAccount' };
    if (url.includes('storageclasses')) return { items: [{}] };
    const running = this.state.containers.filter((each) => each.running && each.connected);
    if (url === '/api/v1/nodes') {
      return {
        items: running.map(({ name, address }) => ({
          metadata: { name },
          status: {
            conditions: [{ type: 'Ready', status: 'True' }],
            addresses: [{ type: 'InternalIP', address }],
          },
        })),
      };
    }
    if (url.includes('leases')) {
      return { items: running.map(({ name }) => ({ metadata: { name }, spec: { renewTime: new Date() } })) };
    }
    return undefined;
  }
}

const option = (args: readonly string[], name: string) => args[args.indexOf(name) + 1]!;

/** As `docker inspect` shows a container. */
const inspected = ({ id, name, role, running, startedAt, connected, address }: FakeContainer) => ({
  Id: id,
  Name: `/${name}`,
  Config: { Labels: { 'io.x-k8s.kind.role': role } },
  State: { Running: running, StartedAt: startedAt },
  NetworkSettings: { Networks: connected ? { kind: { IPAddress: address } } : {} },
});
