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
  /** How many attempts there are that share a cluster, and how many that each need one of their own. */
  readonly attempts: Attempts;
  /** How many of them are made at a time, at most, on the cluster that is shared, and where further ones can be had. */
  readonly atOnce: Attempts;
  readonly clock: Clock;
  /** Aborted when a cluster ends by itself. */
  readonly stop: AbortController;
  progress(message: string): void;
}

export interface Attempts {
  readonly shared: number;
  readonly own: number;
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
 * the time. Once nobody shares the first any more, nodes may fail there, too; where it is the only one, not before that.
 */
export class ClusterPlaces {
  readonly #grounds: readonly [Ground, ...Ground[]];
  readonly #shared: Places;
  readonly #own: Places;

  private constructor(sharing: number, grounds: readonly [Ground, ...Ground[]]) {
    this.#grounds = grounds;
    const [main, ...others] = grounds.map(({ place }) => place) as [Place, ...Place[]];
    this.#shared = new Places(Array.from({ length: sharing }, () => main));
    this.#own = new Places(others);
  }

  /** All that are needed, and that there is room for, at once: beside attempts it would take long to make one. */
  static async open(options: ClusterPlacesOptions): Promise<ClusterPlaces> {
    const { provider, another, folder, attempts, atOnce, stop } = options;
    const wanted = Math.min(attempts.own, atOnce.own) + Math.min(attempts.shared, 1);
    const room = another && wanted > 1 ? ((await provider.room?.(stop.signal)) ?? wanted) : 1;
    const further = Array.from({ length: Math.min(wanted, room) - 1 }, (_, index) =>
      join(folder, `cluster-${index + 2}`),
    );
    const opening = [open(options, provider, folder), ...further.map((each) => openAnother(options, each))];
    for (const each of opening) each.catch((error: unknown) => stop.abort(error));
    const opened = await Promise.allSettled(opening);
    const grounds = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    if (grounds.length < opened.length) {
      await Promise.all(grounds.map((ground) => ground.close()));
      throw stop.signal.reason;
    }
    return new ClusterPlaces(Math.min(attempts.shared, atOnce.shared), grounds as [Ground, ...Ground[]]);
  }

  get version(): string {
    return this.#grounds[0].version;
  }

  /** To be called when the last attempt has ended that shared its cluster; at once where there is none. */
  sharingEnded(): void {
    this.#own.add(this.#grounds[0].place);
  }

  for(lesson: Lesson): Places {
    return letsNodesFail(lesson) ? this.#own : this.#shared;
  }

  async close(): Promise<void> {
    await Promise.all(this.#grounds.map((ground) => ground.close()));
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
