import { existsSync, mkdirSync, readFileSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KindProvider, type KindProviderOptions, kindClusterName } from '../../../src/clusters/kind.ts';
import type { ProviderError } from '../../../src/clusters/provider.ts';
import { FakePrograms, type FakeState } from './fake-programs.ts';

let fake: FakePrograms;
beforeEach(async () => {
  fake = new FakePrograms();
  await fake.start();
});
afterEach(() => fake.stop());

const data = () => join(fake.folder, 'data');

function provider(changes: Partial<KindProviderOptions> = {}): KindProvider {
  return new KindProvider({
    folder: data(),
    cluster: 'ordinal-test',
    bundles: join(fake.folder, 'bundles'),
    cacheFolder: join(fake.folder, 'cache'),
    env: fake.env,
    images: [],
    platform: 'linux',
    inotify: () => ({ watches: 524_288, instances: 512 }),
    offline: true,
    ...changes,
  });
}

async function up(changes: Partial<KindProviderOptions> = {}) {
  const progress: string[] = [];
  const cluster = await provider(changes).up({
    signal: new AbortController().signal,
    progress: (message) => progress.push(message),
  });
  await cluster.stop();
  return { cluster, progress };
}

const refusal = (changes: Partial<KindProviderOptions> = {}) =>
  up(changes).then(
    () => expect.unreachable(),
    (error: ProviderError) => error,
  );

