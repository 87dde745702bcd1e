import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Figure } from './figures.ts';
import { Program, program, run } from './program.ts';

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

/** What each of several clusters more takes in one process: where they share two threads, and where each has its own. */
export async function furtherClusters(sharing: number, apart: number): Promise<Figure[]> {
  const measure = async (threads: '2' | 'each', count: number) => {
    const script = ['scripts/run.mjs', 'scripts/bench/idle-clusters.ts', threads, String(count), program];
    const said = await run(process.execPath, script);
    return JSON.parse(said.trim().split('\n').at(-1)!) as { memory: number; took: number };
  };
  const shared = await measure('2', sharing);
  return [
    { what: 'memory of each further idle cluster', value: shared.memory, unit: 'MiB' },
    { what: `start of each of ${sharing} further clusters`, value: shared.took, unit: 'ms' },
    { what: 'each in a thread of its own', value: (await measure('each', apart)).memory, unit: 'MiB' },
  ];
}
