import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { jobController } from '../../../../src/embedded/controllers/job/controller.ts';
import type { Job, JobSpec } from '../../../../src/kubernetes/objects.ts';
import { TestCluster } from '../cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.start(jobController);
});
afterEach(() => cluster.stop());

const job = (spec: Partial<JobSpec> = {}): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'job' },
  spec: {
    template: {
      spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1' }] },
    },
    ...spec,
  },
});

async function create(spec: Partial<JobSpec> = {}): Promise<void> {
  await cluster.create(refs.jobs, job(spec));
  await cluster.settle();
}

const status = () => cluster.get(refs.jobs, 'job')?.status;
const pods = () => cluster.list(refs.pods);
const podNames = () => pods().map(({ metadata }) => metadata.name);
const activeNames = () =>
  pods()
    .filter(({ status, metadata }) => status?.phase === 'Running' && !metadata.deletionTimestamp)
    .map(({ metadata }) => metadata.name);
const conditions = () => status()?.conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`);
const index = (name: string) =>
  cluster.get(refs.pods, name)!.metadata.annotations!['batch.kubernetes.io/job-completion-index'];
const podWithIndex = (wanted: number) => activeNames().find((name) => index(name) === String(wanted))!;

async function finish(name: string, phase: 'Succeeded' | 'Failed', exitCode?: number): Promise<void> {
  await cluster.nodes.finish(name, phase, exitCode);
  await cluster.settle();
}

async function patch(spec: object): Promise<void> {
  await cluster.client.resource(refs.jobs).patch('default', 'job', { spec });
  await cluster.settle();
}

describe('a Job', () => {
  it('runs one Pod and is complete once that has succeeded', async () => {
    await create();
    const [name] = podNames();
    expect(name).toMatch(/^job-[a-z0-9]{5}$/);
    expect(status()).toEqual({
      startTime: '2026-01-01T00:00:00Z',
      active: 1,
      ready: 1,
      terminating: 0,
      uncountedTerminatedPods: {},
    });
    expect(pods()[0]!.metadata).toMatchObject({
      finalizers: ['batch.kubernetes.io/job-tracking'],
      labels: { 'batch.kubernetes.io/job-name': 'job', 'job-name': 'job' },
      ownerReferences: [{ kind: 'Job', name: 'job', controller: true, blockOwnerDeletion: true }],
    });
    await cluster.clock.advance(5000);
    await finish(name!, 'Succeeded');
    const time = '2026-01-01T00:00:05Z';
    const said = { reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
    const at = { status: 'True', lastProbeTime: time, lastTransitionTime: time, ...said };
    expect(status()).toEqual({
      startTime: '2026-01-01T00:00:00Z',
      completionTime: time,
      succeeded: 1,
      ready: 0,
      terminating: 0,
      uncountedTerminatedPods: {},
      conditions: [
        { type: 'SuccessCriteriaMet', ...at },
        { type: 'Complete', ...at },
      ],
    });
    expect(pods()[0]!.metadata.finalizers).toBeUndefined();
    expect(await cluster.events('job')).toEqual([`SuccessfulCreate: Created pod: ${name}`, 'Completed: Job completed']);
    expect(cluster.failures).toEqual([]);
  });

  it('keeps as many Pods as are to run side by side, and no more than are left to do', async () => {
    await create({ completions: 3, parallelism: 2 });
    expect(activeNames()).toHaveLength(2);
    await finish(activeNames()[0]!, 'Succeeded');
    expect(activeNames()).toHaveLength(2);
    await finish(activeNames()[0]!, 'Succeeded');
    expect(activeNames()).toHaveLength(1);
    expect(status()).toMatchObject({ active: 1, succeeded: 2 });
    await finish(activeNames()[0]!, 'Succeeded');
    expect(status()?.succeeded).toBe(3);
    expect(conditions()).toContain('Complete=True CompletionsReached');
  });

  it('without completions is done once one Pod has succeeded and the others have ended', async () => {
    await create({ parallelism: 3 });
    const [one, two, three] = activeNames();
    await finish(one!, 'Succeeded');
    expect(podNames()).toHaveLength(3);
    expect(conditions()).toBeUndefined();
    await finish(two!, 'Succeeded');
    await finish(three!, 'Failed');
    expect(status()).toMatchObject({ succeeded: 2, failed: 1 });
    expect(conditions()).toContain('Complete=True CompletionsReached');
  });

  it('waits longer after each failure, and fails beyond its limit', async () => {
    await create({ backoffLimit: 2 });
    await finish(activeNames()[0]!, 'Failed');
    expect(status()).toMatchObject({ failed: 1 });
    await cluster.advance(9);
    expect(activeNames()).toHaveLength(0);
    await cluster.advance(1);
    expect(activeNames()).toHaveLength(1);
    await finish(activeNames()[0]!, 'Failed');
    await cluster.advance(19);
    expect(activeNames()).toHaveLength(0);
    await cluster.advance(1);
    await finish(activeNames()[0]!, 'Failed');
    expect(status()).toMatchObject({ failed: 3 });
    expect(conditions()).toEqual(['FailureTarget=True BackoffLimitExceeded', 'Failed=True BackoffLimitExceeded']);
    expect(status()?.completionTime).toBeUndefined();
    expect((await cluster.events('job')).at(-1)).toBe(
      'BackoffLimitExceeded: Job has reached the specified backoff limit',
    );
    await cluster.advance(1000);
    expect(podNames()).toHaveLength(3);
  });

  it('forgets failures before a success', async () => {
    await create({ completions: 3, backoffLimit: 5 });
    await finish(activeNames()[0]!, 'Failed');
    await cluster.advance(10);
    await finish(activeNames()[0]!, 'Succeeded');
    expect(activeNames()).toHaveLength(1);
    await finish(activeNames()[0]!, 'Failed');
    await cluster.advance(10);
    expect(activeNames()).toHaveLength(1);
  });

  it('ends what still runs when it fails, and says so once nothing does', async () => {
    await create({ parallelism: 2, completions: 2, backoffLimit: 0 });
    const [one, two] = activeNames();
    cluster.nodes.lingering.add(two!);
    await finish(one!, 'Failed');
    expect(status()).toMatchObject({ failed: 2, terminating: 1, ready: 0 });
    expect(conditions()).toEqual(['FailureTarget=True BackoffLimitExceeded']);
    cluster.nodes.release(two!);
    await cluster.settle();
    expect(conditions()).toContain('Failed=True BackoffLimitExceeded');
    expect(status()).toMatchObject({ failed: 2, terminating: 0 });
  });

  it('counts the restarts of containers that are restarted in their Pod', async () => {
    const template = {
      spec: { restartPolicy: 'OnFailure' as const, containers: [{ name: 'main', image: 'busybox:1' }] },
    };
    await create({ template, backoffLimit: 2 });
    const [pod] = pods();
    const [container] = pod!.status!.containerStatuses!;
    const restarted = { ...pod!.status!, containerStatuses: [{ ...container!, restartCount: 2 }] };
    await cluster.client.resource(refs.pods).updateStatus({ ...pod!, status: restarted });
    await cluster.settle();
    expect(conditions()).toContain('Failed=True BackoffLimitExceeded');
    expect(podNames()).toEqual([]);
  });

  it('fails when it has been active for too long', async () => {
    await create({ activeDeadlineSeconds: 30 });
    await cluster.advance(29);
    expect(activeNames()).toHaveLength(1);
    await cluster.advance(1);
    expect(podNames()).toEqual([]);
    expect(conditions()).toEqual(['FailureTarget=True DeadlineExceeded', 'Failed=True DeadlineExceeded']);
    expect(status()).toMatchObject({ failed: 1 });
    expect((await cluster.events('job')).at(-1)).toBe(
      'DeadlineExceeded: Job was active longer than specified deadline',
    );
  });

  it('counts a Pod that is deleted by somebody, and replaces it', async () => {
    await create();
    const [name] = activeNames();
    await cluster.client.resource(refs.pods).delete('default', name!);
    await cluster.settle();
    expect(podNames()).not.toContain(name);
    expect(status()).toMatchObject({ failed: 1 });
    await cluster.advance(10);
    expect(activeNames()).toHaveLength(1);
  });

  it('replaces Pods that are being deleted at once, or once they have gone', async () => {
    await create({ podReplacementPolicy: 'Failed', backoffLimit: 5 });
    const [name] = activeNames();
    cluster.nodes.lingering.add(name!);
    await cluster.client.resource(refs.pods).delete('default', name!);
    await cluster.advance(60);
    expect(podNames()).toEqual([name]);
    expect(status()).toMatchObject({ terminating: 1 });
    await finish(name!, 'Failed');
    await cluster.advance(10);
    expect(activeNames()).toHaveLength(1);
    expect(status()).toMatchObject({ failed: 1 });
  });

  it('runs nothing while it is suspended', async () => {
    await create({ suspend: true });
    expect(podNames()).toEqual([]);
    expect(conditions()).toEqual(['Suspended=True JobSuspended']);
    expect(status()?.startTime).toBeUndefined();
    await cluster.advance(100);
    await patch({ suspend: false });
    expect(conditions()).toEqual(['Suspended=False JobResumed']);
    expect(status()).toMatchObject({ startTime: '2026-01-01T00:01:40Z', active: 1 });
    await patch({ suspend: true });
    expect(podNames()).toEqual([]);
    expect(status()?.failed).toBeUndefined();
    // The one that happened twice was written last.
    expect((await cluster.events('job')).filter((event) => !event.includes(' pod: '))).toEqual([
      'Resumed: Job resumed',
      'Suspended: Job suspended',
    ]);
  });

  it('follows a change of its parallelism', async () => {
    await create({ parallelism: 3, completions: 5 });
    await patch({ parallelism: 1 });
    expect(activeNames()).toHaveLength(1);
    expect(status()?.failed).toBeUndefined();
    await patch({ parallelism: 4 });
    expect(activeNames()).toHaveLength(4);
  });

  it('lets go of its Pods when it is deleted', async () => {
    await create();
    const [name] = podNames();
    await cluster.client.resource(refs.jobs).delete('default', 'job', { propagationPolicy: 'Background' });
    await cluster.settle();
    expect(cluster.get(refs.pods, name!)?.metadata.finalizers).toBeUndefined();
  });

  it('leaves a Job alone that somebody else manages', async () => {
    await create({ managedBy: 'example.com/queue' });
    expect(podNames()).toEqual([]);
    expect(status()?.startTime).toBeUndefined();
  });

  it('fails or ignores failures as its podFailurePolicy says', async () => {
    await create({
      backoffLimit: 0,
      podFailurePolicy: {
        rules: [
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          { action: 'FailJob', onExitCodes: { containerName: 'main', operator: 'In', values: [42] } },
        ],
      },
    });
    const [disrupted] = activeNames();
    const pod = cluster.get(refs.pods, disrupted!)!;
    const condition = { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' } as const;
    await cluster.client
      .resource(refs.pods)
      .updateStatus({ ...pod, status: { ...pod.status, phase: 'Failed', conditions: [condition] } });
    await cluster.advance(10);
    expect(status()?.failed).toBeUndefined();
    const [name] = activeNames();
    await finish(name!, 'Failed', 42);
    const message = `Container main for pod default/${name} failed with exit code 42 matching FailJob rule at index 1`;
    expect(status()?.conditions).toMatchObject([
      { type: 'FailureTarget', reason: 'PodFailurePolicy', message },
      { type: 'Failed', reason: 'PodFailurePolicy', message },
    ]);
    expect((await cluster.events('job')).at(-1)).toBe(`PodFailurePolicy: ${message}`);
  });
});

describe('an Indexed Job', () => {
  it('gives each Pod its index', async () => {
    await create({ completionMode: 'Indexed', completions: 3, parallelism: 2 });
    expect(activeNames().map(index)).toEqual(['0', '1']);
    const pod = cluster.get(refs.pods, podWithIndex(1))!;
    expect(pod.metadata).toMatchObject({
      generateName: 'job-1-',
      labels: { 'batch.kubernetes.io/job-completion-index': '1' },
      annotations: { 'batch.kubernetes.io/job-completion-index': '1' },
    });
    expect(pod.spec.hostname).toBe('job-1');
    expect(pod.spec.containers[0]!.env).toEqual([
      {
        name: 'JOB_COMPLETION_INDEX',
        valueFrom: {
          fieldRef: {
            apiVersion: 'v1',
            fieldPath: "metadata.labels['batch.kubernetes.io/job-completion-index']",
          },
        },
      },
    ]);
    await finish(podWithIndex(1), 'Succeeded');
    expect(status()).toMatchObject({ completedIndexes: '1', succeeded: 1 });
    expect(activeNames().map(index)).toEqual(expect.arrayContaining(['0', '2']));
    await finish(podWithIndex(0), 'Succeeded');
    await finish(podWithIndex(2), 'Succeeded');
    expect(status()).toMatchObject({ completedIndexes: '0-2', succeeded: 3 });
    expect(conditions()).toContain('Complete=True CompletionsReached');
  });

  it('counts failures by index where it has a limit for each', async () => {
    await create({ completionMode: 'Indexed', completions: 3, parallelism: 3, backoffLimitPerIndex: 1 });
    expect(status()?.failedIndexes).toBe('');
    const first = podWithIndex(1);
    await finish(first, 'Failed');
    expect(cluster.get(refs.pods, first)!.metadata.finalizers).toEqual(['batch.kubernetes.io/job-tracking']);
    await cluster.advance(10);
    expect(cluster.get(refs.pods, first)!.metadata.finalizers).toBeUndefined();
    const second = podWithIndex(1);
    expect(cluster.get(refs.pods, second)!.metadata.annotations).toMatchObject({
      'batch.kubernetes.io/job-index-failure-count': '1',
    });
    await finish(second, 'Failed');
    expect(status()).toMatchObject({ failedIndexes: '1', failed: 2 });
    await cluster.advance(60);
    expect(activeNames()).toHaveLength(2);
    await finish(podWithIndex(0), 'Succeeded');
    await finish(podWithIndex(2), 'Succeeded');
    expect(status()).toMatchObject({ completedIndexes: '0,2', failedIndexes: '1', succeeded: 2, failed: 2 });
    expect(conditions()).toEqual(['FailureTarget=True FailedIndexes', 'Failed=True FailedIndexes']);
  });

  it('fails once more indexes have failed than may', async () => {
    await create({
      completionMode: 'Indexed',
      completions: 4,
      parallelism: 4,
      backoffLimitPerIndex: 0,
      maxFailedIndexes: 1,
    });
    await finish(podWithIndex(0), 'Failed');
    expect(conditions()).toBeUndefined();
    await finish(podWithIndex(2), 'Failed');
    expect(status()).toMatchObject({ failedIndexes: '0,2', failed: 4 });
    expect(conditions()).toContain('Failed=True MaxFailedIndexesExceeded');
    expect(activeNames()).toEqual([]);
  });

  it('succeeds as its successPolicy says', async () => {
    await create({
      completionMode: 'Indexed',
      completions: 4,
      parallelism: 4,
      successPolicy: { rules: [{ succeededIndexes: '0' }, { succeededIndexes: '1-3', succeededCount: 2 }] },
    });
    await finish(podWithIndex(1), 'Succeeded');
    expect(conditions()).toBeUndefined();
    const last = podWithIndex(0);
    cluster.nodes.lingering.add(last);
    await finish(podWithIndex(3), 'Succeeded');
    expect(conditions()).toEqual(['SuccessCriteriaMet=True SuccessPolicy']);
    expect(status()?.conditions?.[0]?.message).toBe('Matched rules at index 1');
    cluster.nodes.release(last);
    await cluster.settle();
    expect(conditions()).toContain('Complete=True SuccessPolicy');
    expect(status()).toMatchObject({ succeeded: 2, completedIndexes: '1,3' });
    expect(status()?.failed).toBeUndefined();
  });
});
