import { Worker } from 'node:worker_threads';
import type { ClusterSettings, RunningEmbeddedCluster } from './cluster.ts';
import type { Failed, FromWorker, ToWorker } from './worker-protocol.ts';

/** A cluster in a thread, which may also end without having been asked to. */
export interface ThreadedCluster extends RunningEmbeddedCluster {
  /** Rejects when its thread has ended by itself. */
  readonly failed: Promise<never>;
}

/**
 * Clusters in threads of their own, so that neither a long list nor a busy container delays whoever started them. A
 * thread costs ten times the memory of an idle cluster, so where there are many clusters they share some: each takes the
 * thread with the fewest. Those that share one wait for each other, and end together if it fails.
 */
export class ClusterThreads {
  readonly #file: string;
  readonly #most: number;
  readonly #threads = new Set<ClusterThread>();

  /** @param file the built worker.ts. @param most how many threads there may be. */
  constructor(file: string, most = 1) {
    this.#file = file;
    this.#most = most;
  }

  async start(settings: ClusterSettings): Promise<ThreadedCluster> {
    const thread = this.#choose();
    thread.clusters++;
    const leave = async () => {
      if (--thread.clusters > 0) return;
      this.#threads.delete(thread);
      await thread.end();
    };
    try {
      const { call, kubeconfig, version } = await thread.start(settings);
      return {
        kubeconfig,
        version,
        failed: thread.failed,
        node: (action, name) => thread.ask((id) => ({ type: 'node', call: id, cluster: call, action, name })),
        stop: async () => {
          try {
            await thread.ask((id) => ({ type: 'stop', call: id, cluster: call }));
          } finally {
            await leave();
          }
        },
      };
    } catch (error) {
      await leave();
      throw error;
    }
  }

  #choose(): ClusterThread {
    if (this.#threads.size >= this.#most) {
      return [...this.#threads].reduce((fewest, thread) => (thread.clusters < fewest.clusters ? thread : fewest));
    }
    const thread = new ClusterThread(this.#file);
    this.#threads.add(thread);
    thread.failed.catch(() => this.#threads.delete(thread));
    return thread;
  }
}

type Answer = Exclude<FromWorker, { type: 'lost' | 'failed' }>;

class ClusterThread {
  clusters = 0;
  readonly failed: Promise<never>;
  readonly #worker: Worker;
  readonly #calls = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  #nextCall = 0;

  constructor(file: string) {
    const worker = new Worker(file, { name: 'cluster' });
    this.#worker = worker;
    this.failed = new Promise((_, reject) => {
      const lost = (error: Error) => {
        reject(error);
        for (const { reject: fail } of this.#calls.values()) fail(error);
        this.#calls.clear();
      };
      worker.on('error', lost);
      worker.on('exit', (code) => lost(new Error(`the cluster's thread ended with exit code ${code}`)));
      worker.on('message', (message: FromWorker) => {
        if (message.type === 'lost') return lost(toError(message));
        const call = this.#calls.get(message.call);
        this.#calls.delete(message.call);
        if (message.type === 'failed') call?.reject(toError(message));
        else call?.resolve(message);
      });
    });
    this.failed.catch(() => {});
  }

  async start(settings: ClusterSettings) {
    const answer = await this.#send((call) => ({ type: 'start', call, settings }));
    return answer as Extract<Answer, { type: 'started' }>;
  }

  async ask(message: (call: number) => ToWorker): Promise<void> {
    await this.#send(message);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #send(message: (call: number) => ToWorker): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const call = this.#nextCall++;
      this.#calls.set(call, { resolve, reject });
      this.#worker.postMessage(message(call));
    });
  }
}

function toError({ message, details }: Failed): Error {
  return Object.assign(new Error(message), details);
}
