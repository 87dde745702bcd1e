import { type Figure, latency, timed } from './figures.ts';
import { run } from './program.ts';
import type { Subject } from './subject.ts';

/** Requests of one client, one after the other on one connection; until the last byte of each answer. */
export async function requests(subject: Subject, runs: number): Promise<Figure[]> {
  const { api } = subject;
  const pods = subject.path('pods');
  const configMaps = subject.path('configmaps');
  for (let index = 0; index < 10; index++) await api.send('POST', pods, pod(`pod-${index}`));
  const create = (name: string) => (index: number) => api.receive('POST', configMaps, configMap(`${name}-${index}`));
  const get = (index: number) => api.receive('GET', `${configMaps}/map-${index % 500}`);
  // A server that compiles as it goes, and this client, need some thousands of requests until they are what they stay.
  await timed(runs, create('early'));
  const created = await timed(Math.max(runs, 500), create('map'));
  await timed(runs, get);
  const one = await timed(runs, get);
  const ten = await timed(runs, () => api.receive('GET', pods));
  const many = await timed(runs, () => api.receive('GET', `${configMaps}?limit=500`));
  return [
    ...latency('list 10 Pods', ten),
    ...latency('get one ConfigMap', one),
    ...latency('create ConfigMap on disk', created),
    ...latency('list 500 ConfigMaps', many),
  ];
}

/** Wall time of the real kubectl, most of which is its own. */
export async function kubectlRequests(subject: Subject, runs: number, kubectl: string): Promise<Figure[]> {
  const env = { KUBECONFIG: subject.kubeconfig };
  await run(kubectl, ['get', 'pods', '-A'], env); // It keeps what it discovers in a cache.
  const took = await timed(runs, () => run(kubectl, ['get', 'pods', '-A'], env));
  return latency('kubectl get pods -A', took).slice(0, 1);
}

/** Stays Pending on every cluster, and so is the same on every cluster. */
export function pod(name: string) {
  return {
    metadata: { name, labels: { app: 'bench' } },
    spec: {
      nodeSelector: { 'ordinal.example/nowhere': 'true' },
      containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.10' }],
    },
  };
}

/** About 550 bytes, as 500 of them are 276 kB. */
export function configMap(name: string) {
  return { metadata: { name, labels: { app: 'bench' } }, data: { text: 'x'.repeat(200) } };
}
