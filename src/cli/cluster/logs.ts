import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { dumpCluster } from '../../clusters/dump.ts';
import type { ClusterLogsOptions } from '../commands/cluster.ts';
import { Failure, usage } from '../failure.ts';
import { defaultDataFolder } from '../paths.ts';
import { createProvider } from '../providers.ts';
import { abortedBySignal } from '../signals.ts';
import { detachedFolder } from './detached.ts';
import { kindData } from './kept.ts';

/** Writes what a cluster says of itself into a folder, for whoever has to find out what went wrong. */
export async function clusterLogs(to: string, options: ClusterLogsOptions): Promise<void> {
  const folder = resolve(to);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw usage(`${to} is not empty.`, 'Name a folder that is not there yet.');
  }
  const { signal } = abortedBySignal(new Failure('Stopped.'));
  const { provider: name, data } = options;
  if (name === 'kubeconfig') {
    throw usage(
      'A cluster that exists is asked with its own tools.',
      `kubectl cluster-info dump --all-namespaces --output-directory ${to}`,
    );
  }
  if (name === 'kind') {
    const provider = await createProvider('kind', { speed: 'learner', ...(data && { data }) });
    const nodes = join(folder, 'nodes');
    await provider.exportLogs?.(nodes, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      // What is wrong with a cluster may be what keeps kind from some of it: the rest is worth having.
      if (!existsSync(nodes)) throw error;
      console.error(`not all that the nodes have logged could be read: ${String(error).split('\n')[0]}`);
    });
  }
  const kubeconfig = name === 'kind' ? join(kindData(data), 'kind', 'kubeconfig') : embeddedKubeconfig(data);
  await dumpCluster({ kubeconfig, folder, signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new Failure(
      `The cluster does not answer: ${error instanceof Error ? error.message : error}`,
      name === 'kind' ? `What its nodes have logged is in ${to}.` : 'Start it: ordinal cluster up, or: ordinal learn',
    );
  });
  console.log(`objects, Events and logs are in ${to}`);
}

/** Of the folder that is named, else of the lessons, else of the cluster in the background. */
function embeddedKubeconfig(data: string | undefined): string {
  const usual = defaultDataFolder(process.env, process.platform);
  const places = data
    ? [join(data, 'cluster', 'kubeconfig')]
    : [join(usual, 'cluster', 'kubeconfig'), join(detachedFolder(), 'kubeconfig')];
  const found = places.find((file) => existsSync(file));
  if (found) return found;
  throw new Failure(
    data ? `There is no cluster in ${data}.` : 'No cluster runs that could be asked.',
    'Name the folder of one that runs: --data FOLDER',
  );
}