describe('a cluster of kind', () => {
  it('is made with a private kubeconfig, and tells what kind says', async () => {
    const { cluster, progress } = await up({ image: 'kindest/node:test' });
    expect(cluster.version).toBe('v1.33.13');
    expect(progress).toContain('Preparing nodes');
    expect(cluster.kubeconfig).toBe(join(data(), 'kubeconfig'));
    expect(statSync(cluster.kubeconfig).mode & 0o777).toBe(0o600);
    const [create] = fake.calls('kind create');
    expect(create).toContain('--name ordinal-test --image kindest/node:test --retain');
    expect(create).toContain(`--kubeconfig ${data()}`);
  });

  it('has a network with a range of addresses, which goes with it', async () => {
    await up();
    expect(fake.state.networks).toEqual({ 'ordinal-test-nodes': '172.30.0.0/16' });
    expect(fake.calls('docker network create').at(-1)).toContain('--opt com.docker.network.driver.mtu=1400');
    await provider().down();
    expect(fake.state.networks).toEqual({});
  });

  it.each([
    ['a configuration of somebody’s', { config: import.meta.filename }],
    ['a network of somebody’s', { env: { KIND_EXPERIMENTAL_DOCKER_NETWORK: 'theirs' } }],
  ])('has none where there is %s', async (_what, changes) => {
    await up({ ...changes, env: { ...fake.env, ...('env' in changes && changes.env) } });
    expect(fake.calls('docker network create')).toEqual([]);
  });

  it('is used again while it runs', async () => {
    await up();
    const { cluster } = await up();
    expect(fake.calls('kind create')).toHaveLength(1);
    expect(cluster.version).toBe('v1.33.13');
  });

  it('is started again in the order of its addresses, after its containers were stopped', async () => {
    await up();
    await provider().halt();
    const { progress } = await up();
    expect(fake.calls('docker start')).toEqual([
      'docker start ordinal-test-worker2',
      'docker start ordinal-test-worker',
      'docker start ordinal-test-control-plane',
    ]);
    expect(progress.join('\n')).not.toContain('anew');
  });

  it('gets back its addresses where Docker has given others', async () => {
    await up();
    const addresses = () => fake.state.containers.map(({ address }) => address);
    const before = addresses();
    const [control, worker] = fake.state.containers;
    [control!.address, worker!.address] = [worker!.address, control!.address];
    const { progress } = await up();
    expect(fake.calls('docker stop')).toEqual(['docker stop ordinal-test-control-plane ordinal-test-worker']);
    expect(addresses()).toEqual(before);
    expect(progress.join('\n')).not.toContain('anew');
  });

  it('is left alone where a worker’s container is gone, until somebody gives up the rest', async () => {
    await up();
    fake.state.containers.pop();
    const error = await refusal();
    expect(error.message).toContain('The container of ordinal-test-worker2 is gone, and with it what Pods stored');
    expect(error.remedy).toContain(`ordinal cluster down --delete --provider kind --data ${fake.folder}`);
    expect(error.remedy).toContain('docker start ordinal-test-control-plane ordinal-test-worker;');
    expect(fake.calls('kind delete')).toEqual([]);
    await provider().down();
    await up();
    expect(fake.state.containers).toHaveLength(3);
  });

  it.each([
    ['the control plane’s container', 1, 'the container of ordinal-test-control-plane is gone'],
    ['every container', 3, 'its containers are gone'],
  ])('is made anew where %s is gone, and it is said what is lost', async (_what, count, why) => {
    await up();
    fake.state.containers.splice(0, count);
    const { progress } = await up();
    expect(progress).toContainEqual(
      expect.stringContaining(
        `making the cluster ordinal-test anew: ${why}, and with that all that was in the cluster`,
      ),
    );
    expect(fake.state.containers).toHaveLength(3);
  });

  it('is made anew after a creation that was interrupted', async () => {
    await up();
    const file = join(data(), 'kind.json');
    const record = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...record, state: 'creating', nodes: {} }));
    const { progress } = await up();
    expect(progress).toContain('making the cluster ordinal-test anew: its creation was interrupted');
    expect(fake.calls('kind create')).toHaveLength(2);
  });

  it.each([
    'docker: Error: Conflict. The name "/x" is already in use by container "5".',
    'ERROR: failed to create cluster: node(s) already exist for a cluster with the name "x"',
  ])('is tried again where Docker has not ended what a killed creation asked for: %s', async (createError) => {
    await up();
    const file = join(data(), 'kind.json');
    const record = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...record, state: 'creating', nodes: {} }));
    Object.assign(fake.state, { containers: [], createError, createErrors: 1 });
    const { cluster } = await up();
    expect(cluster.version).toBe('v1.33.13');
    expect(fake.calls('kind create')).toHaveLength(3);
  });

  it('is tried once more where kubeadm has lost its patience, and not for ever', async () => {
    const createError =
      'ERROR: failed to create cluster: failed to init node with kubeadm\nPost "https://172.18.0.3": context deadline exceeded';
    Object.assign(fake.state, { createError, createErrors: 1 });
    const { progress } = await up();
    expect(progress).toContainEqual(expect.stringContaining('trying once more'));
    expect(fake.calls('kind create')).toHaveLength(2);
    await provider().down();
    Object.assign(fake.state, { createError, createErrors: 2 });
    expect((await refusal()).message).toContain('Kubernetes did not start within the time that kubeadm gives it');
    expect(fake.calls('kind create')).toHaveLength(4);
  });

  it('is left alone where another folder, or somebody’s own hands, made it', async () => {
    await up();
    const other = join(fake.folder, 'other');
    expect((await refusal({ folder: other })).message).toContain('was not made from');
    await provider({ folder: other }).down();
    for (const container of fake.state.containers) container.id = `new-${container.id}`;
    expect((await refusal()).remedy).toContain('kind delete cluster --name ordinal-test');
    await provider().down();
    expect(fake.state.containers).toHaveLength(3);
    expect(fake.calls('kind delete')).toEqual([]);
  });

  it('is deleted with what is kept of it', async () => {
    await up();
    await provider().down();
    expect(fake.state.containers).toEqual([]);
    expect(existsSync(join(data(), 'kubeconfig'))).toBe(false);
    expect(existsSync(join(data(), 'kind.json'))).toBe(false);
  });

  it.each([
    ['Bind for 127.0.0.1:80 failed: port is already allocated', /A port .* is taken/, /--config/],
    ['write /var/lib/docker: no space left on device', /no space left/, /docker system prune/],
    ['ERROR: failed to pull image "kindest/node:x": exit 1', /is not here and cannot be pulled/, /--image/],
    ['ERROR: kubeadm said no', /kind could not make the cluster: kubeadm said no/, /kind\.log/],
  ])('is cleared away where its making fails: %s', async (createError, message, remedy) => {
    Object.assign(fake.state, { createError });
    const error = await refusal();
    expect(error.message).toMatch(message);
    expect(error.remedy).toMatch(remedy);
    expect(fake.calls('kind delete')).toHaveLength(1);
  });
});

