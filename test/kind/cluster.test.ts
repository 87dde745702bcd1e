import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scenarioImages } from '../../scripts/recording/run.ts';
import { KubeconfigProvider } from '../../src/clusters/kubeconfig.ts';
import { exitCode, lineOf, run } from '../integration/support/program.ts';
import {
  beginUp,
  containers,
  docker,
  env,
  folder,
  home,
  kubeconfig,
  kubectl,
  ordinal,
  unavailable,
  up,
} from './support.ts';

/** In this order: one cluster is made, by a start that was interrupted before, and serves until the last test. */

const root = resolve(import.meta.dirname, '../..');
const recorded = join(root, 'test/recordings/recorded');
const record = join(folder, 'kind/kind.json');
const recordedName = () => (JSON.parse(readFileSync(record, 'utf8')) as { name: string }).name;
// There already where single tests are run on a cluster that was kept.
let cluster = existsSync(record) ? recordedName() : '';

const minutes = (count: number) => ({ timeout: count * 60_000 });

/** Until the node is, or is not, ready: with heartbeats every 10 s and 50 s of patience, as Kubernetes has them. */
async function becomes(node: string, ready: boolean): Promise<void> {
  const condition = ready ? 'Ready=True' : 'Ready=Unknown';
  const { code, err } = await kubectl('wait', `node/${node}`, `--for=condition=${condition}`, '--timeout=300s');
  expect(err).toBe('');
  expect(code).toBe(0);
}

