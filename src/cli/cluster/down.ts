import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ClusterDownOptions } from '../commands/cluster.ts';
import { type Owner, ownerOf } from '../data-folder.ts';
import { Failure, usage } from '../failure.ts';
import { createProvider } from '../providers.ts';
import { detachedFolder } from './detached.ts';
import { kindData, refuseWhileOwned } from './kept.ts';

/** Milliseconds a process is given to end after SIGTERM. */
const patience = 15_000;

/** Stops the cluster of a folder, if it runs, and deletes what is kept of it, if asked to. */
export async function clusterDown(options: ClusterDownOptions): Promise<void> {
  if (options.provider === 'kind') return kindDown(options);
  if (options.provider === 'kubeconfig') return removeSessions(options);
  const folder = options.data ?? detachedFolder();
  const owner = ownerOf(folder);
  if (!owner && !options.delete) {
    const where = options.data ? `in ${folder}` : 'in the background';
    console.log(`No cluster runs ${where}.`);
    return;
  }
  if (owner) await stop(owner);
  if (options.delete) {
    if (!options.data) throw usage('--delete needs to know which folder.', 'Name it: --data FOLDER');
    const cluster = join(options.data, 'cluster');
    if (!existsSync(cluster)) throw new Failure(`There is no cluster in ${options.data}.`);
    const provider = await createProvider('embedded', { data: options.data, speed: 'learner' });
    await provider.down();
    console.log(`deleted ${cluster}`);
  }
}

async function kindDown({ data, delete: remove }: ClusterDownOptions): Promise<void> {
  const folder = kindData(data);
  refuseWhileOwned(folder);
  const provider = await createProvider('kind', { speed: 'learner', ...(data && { data }) });
  if (remove) await provider.down();
  else await provider.halt?.();
  console.log(remove ? 'deleted' : 'stopped; "ordinal cluster up --provider kind" starts it again');
}

async function removeSessions({ data, context }: ClusterDownOptions): Promise<void> {
  refuseWhileOwned(kindData(data));
  const provider = await createProvider('kubeconfig', {
    speed: 'learner',
    ...(data && { data }),
    ...(context && { context }),
  });
  await provider.down();
  console.log('the sessions’ namespaces are removed');
}

async function stop({ pid, what }: Owner): Promise<void> {
  if (what !== 'ordinal cluster up') {
    throw new Failure(`The folder is in use by process ${pid} (${what}).`, `Stop it there, or: kill ${pid}`);
  }
  process.kill(pid, 'SIGTERM');
  const until = performance.now() + patience;
  while (isRunning(pid)) {
    if (performance.now() > until) {
      throw new Failure(`Process ${pid} has not ended in ${patience / 1000} s.`, `End it: kill -9 ${pid}`);
    }
    await pause(20);
  }
  console.log(`stopped (process ${pid})`);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