describe('while a cluster runs', () => {
  /** Until Docker is asked for its events by another process than that one. */
  const watching = (before?: number) =>
    vi.waitFor(
      () => {
        const { watching } = fake.state;
        if (watching === undefined || watching === before) throw new Error('nobody asks for events');
        return watching;
      },
      { timeout: 25_000 },
    );
  const run = () => provider().up({ signal: new AbortController().signal, progress: () => {} });

  it('nothing is said where only the program ends that listens, as Ctrl-C ends it', async () => {
    const cluster = await run();
    const said: unknown[] = [];
    cluster.failed.catch((error: unknown) => said.push(error));
    const first = await watching();
    process.kill(first, 'SIGINT');
    await watching(first);
    expect(said).toEqual([]);
    await cluster.stop();
  });

  it.each([
    ['nodes were removed', (state: FakeState) => state.containers.pop(), /Nodes of the cluster .* were removed/],
    ['Docker has stopped', (state: FakeState) => Object.assign(state, { stopped: true }), /Docker has stopped/],
  ])('it is said that %s', async (_what, change, message) => {
    const cluster = await run();
    const pid = await watching();
    change(fake.state);
    process.kill(pid, 'SIGINT');
    await expect(cluster.failed).rejects.toThrow(message);
    await cluster.stop();
  });
});

describe('a node', () => {
  it('is stopped, cut off and started by its name, from any process', async () => {
    await up();
    await provider().node('stop', 'ordinal-test-worker');
    expect(fake.state.containers[1]).toMatchObject({ running: false });
    await provider().node('start', 'worker');
    expect(fake.state.containers[1]).toMatchObject({ running: true });
    await provider().node('partition', 'ordinal-test-worker2');
    expect(fake.state.containers[2]).toMatchObject({ running: true, connected: false });
    await provider().node('start', 'ordinal-test-worker2');
    expect(fake.calls('docker network connect')).toEqual([
      'docker network connect --ip 172.18.0.3 kind ordinal-test-worker',
      'docker network connect --ip 172.18.0.2 kind ordinal-test-worker2',
    ]);
  });

  it.each([
    ['goes on', 'the address it had', undefined, []],
    ['is restarted', 'another address', '172.18.0.9', ['docker restart ordinal-test-worker']],
  ])('%s where Docker cannot be asked for addresses, and gives a node %s', async (_, _what, next, restarts) => {
    fake.state.noRange = true;
    await up();
    await provider().node('partition', 'worker');
    if (next) fake.state.next = next;
    await provider().node('start', 'worker');
    expect(fake.calls('docker restart')).toEqual(restarts);
  });

  it('is connected again when the cluster is started', async () => {
    await up();
    await provider().node('partition', 'ordinal-test-worker2');
    await up();
    expect(fake.state.containers[2]).toMatchObject({ connected: true });
  });

  it('is refused by a name that none has', async () => {
    await up();
    await expect(provider().node('stop', 'node-7')).rejects.toMatchObject({
      message: 'There is no node node-7.',
      remedy: expect.stringContaining('ordinal-test-worker2'),
    });
  });
});

describe('the workloads’ images', () => {
  it('are built from what is in the folder and loaded, once', async () => {
    const bundles = join(fake.folder, 'bundles');
    mkdirSync(bundles);
    writeFileSync(join(bundles, 'kubia.js'), '1');
    Object.assign(fake.state.images, { 'ordinal/base:1': { id: 'base' }, 'busybox:1.36': { id: 'b' } });
    const images = ['ordinal/kubia:1', 'busybox:1.36', 'mongo:7'];
    await up({ images });
    await up({ images });
    expect(fake.calls('docker build --tag ordinal/kubia:1')).toHaveLength(1);
    expect(fake.calls('kind load')).toEqual([
      'kind load docker-image --name ordinal-test ordinal/kubia:1 busybox:1.36',
    ]);
    const first = fake.state.images['ordinal/kubia:1']!.id;
    Object.assign(fake.state, { nameless: ['sha256:of-before'] });
    writeFileSync(join(bundles, 'kubia.js'), '2');
    await up({ images });
    expect(fake.calls('kind load').at(-1)).toBe('kind load docker-image --name ordinal-test ordinal/kubia:1');
    // What the new build has taken the name from goes, and what an earlier one had to leave.
    expect(fake.calls('docker rmi')).toEqual(
      expect.arrayContaining([`docker rmi ${first}`, 'docker rmi sha256:of-before']),
    );
    expect(fake.state.nameless).toEqual([]);
  });
});

