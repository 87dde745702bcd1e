import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExecResult, ExecStreams, NodeBackend } from '../../src/embedded/apiserver/node-backend.ts';
import { TestServer } from '../embedded/apiserver/http/support.ts';
import { until } from '../until.ts';
import { kubectlPath, withoutKubectl } from './support/program.ts';

/** The API server alone, as kubectl finds it: no controllers, and a node whose containers are this machine's processes. */

const folder = mkdtempSync(join(tmpdir(), 'ordinal-apiserver-'));
const inPod = join(folder, 'pod');
let server: TestServer;
let web: Server;

async function run(command: readonly string[], streams: ExecStreams): Promise<ExecResult> {
  const child = spawn(command[0]!, command.slice(1), { cwd: folder, signal: streams.signal });
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
  if (streams.stdin) streams.stdin.pipe(child.stdin);
  else child.stdin.end();
  child.stdin.on('error', () => {});
  const outputs = [
    [child.stdout, streams.stdout],
    [child.stderr, streams.stderr],
  ] as const;
  for (const [from, to] of outputs) if (to) from.on('data', (chunk: Buffer) => to.write(chunk));
  return { exitCode: await ended };
}

const nodes: NodeBackend = {
  exec: (_target, command, streams) => run(command, streams),
  attach: (_target, streams) => run(['cat'], streams),
  logs: async ({ container }, { follow, tailLines }) => {
    const lines = [1, 2, 3].map((n) => `${container} says ${n}\n`);
    const shown = tailLines === undefined ? lines : lines.slice(lines.length - tailLines);
    return Readable.from(
      (async function* () {
        yield* shown;
        if (follow) await new Promise((resolve) => setTimeout(resolve, 300));
        if (follow) yield 'and more\n';
      })(),
    );
  },
  dialPod: (_pod, port) => {
    if (port !== 80) return Promise.reject(new Error('nothing listens'));
    return new Promise((resolve, reject) => {
      const socket = connect((web.address() as AddressInfo).port, '127.0.0.1');
      socket.on('connect', () => resolve(socket));
      socket.on('error', reject);
    });
  },
};

beforeAll(async () => {
  web = createServer((request, response) => response.end(`${request.method} ${request.url}\n`));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  server = await new TestServer({
    nodes,
    dialer: { dial: (_host, port) => nodes.dialPod({ namespace: '', name: '' }, port) },
    openApi: true,
  }).start();
  for (const token of ['admin', 'jane']) writeFileSync(join(folder, token), kubeconfig(token));
  await kubectl('create', 'serviceaccount', 'default');
  await apply(pod('web'));
  await bind('web');
});

afterAll(async () => {
  web?.closeAllConnections();
  web?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function kubeconfig(token: string): string {
  const cluster = {
    server: `https://127.0.0.1:${server.port}`,
    'certificate-authority-data': Buffer.from(server.identity.ca).toString('base64'),
  };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'test', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  });
}

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const environment = (user = 'admin') => ({
  ...process.env,
  KUBECONFIG: join(folder, user),
  HOME: folder,
  KUBECTL_PORT_FORWARD_WEBSOCKETS: 'true',
});

function attempt(args: readonly string[], { input = '', env = {} as NodeJS.ProcessEnv, user = 'admin' } = {}) {
  return new Promise<Result>((resolve) => {
    const child = execFile(
      kubectlPath!,
      args,
      { env: { ...environment(user), ...env }, maxBuffer: 1e8 },
      (error, out, err) => resolve({ code: error ? Number(error.code ?? 1) : 0, out, err }),
    );
    child.stdin!.on('error', () => {});
    child.stdin!.end(input);
  });
}

