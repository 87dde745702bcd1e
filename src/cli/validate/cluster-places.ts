import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { restoreNodes } from '../../clusters/nodes.ts';
import type { ClusterProvider, RunningCluster } from '../../clusters/provider.ts';
import { type Lesson, letsNodesFail } from '../../lessons/lesson.ts';
import { type Place, Places } from '../../progress/rehearsal/places.ts';
import type { Clock } from '../../terminal/clock.ts';
import { Failure } from '../failure.ts';
import { type Channel, openChannel } from '../node/channel.ts';
import { terminalEnvironment } from '../terminal-environment.ts';

export interface ClusterPlacesOptions {
  /** Makes a cluster, or finds the one there is. */
  readonly provider: ClusterProvider;
  /** Whether it makes another one each time it is asked. */
  readonly many: boolean;
  readonly folder: string;
  /** Attempts at a time on the cluster that is shared. */
  readonly concurrency: number;
  /** Attempts at a time that each have a cluster of their own, where `many` are made. */
  readonly ownClusters: number;
  readonly clock: Clock;
  /** Aborted when a cluster ends by itself. */
  readonly stop: AbortController;
  progress(message: string): void;
}

interface Ground {
  readonly cluster: RunningCluster;
  readonly channel: Channel;
  readonly place: Place;
}

/**
 * Where a run's attempts are made: on one cluster, side by side, or, where nodes fail, each on one that no other has at
 * the time. So these are made one after the other where there is but one cluster.
 */
export class ClusterPlaces {
  readonly #main: Ground;
  readonly #shared: Places;
  readonly #own: Places;
  readonly #others: Promise<Ground>[] = [];
  readonly #ended: Set<RunningCluster>;

  private constructor(options: ClusterPlacesOptions, main: Ground, ended: Set<RunningCluster>) {
    const { concurrency, ownClusters, many, folder } = options;
    this.#main = main;
    this.#ended = ended;
    const here = async () => main.place;
    const another = async () => {
      const ground = open(options, join(folder, `cluster-${this.#others.length + 2}`), ended);
      this.#others.push(ground);
      return (await ground).place;
    };
    this.#shared = new Places(Array.from({ length: concurrency }, () => here));
    this.#own = new Places(many ? Array.from({ length: ownClusters }, () => another) : [here]);
  }

  static async open(options: ClusterPlacesOptions): Promise<ClusterPlaces> {
    const ended = new Set<RunningCluster>();
    return new ClusterPlaces(options, await open(options, options.folder, ended), ended);
  }

  get version(): string {
    return this.#main.cluster.version;
  }

  for(lesson: Lesson): Places {
    return letsNodesFail(lesson) ? this.#own : this.#shared;
  }

  async close(): Promise<void> {
    const others = await Promise.allSettled(this.#others);
    const grounds = [this.#main, ...others.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))];
    for (const { channel, cluster } of grounds) {
      channel.close();
      // One that has ended by itself cannot be stopped; why it has is on its way to whoever asked.
      if (!this.#ended.has(cluster)) await cluster.stop();
    }
  }
}

async function open(options: ClusterPlacesOptions, folder: string, ended: Set<RunningCluster>): Promise<Ground> {
  const { provider, clock, stop, progress } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const cluster = await provider.up({ signal: stop.signal, progress });
  cluster.failed.catch((error: unknown) => {
    ended.add(cluster);
    stop.abort(new Failure(`The cluster has ended: ${error instanceof Error ? error.message : String(error)}`));
  });
  const channel = await openChannel(folder, cluster).catch(async (error: unknown) => {
    await cluster.stop();
    throw error;
  });
  const place: Place = {
    kubeconfig: cluster.kubeconfig,
    space: cluster.space,
    env: terminalEnvironment(folder, process.env),
    restoreNodes: () => restoreNodes(cluster, clock, stop.signal),
  };
  return { cluster, channel, place };
}
