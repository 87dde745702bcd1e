import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ManualClock } from '../../src/embedded/clock.ts';
import { type RunningEmbeddedCluster, startCluster } from '../../src/embedded/cluster.ts';
import { MemoryVolumes } from '../../src/embedded/storage/memory-volumes.ts';
import { VersionedStore } from '../../src/embedded/storage/versioned-store.ts';
import { ApiClient } from './support/api-client.ts';

/** A day in the life of a whole cluster, in which the same happens every hour: what grows from hour to hour is a leak. */

const hours = Number(process.env.ORDINAL_SOAK_HOURS ?? 24);
const settled = Math.min(4, hours - 1);
const hour = 3_600_000;
const namespace = '/api/v1/namespaces/default';
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const image = 'registry.k8s.io/e2e-test-images/agnhost:2.53';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const clock = new ManualClock();
const store = new VersionedStore({ clock });
const volumes = new MemoryVolumes(clock);
let cluster: RunningEmbeddedCluster | undefined;
let api: ApiClient;

/** Lets time pass while something is under way that takes some. */
async function meanwhile<T>(work: Promise<T>): Promise<T> {
  let done = false;
  const end = () => {
    done = true;
  };
  work.then(end, end);
  while (!done) await clock.advance(10);
  return work;
}

async function send(method: string, path: string, body?: unknown, type?: string): Promise<void> {
  const { status, body: answer } = await meanwhile(api.send(method, path, body, type));
  expect(status, `${method} ${path}: ${JSON.stringify(answer).slice(0, 300)}`).toBeLessThan(300);
}

const container = (args: readonly string[], more = {}) => ({ name: 'main', image, args, ...more });
const template = (app: string, spec: object) => ({ metadata: { labels: { app } }, spec });
const ready = { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 10 };

beforeAll(async () => {
  cluster = await meanwhile(startCluster({ speed: 'max' }, { clock, storage: { store, volumes } }));
  const config = new KubeConfig();
  config.loadFromString(cluster.kubeconfig);
  api = new ApiClient(config);
  await clock.advance(10_000);
  const server = container(['netexec'], { readinessProbe: ready, livenessProbe: ready });
  await send('POST', deployments, {
    metadata: { name: 'web' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: template('web', { containers: [server] }),
    },
  });
  await send('POST', `${namespace}/services`, {
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  });
  const stored = { ...server, volumeMounts: [{ name: 'data', mountPath: '/data' }] };
  await send('POST', '/apis/apps/v1/namespaces/default/statefulsets', {
    metadata: { name: 'kubia' },
    spec: {
      serviceName: 'kubia',
      replicas: 2,
      selector: { matchLabels: { app: 'kubia' } },
      template: template('kubia', { containers: [stored], terminationGracePeriodSeconds: 1 }),
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
        },
      ],
    },
  });
  await send('POST', '/apis/batch/v1/namespaces/default/cronjobs', {
    metadata: { name: 'often' },
    spec: {
      schedule: '*/10 * * * *',
      jobTemplate: {
        spec: {
          template: template('often', { restartPolicy: 'Never', containers: [container(['entrypoint-tester'])] }),
        },
      },
    },
  });
  await send('POST', `${namespace}/pods`, {
    metadata: { name: 'crashing' },
    spec: { containers: [container(['nope'])] },
  });
  await send('POST', `${namespace}/configmaps`, { metadata: { name: 'notes' }, data: { at: '' } });
}, 300_000);

afterAll(async () => {
  api?.close();
  if (cluster) await meanwhile(cluster.stop());
});

/** What a learner does in an hour, and then rest. */
async function work(number: number): Promise<void> {
  const end = clock.now() + hour;
  const merge = 'application/merge-patch+json';
  await send('PATCH', `${deployments}/web`, { spec: { replicas: 5 } }, merge);
  await clock.advance(120_000);
  await send('PATCH', `${deployments}/web`, { spec: { replicas: 2 } }, merge);
  await send('DELETE', `${namespace}/pods/kubia-0`);
  for (let minute = 0; minute < 30; minute++) {
    await send('PATCH', `${namespace}/configmaps/notes`, { data: { at: `${number}:${minute}` } }, merge);
    await send('GET', `${namespace}/configmaps?watch=true&timeoutSeconds=5`);
    await clock.advance(30_000);
  }
  await send('POST', '/api/v1/namespaces', { metadata: { name: 'short' } });
  await send('POST', '/api/v1/namespaces/short/pods', {
    metadata: { name: 'one' },
    spec: { containers: [container(['pause'])], terminationGracePeriodSeconds: 0 },
  });
  await clock.advance(60_000);
  await send('DELETE', '/api/v1/namespaces/short');
  await clock.advance(end - clock.now());
}

async function measure() {
  const objects: Record<string, number> = {};
  for (const [, resource, count] of (await api.send('GET', '/metrics')).body.matchAll(
    /apiserver_storage_objects\{resource="([^"]+)"\} (\d+)/g,
  )) {
    objects[resource] = Number(count);
  }
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    collectGarbage();
  }
  const { events, ...others } = objects;
  return {
    objects: others,
    volumes: volumes.list().length,
    watchers: store.watchers,
    timers: clock.pending,
    events: events ?? 0,
    changes: store.changes,
    megabytes: process.memoryUsage().heapUsed / 2 ** 20,
    revision: store.revision,
  };
}

it('leaks nothing in a day', async () => {
  const seen: Awaited<ReturnType<typeof measure>>[] = [];
  for (let number = 0; number < hours; number++) {
    await work(number);
    seen.push(await measure());
    const { objects: _, ...figures } = seen.at(-1)!;
    if (process.env.ORDINAL_SOAK_HOURS) console.log(number + 1, JSON.stringify(figures));
  }
  const [before, after] = [seen[settled - 1]!, seen.at(-1)!];
  expect(after.objects).toEqual(before.objects);
  expect(after.volumes).toBe(before.volumes);
  expect(after.watchers).toBe(before.watchers);
  expect(Math.abs(after.timers - before.timers)).toBeLessThanOrEqual(5);
  expect(after.events).toBeLessThan(before.events * 1.2 + 10);
  expect(after.changes).toBeLessThan(before.changes * 1.5 + 100);
  // Containers that are probed log it, as the real image does, and their logs are kept: three lines in ten seconds.
  expect(after.megabytes - before.megabytes).toBeLessThan(8);
  // Nobody writes without need: not more in the last hour than in the one that is compared with.
  const written = (index: number) => seen[index]!.revision - seen[index - 1]!.revision;
  expect(written(hours - 1)).toBeLessThan(written(settled) * 1.2);
}, 3_600_000);
