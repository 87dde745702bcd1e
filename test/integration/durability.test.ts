import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { ClusterProcess } from './support/cluster-process.ts';
import { headlessService, statefulSet } from './support/kubia.ts';
import { Ledger } from './support/ledger.ts';
import { kubectlPath, withoutKubectl } from './support/program.ts';

/** More with ORDINAL_KILL_ROUNDS=100. */
const rounds = Number(process.env.ORDINAL_KILL_ROUNDS ?? 3);
const configMaps = '/api/v1/namespaces/default/configmaps';
const pod = '/api/v1/namespaces/default/pods/kubia-0';

/** An answer, but not the one that was asked for. */
class Refused extends Error {}

describe.skipIf(!kubectlPath)(`a cluster that is killed while it is written to${withoutKubectl}`, () => {
  const cluster = new ClusterProcess({ kept: true });
  const objects = new Ledger<string>();
  const volume = new Ledger<string>();
  const claim: { uid?: string } = {};
  let api: ApiClient;
  let written = 0;
  let revision = 0;

  beforeAll(async () => {
    await cluster.start();
    api = new ApiClient(cluster.config());
    await cluster.apply(`${headlessService}---\n${statefulSet}`);
    await cluster.kubectl('rollout', 'status', 'statefulset/kubia', '--timeout=60s');
    claim.uid = await claimUid();
  });

  afterAll(async () => {
    api?.close();
    await cluster.remove();
  });

  it.each(Array.from({ length: rounds }, (_, round) => round))('loses nothing acknowledged, round %i', async () => {
    const enough = objects.count + volume.count + 1 + Math.floor(Math.random() * 150);
    let dying = false;
    const writers = [writeVolume, ...[0, 1, 2, 3].map((name) => () => writeObjects(name))].map(async (write) => {
      while (!dying) {
        try {
          await write();
        } catch (error) {
          if (dying) return;
          dying = true;
          throw error;
        }
        if (objects.count + volume.count < enough) continue;
        dying = true;
        await cluster.end('SIGKILL');
      }
    });
    await Promise.all(writers);
    await cluster.end('SIGKILL');

    await cluster.start();
    const list = await accepted('GET', configMaps);
    const found = new Map<string, string>();
    for (const { metadata, data } of list.body.items) found.set(metadata.name, data.value);
    const lost = objects.keys.map((key) => objects.settle(key, found.get(key))).filter(Boolean);
    expect(lost).toEqual([]);
    expect(Number(list.body.metadata.resourceVersion)).toBeGreaterThanOrEqual(revision);
    expect(volume.settle('data', await readVolume())).toBeUndefined();
    expect(await claimUid()).toBe(claim.uid);
  });

  it('still has everything after an orderly end', async () => {
    expect(await cluster.end('SIGTERM')).toBe(0);
    await cluster.start();
    const { body } = await accepted('GET', configMaps);
    for (const { metadata, data } of body.items) {
      if (metadata.name !== 'kube-root-ca.crt') expect(objects.settle(metadata.name, data.value)).toBeUndefined();
    }
    expect(volume.settle('data', await readVolume())).toBeUndefined();
  });

  /** One key's life: made, replaced, patched, deleted; and the same again. */
  async function writeObjects(writer: number): Promise<void> {
    const name = `writer-${writer}-${written++}`;
    const path = `${configMaps}/${name}`;
    const object = (value: string) => ({ metadata: { name }, data: { value } });
    const write = (value: string | undefined, method: string, at: string, body?: unknown, type?: string) =>
      objects.write(name, value, async () => {
        const answer = await accepted(method, at, body, type);
        revision = Math.max(revision, Number(answer.body.metadata?.resourceVersion ?? 0));
      });
    await write('made', 'POST', configMaps, object('made'));
    await write('replaced', 'PUT', path, object('replaced'));
    await write('patched', 'PATCH', path, { data: { value: 'patched' } }, 'application/merge-patch+json');
    if (written % 3 === 0) await write(undefined, 'DELETE', path);
  }

  async function writeVolume(): Promise<void> {
    const value = `written ${written++} ${'x'.repeat(Math.floor(Math.random() * 2000))}`;
    await runningAgain(() => volume.write('data', value, () => accepted('POST', `${pod}/proxy/`, value, 'text/plain')));
  }

  async function readVolume(): Promise<string> {
    const { body } = await runningAgain(() => accepted('GET', `${pod}/proxy/`));
    return /Data stored on this pod: ([\s\S]*)\n$/.exec(body)![1]!;
  }

  /** After a restart it takes the application a moment to run again. A connection that breaks is not waited for. */
  async function runningAgain<T>(ask: () => Promise<T>): Promise<T> {
    for (let attempts = 0; ; attempts++) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof Refused) || attempts === 600) throw error;
        await pause(50);
      }
    }
  }

  async function claimUid(): Promise<string> {
    return (await accepted('GET', '/api/v1/namespaces/default/persistentvolumeclaims/data-kubia-0')).body.metadata.uid;
  }

  async function accepted(method: string, path: string, body?: unknown, type?: string) {
    const answer = await api.send(method, path, body, type);
    if (answer.status >= 300) throw new Refused(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }
});
