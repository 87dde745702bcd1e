import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClusterPlaces } from '../../../src/cli/validate/cluster-places.ts';
import type { ClusterProvider, RunningCluster } from '../../../src/clusters/provider.ts';
import { RealClock } from '../../../src/embedded/clock.ts';
import type { Lesson } from '../../../src/lessons/lesson.ts';

const quiet = { needs: ['namespaces'] } as unknown as Lesson;
const lossy = { needs: ['node-failure'] } as unknown as Lesson;

interface Made {
  readonly cluster: RunningCluster;
  stops: number;
  fail(error: Error): void;
}

let folder: string;
/** Their kubeconfigs are called "1", "2" and so on. */
let clusters: Made[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordinal-places-'));
  clusters = [];
  removed = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

async function up(): Promise<RunningCluster> {
  let fail = (_error: Error) => {};
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  const kubeconfig = String(clusters.length + 1);
  const stop = async () => void made.stops++;
  const made: Made = { cluster: { kubeconfig, version: 'v1.33.0', failed, stop }, stops: 0, fail };
  clusters.push(made);
  return made.cluster;
}

/** The folders of further clusters that were removed. */
let removed: string[];

interface Machine {
  /** Whether further clusters can be had at all. */
  readonly many?: boolean;
  readonly room?: number;
  readonly shared?: number;
  /** Makes a further cluster. */
  readonly upElsewhere?: () => Promise<RunningCluster>;
}

const open = ({ many, room, shared = 5, upElsewhere = up }: Machine, stop = new AbortController()) =>
  ClusterPlaces.open({
    provider: { up, ...(room !== undefined && { room: async () => room }) } as unknown as ClusterProvider,
    ...(many && {
      another: async (kept: string) => {
        const down = async () => void removed.push(kept);
        return { up: upElsewhere, down } as unknown as ClusterProvider;
      },
    }),
    folder,
    attempts: { shared, own: 3 },
    atOnce: { shared: 2, own: 2 },
    clock: new RealClock(),
    stop,
    progress: () => {},
  });

/** Two attempts at one lesson that end when they are told to. */
function attempts(places: ClusterPlaces, lesson: Lesson) {
  const on: string[] = [];
  const ends: (() => void)[] = [];
  const work = [1, 2].map(() =>
    places.for(lesson).with(async ({ kubeconfig }) => {
      on.push(kubeconfig);
      await new Promise<void>((resolve) => ends.push(resolve));
    }),
  );
  return { on, end: (index: number) => ends[index]!(), all: Promise.all(work) };
}

describe('the places of a run', () => {
  it('are on one cluster, side by side', async () => {
    const places = await open({});
    const { on, end, all } = attempts(places, quiet);
    await expect.poll(() => on).toEqual(['1', '1']);
    end(0);
    end(1);
    await all;
    await places.close();
    expect(clusters.map(({ stops }) => stops)).toEqual([1]);
  });

  it('are clusters of their own where nodes fail, made for this and removed', async () => {
    const places = await open({ many: true });
    const { on, end, all } = attempts(places, lossy);
    await expect.poll(() => on).toHaveLength(2);
    expect(new Set(on).size).toBe(2);
    end(0);
    end(1);
    await all;
    await places.close();
    expect(clusters.map(({ stops }) => stops)).toEqual([1, 1, 1]);
    expect(removed.sort()).toEqual([join(folder, 'cluster-2'), join(folder, 'cluster-3')]);
  });

  it.each([
    ['can be none', {}, 1],
    ['is no room for any', { many: true, room: 1 }, 1],
    ['is room for one', { many: true, room: 2 }, 2],
  ])(
    'are no more clusters than the first where there %s, which is had when nobody shares it',
    async (_, machine, made) => {
      const places = await open(machine);
      expect(clusters).toHaveLength(made);
      const { on, end, all } = attempts(places, lossy);
      await new Promise(setImmediate);
      expect(on).toHaveLength(made - 1);
      places.sharingEnded();
      await expect.poll(() => on).toHaveLength(made);
      expect(on).toContain('1');
      end(0);
      await expect.poll(() => on).toHaveLength(2);
      end(1);
      await all;
      await places.close();
    },
  );

  it('are the first cluster, too, where nobody ever shares it', async () => {
    const places = await open({ many: true, shared: 0 });
    places.sharingEnded();
    const { on, end, all } = attempts(places, lossy);
    await expect.poll(() => [...on].sort()).toEqual(['1', '2']);
    end(0);
    end(1);
    await all;
    await places.close();
    expect(removed).toEqual([join(folder, 'cluster-2')]);
  });

  it('leave nothing behind where one of the clusters cannot be made', async () => {
    const upElsewhere = () => Promise.reject(new Error('There is no memory left.'));
    const stop = new AbortController();
    await expect(open({ many: true, upElsewhere }, stop)).rejects.toThrow('There is no memory left.');
    expect(stop.signal.aborted).toBe(true);
    expect(clusters.map(({ stops }) => stops)).toEqual([1]);
    expect(removed.sort()).toEqual([join(folder, 'cluster-2'), join(folder, 'cluster-3')]);
  });

  it('end the run with a cluster that ends by itself, which is not stopped again', async () => {
    const stop = new AbortController();
    const places = await open({}, stop);
    clusters[0]!.fail(new Error('Docker has stopped.'));
    await expect.poll(() => stop.signal.aborted).toBe(true);
    expect(stop.signal.reason.message).toBe('The cluster has ended: Docker has stopped.');
    await places.close();
    expect(clusters[0]!.stops).toBe(0);
  });
});
