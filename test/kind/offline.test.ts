import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findKind } from '../../src/clusters/kind/find.ts';
import { exitCode, lineOf, program, type Result, run } from '../integration/support/program.ts';
import { PrivateDocker, unableToStart } from './private-docker.ts';
import { env, folder, unavailable } from './support.ts';

/**
 * In this order: everything is packed on this machine, and unpacked on another one, which has a Docker of its own, a
 * small disk and no way out. There the cluster is made while everything goes wrong that can.
 */

const why = unavailable ?? unableToStart();
const minutes = (count: number) => ({ timeout: count * 60_000 });

const place = join(folder, '../offline');
const bundle = join(place, 'workshop.ordinal');
const data = join(place, 'data');
const config = join(place, 'two.yaml');
const caches = { here: join(place, 'cache-here'), there: join(place, 'cache-there') };
let machine: PrivateDocker;

/** Without what this machine's own settings name: the image, and where programs are. */
function there(): NodeJS.ProcessEnv {
  const { ORDINAL_KIND_IMAGE: _image, ORDINAL_BASE_IMAGE: _base, ...rest } = env;
  const path = (rest.PATH ?? '').split(':').filter((each) => !existsSync(join(each, 'kind')));
  return { ...rest, ...machine.env, PATH: path.join(':'), XDG_CACHE_HOME: caches.there };
}

function ordinalThere(...args: string[]): Promise<Result> {
  const [command, wrapped] = machine.here(process.execPath, [program, ...args]);
  return run(command, wrapped, { env: there() });
}

const upArgs = ['cluster', 'up', '--provider', 'kind', '--config', config, '--data', data];

function kubectl(...args: string[]): Promise<Result> {
  const [command, wrapped] = machine.here('kubectl', args);
  return run(command, wrapped, { env: { ...there(), KUBECONFIG: join(data, 'kind/kubeconfig') } });
}

async function nodes(): Promise<string[]> {
  const { out } = await machine.run('ps', '--all', '--filter', 'label=io.x-k8s.kind.cluster', '--format', '{{.Names}}');
  return out.split('\n').filter(Boolean).sort();
}

/** Kills a program as soon as it says something. */
async function killAt(line: RegExp, command: string, args: readonly string[], environment: NodeJS.ProcessEnv) {
  const child = spawn(command, args, { env: environment });
  const ended = exitCode(child);
  await lineOf(child, line);
  child.kill('SIGKILL');
  await ended;
}

describe.skipIf(why)(`a machine without a registry${why ? ` (skipped: ${why})` : ''}`, () => {
  beforeAll(async () => {
    mkdirSync(place, { recursive: true });
    writeFileSync(
      config,
      'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: control-plane\n- role: worker\n',
    );
    // The kind of this machine, where it is the pinned one, as if it had been fetched: to build it takes minutes.
    const signal = new AbortController().signal;
    const { path, version } = await findKind({ env: process.env, cacheFolder: caches.here, signal, progress() {} });
    const cached = join(caches.here, 'ordinal/kind', version, `linux-${process.arch}`, 'kind');
    mkdirSync(dirname(cached), { recursive: true });
    copyFileSync(path, cached);
    machine = await PrivateDocker.start(join(place, 'docker'), 6);
  }, 120_000);
  afterAll(() => machine?.remove(), 60_000);

  it('gets a bundle whose making was killed on the way, and gone on with', minutes(10), async () => {
    const environment = { ...env, XDG_CACHE_HOME: caches.here };
    await killAt(/packing the images/, process.execPath, [program, 'bundle', 'create', bundle], environment);
    expect(existsSync(bundle)).toBe(false);
    const { code, err } = await run(process.execPath, [program, 'bundle', 'create', bundle], { env: environment });
    expect(err).toContain('the nodes’ image: packed already');
    expect(code, err).toBe(0);
  });

  it('is told where a disk is full, and loads the rest when there is room', minutes(10), async () => {
    await machine.fill(300);
    const full = await ordinalThere('bundle', 'load', bundle);
    expect(full.err).toContain('error: Docker has no space left for the nodes’ image.');
    expect(full.code).toBe(1);
    machine.empty();
    const { code, err } = await ordinalThere('bundle', 'load', bundle);
    expect(code, err).toBe(0);
    expect((await ordinalThere('bundle', 'load', bundle)).err).not.toContain('loading');
  });

  it('keeps nothing of a cluster that does not fit on its disk', minutes(5), async () => {
    await machine.fill(4);
    const { code, err } = await ordinalThere(...upArgs);
    machine.empty();
    expect(err).toContain('error: Docker has 0.0 GB left on its disk');
    expect(code).toBe(1);
    expect(await nodes()).toEqual([]);
  });

  it('makes a cluster after kills at every stage of it', minutes(15), async () => {
    for (const stage of [/Preparing nodes/, /Starting control-plane/, /Joining worker nodes/, /^loading /m]) {
      const [command, args] = machine.here(process.execPath, [program, ...upArgs]);
      await killAt(stage, command, args, there());
    }
    const { code, err } = await ordinalThere(...upArgs);
    expect(code, err).toBe(0);
    // The last kill came when the cluster was there, which is then used.
    expect(err).not.toContain('making the cluster');
    const cluster = (JSON.parse(readFileSync(join(data, 'kind/kind.json'), 'utf8')) as { name: string }).name;
    expect(await nodes()).toEqual([`${cluster}-control-plane`, `${cluster}-worker`]);
    // Of the image in the bundle: nobody has named one.
    const { out } = await machine.run('inspect', '--format', '{{.Config.Image}}', `${cluster}-worker`);
    expect(out.trim()).toBe(process.env.ORDINAL_KIND_IMAGE?.split('@')[0] ?? out.trim());
  });

  it(
    'has its cluster back after Docker was stopped, under other addresses, with what it stored',
    minutes(10),
    async () => {
      expect((await kubectl('create', 'configmap', 'kept', '--from-literal=since=before')).code).toBe(0);
      const address = async (node: string) =>
        (await machine.run('inspect', '--format', '{{.NetworkSettings.Networks.kind.IPAddress}}', node)).out.trim();
      const [control = '', worker = ''] = await nodes();
      const before = await address(control);
      await machine.stopDaemon();
      await machine.startDaemon();
      // Whoever starts first gets the first address: now the worker has the control plane's, or the other way round.
      await machine.run('stop', control, worker);
      const order = before.endsWith('.2') ? [worker, control] : [control, worker];
      for (const node of order) await machine.run('start', node);
      expect(await address(control)).not.toBe(before);
      const { code, err } = await ordinalThere(...upArgs);
      expect(code, err).toBe(0);
      expect(await address(control)).toBe(before);
      expect((await kubectl('get', 'configmap', 'kept', '-o', 'jsonpath={.data.since}')).out).toBe('before');
      expect((await kubectl('run', 'after', '--image=ordinal/kubia:1')).code).toBe(0);
      const ready = await kubectl('wait', 'pod/after', '--for=condition=Ready', '--timeout=120s');
      expect(ready.err).toBe('');
      expect((await ordinalThere('cluster', 'down', '--provider', 'kind', '--delete', '--data', data)).code).toBe(0);
      expect(await nodes()).toEqual([]);
    },
  );
});
