import { spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ClusterUpOptions } from '../commands/cluster.ts';
import { FolderInUse, ownFolder } from '../data-folder.ts';
import { Failure, usage } from '../failure.ts';
import { openChannel } from '../node/channel.ts';
import { progressPrinter } from '../progress.ts';
import { createProvider } from '../providers.ts';
import { abortedBySignal, stopRequested } from '../signals.ts';
import { detachedFolder } from './detached.ts';
import { kindData } from './kept.ts';

/** Serves a cluster until a signal, or leaves a process of its own behind that does. */
export async function clusterUp(options: ClusterUpOptions): Promise<void> {
  if (options.provider === 'kind') return makeCluster(options);
  if (options.provider === 'kubeconfig') {
    throw usage(
      'A cluster that exists is not started.',
      'Learn on it: ordinal learn --provider kubeconfig --context NAME',
    );
  }
  if (options.detach) return detach(options);
  const inBackground = process.send !== undefined;
  // A cluster in memory belongs to nobody's folder, unless "cluster down" must be able to find it.
  const folder = options.data ?? (inBackground ? detachedFolder() : undefined);
  const release = folder ? await own(folder) : () => {};
  // The cluster's timers do not keep a process alive; this does, until the cluster has stopped in good order.
  const alive = setInterval(() => {}, 60_000);
  try {
    const stopping = stopRequested();
    const stop = new AbortController();
    void stopping.then(() => stop.abort(new Error('stopped before the cluster was ready')));
    const provider = await createProvider(options.provider, {
      ...(options.data && { data: options.data }),
      ...kubeconfigOf(options, folder),
      ...(options.port !== undefined && { port: options.port }),
      speed: options.speed,
      inProcess: true,
    });
    const cluster = await provider.up({ signal: stop.signal, progress: () => {} });
    const channel = folder ? await openChannel(folder, cluster) : undefined;
    console.log(`ready in ${Math.round(performance.now())} ms`);
    if (!options.kubeconfig) console.log(`export KUBECONFIG=${cluster.kubeconfig}`);
    process.send?.({ kubeconfig: cluster.kubeconfig });
    if (process.connected) process.disconnect();
    const signal = await Promise.race([stopping, cluster.failed]);
    if (signal === 'SIGINT') process.stdout.write('\n');
    channel?.close();
    await cluster.stop();
  } finally {
    clearInterval(alive);
    release();
  }
}

/** A kind cluster needs no process of ours: this ends as soon as it is ready. */
async function makeCluster(options: ClusterUpOptions): Promise<void> {
  const { data, image, config, kubeconfig } = options;
  const release = await own(kindData(data));
  try {
    const { signal } = abortedBySignal(new Failure('Stopped before the cluster was ready.'));
    const provider = await createProvider('kind', {
      speed: 'learner',
      ...(data && { data }),
      ...(image && { image }),
      ...(config !== undefined && { config: resolve(config) }),
      ...(kubeconfig && { kubeconfig: resolve(kubeconfig) }),
    });
    const cluster = await provider.up({ signal, progress: progressPrinter(process.stderr) });
    await cluster.stop();
    console.log(`ready in ${(performance.now() / 1000).toFixed(1)} s, Kubernetes ${cluster.version}`);
    if (!kubeconfig) console.log(`export KUBECONFIG=${cluster.kubeconfig}`);
  } finally {
    release();
  }
}

function kubeconfigOf(options: ClusterUpOptions, folder: string | undefined): { kubeconfig?: string } {
  if (options.kubeconfig) return { kubeconfig: resolve(options.kubeconfig) };
  return folder && !options.data ? { kubeconfig: join(folder, 'kubeconfig') } : {};
}

async function own(folder: string): Promise<() => void> {
  try {
    return await ownFolder(folder, 'ordinal cluster up');
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error;
    const { owner } = error;
    throw new Failure(
      `A cluster runs in ${folder} already: process ${owner.pid} (${owner.what}).`,
      'Use that one, stop it, or keep another one elsewhere: --data FOLDER',
    );
  }
}

/** Starts this command again in the background, and waits until that one is ready or has ended. */
async function detach(options: ClusterUpOptions): Promise<void> {
  const folder = options.data ?? detachedFolder();
  // Taken for a moment, so that a folder that cannot be had is refused here, and its owner's log is not overwritten.
  (await own(folder))();
  const log = join(folder, 'cluster.log');
  const output = openSync(log, 'w', 0o600);
  const args = process.argv.slice(1).filter((argument) => argument !== '--detach');
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', output, output, 'ipc'] });
  const kubeconfig = await new Promise<string>((resolveReady, reject) => {
    child.once('message', (message) => resolveReady((message as { kubeconfig: string }).kubeconfig));
    child.once('error', reject);
    child.once('exit', () =>
      reject(new Failure(`The cluster did not start. It said:\n${readFileSync(log, 'utf8').trim()}`)),
    );
  });
  child.removeAllListeners();
  child.disconnect();
  child.unref();
  console.log(`ready in ${Math.round(performance.now())} ms, in the background as process ${child.pid}`);
  if (!options.kubeconfig) console.log(`export KUBECONFIG=${kubeconfig}`);
}
