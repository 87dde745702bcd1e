import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pods } from '../../../src/embedded/client/refs.ts';
import type { Pod } from '../../../src/kubernetes/objects.ts';
import { isReady, podOn, TestCluster } from './cluster.ts';
import { main, script, stopClean, worker } from './pod-tools.ts';

let cluster: TestCluster;

beforeEach(async () => {
  cluster = await new TestCluster().start();
});

afterEach(() => stopClean(cluster));

async function remove(name: string, options = {}): Promise<void> {
  await cluster.admin.resource(pods).delete('default', name, options);
}

/** Seconds of the clock until the Pod is gone from the API. */
async function secondsToGo(name: string): Promise<number> {
  const began = cluster.clock.now();
  await cluster.until(() => !cluster.pod(name));
  return Math.round((cluster.clock.now() - began) / 1000);
}

describe('deleting a Pod', () => {
  it('gives its containers their grace period, then ends them', async () => {
    await cluster.create(podOn(worker, 'polite', script('trap "exit 3" TERM; sleep 100000 & wait')));
    await cluster.create(
      podOn(worker, 'deaf', script('trap "" TERM; sleep 100000'), { terminationGracePeriodSeconds: 6 }),
    );
    await cluster.untilPod('polite', isReady);
    await cluster.untilPod('deaf', isReady);
    // A shell needs a moment before its traps are set.
    await cluster.clock.advance(1000);
    const phases: string[] = [];
    cluster.informers.of(pods).subscribe({
      deleted: ({ metadata, status }) => {
        const { exitCode } = status!.containerStatuses![0]!.state!.terminated!;
        phases.push(`${metadata.name} ${status!.phase} ${exitCode}`);
      },
    });
    await remove('polite');
    expect(await secondsToGo('polite')).toBe(0);
    await remove('deaf');
    expect(await secondsToGo('deaf')).toBe(6);
    expect(phases).toEqual(['polite Failed 3', 'deaf Failed 137']);
    expect(cluster.events('deaf').at(-1)).toBe('Killing: Stopping container main');
  });

  it('can be hurried while it goes on', async () => {
    await cluster.create(podOn(worker, 'a', script('trap "" TERM; sleep 100000')));
    await cluster.untilPod('a', isReady);
    await remove('a');
    await cluster.clock.advance(3000);
    expect(cluster.pod('a')?.metadata.deletionGracePeriodSeconds).toBe(30);
    await remove('a', { gracePeriodSeconds: 5 });
    expect(await secondsToGo('a')).toBe(5);
  });

  it('runs the preStop hook first, within the grace period', async () => {
    const lifecycle = { preStop: { exec: { command: ['sh', '-c', 'sleep 4; echo bye > /proc/1/fd/1'] } } };
    await cluster.create(podOn(worker, 'a', { ...script('trap "exit 0" TERM; sleep 100000 & wait'), lifecycle }));
    await cluster.untilPod('a', isReady);
    await cluster.clock.advance(1000);
    await remove('a');
    expect(await secondsToGo('a')).toBe(4);
    const endless = { preStop: { exec: { command: ['sleep', '100'] } } };
    await cluster.create(
      podOn(
        worker,
        'b',
        { ...script('sleep 100000'), lifecycle: endless },
        {
          terminationGracePeriodSeconds: 5,
        },
      ),
    );
    await cluster.untilPod('b', isReady);
    await remove('b');
    // The hook takes all five seconds; every container has two more.
    expect(await secondsToGo('b')).toBe(7);
  });

  it('by force does not wait for the node, which ends the containers all the same', async () => {
    await cluster.create(
      podOn(worker, 'a', script('trap "" TERM; sleep 100000'), { terminationGracePeriodSeconds: 4 }),
    );
    await cluster.untilPod('a', isReady);
    const worked = cluster.node(worker).find('default', 'a')!;
    await remove('a', { gracePeriodSeconds: 0 });
    expect(cluster.pod('a')).toBeUndefined();
    expect(worked.running).toHaveLength(1);
    await cluster.until(() => !cluster.node(worker).find('default', 'a'));
    expect(worked.running).toHaveLength(0);
  });

  it('interrupts a Pod that has not come up yet', async () => {
    await cluster.create(podOn(worker, 'a', { image: 'nobody/nothing:1' }));
    await cluster.untilPod('a', (pod) => main(pod)?.state?.waiting?.reason === 'ErrImagePull');
    const last: (Pod['status'] | undefined)[] = [];
    cluster.informers.of(pods).subscribe({ deleted: ({ status }) => last.push(status) });
    await remove('a');
    expect(await secondsToGo('a')).toBe(0);
    expect(last[0]).toMatchObject({
      phase: 'Failed',
      containerStatuses: [{ state: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } } }],
    });
  });

  it('goes on while the API server still writes down why', async () => {
    const slow = await new TestCluster({ slowDisk: true }).start();
    const readinessGates = [{ conditionType: 'example.com/ready' }];
    await slow.create(podOn(worker, 'a', {}, { readinessGates, terminationGracePeriodSeconds: 1 }));
    await slow.untilPod('a', (pod) => main(pod)?.ready);
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'a', namespace: 'default' } };
    await slow.admin.resource(pods).createSubresource('default', 'a', 'eviction', eviction);
    await slow.until(() => !slow.pod('a'));
    await slow.stop();
    expect(slow.errors).toEqual([]);
  });

  it('leaves its address to others', async () => {
    await cluster.create(podOn(worker, 'a'));
    const { podIP } = (await cluster.untilPod('a', isReady)).status!;
    await remove('a', { gracePeriodSeconds: 1 });
    await cluster.until(() => !cluster.pod('a'));
    const refused = expect(cluster.network.dial(podIP!, 80)).rejects.toThrow();
    await cluster.clock.advance(60_000);
    await refused;
  });
});
