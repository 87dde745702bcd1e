import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Api } from './api.ts';
import type { Figure } from './figures.ts';
import { Program, program, run } from './program.ts';
import { configMap } from './requests.ts';
import { Subject } from './subject.ts';

/** Milliseconds after which a process has done what it does at its start, garbage collection included. */
const settling = 5000;

/** Of processes that have nothing to do: the bare cluster, and the learner's server with its first cluster. */
export async function idleMemory(): Promise<Figure[]> {
  const cluster = await Program.cluster();
  const learn = await Program.start(
    (folder) => ['learn', '--no-open', '--port', '0', '--data', join(folder, 'data')],
    /^Ordinal is ready/,
  );
  await pause(settling);
  const figures: Figure[] = [
    { what: 'memory of an idle cluster', value: await cluster.memory(), unit: 'MiB' },
    { what: 'memory of learn with its cluster', value: await learn.memory(), unit: 'MiB' },
  ];
  await Promise.all([cluster.stop(), learn.stop()]);
  return figures;
}

/** What each of several clusters more takes, in threads of their own as the product starts them, and sharing one. */
export async function furtherClusters(count: number): Promise<Figure[]> {
  const measure = async (kind: 'thread' | 'shared') => {
    const script = ['--expose-gc', 'scripts/run.mjs', 'scripts/bench/idle-clusters.ts', kind, String(count), program];
    return Number((await run(process.execPath, script)).trim().split('\n').at(-1));
  };
  return [
    { what: 'memory of each further idle cluster', value: await measure('shared'), unit: 'MiB' },
    { what: 'the same, each in a thread of its own', value: await measure('thread'), unit: 'MiB' },
  ];
}

/** How memory grows with the objects in it. */
export async function growth(sizes: readonly number[]): Promise<Figure[]> {
  const cluster = await Program.cluster('--speed', 'max');
  const subject = new Subject(cluster.kubeconfig);
  const api = new Api(cluster.kubeconfig, 8);
  const figures: Figure[] = [];
  let first: { readonly objects: number; readonly memory: number } | undefined;
  let made = 0;
  try {
    await subject.prepare();
    for (const size of sizes) {
      while (made < size) {
        const batch = Math.min(200, size - made);
        await Promise.all(
          Array.from({ length: batch }, (_, n) =>
            api.send('POST', subject.path('configmaps'), configMap(`map-${made + n}`)),
          ),
        );
        made += batch;
      }
      await pause(settling / 2);
      const memory = await cluster.memory();
      figures.push({ what: `memory with ${size.toLocaleString('en')} ConfigMaps`, value: memory, unit: 'MiB' });
      if (first && size === sizes.at(-1)) {
        const each = ((memory - first.memory) * 1024) / (size - first.objects);
        figures.push({ what: 'each of them', value: each, unit: 'KiB' });
      }
      first ??= { objects: size, memory };
    }
  } finally {
    api.close();
    subject.api.close();
    await cluster.stop();
  }
  return figures;
}
