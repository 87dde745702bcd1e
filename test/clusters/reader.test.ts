import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClusterReader } from '../../src/checks/reader.ts';
import { KubeReader } from '../../src/clusters/reader.ts';
import { ManualClock } from '../../src/embedded/clock.ts';
import { FakeApi, json } from './fake-api.ts';

let api: FakeApi;
let reader: KubeReader;
let clock: ManualClock;
let folder: string;
const { signal } = new AbortController();

beforeEach(async () => {
  api = await FakeApi.start();
  clock = new ManualClock();
  folder = mkdtempSync(join(tmpdir(), 'ordinal-reader-'));
  api.writeKubeconfig(join(folder, 'config'));
  reader = await KubeReader.open({
    kubeconfig: join(folder, 'config'),
    namespace: 'lesson',
    clock,
    prober: { image: 'dig:1' },
  });
});
afterEach(async () => {
  reader.close();
  await api.stop();
  rmSync(folder, { recursive: true });
});

/** Resolves at the change after which `condition` holds. */
function until(condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = reader.onChange(() => {
      if (!condition()) return;
      stop();
      resolve();
    });
  });
}

/** Lets real connections do what they are about to, with the clock moved on so that pauses end. */
async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await clock.advance(1000);
}

describe('KubeReader', () => {
  it('is what checks read', () => {
    const asked: ClusterReader = reader;
    expect(asked).toBe(reader);
  });

  it('knows a kind under every name of kubectl, from one watch', async () => {
    api.put('statefulsets', 'kubia');
    await reader.watch(['sts', 'StatefulSet', 'statefulsets.apps', 'statefulset.v1.apps']);
    expect(reader.get('sts', 'kubia')).toMatchObject({ apiVersion: 'apps/v1', kind: 'StatefulSet' });
    expect(reader.get('statefulset.v1.apps', 'kubia')).toBe(reader.get('StatefulSet', 'kubia'));
    expect(api.requests.filter((request) => request.includes('/statefulsets?limit'))).toHaveLength(1);
  });

  it('does not take "not known yet" for "there is none"', async () => {
    expect(() => reader.get('pods', 'kubia-0')).toThrow('pods are not watched');
    await reader.watch(['pods']);
    expect(reader.get('pods', 'kubia-0')).toBeUndefined();
    await expect(reader.watch(['unicorns'])).rejects.toThrow('the cluster has no kind "unicorns"');
  });

  it('tells of changes and keeps them in order', async () => {
    api.put('pods', 'kubia-0', { metadata: { labels: { app: 'kubia' } } });
    await reader.watch(['pods']);
    expect(api.watching, 'what happens next is told').toBe(1);
    const seen = until(() => reader.list('pods').length === 2);
    api.put('pods', 'kubia-10');
    await seen;
    api.put('pods', 'kubia-2');
    await until(() => reader.list('pods').length === 3);
    expect(reader.list('pods').map(({ metadata }) => metadata.name)).toEqual(['kubia-0', 'kubia-2', 'kubia-10']);
    expect(reader.list('po', 'app in (kubia)')).toHaveLength(1);
    const gone = until(() => reader.list('pods').length === 2);
    api.remove('pods', 'kubia-2');
    await gone;
    expect(
      reader.history('pods').entries.map(({ type, object, listed }) => [type, object.metadata.name, listed]),
    ).toEqual([
      ['added', 'kubia-0', true],
      ['added', 'kubia-10', undefined],
      ['added', 'kubia-2', undefined],
      ['deleted', 'kubia-2', undefined],
    ]);
    expect(reader.history('pods').gaps).toEqual([]);
    reader.restartHistories();
    expect(reader.history('pods').entries.map(({ object }) => object.metadata.name)).toEqual(['kubia-0', 'kubia-10']);
  });

  it('goes on where it was when a connection breaks', async () => {
    await reader.watch(['pods']);
    await eventually(() => api.watching === 1);
    const troubles: (string | undefined)[] = [];
    reader.onTrouble((trouble) => troubles.push(trouble?.message));
    api.breakWatches();
    await eventually(() => api.watching === 1);
    api.put('pods', 'kubia-0');
    await until(() => reader.get('pods', 'kubia-0') !== undefined);
    expect(api.requests.filter((request) => request.includes('/pods?limit'))).toHaveLength(1);
    expect(reader.history('pods').gaps).toEqual([]);
    expect(troubles.at(-1)).toBeUndefined();
  });

  it('lists again when the version has expired, and marks the gap', async () => {
    api.put('pods', 'kubia-0');
    api.put('pods', 'kubia-1');
    await reader.watch(['pods']);
    await eventually(() => api.watching === 1);
    api.quietly(() => {
      api.remove('pods', 'kubia-0');
      api.put('pods', 'kubia-1', { metadata: { labels: { changed: 'yes' } } });
      api.put('pods', 'kubia-2');
    });
    const caughtUp = until(() => reader.get('pods', 'kubia-2') !== undefined);
    api.expireWatches();
    await eventually(() => api.watching === 1);
    await caughtUp;
    const { entries, gaps } = reader.history('pods');
    expect(gaps).toEqual([2]);
    expect(entries.slice(2).map(({ type, object, listed }) => [type, object.metadata.name, listed])).toEqual([
      ['deleted', 'kubia-0', true],
      ['modified', 'kubia-1', true],
      ['added', 'kubia-2', true],
    ]);
  });

  it('says when the cluster does not let a kind be read, and tries again', async () => {
    api.answers.set('/pods', (_, response) =>
      json(response, 403, {
        kind: 'Status',
        status: 'Failure',
        code: 403,
        reason: 'Forbidden',
        message: 'pods is forbidden',
      }),
    );
    const watching = reader.watch(['pods']);
    const troubles: (string | undefined)[] = [];
    reader.onTrouble((trouble) => troubles.push(trouble?.message));
    await eventually(() => troubles.length > 0);
    expect(troubles).toEqual(['pods is forbidden']);
    expect(() => reader.list('pods')).toThrow('pods is forbidden');
    api.answers.clear();
    await eventually(() => troubles.length > 1);
    await watching;
    expect(troubles.at(-1)).toBeUndefined();
    expect(reader.list('pods')).toEqual([]);
  });

  it('hides our own Pods', async () => {
    api.put('pods', 'ordinal-prober', { metadata: { labels: { 'app.kubernetes.io/name': 'ordinal-prober' } } });
    await reader.watch(['pods']);
    expect(reader.list('pods')).toEqual([]);
    expect(reader.get('pods', 'ordinal-prober')).toBeUndefined();
  });

  it('tells an application that answers from a proxy that cannot reach it', async () => {
    api.answers.set('/services/kubia:http/proxy/data', (request, response) => {
      response.writeHead(404, { 'content-type': 'text/plain', 'x-from': request.method! });
      response.end('no data');
    });
    const answer = await reader.http(
      { target: { service: 'kubia', port: 'http' }, path: 'data', method: 'POST', body: 'x' },
      signal,
    );
    expect(answer).toMatchObject({ status: 404, body: 'no data', headers: { 'x-from': 'POST' } });
    api.answers.set('/pods/kubia-0/proxy', (_, response) =>
      json(response, 503, { kind: 'Status', status: 'Failure', code: 503, message: 'connection refused' }),
    );
    await expect(reader.http({ target: { pod: 'kubia-0' }, path: '/' }, signal)).rejects.toThrow('connection refused');
  });

  it('asks a Service without a named port at the only one it has', async () => {
    api.answers.set('/services/kubia:8080/proxy/', (_, response) => response.end('from 8080'));
    api.answers.set('/services/kubia', (_, response) =>
      json(response, 200, { kind: 'Service', spec: { ports: [{ name: 'http', port: 8080 }] } }),
    );
    const answer = await reader.http({ target: { service: 'kubia' }, path: '/' }, signal);
    expect(answer.body).toBe('from 8080');
  });

  it('runs commands in containers', async () => {
    api.exec = (command) => ({
      stdout: command.join(' '),
      stderr: 'oh',
      status: {
        status: 'Failure',
        reason: 'NonZeroExitCode',
        details: { causes: [{ reason: 'ExitCode', message: '3' }] },
      },
    });
    const request = { pod: 'kubia-0', container: 'kubia', command: ['cat', '/a b'] };
    expect(await reader.exec(request, signal)).toEqual({ exitCode: 3, stdout: 'cat /a b', stderr: 'oh' });
    api.exec = () => ({ status: { status: 'Failure', code: 500, message: 'no such file' } });
    await expect(reader.exec(request, signal)).rejects.toThrow('no such file');
  });

  it('asks DNS from a Pod it makes for that, as a Pod of the lesson would', async () => {
    const created: string[] = [];
    api.answers.set('ordinal-system/pods/ordinal-prober', (request, response) => {
      if (request.url!.includes('/exec')) return;
      if (created.length < 2)
        return json(response, 404, { kind: 'Status', status: 'Failure', code: 404, reason: 'NotFound' });
      json(response, 200, { metadata: { name: 'ordinal-prober' }, status: { phase: 'Running' } });
    });
    for (const path of ['ordinal-system/pods?watch', '/ordinal-system/pods', '/api/v1/namespaces']) {
      api.answers.set(path, (request, response) => {
        if (request.method === 'POST') created.push(request.url!);
        if (!path.endsWith('watch')) return json(response, 201, {});
        response.end(`${JSON.stringify({ type: 'ADDED', object: { metadata: {}, status: { phase: 'Running' } } })}\n`);
      });
    }
    let asked: string[] = [];
    api.exec = (command) => {
      asked = command;
      return {
        stdout: `;; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 1\n;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 2\nkubia.lesson.svc.cluster.local. 30 IN A 10.244.1.2\nkubia.lesson.svc.cluster.local. 30 IN A 10.244.2.2\n`,
        status: { status: 'Success' },
      };
    };
    const answering = reader.dns({ name: 'kubia', type: 'A' }, signal);
    let answered = false;
    void answering.then(() => {
      answered = true;
    });
    await eventually(() => answered);
    expect(await answering).toEqual({ status: 'NOERROR', records: ['10.244.1.2', '10.244.2.2'] });
    expect(created).toEqual(['/api/v1/namespaces', '/api/v1/namespaces/ordinal-system/pods']);
    expect(asked.filter((word) => word.includes('kubia'))).toEqual([
      'kubia.lesson.svc.cluster.local.',
      'kubia.svc.cluster.local.',
      'kubia.cluster.local.',
      'kubia.',
    ]);
  });
});
