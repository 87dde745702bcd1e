import { setTimeout as pause } from 'node:timers/promises';
import { Api } from './api.ts';
import { type Figure, latency, median, percentile, timed } from './figures.ts';
import { configMap, pod } from './requests.ts';
import type { Subject } from './subject.ts';

/** Many of something: Pods, open watches. */

const image = 'registry.k8s.io/pause:3.10';
const inParallel = 50;

/** Pods that stay Pending, so that they are the same everywhere; and running ones, about as many as two workers take. */
export async function manyPods(subject: Subject, count: number, running: number): Promise<Figure[]> {
  const api = new Api(subject.kubeconfig, inParallel);
  const pods = subject.path('pods');
  const started = performance.now();
  await Promise.all(
    Array.from({ length: count }, (_, index) => api.send('POST', pods, pod(`many-${String(index).padStart(5, '0')}`))),
  );
  const created = (performance.now() - started) / 1000;
  const name = count.toLocaleString('en');
  const listed = await timed(30, () => subject.api.receive('GET', pods));
  const get = (index: number) => subject.api.receive('GET', `${pods}/many-${String(index % count).padStart(5, '0')}`);
  await timed(1000, get); // Until both ends have compiled what it takes.
  const got = await timed(1000, get);
  const deployments = `/apis/apps/v1/namespaces/${subject.namespace}/deployments`;
  const began = performance.now();
  await subject.api.send('POST', deployments, deployment('many', running));
  await subject.api.until(
    `${deployments}?watch=true&fieldSelector=metadata.name%3Dmany`,
    ({ object }) => object.status?.readyReplicas === running,
  );
  const ready = (performance.now() - began) / 1000;
  await subject.api.send('DELETE', `${deployments}/many`);
  api.close();
  return [
    { what: `create ${name} Pods`, value: created, unit: 's' },
    ...latency(`list ${name} Pods`, listed),
    ...latency(`get one of ${name} Pods`, got),
    { what: `Deployment of ${running} ready`, value: ready, unit: 's' },
  ];
}

/**
 * Watches that are each of one object, as kubectl's and kubelets' are, while so many objects change every second: how long
 * after a change was asked for its watch tells of it.
 */
export async function manyWatches(
  subject: Subject,
  count: number,
  perSecond: number,
  seconds: number,
): Promise<Figure[]> {
  const path = subject.path('configmaps');
  const writers = new Api(subject.kubeconfig, inParallel);
  const watchers = new Api(subject.kubeconfig, Number.POSITIVE_INFINITY);
  const name = (index: number) => `watched-${index}`;
  await Promise.all(Array.from({ length: count }, (_, index) => writers.send('POST', path, configMap(name(index)))));

  const asked = new Map<string, number>();
  const took: number[] = [];
  const watches = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      watchers.watch(`${path}?watch=true&fieldSelector=metadata.name%3D${name(index)}`, ({ type, object }) => {
        const at = type === 'MODIFIED' ? asked.get(object.metadata.name) : undefined;
        if (at === undefined) return;
        asked.delete(object.metadata.name);
        took.push(performance.now() - at);
      }),
    ),
  );
  const started = performance.now();
  const changes: Promise<unknown>[] = [];
  for (let made = 0; made < perSecond * seconds; ) {
    for (const due = ((performance.now() - started) * perSecond) / 1000; made < due; made++) {
      const target = name((made * 7) % count);
      if (asked.has(target)) continue;
      asked.set(target, performance.now());
      changes.push(writers.send('PUT', `${path}/${target}`, { ...configMap(target), data: { text: `${made}` } }));
    }
    await pause(5);
  }
  await Promise.all(changes);
  const reached = (changes.length * 1000) / (performance.now() - started);
  for (let waited = 0; asked.size > 0 && waited < 10_000; waited += 50) await pause(50);
  if (asked.size > 0) throw new Error(`${asked.size} of ${changes.length} changes were never told`);
  for (const close of watches) close();
  writers.close();
  watchers.close();
  const many = count.toLocaleString('en');
  return [
    { what: `changes with ${many} watches open`, value: reached, unit: '/s' },
    { what: 'change to its watch, p50', value: median(took), unit: 'ms' },
    { what: 'change to its watch, p99', value: percentile(took, 0.99), unit: 'ms' },
  ];
}

/** Requests while Pods beside them compute without end, until they are stopped, and again. */
export async function besideRunaways(subject: Subject, seconds: number): Promise<Figure[]> {
  const { api } = subject;
  const configMaps = subject.path('configmaps');
  await api.sendIfPossible('POST', configMaps, configMap('beside'));
  for (const index of [0, 1, 2]) await api.send('POST', subject.path('pods'), runaway(`runaway-${index}`));
  await api.until(
    `${subject.path('pods')}?watch=true&fieldSelector=metadata.name%3Drunaway-2`,
    ({ object }) => object.status?.phase === 'Running',
  );
  const took: number[] = [];
  const started = performance.now();
  while (performance.now() - started < seconds * 1000) {
    took.push(...(await timed(20, () => api.send('GET', `${configMaps}/beside`))));
  }
  return latency('get one ConfigMap beside runaway containers', took);
}

function runaway(name: string) {
  const command = ['sh', '-c', 'while :; do :; done'];
  return { metadata: { name }, spec: { containers: [{ name: 'main', image: 'busybox:1.36', command }] } };
}

function deployment(name: string, replicas: number) {
  return {
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image }] },
      },
    },
  };
}
