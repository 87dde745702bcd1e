import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { cronJobController } from '../../../../src/embedded/controllers/cronjob/controller.ts';
import { jobController } from '../../../../src/embedded/controllers/job/controller.ts';
import type { CronJob } from '../../../../src/kubernetes/objects.ts';
import { TestCluster } from '../cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.start(jobController, cronJobController);
});
afterEach(() => cluster.stop());

const cronJob = (spec: Partial<CronJob['spec']> = {}): CronJob => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'cron' },
  spec: {
    schedule: '* * * * *',
    jobTemplate: {
      metadata: { labels: { a: 'b' }, annotations: { c: 'd' } },
      spec: {
        backoffLimit: 0,
        template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1' }] } },
      },
    },
    ...spec,
  },
});

async function create(spec: Partial<CronJob['spec']> = {}): Promise<void> {
  await cluster.create(refs.cronJobs, cronJob(spec));
  await cluster.settle();
}

async function patch(spec: object): Promise<void> {
  await cluster.client.resource(refs.cronJobs).patch('default', 'cron', { spec });
  await cluster.settle();
}

/** Ends the Pod of the youngest Job. */
async function finish(phase: 'Succeeded' | 'Failed'): Promise<void> {
  const running = cluster.list(refs.pods).filter(({ status }) => status?.phase === 'Running');
  await cluster.nodes.finish(running.at(-1)!.metadata.name, phase);
  await cluster.settle();
}

const status = () => cluster.get(refs.cronJobs, 'cron')?.status;
const active = () => status()?.active?.map(({ name }) => name);
const events = () => cluster.events('cron');
// Minutes since the epoch at which the test's time begins.
const start = Date.UTC(2026, 0, 1) / 60_000;

describe('a CronJob', () => {
  it('creates a Job each time, named after it', async () => {
    await create();
    expect(cluster.names(refs.jobs)).toEqual([]);
    await cluster.advance(59);
    expect(cluster.names(refs.jobs)).toEqual([]);
    await cluster.advance(2);
    expect(cluster.names(refs.jobs)).toEqual([`cron-${start + 1}`]);
    const job = cluster.get(refs.jobs, `cron-${start + 1}`)!;
    expect(job.metadata).toMatchObject({
      labels: { a: 'b' },
      annotations: { c: 'd', 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T00:01:00Z' },
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'cron', controller: true }],
    });
    expect(status()).toMatchObject({
      lastScheduleTime: '2026-01-01T00:01:00Z',
      active: [{ apiVersion: 'batch/v1', kind: 'Job', namespace: 'default', uid: job.metadata.uid }],
    });
    await finish('Succeeded');
    expect(status()).toEqual({
      lastScheduleTime: '2026-01-01T00:01:00Z',
      lastSuccessfulTime: '2026-01-01T00:01:01Z',
    });
    expect(await events()).toEqual([
      `SuccessfulCreate: Created job cron-${start + 1}`,
      `SawCompletedJob: Saw completed job: cron-${start + 1}, condition: Complete`,
    ]);
    await cluster.advance(60);
    expect(active()).toEqual([`cron-${start + 2}`]);
    expect(cluster.failures).toEqual([]);
  });

  it('keeps as many finished Jobs as it says', async () => {
    await create({ successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 0 });
    for (const phase of ['Succeeded', 'Failed', 'Succeeded'] as const) {
      await cluster.advance(61);
      await finish(phase);
    }
    expect(cluster.names(refs.jobs)).toEqual([`cron-${start + 3}`]);
    expect(await events()).toEqual(
      expect.arrayContaining([
        `SuccessfulDelete: Deleted job cron-${start + 1}`,
        `SawCompletedJob: Saw completed job: cron-${start + 3}, condition: Complete`,
      ]),
    );
  });

  it('runs Jobs side by side, one at a time, or the newest alone', async () => {
    await create();
    await cluster.advance(121);
    expect(active()).toEqual([`cron-${start + 1}`, `cron-${start + 2}`]);
    await patch({ concurrencyPolicy: 'Forbid' });
    await cluster.advance(60);
    expect(active()).toHaveLength(2);
    expect((await events()).at(-1)).toBe(
      'JobAlreadyActive: Not starting job because prior execution is running and concurrency policy is Forbid',
    );
    // The start that was skipped is made up for as soon as there is none beside it.
    await patch({ concurrencyPolicy: 'Replace' });
    expect(active()).toEqual([`cron-${start + 3}`]);
    await cluster.advance(60);
    expect(active()).toEqual([`cron-${start + 4}`]);
    expect(cluster.names(refs.jobs)).toEqual([`cron-${start + 4}`]);
  });

  it('does nothing while it is suspended, and goes on with the last start it missed', async () => {
    await create({ suspend: true });
    await cluster.advance(300);
    expect(cluster.names(refs.jobs)).toEqual([]);
    await patch({ suspend: false });
    expect(active()).toEqual([`cron-${start + 5}`]);
  });

  it('does not make up for starts that are longer ago than its deadline', async () => {
    await create({ suspend: true, startingDeadlineSeconds: 20 });
    await cluster.advance(90);
    await patch({ suspend: false });
    expect(cluster.names(refs.jobs)).toEqual([]);
    await cluster.advance(31);
    expect(active()).toEqual([`cron-${start + 2}`]);
  });

  it('warns of very many missed starts', async () => {
    await create({ suspend: true });
    await cluster.advance(102 * 60);
    await patch({ suspend: false });
    expect(active()).toEqual([`cron-${start + 102}`]);
    expect(await events()).toContain(
      'TooManyMissedTimes: too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
    );
  });

  it('follows clocks of its time zone', async () => {
    await create({ schedule: '30 5 * * *', timeZone: 'Asia/Kolkata' });
    expect(cluster.names(refs.jobs)).toEqual([]);
    await cluster.advance(24 * 3600 + 1);
    const [job] = cluster.list(refs.jobs);
    expect(job?.metadata.annotations).toMatchObject({
      'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-02T05:30:00+05:30',
    });
    expect(status()?.lastScheduleTime).toBe('2026-01-02T00:00:00Z');
  });

  it('begins a new schedule with its next start', async () => {
    await create({ schedule: '0 0 1 1 *' });
    await cluster.advance(100);
    await patch({ schedule: '* * * * *' });
    expect(cluster.names(refs.jobs)).toEqual([]);
    await cluster.advance(21);
    expect(active()).toEqual([`cron-${start + 2}`]);
  });

  it('notices Jobs that have gone', async () => {
    await create();
    await cluster.advance(61);
    await cluster.client
      .resource(refs.jobs)
      .delete('default', `cron-${start + 1}`, { propagationPolicy: 'Background' });
    await cluster.settle();
    expect(active()).toBeUndefined();
    expect((await events()).at(-1)).toBe(`MissingJob: Active job went missing: cron-${start + 1}`);
  });

  it('says that a schedule never comes', async () => {
    await create({ schedule: '0 0 31 2 *' });
    expect(await events()).toEqual([
      'InvalidSchedule: invalid schedule: 0 0 31 2 * : time difference between two schedules is less than 1 second',
    ]);
  });
});
