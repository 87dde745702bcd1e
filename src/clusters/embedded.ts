import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterSettings, RunningEmbeddedCluster } from '../embedded/cluster.ts';
import { ClusterThreads } from '../embedded/threads.ts';
import { writePrivateFile } from './private-file.ts';
import {
  type Capability,
  type ClusterProvider,
  ProviderError,
  type RunningCluster,
  type UpOptions,
} from './provider.ts';

export interface EmbeddedProviderOptions extends ClusterSettings {
  /** Where the kubeconfig is written; beside the cluster's data, or in a temporary folder, when absent. */
  readonly kubeconfig?: string;
  /** Where the bundles are: the worker's among them. */
  readonly distFolder: string;
  /** Runs the cluster in this thread: it starts sooner, and nothing else is there for it to hold up. */
  readonly inProcess?: boolean;
  /** Shared by providers of many clusters; a thread for this cluster alone when absent. */
  readonly threads?: ClusterThreads;
}

/** Our own Kubernetes, in a worker thread so that neither a long list nor a busy container delays a terminal. */
export class EmbeddedProvider implements ClusterProvider {
  readonly name = 'embedded';
  readonly capabilities: ReadonlySet<Capability> = new Set([
    'namespaces',
    'nodes',
    'node-failure',
    'storage-classes',
    'persistent-volumes',
  ]);
  readonly #options: EmbeddedProviderOptions;

  constructor(options: EmbeddedProviderOptions) {
    this.#options = options;
  }

  async up({ signal, progress }: UpOptions): Promise<RunningCluster> {
    const { inProcess, threads, distFolder, kubeconfig: file, ...settings } = this.#options;
    signal.throwIfAborted();
    progress('starting the cluster');
    const start = async () => {
      if (inProcess) return { ...(await startHere(settings)), failed: new Promise<never>(() => {}) };
      return (threads ?? new ClusterThreads(join(distFolder, 'cluster-worker.js'))).start(settings);
    };
    const cluster = await start().catch((error: unknown) => {
      throw toProviderError(error, settings);
    });
    const failed = cluster.failed.catch((error: unknown) => {
      throw toProviderError(error, settings);
    });
    failed.catch(() => {});
    const temporary = file || settings.folder ? undefined : mkdtempSync(join(tmpdir(), 'ordinal-'));
    const kubeconfig = file ?? join(settings.folder ?? temporary!, 'kubeconfig');
    writePrivateFile(kubeconfig, cluster.kubeconfig);
    return {
      kubeconfig,
      version: cluster.version,
      failed,
      node: (action, name) => cluster.node(action, name),
      stop: async () => {
        await cluster.stop();
        if (temporary) rmSync(temporary, { recursive: true, force: true });
      },
    };
  }

  /** Deletes what is kept of it. The caller has seen to it that it does not run. */
  async down(): Promise<void> {
    if (this.#options.folder) rmSync(this.#options.folder, { recursive: true, force: true });
  }
}

async function startHere(settings: ClusterSettings): Promise<RunningEmbeddedCluster> {
  const { startCluster } = await import('../embedded/cluster.ts');
  return startCluster(settings);
}

function toProviderError(error: unknown, settings: ClusterSettings): unknown {
  const { code, port, message } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') {
    return new ProviderError(
      `The Kubernetes API's port ${port ?? settings.port} is taken by another program.`,
      'Stop that program, or choose another port: --port 0 takes any that is free.',
    );
  }
  if (code === 'ENOSPC') {
    return new ProviderError(
      `There is no space left for the cluster's data in ${settings.folder}.`,
      'Make room, or keep the data elsewhere: --data FOLDER',
    );
  }
  if (code === 'EACCES' || code === 'EROFS') {
    return new ProviderError(
      `The cluster's data cannot be written: ${message}`,
      'Keep it in a folder of yours: --data FOLDER',
    );
  }
  return error;
}
