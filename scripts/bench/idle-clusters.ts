import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { startCluster } from '../../src/embedded/cluster.ts';
import { residentMemory } from './program.ts';

/**
 * A process of its own for memory.ts: starts two clusters, then `count` more, and prints how many MiB each of those
 * took. `thread` starts the built worker for each, as the product does; `shared` starts all in this thread.
 */
export async function main([kind, count, program]: readonly string[]): Promise<void> {
  const start = kind === 'thread' ? () => startThread(join(dirname(program!), 'cluster-worker.js')) : startShared;
  // The first ones bring along what all share, compiled code above all.
  await start();
  await start();
  const measure = kind === 'thread' ? () => residentMemory(process.pid) : usedMemory;
  const before = await settled(measure);
  for (let n = 0; n < Number(count); n++) await start();
  console.log(((await settled(measure)) - before) / Number(count));
  process.exit();
}

async function startShared(): Promise<void> {
  await startCluster({ speed: 'learner' });
}

function startThread(file: string): Promise<void> {
  const worker = new Worker(file, { workerData: { speed: 'learner' } });
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', ({ type, message }: { type: string; message?: string }) => {
      if (type === 'ready') resolve();
      else reject(new Error(message));
    });
  });
}

async function settled(measure: () => number | Promise<number>): Promise<number> {
  await pause(4000);
  globalThis.gc?.();
  await pause(500);
  return measure();
}

/** MiB in use in this thread. What the process holds says little here: it gives back what starting has left free. */
function usedMemory(): number {
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}
