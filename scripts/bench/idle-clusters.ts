import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ClusterThreads } from '../../src/embedded/threads.ts';
import { residentMemory } from './program.ts';

/**
 * A process of its own for memory.ts: starts a cluster in each of so many threads, then `count` more, and prints how many
 * MiB the process has grown by for each of those, and how many milliseconds each took to start.
 */
export async function main([threads, count, program]: readonly string[]): Promise<void> {
  const more = Number(count);
  const most = threads === 'each' ? Number.POSITIVE_INFINITY : Number(threads);
  const pool = new ClusterThreads(join(dirname(program!), 'cluster-worker.js'), most);
  const start = () => pool.start({ speed: 'learner' });
  // The first ones bring along what all share, compiled code above all.
  for (let n = 0; n < (Number.isFinite(most) ? most * 2 : 2); n++) await start();
  const before = await settled();
  const started = performance.now();
  for (let n = 0; n < more; n++) await start();
  const took = (performance.now() - started) / more;
  console.log(JSON.stringify({ memory: ((await settled()) - before) / more, took }));
  process.exit();
}

async function settled(): Promise<number> {
  await pause(6000);
  return residentMemory(process.pid);
}