async function kubectl(...args: string[]): Promise<string> {
  const { code, out, err } = await attempt(args);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${err}`);
  return out;
}

async function apply(object: object, ...flags: string[]): Promise<string> {
  const { code, out, err } = await attempt(['apply', '-f', '-', ...flags], { input: JSON.stringify(object) });
  if (code !== 0) throw new Error(err);
  return out;
}

const pod = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: {
    containers: [
      { name: 'main', image: 'nginx', ports: [{ containerPort: 80 }] },
      { name: 'side', image: 'busybox' },
    ],
  },
});

async function bind(name: string): Promise<void> {
  await server.post(`/api/v1/namespaces/default/pods/${name}/binding`, {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name },
    target: { kind: 'Node', name: 'node-1' },
  });
  const status = {
    phase: 'Running',
    podIP: '10.244.1.2',
    podIPs: [{ ip: '10.244.1.2' }],
    containerStatuses: ['main', 'side'].map((container) => ({
      name: container,
      image: 'x',
      imageID: '',
      ready: true,
      restartCount: 0,
      state: { running: {} },
    })),
  };
  await server.ask(`/api/v1/namespaces/default/pods/${name}/status`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { status },
  });
}

describe.skipIf(!kubectlPath)(`objects through kubectl${withoutKubectl}`, () => {
  it('lists what there is', async () => {
    const resources = await kubectl('api-resources', '--no-headers');
    expect(resources).toMatch(/^statefulsets +sts +apps\/v1 +true +StatefulSet$/m);
    expect(resources).toMatch(/^pods +po +v1 +true +Pod$/m);
    expect(await kubectl('version')).toContain('Server Version: v1.33.');
    expect((await kubectl('get', 'namespaces', '-o', 'name')).split('\n')).toContain('namespace/kube-system');
  });

  it('creates, applies, changes, shows and deletes', async () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { a: '1' } };
    expect(await apply(object)).toBe('configmap/settings created\n');
    expect(await apply(object)).toBe('configmap/settings unchanged\n');
    expect(await apply({ ...object, data: { a: '2' } })).toBe('configmap/settings configured\n');
    expect(await kubectl('get', 'configmap', 'settings', '-o', 'jsonpath={.data.a}')).toBe('2');
    expect(await kubectl('label', 'configmap', 'settings', 'app=x')).toBe('configmap/settings labeled\n');
    expect(await kubectl('get', 'configmap', '-l', 'app=x', '--no-headers')).toMatch(/^settings +1 +\d+s\n$/);
    expect(await kubectl('patch', 'configmap', 'settings', '-p', '{"data":{"b":"3"}}')).toContain('patched');
    expect(await kubectl('delete', 'configmap', 'settings')).toBe('configmap "settings" deleted\n');
    expect((await attempt(['get', 'configmap', 'settings'])).err).toBe(
      'Error from server (NotFound): configmaps "settings" not found\n',
    );
  });

  it('applies on the server, with conflicts', async () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'served' }, data: { a: '1' } };
    expect(await apply(object, '--server-side')).toBe('configmap/served serverside-applied\n');
    const other = { ...object, data: { a: '2' } };
    const refused = await attempt(['apply', '--server-side', '--field-manager=other', '-f', '-'], {
      input: JSON.stringify(other),
    });
    expect(refused.err).toContain('Apply failed with 1 conflict: conflict with "kubectl": .data.a');
    await apply(other, '--server-side', '--field-manager=other', '--force-conflicts');
    expect(await kubectl('get', 'configmap', 'served', '-o', 'jsonpath={.data.a}')).toBe('2');
  });

  it('creates kinds that kubectl writes as protocol buffers', async () => {
    await kubectl('create', 'deployment', 'shop', '--image=nginx', '--replicas=3', '--port=80');
    expect(await kubectl('get', 'deployment', 'shop', '-o', 'jsonpath={.spec.replicas} {.spec.strategy.type}')).toBe(
      '3 RollingUpdate',
    );
    expect(await kubectl('scale', 'deployment', 'shop', '--replicas=5')).toBe('deployment.apps/shop scaled\n');
    expect(await kubectl('set', 'image', 'deployment/shop', 'nginx=nginx:2')).toContain('image updated');
    await kubectl('create', 'job', 'once', '--image=busybox', '--', 'true');
    await kubectl('create', 'cronjob', 'often', '--image=busybox', '--schedule=* * * * *', '--', 'true');
    expect(await kubectl('get', 'cronjob', 'often', '--no-headers')).toMatch(/^often +\* \* \* \* \*/);
    await kubectl('create', 'secret', 'generic', 'keys', '--from-literal=a=b');
    expect(await kubectl('get', 'secret', 'keys', '-o', 'jsonpath={.data.a}')).toBe('Yg==');
    expect(await kubectl('expose', 'deployment', 'shop', '--port=80')).toBe('service/shop exposed\n');
    await kubectl('delete', 'service/shop', 'deployment/shop', 'job/once', 'cronjob/often');
  });

  it('refuses what the schema does not know', async () => {
    const object = { ...pod('odd'), spec: { ...pod('odd').spec, colour: 'red' } };
    const { err } = await attempt(['apply', '-f', '-'], { input: JSON.stringify(object) });
    expect(err).toContain('unknown field "spec.colour"');
  });

  it('explains by the second version of OpenAPI too, and has nothing to say of kinds nobody knows', async () => {
    const text = await kubectl('explain', 'statefulset.spec.ordinals', '--output=plaintext-openapiv2');
    expect(text).toContain('RESOURCE: ordinals <Object>');
    expect(text).toMatch(/start\t<integer>/);
    await expect(apply({ apiVersion: 'nope/v1', kind: 'Foo', metadata: { name: 'x' } })).rejects.toThrow(
      'no matches for kind "Foo" in version "nope/v1"',
    );
  });

  it('explains', async () => {
    const text = await kubectl('explain', 'statefulset.spec.podManagementPolicy');
    expect(text).toContain('FIELD: podManagementPolicy <string>');
    expect(text).toContain('OrderedReady');
  });

  it('watches', async () => {
    const watch = spawn(kubectlPath!, ['get', 'configmaps', '-w', '--no-headers', '-o', 'name'], {
      env: environment(),
    });
    const text = collect(watch);
    await until(() => text.out.includes('configmap/'));
    await kubectl('create', 'configmap', 'seen');
    await until(() => text.out.includes('configmap/seen'));
    await kubectl('delete', 'configmap', 'seen');
    await until(() => text.out.split('configmap/seen').length === 3);
    watch.kill();
  });

  it('tells who may do what', async () => {
    expect(await kubectl('auth', 'can-i', 'delete', 'pods')).toBe('yes\n');
    expect((await attempt(['auth', 'can-i', 'delete', 'pods'], { user: 'jane' })).out).toBe('no\n');
    expect((await attempt(['get', 'pods'], { user: 'jane' })).err).toBe(
      'Error from server (Forbidden): pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"\n',
    );
    await kubectl('create', 'rolebinding', 'jane', '--clusterrole=view', '--user=jane');
    const list = await attempt(['auth', 'can-i', '--list'], { user: 'jane' });
    expect(list.out).toMatch(/^pods +\[\] +\[\] +\[get list watch\]$/m);
    expect(
      (await attempt(['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'], { user: 'jane' })).out,
    ).toBe('jane');
    expect(await kubectl('auth', 'can-i', 'get', 'pods', '--as=jane')).toBe('yes\n');
  });

  it('issues tokens that work', async () => {
    await kubectl('create', 'serviceaccount', 'robot');
    const token = (await kubectl('create', 'token', 'robot')).trim();
    writeFileSync(join(folder, 'robot'), kubeconfig(token));
    const { out } = await attempt(['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'], { user: 'robot' });
    expect(out).toBe('system:serviceaccount:default:robot');
  });

  it('evicts and waits for deletion', async () => {
    await apply(pod('gone'));
    expect(await kubectl('delete', 'pod', 'gone', '--now')).toContain('pod "gone" deleted');
  });
});

describe.skipIf(!kubectlPath).each([
  ['WebSockets', {}],
  ['SPDY', { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false', KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' }],
])('streams over %s', (_name, env) => {
  it('runs commands and tells how they end', async () => {
    const { code, out, err } = await attempt(['exec', 'web', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3'], {
      env,
    });
    expect({ code, out }).toEqual({ code: 3, out: 'out\n' });
    expect(err).toContain('err\n');
    expect(err).toContain('Defaulted container "main" out of: main, side');
    expect(err).toContain('command terminated with exit code 3');
  });

  it('carries input, however much', async () => {
    const input = 'line of text\n'.repeat(100_000);
    const { code, out } = await attempt(['exec', '-i', 'web', '-c', 'side', '--', 'cat'], { env, input });
    expect(code).toBe(0);
    expect(out.length).toBe(input.length);
    expect(out).toBe(input);
  });

  it('says what does not exist', async () => {
    const { err } = await attempt(['exec', 'web', '-c', 'nope', '--', 'true'], { env });
    expect(err).toContain('container nope is not valid for pod web');
    expect((await attempt(['exec', 'nope', '--', 'true'], { env })).err).toContain('pods "nope" not found');
  });

  it('copies files there and back', async () => {
    const source = join(folder, 'source.txt');
    writeFileSync(source, 'content\n'.repeat(5000));
    const to = await attempt(['cp', source, `web:${inPod}.txt`, '-c', 'main'], { env });
    expect(to).toMatchObject({ code: 0 });
    expect(readFileSync(`${inPod}.txt`, 'utf8')).toBe(readFileSync(source, 'utf8'));
    const back = join(folder, 'back.txt');
    const from = await attempt(['cp', `web:${inPod}.txt`, back, '-c', 'main'], { env });
    expect(from).toMatchObject({ code: 0 });
    expect(readFileSync(back, 'utf8')).toBe(readFileSync(source, 'utf8'));
  });

  it('forwards ports', async () => {
    const forward = spawn(kubectlPath!, ['port-forward', 'pod/web', ':80', ':81'], {
      env: { ...environment(), ...env },
    });
    const text = collect(forward);
    await until(() => text.out.match(/127\.0\.0\.1:\d+ -> 8[01]/g)?.length === 2);
    const port = Number(/127\.0\.0\.1:(\d+) -> 80/.exec(text.out)![1]);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => fetch(`http://127.0.0.1:${port}/${i}`).then((answer) => answer.text())),
    );
    expect(answers).toEqual(Array.from({ length: 20 }, (_, i) => `GET /${i}\n`));
    const closed = Number(/127\.0\.0\.1:(\d+) -> 81/.exec(text.out)![1]);
    await expect(fetch(`http://127.0.0.1:${closed}/`)).rejects.toThrow();
    await until(() => text.err.includes('nothing listens'));
    forward.kill();
  });

  it('attaches', async () => {
    const { out } = await attempt(['attach', '-i', 'web', '-c', 'main'], { env, input: 'hello\n' });
    expect(out).toContain('hello\n');
  });
});

