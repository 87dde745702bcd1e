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

const open = (ground: { many?: boolean; sharing?: boolean; room?: number }, stop = new AbortController()) =>
  ClusterPlaces.open({
    provider: { up, ...(ground.room !== undefined && { room: async () => ground.room }) } as unknown as ClusterProvider,
    ...(ground.many && {
      another: async (kept: string) =>
        ({ up, down: async () => void removed.push(kept) }) as unknown as ClusterProvider,
    }),
    folder,
    sharing: ground.sharing ?? true,
    concurrency: 2,
    ownClusters: 2,
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
    const places = await open({ many: true });
    const { on, end, all } = attempts(places, quiet);
    await expect.poll(() => on).toEqual(['1', '1']);
    end(0);
    end(1);
    await all;
    await places.close();
    expect(clusters.map(({ stops }) => stops)).toEqual([1]);
  });

  it('are clusters of their own where nodes fail', async () => {
    const places = await open({ many: true });
    const { on, end, all } = attempts(places, lossy);
    await expect.poll(() => [...on].sort()).toEqual(['2', '3']);
    end(0);
    end(1);
    await all;
    await places.close();
    expect(clusters.map(({ stops }) => stops)).toEqual([1, 1, 1]);
    expect(removed).toEqual([join(folder, 'cluster-2'), join(folder, 'cluster-3')]);
  });

  it('are the first cluster, too, where nobody shares it', async () => {
    const places = await open({ many: true, sharing: false });
    const { on, end, all } = attempts(places, lossy);
    await expect.poll(() => [...on].sort()).toEqual(['1', '2']);
    end(0);
    end(1);
    await all;
    await places.close();
    expect(removed).toEqual([join(folder, 'cluster-2')]);
  });

  it('are had one after the other where nodes fail and there is but one cluster', async () => {
    const places = await open({});
    const { on, end, all } = attempts(places, lossy);
    await expect.poll(() => on).toEqual(['1']);
    end(0);
    await expect.poll(() => on).toEqual(['1', '1']);
    end(1);
    await all;
    expect(places.apart).toBe(false);
    await places.close();
  });

  it.each([
    { room: 0, sharing: true, apart: false, first: ['1'] },
    { room: 1, sharing: true, apart: true, first: ['2'] },
    { room: 0, sharing: false, apart: true, first: ['1'] },
  ])('are as many as the machine has room for: $room, shared: $sharing', async ({ apart, first, ...ground }) => {
    const places = await open({ many: true, ...ground });
    expect(places.apart).toBe(apart);
    const { on, end, all } = attempts(places, lossy);
    await expect.poll(() => on).toEqual(first);
    end(0);
    await expect.poll(() => on).toEqual([...first, ...first]);
    end(1);
    await all;
    await places.close();
    expect(clusters).toHaveLength(Number(first[0]));
  });

  it('leave nothing of a further cluster that could not be made', async () => {
    const places = await ClusterPlaces.open({
      provider: { up } as unknown as ClusterProvider,
      another: async (kept) =>
        ({
          up: () => Promise.reject(new Error('There is no memory left.')),
          down: async () => void removed.push(kept),
        }) as unknown as ClusterProvider,
      folder,
      sharing: true,
      concurrency: 2,
      ownClusters: 1,
      clock: new RealClock(),
      stop: new AbortController(),
      progress: () => {},
    });
    await expect(places.for(lossy).with(async () => {})).rejects.toThrow('There is no memory left.');
    expect(removed).toEqual([join(folder, 'cluster-2')]);
    await places.close();
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
