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

const open = (many: boolean, stop = new AbortController()) =>
  ClusterPlaces.open({
    provider: { up } as unknown as ClusterProvider,
    many,
    folder,
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
    const places = await open(true);
    const { on, end, all } = attempts(places, quiet);
    await expect.poll(() => on).toEqual(['1', '1']);
    end(0);
    end(1);
    await all;
    await places.close();
    expect(clusters.map(({ stops }) => stops)).toEqual([1]);
  });

  it('are clusters of their own where nodes fail', async () => {
    const places = await open(true);
    const { on, end, all } = attempts(places, lossy);
    await expect.poll(() => [...on].sort()).toEqual(['2', '3']);
    end(0);
    end(1);
    await all;
    await places.close();
    expect(clusters.map(({ stops }) => stops)).toEqual([1, 1, 1]);
  });

  it('are had one after the other where nodes fail and there is but one cluster', async () => {
    const places = await open(false);
    const { on, end, all } = attempts(places, lossy);
    await expect.poll(() => on).toEqual(['1']);
    end(0);
    await expect.poll(() => on).toEqual(['1', '1']);
    end(1);
    await all;
    await places.close();
  });

  it('end the run with a cluster that ends by itself, which is not stopped again', async () => {
    const stop = new AbortController();
    const places = await open(true, stop);
    clusters[0]!.fail(new Error('Docker has stopped.'));
    await expect.poll(() => stop.signal.aborted).toBe(true);
    expect(stop.signal.reason.message).toBe('The cluster has ended: Docker has stopped.');
    await places.close();
    expect(clusters[0]!.stops).toBe(0);
  });
});
