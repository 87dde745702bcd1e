import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { restoreNodes } from '../../clusters/nodes.ts';
import type { ClusterProvider } from '../../clusters/provider.ts';
import { type Lesson, letsNodesFail } from '../../lessons/lesson.ts';
import { type Place, Places } from '../../progress/rehearsal/places.ts';
import type { Clock } from '../../terminal/clock.ts';
import { Failure } from '../failure.ts';
import { openChannel } from '../node/channel.ts';
import { terminalEnvironment } from '../terminal-environment.ts';

export interface ClusterPlacesOptions {
  /** Makes the cluster that attempts share, or finds it. */
  readonly provider: ClusterProvider;
  /** Where further clusters can be had: makes one that is kept in the folder, and is removed when the run ends. */
  readonly another?: (folder: string) => Promise<ClusterProvider>;
  readonly folder: string;
  /** Whether any attempts share a cluster. Where none do, nodes may fail on the first one, too. */
  readonly sharing: boolean;
  /** Attempts at a time on the cluster that is shared. */
  readonly concurrency: number;
  /** Attempts at a time that each have a cluster of their own, where further ones can be had. */
  readonly ownClusters: number;
  readonly clock: Clock;
  /** Aborted when a cluster ends by itself. */
  readonly stop: AbortController;
  progress(message: string): void;
}

/** A cluster on which attempts are made. */
interface Ground {
  readonly version: string;
  readonly place: Place;
  /** Stops the cluster, and removes one that was made for this run alone. */
  close(): Promise<void>;
}

/**
 * Where a run's attempts are made: on one cluster, side by side, or, where nodes fail, each on one that no other has at
 * the time. Where there is but one cluster these are made one after the other, and nobody else's beside them: `apart` is
 * false then, and whoever calls sees to that.
 */
export class ClusterPlaces {
  /** Whether attempts that let nodes fail may be made beside the others. */
  readonly apart: boolean;
  readonly #main: Ground;
  readonly #shared: Places;
  readonly #own: Places;
  readonly #others: Promise<Ground>[] = [];

  /** @param room how many further clusters there may be */
  private constructor(options: ClusterPlacesOptions, main: Ground, room: number) {
    const { concurrency, ownClusters, sharing, folder } = options;
    this.#main = main;
    const here = async () => main.place;
    const elsewhere = async () => {
      const ground = openAnother(options, join(folder, `cluster-${this.#others.length + 2}`));
      this.#others.push(ground);
      return (await ground).place;
    };
    this.apart = room > 0 || !sharing;
    const further = Math.min(room, sharing ? ownClusters : ownClusters - 1);
    const own = Array.from({ length: further }, () => elsewhere);
    this.#shared = new Places(Array.from({ length: concurrency }, () => here));
    this.#own = new Places(sharing && further > 0 ? own : [here, ...own]);
  }

  static async open(options: ClusterPlacesOptions): Promise<ClusterPlaces> {
    const { provider, another, folder, stop } = options;
    const main = await open(options, provider, folder);
    try {
      const room = another ? ((await provider.room?.(stop.signal)) ?? Number.POSITIVE_INFINITY) : 0;
      return new ClusterPlaces(options, main, room);
    } catch (error) {
      await main.close();
      throw error;
    }
  }

  get version(): string {
    return this.#main.version;
  }

  for(lesson: Lesson): Places {
    return letsNodesFail(lesson) ? this.#own : this.#shared;
  }

  async close(): Promise<void> {
    const others = await Promise.allSettled(this.#others);
    const grounds = [this.#main, ...others.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))];
    await Promise.all(grounds.map((ground) => ground.close()));
  }
}

async function openAnother(options: ClusterPlacesOptions, folder: string): Promise<Ground> {
  const provider = await options.another!(folder);
  try {
    const ground = await open(options, provider, folder);
    const close = async () => {
      await ground.close();
      await provider.down();
    };
    return { ...ground, close };
  } catch (error) {
    await provider.down();
    throw error;
  }
}

async function open(options: ClusterPlacesOptions, provider: ClusterProvider, folder: string): Promise<Ground> {
  const { clock, stop, progress } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const cluster = await provider.up({ signal: stop.signal, progress });
  let ended = false;
  cluster.failed.catch((error: unknown) => {
    ended = true;
    stop.abort(new Failure(`The cluster has ended: ${error instanceof Error ? error.message : String(error)}`));
  });
  const channel = await openChannel(folder, cluster).catch(async (error: unknown) => {
    await cluster.stop();
    throw error;
  });
  return {
    version: cluster.version,
    place: {
      kubeconfig: cluster.kubeconfig,
      space: cluster.space,
      env: terminalEnvironment(folder, process.env),
      restoreNodes: () => restoreNodes(cluster, clock, stop.signal),
    },
    close: async () => {
      channel.close();
      // One that has ended by itself cannot be stopped; why it has is on its way to whoever asked.
      if (!ended) await cluster.stop();
    },
  };
}
