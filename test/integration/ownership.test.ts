import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { ClusterProcess } from './support/cluster-process.ts';
import { ordinal } from './support/program.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function kept(...args: string[]): ClusterProcess {
  const cluster = new ClusterProcess({ kept: true, args });
  cleanups.push(() => cluster.remove());
  return cluster;
}

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ordinal-ownership-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function client(cluster: ClusterProcess): ApiClient {
  const api = new ApiClient(cluster.config());
  cleanups.push(() => api.close());
  return api;
}

/** Somebody else's server on a port of this machine. */
async function occupied(port = 0): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as { port: number }).port;
}

const portOf = (cluster: ClusterProcess) => Number(new URL(cluster.config().getCurrentCluster()!.server).port);
const namespaces = '/api/v1/namespaces';

describe('a data folder', () => {
  it('belongs to one process: a second start names the first, which goes on', async () => {
    const cluster = await kept().start();
    const { code, err } = await ordinal(['cluster', 'up', '--data', cluster.data]);
    expect(err).toContain(`A cluster runs in ${cluster.data} already: process ${cluster.pid} (ordinal cluster up).`);
    expect(err).toContain('--data');
    expect(code).toBe(1);
    expect((await client(cluster).send('GET', namespaces)).status).toBe(200);
  });

  it('is not learned in while a cluster runs in it', async () => {
    const cluster = await kept().start();
    const { code, err } = await ordinal(['learn', '--no-open', '--data', cluster.data]);
    expect(err).toContain(`in use by process ${cluster.pid} (ordinal cluster up)`);
    expect(code).toBe(1);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('is free again after %s', async (signal) => {
    const cluster = await kept().start();
    await cluster.end(signal);
    await cluster.start();
    expect((await client(cluster).send('GET', namespaces)).status).toBe(200);
  });

  it('keeps its port, its certificate and its token, so that clients go on as before', async () => {
    const cluster = await kept().start();
    const before = readFileSync(cluster.kubeconfig, 'utf8');
    const api = client(cluster);
    await api.send('POST', namespaces, { metadata: { name: 'mine' } });
    await cluster.end('SIGKILL');
    await cluster.start();
    expect(readFileSync(cluster.kubeconfig, 'utf8')).toBe(before);
    expect((await api.send('GET', `${namespaces}/mine`)).status).toBe(200);
  });

  it('is for its owner’s eyes alone', async () => {
    const cluster = await kept().start();
    expect(statSync(cluster.data).mode & 0o077).toBe(0);
    expect(statSync(cluster.kubeconfig).mode & 0o077).toBe(0);
  });

  it('of a newer version is refused, and nothing in it is lost', async () => {
    const cluster = await kept().start();
    await client(cluster).send('POST', namespaces, { metadata: { name: 'mine' } });
    await cluster.end('SIGTERM');
    await setSchemaVersion(cluster, 99);
    const { code, err } = await ordinal(['cluster', 'up', '--data', cluster.data]);
    expect(err).toMatch(/schema version 99; this version of Ordinal reads \d+\n +.*--data/);
    expect(err).not.toContain('    at ');
    expect(code).toBe(1);
    await setSchemaVersion(cluster, 1);
    await cluster.start();
    expect((await client(cluster).send('GET', `${namespaces}/mine`)).status).toBe(200);
  });

  it('cannot be a file, nor inside one', async () => {
    const file = join(temporary(), 'file');
    writeFileSync(file, '');
    for (const folder of [file, join(file, 'data')]) {
      const { code, err } = await ordinal(['cluster', 'up', '--data', folder]);
      expect(err).toContain(`The data folder ${folder} `);
      expect(err).toMatch(/\n +.*--data FOLDER/);
      expect(code).toBe(1);
    }
  });

  it.skipIf(process.getuid?.() === 0)('that cannot be written is refused (root can write everywhere)', async () => {
    const folder = join(temporary(), 'data');
    mkdirSync(folder);
    chmodSync(folder, 0o500);
    const { code, err } = await ordinal(['cluster', 'up', '--data', folder]);
    expect(err).toMatch(/The data folder .* belongs to somebody else\.\n +.*--data FOLDER/);
    expect(code).toBe(1);
  });

  it('is deleted with the cluster when asked to', async () => {
    const cluster = await kept().start();
    const { code, out } = await ordinal(['cluster', 'down', '--data', cluster.data, '--delete']);
    expect(out).toMatch(/stopped \(process \d+\)\ndeleted /);
    expect(code).toBe(0);
    expect(existsSync(join(cluster.data, 'cluster'))).toBe(false);
  });
});

describe('a port', () => {
  it('that is taken is refused when it was asked for', async () => {
    const port = await occupied();
    const { code, err } = await ordinal(['cluster', 'up', '--port', String(port)]);
    expect(err).toContain(`port ${port} is taken by another program.`);
    expect(err).toContain('--port 0');
    expect(code).toBe(1);
  });

  it('of last time gives way to any other where it was not asked for', async () => {
    const cluster = await kept().start();
    const port = portOf(cluster);
    await cluster.end('SIGTERM');
    await occupied(port);
    await cluster.start();
    expect(portOf(cluster)).not.toBe(port);
    expect((await client(cluster).send('GET', namespaces)).status).toBe(200);
  });

  it('is any that is free with --port 0, twice over', async () => {
    const [one, other] = await Promise.all([kept('--port', '0').start(), kept('--port', '0').start()]);
    expect(portOf(one)).not.toBe(portOf(other));
  });
});

/** As an Ordinal of that version would have written it. */
async function setSchemaVersion(cluster: ClusterProcess, version: number): Promise<void> {
  const root = open({ path: join(cluster.data, 'cluster', 'state'), maxDbs: 8 });
  await root.openDB<number, string>({ name: 'meta', encoding: 'json' }).put('schemaVersion', version);
  await root.close();
}
