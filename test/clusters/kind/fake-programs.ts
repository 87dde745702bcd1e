import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What the fake docker and kind keep, in a file that both read and write, as does the fake API. */
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

/** Both programs in one: a Node script that looks at the name by which it was called. */
const script = `#!${process.execPath}
const { readFileSync, writeFileSync } = require('node:fs');
const { gunzipSync } = require('node:zlib');
const { basename } = require('node:path');
const file = process.env.FAKE_STATE;
const state = JSON.parse(readFileSync(file, 'utf8'));
const program = basename(process.argv[1]);
const args = process.argv.slice(2);
const call = [program, ...args].join(' ');
const save = () => writeFileSync(file, JSON.stringify(state));
const fail = (text, code = 1) => { save(); process.stderr.write(text + '\\n'); process.exit(code); };
const option = (name) => args[args.indexOf(name) + 1];
state.calls.push(call);
const container = () => state.containers.find((each) => each.name === args.at(-1));
let out = '';
if (state.stopped && program === 'docker') fail('Cannot connect to the Docker daemon');
if (program === 'kind') {
  if (args[0] === 'version') out = 'kind v0.30.0 go1.24.6 linux/amd64';
  if (args[0] === 'get') out = JSON.stringify({
    'current-context': 'kind', clusters: [{ name: 'kind', cluster: { server: state.api } }],
    contexts: [{ name: 'kind', context: { cluster: 'kind' } }], users: [],
  });
  if (args[0] === 'create') {
    process.stderr.write(' • Preparing nodes 📦 📦 📦   ...\\n ✓ Preparing nodes\\n');
    const name = option('--name');
    if (state.createError && state.createErrors !== 0) {
      if (state.createErrors) state.createErrors--;
      fail(state.createError);
    }
    ['control-plane', 'worker', 'worker2'].forEach((suffix, index) => state.containers.push({
      id: 'id-' + state.calls.length + '-' + suffix, name: name + '-' + suffix, cluster: name,
      role: suffix.replace('2', ''), running: true, startedAt: new Date(Date.now() - 1000).toISOString(),
      address: '172.18.0.' + (4 - index), connected: true,
    }));
  }
  if (args[0] === 'delete') state.containers = state.containers.filter(({ cluster }) => cluster !== option('--name'));
} else if (args[0] === 'info') {
  if (state.info.code) fail(state.info.err, state.info.code);
  out = state.info.out;
} else if (args[0] === 'ps') {
  const cluster = args.at(-1).split('io.x-k8s.kind.cluster=')[1];
  out = state.containers.filter((each) => (cluster ? each.cluster === cluster : each.running)).map(({ id }) => id).join('\\n');
} else if (args[0] === 'inspect') {
  const missing = args.find((each) => each.startsWith('id-') && !state.containers.some(({ id }) => id === each));
  if (missing) fail('Error response from daemon: No such container: ' + missing);
  out = JSON.stringify(state.containers.filter(({ id }) => args.includes(id)).map((each) => ({
    Id: each.id, Name: '/' + each.name, Config: { Labels: { 'io.x-k8s.kind.role': each.role } },
    State: { Running: each.running, StartedAt: each.startedAt },
    NetworkSettings: { Networks: each.connected ? { kind: { IPAddress: each.address } } : {} },
  })));
} else if (args[0] === 'stop' || args[0] === 'start') {
  for (const each of state.containers) if (args.includes(each.name)) {
    each.running = args[0] === 'start';
    if (each.running) each.startedAt = new Date(Date.now() - 1000).toISOString();
  }
} else if (args[0] === 'network') {
  container().connected = args[1] === 'connect';
  if (args.includes('--ip')) container().address = option('--ip');
} else if (args[0] === 'image') {
  const image = state.images[args.at(-1)];
  if (!image) fail('Error: No such image: ' + args.at(-1));
  out = args.join(' ').includes('Labels') ? image.source ?? '' : image.id;
  if (args.join(' ').includes('Size')) out += ' 1000';
} else if (args[0] === 'images') {
  out = (state.nameless ?? []).join('\\n');
} else if (args[0] === 'rmi') {
  if (!state.nameless.includes(args[1])) fail('Error: No such image');
  state.nameless = state.nameless.filter((id) => id !== args[1]);
} else if (args[0] === 'tag') {
  state.images[args[2]] = state.images[args[1]];
} else if (args[0] === 'save') {
  out = JSON.stringify(Object.fromEntries(args.slice(1).map((name) => [name, state.images[name]])));
} else if (args[0] === 'load') {
  if (state.loadError) fail(state.loadError);
  Object.assign(state.images, JSON.parse(gunzipSync(readFileSync(0)).toString()));
} else if (args[0] === 'pull') {
  fail('Error response from daemon: no such host');
} else if (args[0] === 'build') {
  const source = args.includes('--label') ? option('--label').split('=')[1] : undefined;
  const before = state.images[option('--tag')];
  if (before) (state.nameless ??= []).push(before.id);
  state.images[option('--tag')] = { id: 'sha256:' + state.calls.length, source };
} else if (args[0] === 'events') {
  state.watching = process.pid;
  save();
  setTimeout(() => {}, 60_000);
}
save();
if (out) console.log(out);
`;

/** A folder for PATH with a docker and a kind, and an API that has a node for each container. */
export class FakePrograms {
  readonly folder = mkdtempSync(join(tmpdir(), 'ordinal-kind-test-'));
  readonly env: Readonly<Record<string, string>>;
  readonly #file = join(this.folder, 'state.json');
  #server = createServer((request, response) => {
    const body = this.#answer(request.url ?? '');
    response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { kind: 'Status', code: 404 }));
  });

  constructor() {
    const bin = join(this.folder, 'bin');
    mkdirSync(bin);
    for (const name of ['docker', 'kind']) writeFileSync(join(bin, name), script, { mode: 0o755 });
    this.env = { PATH: `${bin}:${dirname('/bin/sh')}`, FAKE_STATE: this.#file };
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.write({
      info: { out: JSON.stringify({ MemTotal: 8 * 1024 ** 3 }), err: '', code: 0 },
      containers: [],
      images: {},
      calls: [],
      api: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`,
    });
  }

  get state(): FakeState {
    return JSON.parse(readFileSync(this.#file, 'utf8')) as FakeState;
  }

  write(state: FakeState): void {
    writeFileSync(this.#file, JSON.stringify(state));
  }

  change(change: (state: FakeState) => void): void {
    const { state } = this;
    change(state);
    this.write(state);
  }

  /** Calls that begin so, since the last time they were asked for. */
  calls(prefix: string): string[] {
    const found = this.state.calls.filter((call) => call.startsWith(prefix));
    return found;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    rmSync(this.folder, { recursive: true, force: true });
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