describe('Docker', () => {
  const broken = (err: string) => Object.assign(fake.state.info, { err, code: 1 });

  it('is asked for where it is absent', async () => {
    const error = await refusal({ env: { PATH: fake.folder } });
    expect(error.message).toContain('There is no docker on PATH');
    expect(error.remedy).toContain('--provider embedded');
  });

  it.each([
    [
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      'linux',
      'sudo systemctl start docker',
    ],
    [
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      'darwin',
      'open -a Docker',
    ],
    ['permission denied while trying to connect to the Docker daemon socket', 'linux', 'sudo usermod -aG docker $USER'],
  ])('gets the command that helps: %s (%s)', async (err, platform, command) => {
    broken(err);
    expect((await refusal({ platform })).remedy).toContain(command);
  });

  it('must have memory for three nodes', async () => {
    Object.assign(fake.state.info, { out: JSON.stringify({ MemTotal: 1.5 * 1024 ** 3 }) });
    expect((await refusal()).message).toContain('Docker has 1.5 GB of memory');
  });

  it('must have room for the nodes', async () => {
    const { bavail, bsize } = statfsSync(fake.folder);
    const enough = bavail * bsize > 4 * 1024 ** 3;
    Object.assign(fake.state.info, { out: JSON.stringify({ DockerRootDir: '/proc' }) });
    const error = await refusal();
    expect(error.message).toBe('Docker has 0.0 GB left on its disk, and a cluster of three nodes takes 4.0 GB.');
    expect(error.remedy).toContain('docker system prune');
    expect(fake.calls('kind create')).toEqual([]);
    // Of a Docker on another machine the path says nothing.
    await up({ env: { ...fake.env, DOCKER_HOST: 'tcp://elsewhere:2376' } });
    if (!enough) return;
    await provider().down();
    Object.assign(fake.state.info, { out: JSON.stringify({ DockerRootDir: fake.folder }) });
    await up();
  });

  it('must be allowed to watch enough files, for all nodes that run', async () => {
    const inotify = () => ({ watches: 524_288, instances: 64 });
    await up({ inotify });
    const error = await refusal({ inotify, folder: join(fake.folder, 'other'), cluster: 'ordinal-other' });
    expect(error.message).toContain('beside the 3 nodes of kind that run');
    expect(error.remedy).toContain('sudo sysctl fs.inotify.max_user_watches=524288');
  });

  it('tells how many clusters there is room for, itself included', async () => {
    const room = (changes: Partial<KindProviderOptions> = {}) => provider(changes).room(new AbortController().signal);
    expect(await room()).toBe(4); // 8 GB
    await up();
    expect(await room()).toBe(4);
    expect(await room({ cluster: 'ordinal-other' })).toBe(3);
    expect(await room({ inotify: () => ({ watches: 524_288, instances: 128 }) })).toBe(2);
    expect(await room({ inotify: () => ({ watches: 8192, instances: 512 }) })).toBe(0);
    Object.assign(fake.state.info, { out: JSON.stringify({ MemTotal: 3 * 1024 ** 3 }) });
    expect(await room()).toBe(1);
    Object.assign(fake.state.info, { out: JSON.stringify({ MemTotal: 8 * 1024 ** 3, DockerRootDir: '/proc' }) });
    expect(await room()).toBe(1);
    expect(await room({ env: { ...fake.env, DOCKER_HOST: 'tcp://elsewhere:2376' } })).toBe(4);
  });
});

it('names the cluster after its data folder', () => {
  expect(kindClusterName('/home/a/.local/share/ordinal', '/home/a/.local/share/ordinal')).toBe('ordinal');
  expect(kindClusterName('/tmp/one', '/home/a')).toMatch(/^ordinal-[0-9a-f]{8}$/);
  expect(kindClusterName('/tmp/one', '/home/a')).not.toBe(kindClusterName('/tmp/two', '/home/a'));
});
