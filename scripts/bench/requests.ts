import { type Figure, latency, timed } from './figures.ts';
import { collectGarbage } from './garbage.ts';
import { run } from './program.ts';
import type { Subject } from './subject.ts';

/**
 * Requests of one client, one after the other on one connection; until the last byte of each answer. Clusters take
 * turns, so that what else the machine does falls on all of them. Figures by cluster, in the clusters' order.
 */
export async function requests(subjects: readonly Subject[], runs: number): Promise<Figure[][]> {
  const create = (name: string) => (subject: Subject, index: number) =>
    subject.api.receive('POST', subject.path('configmaps'), configMap(`${name}-${index}`));
  const get = ({ api, path }: Subject, index: number) => api.receive('GET', `${path('configmaps')}/map-${index % 500}`);
  for (const { api, path } of subjects) {
    for (let index = 0; index < 10; index++) await api.send('POST', path('pods'), pod(`pod-${index}`));
  }
  // A server that compiles as it goes, and this client, need some thousands of requests until they are what they stay.
  await inTurns(subjects, runs, create('early'));
  const created = await inTurns(subjects, Math.max(runs, 500), create('map'));
  await inTurns(subjects, runs, get);
  const one = await inTurns(subjects, runs, get);
  const ten = await inTurns(subjects, runs, ({ api, path }) => api.receive('GET', path('pods')));
  const many = await inTurns(subjects, runs, ({ api, path }) => api.receive('GET', `${path('configmaps')}?limit=500`));
  return subjects.map((_, index) => [
    ...latency('list 10 Pods', ten[index]!),
    ...latency('get one ConfigMap', one[index]!),
    ...latency('create ConfigMap on disk', created[index]!),
    ...latency('list 500 ConfigMaps', many[index]!),
  ]);
}

/** Wall time of the real kubectl, most of which is its own; clusters take turns. Figures by cluster. */
export async function kubectlRequests(
  subjects: readonly Subject[],
  runs: number,
  kubectl: string,
): Promise<Figure[][]> {
  const getPods = ({ kubeconfig }: Subject) => run(kubectl, ['get', 'pods', '-A'], { KUBECONFIG: kubeconfig });
  for (const subject of subjects) await getPods(subject); // It keeps what it discovers in a cache.
  const took = await inTurns(subjects, runs, getPods, 1);
  return took.map((each) => latency('kubectl get pods -A', each).slice(0, 1));
}

/** Milliseconds of so many runs on each cluster, in its order; another's turn comes after some of them. */
async function inTurns(
  subjects: readonly Subject[],
  runs: number,
  run: (subject: Subject, index: number) => Promise<unknown>,
  turn = 20,
): Promise<number[][]> {
  const took = subjects.map((): number[] => []);
  for (let done = 0; done < runs; done += turn) {
    for (const [index, subject] of subjects.entries()) {
      collectGarbage();
      await subject.version(); // The first request after that is slower, whatever it asks for.
      const some = await timed(Math.min(turn, runs - done), (nth) => run(subject, done + nth));
      took[index]!.push(...some);
    }
  }
  return took;
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
