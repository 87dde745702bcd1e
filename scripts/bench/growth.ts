import { setTimeout as pause } from 'node:timers/promises';
import { Api } from './api.ts';
import { type Figure, median, percentile, timed } from './figures.ts';
import { Program } from './program.ts';
import { configMap } from './requests.ts';
import { Subject } from './subject.ts';

/** Milliseconds after which a process has done what it does after many requests, garbage collection included. */
const settling = 2500;

/** How a cluster that is kept on disk does with so many objects in it. Milliseconds, and MiB. */
export interface Growth {
  readonly objects: number;
  readonly get: number;
  readonly getSlowest: number;
  readonly create: number;
  /** The ten of a label, out of all. */
  readonly select: number;
  readonly memory: number;
}

export async function growth(sizes: readonly number[], runs: number): Promise<Growth[]> {
  const cluster = await Program.durableCluster('--speed', 'max');
  const subject = new Subject(cluster.kubeconfig);
  const crowd = new Api(cluster.kubeconfig, 8);
  const path = subject.path('configmaps');
  const found: Growth[] = [];
  let made = 0;
  try {
    await subject.prepare();
    const { api } = subject;
    for (let index = 0; index < 10; index++) await api.send('POST', subject.path('secrets'), few(index));
    // Until everything that will be compiled is.
    await timed(runs, () => api.send('GET', `${subject.path('secrets')}/few-0`));
    for (const size of sizes) {
      while (made < size) {
        const batch = Math.min(200, size - made);
        await Promise.all(
          Array.from({ length: batch }, (_, n) => crowd.send('POST', path, configMap(`map-${made + n}`))),
        );
        made += batch;
      }
      await pause(settling);
      const memory = await cluster.memory();
      const got = await timed(runs, (index) => api.send('GET', `${path}/map-${(index * 7919) % size}`));
      const created = await timed(runs / 4, (index) => api.send('POST', path, configMap(`more-${size}-${index}`)));
      const selected = await timed(runs / 4, () => api.send('GET', `${subject.path('secrets')}?labelSelector=few`));
      await timed(runs / 4, (index) => api.send('DELETE', `${path}/more-${size}-${index}`));
      const [get, create, select] = [got, created, selected].map(median) as [number, number, number];
      found.push({ objects: size, get, getSlowest: percentile(got, 0.99), create, select, memory });
    }
  } finally {
    crowd.close();
    subject.api.close();
    await cluster.stop();
  }
  return found;
}

function few(index: number) {
  return { metadata: { name: `few-${index}`, labels: { few: '' } }, stringData: { text: 'x' } };
}

export function growthFigures(points: readonly Growth[]): Figure[] {
  const [first, last] = [points[0]!, points.at(-1)!];
  return [
    ...points.flatMap(({ objects, get, create, memory }): Figure[] => {
      const many = `with ${objects.toLocaleString('en')} ConfigMaps`;
      return [
        { what: `get one ${many}, p50`, value: get, unit: 'ms' },
        { what: `create one ${many}, p50`, value: create, unit: 'ms' },
        { what: `memory ${many}`, value: memory, unit: 'MiB' },
      ];
    }),
    {
      what: 'memory of each ConfigMap',
      value: ((last.memory - first.memory) * 1024) / (last.objects - first.objects),
      unit: 'KiB',
    },
  ];
}