describe.skipIf(!kubectlPath)(`logs and proxies${withoutKubectl}`, () => {
  it('prints logs', async () => {
    expect(await kubectl('logs', 'web', '-c', 'main')).toBe('main says 1\nmain says 2\nmain says 3\n');
    expect(await kubectl('logs', 'web', '-c', 'main', '--tail=1', '-f')).toBe('main says 3\nand more\n');
    // kubectl asks for one after the other in the order of a Go map, which is another one now and then.
    const all = await kubectl('logs', 'web', '--all-containers', '--prefix', '--tail=1');
    expect(all.trimEnd().split('\n').sort()).toEqual(['[pod/web/main] main says 3', '[pod/web/side] side says 3']);
  });

  it('leads to Pods', async () => {
    expect(await kubectl('get', '--raw', '/api/v1/namespaces/default/pods/web/proxy/a/b?c=d')).toBe('GET /a/b?c=d\n');
  });

  it('serves a proxy of kubectl', async () => {
    const proxy = spawn(kubectlPath!, ['proxy', '--port=0'], { env: environment() });
    const text = collect(proxy);
    await until(() => /127\.0\.0\.1:\d+/.test(text.out));
    const [address] = /127\.0\.0\.1:\d+/.exec(text.out)!;
    const answer = await fetch(`http://${address}/api/v1/namespaces/default/pods/web`);
    expect(((await answer.json()) as { metadata: { name: string } }).metadata.name).toBe('web');
    proxy.kill();
  });
});

function collect(child: ChildProcess): { out: string; err: string } {
  const text = { out: '', err: '' };
  child.stdout!.on('data', (chunk: Buffer) => {
    text.out += chunk;
  });
  child.stderr!.on('data', (chunk: Buffer) => {
    text.err += chunk;
  });
  return text;
}