describe.skipIf(unavailable)('a kind cluster', () => {
  it('is not begun where there is no Docker, and it is said what helps', minutes(1), async () => {
    const { code, err } = await ordinal(['cluster', 'up', '--provider', 'kind', '--data', join(folder, 'other')], {
      PATH: join(folder, 'nothing'),
    });
    expect(code).toBe(1);
    expect(err).toContain('There is no docker on PATH');
    expect(err).toContain('--provider embedded');
  });

  it('is not begun where Docker does not run', minutes(1), async () => {
    const { code, err } = await ordinal(['cluster', 'up', '--provider', 'kind', '--data', join(folder, 'other')], {
      DOCKER_HOST: `unix://${join(folder, 'no.sock')}`,
    });
    expect(code).toBe(1);
    expect(err).toContain('Docker is installed, but does not run.');
  });

  it('leaves nothing behind where a port that it needs is taken', minutes(5), async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const other = join(folder, 'port');
    mkdirSync(other, { recursive: true });
    const config = join(other, 'kind.yaml');
    const mapping = `{containerPort: 80, hostPort: ${port}, listenAddress: 127.0.0.1}`;
    writeFileSync(
      config,
      `kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: control-plane\n  extraPortMappings: [${mapping}]\n`,
    );
    const { code, err } = await up(other, '--config', config);
    server.close();
    expect(err).toMatch(/A port that the cluster’s nodes need is taken/);
    expect(code).toBe(1);
    const { name } = JSON.parse(readFileSync(join(other, 'kind/kind.json'), 'utf8')) as { name: string };
    expect(await containers(name)).toEqual([]);
  });

  it('is not begun with an image for its nodes that nobody has', minutes(5), async () => {
    const other = join(folder, 'image');
    const { code, err } = await up(other, '--image', 'ordinal.invalid/node:none');
    expect(err).toMatch(/The nodes’ image ordinal\.invalid\/node:none is not here and cannot be pulled/);
    expect(err).toContain('--image IMAGE');
    expect(code).toBe(1);
  });

  it('is made after a start that was killed on the way, and has three nodes', minutes(15), async () => {
    const first = beginUp();
    const ended = exitCode(first);
    await lineOf(first, /Starting control-plane/);
    first.kill('SIGKILL');
    await ended;
    const { code, err } = await up();
    expect(err).toContain('anew: its creation was interrupted');
    expect(code).toBe(0);
    cluster = recordedName();
    const nodes = [`${cluster}-control-plane`, `${cluster}-worker`, `${cluster}-worker2`];
    expect(await containers(cluster)).toEqual(nodes);
    expect((await kubectl('get', 'nodes', '-o', 'name')).out.trim().split('\n').sort()).toEqual(
      nodes.map((name) => `node/${name}`),
    );
  });

  it('has a kubeconfig of its own, and leaves the user’s alone', () => {
    expect(statSync(kubeconfig).mode & 0o777).toBe(0o600);
    expect(existsSync(join(home, '.kube', 'config'))).toBe(false);
  });

  it('is used again while it runs', minutes(5), async () => {
    const before = await docker('inspect', '--format', '{{.Id}} {{.State.StartedAt}}', ...(await containers(cluster)));
    const { code, err } = await up();
    expect(code).toBe(0);
    expect(err).not.toContain('making');
    expect(await docker('inspect', '--format', '{{.Id}} {{.State.StartedAt}}', ...(await containers(cluster)))).toBe(
      before,
    );
  });

  it('is not taken over from another folder', minutes(1), async () => {
    // As a folder that was lost and made anew would: the name is the same, and nothing tells whose the cluster is.
    const known = readFileSync(record, 'utf8');
    writeFileSync(record, '');
    const { code, err } = await up();
    writeFileSync(record, known);
    expect(err).toContain(`There is a kind cluster ${cluster} that was not made from`);
    expect(code).toBe(1);
  });

  it('has a lesson rehearsed on it, and is left as it was', minutes(15), async () => {
    const args = ['validate', '07-scaling-and-claims', '--provider', 'kind', '--data', folder, '--mistakes', 'none'];
    const { code, out, err } = await ordinal(args);
    expect(code, `${out}\n${err}`).toBe(0);
    expect(await containers(cluster)).toHaveLength(3);
  });

  it.skipIf(!existsSync(recorded))('answers kubectl as it was recorded', minutes(15), async () => {
    for (const image of scenarioImages) {
      // Where it is not here, the nodes pull it.
      const here = await run('docker', ['image', 'inspect', image], { env });
      if (here.code === 0) await run('kind', ['load', 'docker-image', '--name', cluster, image], { env });
    }
    // Where a real cluster goes through a Go map, or two of its controllers race, it answers otherwise now and then.
    const args = ['scripts/run.mjs', 'scripts/record.ts', '--kubeconfig', kubeconfig, '--compare', '--equal', '0.995'];
    const { code, out, err } = await run(process.execPath, args, { cwd: root, env });
    expect(code, `${out}\n${err}`.slice(-8000)).toBe(0);
  });

  describe('as one that was there already (kubeconfig)', () => {
    const provider = ['--provider', 'kubeconfig', '--context'];
    const context = () => `kind-${cluster}`;
    const shared = (changes: NodeJS.ProcessEnv = {}) => ({ KUBECONFIG: kubeconfig, ...changes });

    it('is refused by a context that is not there, or is called production', minutes(2), async () => {
      const lesson = '01-first-statefulset';
      const unknown = await ordinal(['validate', lesson, ...provider, 'nowhere'], shared());
      expect(unknown.err).toContain(`--context ${context()}`);
      expect(unknown.code).toBe(1);
      const file = join(folder, 'production');
      const { out } = await kubectl('config', 'view', '--raw');
      writeFileSync(file, out.replaceAll(context(), 'eu-prod'));
      const production = await ordinal(['validate', lesson, ...provider, 'eu-prod'], shared({ KUBECONFIG: file }));
      expect(production.err).toContain('it is called eu-prod');
      expect(production.err).toContain('--yes');
      expect(production.code).toBe(1);
    });

    it('gives each of 20 sessions a namespace that holds it in', minutes(10), async () => {
      const signal = AbortSignal.timeout(540_000);
      const made = new KubeconfigProvider({ folder: join(folder, 'shared'), file: kubeconfig, context: context() });
      const running = await made.up({ signal, progress: () => {} });
      const sessions = Array.from({ length: 20 }, (_, index) => made.namespaceOf(`lesson-${index}`));
      const file = (namespace: string) => join(folder, 'shared', namespace);
      for (const namespace of sessions) await running.space!.prepare(namespace, file(namespace), signal);
      const [mine, theirs] = sessions as [string, string];
      const as = (...args: string[]) => run('kubectl', args, { env: { ...env, KUBECONFIG: file(mine) } });
      expect((await as('create', 'configmap', 'note')).code).toBe(0);
      for (const args of [
        ['get', 'pods', '-n', theirs],
        ['get', 'namespaces'],
        ['get', 'nodes'],
        ['delete', 'resourcequota', 'learner'],
        ['delete', 'namespace', mine],
        ['create', 'rolebinding', 'more', '--clusterrole=cluster-admin', `--serviceaccount=${mine}:learner`],
      ]) {
        expect((await as(...args)).err, args.join(' ')).toMatch(/forbidden/i);
      }
      const many = await as('create', 'service', 'loadbalancer', 'outside', '--tcp=80');
      expect(many.err).toContain('exceeded quota');
      const privileged = JSON.stringify({ spec: { hostNetwork: true } });
      const pod = await as('run', 'root', '--image=busybox:1.36', `--overrides=${privileged}`);
      expect(pod.err).toContain('violates PodSecurity');
      // What is gone is made again, and what somebody has loosened is put right.
      await kubectl('delete', 'resourcequota', 'learner', '-n', mine);
      await running.space!.prepare(mine, file(mine), signal);
      expect((await as('get', 'resourcequota', 'learner')).code).toBe(0);
      await running.stop();
      await made.down();
      const left = await kubectl('get', 'namespaces', '-o', 'json');
      const { items } = JSON.parse(left.out) as { items: { metadata: { name: string; deletionTimestamp?: string } }[] };
      const names = items.filter(({ metadata }) => !metadata.deletionTimestamp).map(({ metadata }) => metadata.name);
      expect(names.filter((name) => sessions.includes(name))).toEqual([]);
      expect(names).toContain('default');
    });

    it('rehearses a lesson', minutes(15), async () => {
      const args = ['validate', '01-first-statefulset', ...provider, context(), '--mistakes', 'one'];
      const { code, out, err } = await ordinal(args, shared());
      expect(code, `${out}\n${err}`).toBe(0);
    });
  });

  it('loses a node that is stopped, and has it back', minutes(10), async () => {
    const node = `${cluster}-worker`;
    expect((await ordinal(['node', 'stop', node, '--data', folder])).out).toBe(`${node} stopped\n`);
    await becomes(node, false);
    await ordinal(['node', 'start', node, '--data', folder]);
    await becomes(node, true);
  });

  it('loses a node that is cut off, while its containers run on', minutes(10), async () => {
    const node = `${cluster}-worker2`;
    const started = await docker('inspect', '--format', '{{.State.StartedAt}}', node);
    expect((await ordinal(['node', 'partition', node, '--data', folder])).out).toBe(`${node} cut off\n`);
    await becomes(node, false);
    await ordinal(['node', 'start', node, '--data', folder]);
    await becomes(node, true);
    expect(await docker('inspect', '--format', '{{.State.StartedAt}}', node)).toBe(started);
  });

  it('tells all it knows of itself but secrets', minutes(5), async () => {
    const report = join(folder, 'report');
    const { code, err } = await ordinal(['cluster', 'logs', report, '--provider', 'kind', '--data', folder]);
    expect(code, err).toBe(0);
    const read = (path: string) => readFileSync(join(report, path), 'utf8');
    expect(read('cluster/nodes.yaml')).toContain(`name: ${cluster}-worker2`);
    expect(read('namespaces/kube-system/events.yaml')).toContain('reason:');
    const pods = readdirSync(join(report, 'namespaces/kube-system/logs'));
    expect(read(`namespaces/kube-system/logs/etcd-${cluster}-control-plane/etcd.log`)).toContain('etcd');
    expect(pods.some((name) => name.startsWith('coredns'))).toBe(true);
    expect(read(`nodes/${cluster}-worker/kubelet.log`)).toContain('kubelet');
    expect(existsSync(join(report, 'namespaces/kube-system/secrets.yaml'))).toBe(false);
    expect((await ordinal(['cluster', 'logs', report, '--provider', 'kind', '--data', folder])).code).toBe(2);
  });

  it('knows its nodes', minutes(1), async () => {
    const { code, err } = await ordinal(['node', 'stop', 'nobody', '--data', folder]);
    expect(err).toContain(`${cluster}-worker2`);
    expect(code).toBe(1);
  });

  it('is started again after its containers were killed, with what it stored', minutes(10), async () => {
    await kubectl('create', 'configmap', 'kept', '--from-literal=since=before');
    await docker('kill', ...(await containers(cluster)));
    const { code, err } = await up();
    expect(err).toContain('starting ');
    expect(code).toBe(0);
    expect((await kubectl('get', 'configmap', 'kept', '-o', 'jsonpath={.data.since}')).out).toBe('before');
  });

  it('stops, and is deleted, and nothing is left of it', minutes(5), async () => {
    expect((await ordinal(['cluster', 'down', '--provider', 'kind', '--data', folder])).code).toBe(0);
    expect(await docker('ps', '--quiet', '--filter', `label=io.x-k8s.kind.cluster=${cluster}`)).toBe('');
    expect(await containers(cluster)).toHaveLength(3);
    expect((await ordinal(['cluster', 'down', '--provider', 'kind', '--delete', '--data', folder])).code).toBe(0);
    expect(await containers(cluster)).toEqual([]);
    expect(await docker('network', 'ls', '--quiet', '--filter', `label=ordinal.cluster=${cluster}`)).toBe('');
    expect(existsSync(kubeconfig)).toBe(false);
  });
});
