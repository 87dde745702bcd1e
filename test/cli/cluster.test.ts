import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiClient } from '../integration/support/api-client.ts';
import { exitCode, lineOf, ordinal, program } from '../integration/support/program.ts';

let folder: string;
let env: NodeJS.ProcessEnv;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordinal-cli-'));
  // Where a cluster in memory that runs in the background is known by lies below these.
  env = { ...process.env, HOME: folder, XDG_DATA_HOME: join(folder, 'share'), LOCALAPPDATA: folder };
});

afterEach(async () => {
  await ordinal(['cluster', 'down'], { env });
  await ordinal(['cluster', 'down', '--data', join(folder, 'data')], { env });
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function up(...args: string[]): Promise<{ child: ChildProcess; ready: RegExpExecArray }> {
  const child = spawn(process.execPath, [program, 'cluster', 'up', ...args], { env, cwd: folder, stdio: 'pipe' });
  children.push(child);
  return { child, ready: await lineOf(child, /^ready in (\d+) ms$/) };
}

async function nodes(kubeconfig: string): Promise<number> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const api = new ApiClient(config);
  const { body } = await api.send('GET', '/api/v1/nodes');
  api.close();
  return body.items.length;
}

describe('cluster up', () => {
  it('writes the kubeconfig, says so, serves, and ends with 0 on Ctrl-C', async () => {
    const kubeconfig = join(folder, 'made', 'kube');
    const { child } = await up('--kubeconfig', kubeconfig);
    expect(await nodes(kubeconfig)).toBe(3);
    const ended = exitCode(child);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });

  it('makes an administrator as kubeadm does, by a ClusterRoleBinding', async () => {
    const kubeconfig = join(folder, 'kube');
    await up('--kubeconfig', kubeconfig);
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const api = new ApiClient(config);
    const reviews = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    const { body } = await api.send('POST', reviews, review);
    expect(body.status.userInfo).toMatchObject({
      username: 'kubernetes-admin',
      groups: ['kubeadm:cluster-admins', 'system:authenticated'],
    });
    const bindings = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
    expect((await api.send('GET', `${bindings}/kubeadm:cluster-admins`)).body.roleRef.name).toBe('cluster-admin');
    api.close();
  });

  it('says where the kubeconfig is when it was not told, and removes it with the cluster', async () => {
    const child = spawn(process.execPath, [program, 'cluster', 'up'], { env, stdio: 'pipe' });
    children.push(child);
    const [, kubeconfig] = await lineOf(child, /^export KUBECONFIG=(.+)$/);
    expect(await nodes(kubeconfig!)).toBe(3);
    const ended = exitCode(child);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(existsSync(kubeconfig!)).toBe(false);
  });

  it('serves on the port it is given', async () => {
    const { child } = await up('--port', '0', '--kubeconfig', join(folder, 'kube'));
    const free = portIn(join(folder, 'kube'));
    const ended = exitCode(child);
    child.kill('SIGTERM');
    await ended;
    await up('--port', String(free), '--kubeconfig', join(folder, 'kube'));
    expect(portIn(join(folder, 'kube'))).toBe(free);
  });

  it.each(['learner', 'max'])('runs at --speed %s', async (speed) => {
    await up('--speed', speed, '--kubeconfig', join(folder, 'kube'));
    expect(await nodes(join(folder, 'kube'))).toBe(3);
  });
});

describe('cluster up --detach', () => {
  it('leaves a cluster in memory behind, which cluster down stops', async () => {
    const { code, out, err } = await ordinal(['cluster', 'up', '--detach'], { env });
    expect(err).toBe('');
    expect(code).toBe(0);
    const [, pid] = /in the background as process (\d+)$/m.exec(out)!;
    const [, kubeconfig] = /^export KUBECONFIG=(.+)$/m.exec(out)!;
    expect(await nodes(kubeconfig!)).toBe(3);

    const again = await ordinal(['cluster', 'up', '--detach'], { env });
    expect(again.err).toContain(pid);
    expect(again.code).toBe(1);
    expect(await nodes(kubeconfig!)).toBe(3);

    const down = await ordinal(['cluster', 'down'], { env });
    expect(down.out).toBe(`stopped (process ${pid})\n`);
    expect(down.code).toBe(0);
    await expect(nodes(kubeconfig!)).rejects.toThrow();
    expect((await ordinal(['cluster', 'down'], { env })).out).toBe('No cluster runs in the background.\n');
  });

  it('leaves one with a folder behind, which goes on from there the next time', async () => {
    const data = join(folder, 'data');
    const kubeconfig = join(folder, 'kube');
    const args = ['cluster', 'up', '--detach', '--data', data, '--kubeconfig', kubeconfig];
    expect((await ordinal(args, { env })).code).toBe(0);
    const before = readFileSync(kubeconfig, 'utf8');
    expect((await ordinal(['cluster', 'down', '--data', data], { env })).out).toMatch(/^stopped/);
    expect((await ordinal(args, { env })).code).toBe(0);
    expect(readFileSync(kubeconfig, 'utf8')).toBe(before);
    expect(await nodes(kubeconfig)).toBe(3);
  });

  it('says why where it cannot start', async () => {
    const { code, out, err } = await ordinal(['cluster', 'up', '--detach', '--data', import.meta.filename], { env });
    expect(out).toBe('');
    expect(err).toContain(`The data folder ${import.meta.filename} is a file.`);
    expect(code).toBe(1);
  });

  it('repeats what the cluster in the background said when it did not start', async () => {
    await up('--port', '0', '--kubeconfig', join(folder, 'kube'));
    const port = String(portIn(join(folder, 'kube')));
    const { code, err } = await ordinal(['cluster', 'up', '--detach', '--port', port], { env });
    expect(err).toContain(`port ${port} is taken by another program.`);
    expect(code).toBe(1);
  });
});

function portIn(kubeconfig: string): number {
  return Number(/server: https:\/\/127\.0\.0\.1:(\d+)/.exec(readFileSync(kubeconfig, 'utf8'))![1]);
}

describe('cluster logs', () => {
  it('writes objects, Events and containers’ logs of the cluster that runs, what is missing, and no Secrets', async () => {
    const data = join(folder, 'data');
    const kubeconfig = join(data, 'cluster', 'kubeconfig');
    await up('--data', data, '--speed', 'max');
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const api = new ApiClient(config);
    const core = '/api/v1/namespaces/default';
    await api.send('POST', `${core}/secrets`, { metadata: { name: 'mine' }, stringData: { password: 'hidden' } });
    await api.send('POST', `${core}/pods`, {
      metadata: { name: 'talks' },
      spec: { containers: [{ name: 'main', image: 'busybox:1.36', command: ['sh', '-c', 'echo hello; sleep 3600'] }] },
    });
    await api.send('POST', `${core}/pods`, {
      metadata: { name: 'waits' },
      spec: {
        initContainers: [{ name: 'first', image: 'busybox:1.36', command: ['sh', '-c', 'echo begun; sleep 3600'] }],
        containers: [{ name: 'main', image: 'busybox:1.36' }],
      },
    });
    const log = async (path: string) => String((await api.send('GET', `${core}/pods/${path}`)).body);
    await expect.poll(() => log('talks/log')).toContain('hello');
    await expect.poll(() => log('waits/log?container=first')).toContain('begun');
    // What the cluster itself runs has just been started, and has no log before that.
    const phases = async () => {
      const { items } = (await api.send('GET', '/api/v1/pods?fieldSelector=metadata.name!=waits')).body as {
        items: { status: { phase: string } }[];
      };
      return [...new Set(items.map(({ status }) => status.phase))];
    };
    await expect.poll(phases).toEqual(['Running']);
    api.close();
    const report = join(folder, 'report');
    const { code, err } = await ordinal(['cluster', 'logs', report, '--data', data], { env });
    expect(err).toBe('');
    expect(code).toBe(0);
    const read = (path: string) => readFileSync(join(report, path), 'utf8');
    expect(read('version.yaml')).toContain('gitVersion: v1.33');
    expect(read('cluster/nodes.yaml')).toContain('kind: Node');
    expect(read('namespaces/default/pods.yaml')).toContain('name: talks');
    expect(read('namespaces/default/events.yaml')).toContain('reason: Scheduled');
    expect(read('namespaces/default/logs/talks/main.log')).toMatch(/^\d{4}-\d\d-\d\dT\S+ hello$/m);
    expect(existsSync(join(report, 'namespaces/default/secrets.yaml'))).toBe(false);
    expect(read('missing.txt')).toBe(
      'log of default/waits, container main: container "main" in pod "waits" is waiting to start: PodInitializing\n',
    );
  });

  it('overwrites nothing, and asks only what runs', async () => {
    writeFileSync(join(folder, 'notes'), 'mine');
    const full = await ordinal(['cluster', 'logs', folder], { env });
    expect(full.err).toContain('is not empty');
    expect(full.code).toBe(2);
    const nothing = await ordinal(['cluster', 'logs', join(folder, 'report')], { env });
    expect(nothing.err).toContain('No cluster runs that could be asked.');
    expect(nothing.code).toBe(1);
  });
});
