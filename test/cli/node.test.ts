import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../src/cli/failure.ts';
import { askChannel, type Channel, openChannel } from '../../src/cli/node/channel.ts';
import { actOnNode } from '../../src/cli/node/run.ts';
import type { NodeAction, RunningCluster } from '../../src/clusters/provider.ts';

let folder: string;
let channel: Channel | undefined;
let asked: [NodeAction, string][];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordinal-node-test-'));
  asked = [];
});
afterEach(() => {
  channel?.close();
  channel = undefined;
  rmSync(folder, { recursive: true, force: true });
  vi.restoreAllMocks();
});

const file = () => join(folder, 'nodes.json');
const address = () => JSON.parse(readFileSync(file(), 'utf8')) as { port: number; secret: string };

function cluster(node?: RunningCluster['node']): RunningCluster {
  return {
    kubeconfig: '/nowhere',
    version: 'v1.33.0',
    stop: async () => {},
    failed: new Promise<never>(() => {}),
    ...(node && { node }),
  };
}

const obeys = cluster(async (action, name) => {
  asked.push([action, name]);
});

describe('what another process runs', () => {
  it('is reached through the folder, which its owner alone can read', async () => {
    channel = await openChannel(folder, obeys);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(await askChannel(folder, 'stop', 'worker/2 ü')).toBe(true);
    expect(await askChannel(folder, 'partition', 'worker')).toBe(true);
    expect(asked).toEqual([
      ['stop', 'worker/2 ü'],
      ['partition', 'worker'],
    ]);
  });

  it('says itself why it cannot', async () => {
    channel = await openChannel(
      folder,
      cluster(async (_, name) => {
        throw new Error(`There is no node ${name}.`);
      }),
    );
    await expect(askChannel(folder, 'stop', 'nobody')).rejects.toThrow('There is no node nobody.');
    channel.close();
    channel = await openChannel(folder, cluster());
    await expect(askChannel(folder, 'stop', 'worker')).rejects.toThrow('cannot be stopped');
  });

  it('obeys nobody who does not know the secret, and does nothing else', async () => {
    channel = await openChannel(folder, obeys);
    const { port, secret } = address();
    const post = async (path: string, authorization: string, method = 'POST') =>
      (await fetch(`http://127.0.0.1:${port}${path}`, { method, headers: { authorization } })).status;
    expect(await post('/stop/worker', 'Bearer guess')).toBe(403);
    expect(await post('/stop/worker', '')).toBe(403);
    expect(await post('/stop/worker', `Bearer ${secret}`, 'GET')).toBe(403);
    expect(await post('/delete/worker', `Bearer ${secret}`)).toBe(404);
    expect(asked).toEqual([]);
  });

  it('is not there once it has closed, nor where a process has ended without closing', async () => {
    expect(await askChannel(folder, 'stop', 'worker')).toBe(false);
    channel = await openChannel(folder, obeys);
    const left = readFileSync(file(), 'utf8');
    channel.close();
    expect(await askChannel(folder, 'stop', 'worker')).toBe(false);
    writeFileSync(file(), left);
    expect(await askChannel(folder, 'stop', 'worker')).toBe(false);
    writeFileSync(file(), 'half');
    expect(await askChannel(folder, 'stop', 'worker')).toBe(false);
  });

  it('leaves alone what a later process has written', async () => {
    const first = await openChannel(folder, cluster());
    channel = await openChannel(folder, obeys);
    first.close();
    expect(await askChannel(folder, 'start', 'worker')).toBe(true);
  });
});

describe('ordinal node', () => {
  it('says what was done', async () => {
    channel = await openChannel(folder, obeys);
    const said = vi.spyOn(console, 'log').mockImplementation(() => {});
    await actOnNode('partition', 'worker', { data: folder });
    expect(said).toHaveBeenCalledWith('worker cut off');
  });

  it('says where nodes’ names are to be had when there is none of that name', async () => {
    channel = await openChannel(
      folder,
      cluster(async () => {
        throw new Error('There is no node nobody.');
      }),
    );
    const failure = await actOnNode('stop', 'nobody', { data: folder }).catch((error: unknown) => error as Failure);
    expect(failure).toMatchObject({
      message: 'There is no node nobody.',
      remedy: 'The nodes there are: kubectl get nodes',
    });
  });

  it('fails where no cluster runs', async () => {
    await expect(actOnNode('stop', 'worker', { data: folder })).rejects.toThrow(Failure);
    await expect(actOnNode('stop', 'worker', { data: folder })).rejects.toThrow(`No cluster runs in ${folder}.`);
  });
});
