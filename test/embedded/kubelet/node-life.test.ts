import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogOptions } from '../../../src/embedded/apiserver/node-backend.ts';
import * as refs from '../../../src/embedded/client/refs.ts';
import { isReady, podOn, TestCluster } from './cluster.ts';
import { main, stopClean, worker } from './pod-tools.ts';

let cluster: TestCluster;

beforeEach(async () => {
  cluster = await new TestCluster().start();
});

afterEach(() => stopClean(cluster));

const node = () => cluster.node(worker);

/** What there is of a log now, or all of it where that is followed to its end. */
async function logs(pod: string, options: Partial<LogOptions>): Promise<string> {
  const { signal } = new AbortController();
  const target = { namespace: 'default', pod, container: 'main' };
  const all: LogOptions = { follow: false, previous: false, timestamps: false, stream: 'All', signal, ...options };
  return text(await cluster.backend.logs(target, all));
}

async function remove(name: string, options = {}): Promise<void> {
  await cluster.admin.resource(refs.pods).delete('default', name, options);
}

const run = (pod: string, command: string) => cluster.run(pod, command);

describe('a node that is switched off and on', () => {
  const empty = { volumes: [{ name: 'scratch', emptyDir: {} }] };
  const volumeMounts = [{ name: 'scratch', mountPath: '/scratch' }];

  it('has the same Pods, each with new containers', async () => {
    await cluster.create(podOn(worker, 'a', { volumeMounts }, empty));
    const before = await cluster.untilPod('a', isReady);
    await run('a', 'echo kept > /scratch/f; echo lost > /tmp/f');
    await node().stop();
    await cluster.clock.advance(5_000);
    expect(isReady(cluster.pod('a')!)).toBe(true);
    await node().start();
    const after = await cluster.untilPod('a', (pod) => isReady(pod) && main(pod)?.restartCount === 1);
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(main(after)?.lastState?.terminated).toMatchObject({
      containerID: main(before)!.containerID,
      exitCode: 255,
      reason: 'Unknown',
      startedAt: '2026-01-01T00:00:00Z',
      finishedAt: '2026-01-01T00:00:05Z',
    });
    expect(await run('a', 'cat /scratch/f; ls /tmp')).toBe('kept\n');
    expect(cluster.events('a')).toContain('SandboxChanged: Pod sandbox changed, it will be killed and re-created.');
  });

  it('keeps the output of the run before and of none earlier, however often a container fails', async () => {
    const command = ['sh', '-c', 'echo failing; exit 1'];
    await cluster.create(podOn(worker, 'a', { command }));
    const { metadata } = await cluster.untilPod('a', (pod) => main(pod)?.restartCount === 4, 600_000);
    await cluster.clock.advance(2_000);
    const [volume] = cluster.volumes.list().filter((id) => id.includes(metadata.uid!));
    expect(await cluster.volumes.open(volume!).readdir('/main')).toEqual(['3.log', '4.log']);
    expect(await logs('a', { previous: true })).toBe('failing\n');
    await remove('a', { gracePeriodSeconds: 0 });
    await cluster.clock.advance(2_000);
  });

  it('keeps what containers wrote, for as long as there is the Pod', async () => {
    const command = ['sh', '-c', 'echo first; echo second >&2; printf unfinished; sleep inf'];
    await cluster.create(podOn(worker, 'a', { command }));
    const { metadata } = await cluster.untilPod('a', isReady);
    await cluster.clock.advance(2_000);
    await node().stop();
    await node().start();
    await cluster.untilPod('a', (pod) => isReady(pod) && main(pod)?.restartCount === 1);
    expect(await logs('a', { previous: true })).toBe('first\nsecond\nunfinished');
    expect(await logs('a', { previous: true, tailLines: 2, timestamps: true })).toMatch(
      /^2026-01-01T00:00:00\.\d{9}Z second\n2026-01-01T00:00:02\.\d{9}Z unfinished$/,
    );
    expect(await logs('a', { previous: true, follow: true, stream: 'Stderr' })).toBe('second\n');
    await cluster.clock.advance(1_000);
    expect(await logs('a', {})).toBe('first\nsecond\n');
    const kept = () => cluster.volumes.list().filter((id) => id.includes(metadata.uid!));
    expect(kept()).toHaveLength(1);
    await remove('a', { gracePeriodSeconds: 0 });
    await cluster.until(() => kept().length === 0);
  });

  it('does not start again what is done, and ends what is not to be restarted', async () => {
    await cluster.create(podOn(worker, 'done', { command: ['true'] }, { restartPolicy: 'OnFailure' }));
    await cluster.create(podOn(worker, 'once', {}, { restartPolicy: 'Never' }));
    await cluster.untilPod('done', ({ status }) => status?.phase === 'Succeeded');
    await cluster.untilPod('once', isReady);
    await node().stop();
    await node().start();
    const once = await cluster.untilPod('once', ({ status }) => status?.phase === 'Failed');
    expect(main(once)).toMatchObject({ restartCount: 0, state: { terminated: { exitCode: 255, reason: 'Unknown' } } });
    expect(main(cluster.pod('done')!)).toMatchObject({ restartCount: 0, state: { terminated: { exitCode: 0 } } });
  });

  it('runs init containers again', async () => {
    const initContainers = [{ name: 'prepare', image: 'busybox:1.36', command: ['true'] }];
    await cluster.create(podOn(worker, 'a', {}, { initContainers }));
    await cluster.untilPod('a', isReady);
    await node().stop();
    await node().start();
    const pod = await cluster.untilPod('a', (each) => isReady(each) && main(each)?.restartCount === 1);
    expect(pod.status?.initContainerStatuses?.[0]).toMatchObject({ ready: true, restartCount: 1 });
  });

  it('forgets Pods that were deleted by force meanwhile, and what they left', async () => {
    await cluster.create(podOn(worker, 'a', { volumeMounts }, empty));
    await cluster.untilPod('a', isReady);
    await run('a', 'echo kept > /scratch/f');
    expect(cluster.volumes.list()).toContainEqual(expect.stringContaining('/scratch'));
    await node().stop();
    await remove('a', { gracePeriodSeconds: 0 });
    expect(cluster.pod('a')).toBeUndefined();
    await node().start();
    await cluster.until(() => !cluster.volumes.list().some((id) => id.includes('/scratch')));
    expect(node().find('default', 'a')).toBeUndefined();
  });

  it('ends Pods whose deletion it has missed', async () => {
    await cluster.create(podOn(worker, 'a', {}, { terminationGracePeriodSeconds: 30 }));
    await cluster.untilPod('a', isReady);
    await node().stop();
    await remove('a');
    await cluster.clock.advance(60_000);
    expect(cluster.pod('a')).toBeDefined();
    await node().start();
    await cluster.until(() => !cluster.pod('a'), 1_000);
  });

  it('says of Pods that it cannot be reached', async () => {
    await cluster.create(podOn(worker, 'a'));
    await cluster.untilPod('a', isReady);
    await node().stop();
    await expect(run('a', 'true')).rejects.toThrow(
      'error dialing backend: dial tcp 172.18.0.3:10250: connect: no route to host',
    );
  });
});

describe('a node that is cut off', () => {
  it('goes on with its Pods, and reports when it is back', async () => {
    const livenessProbe = { exec: { command: ['test', '-e', '/tmp/alive'] }, periodSeconds: 1, failureThreshold: 1 };
    const command = ['sh', '-c', 'touch /tmp/alive; sleep 20; rm /tmp/alive; sleep 1000000'];
    await cluster.create(podOn(worker, 'a', { command, livenessProbe }, { terminationGracePeriodSeconds: 0 }));
    await cluster.untilPod('a', isReady);
    node().partition();
    await cluster.clock.advance(30_000);
    expect(main(cluster.pod('a')!)).toMatchObject({ restartCount: 0, ready: true });
    await node().start();
    await cluster.untilPod('a', (pod) => main(pod)?.restartCount === 1, 1_000);
  });

  it('hears of deletions when it is back', async () => {
    await cluster.create(podOn(worker, 'a', {}, { terminationGracePeriodSeconds: 1 }));
    await cluster.create(podOn(worker, 'forced'));
    await cluster.untilPod('a', isReady);
    await cluster.untilPod('forced', isReady);
    node().partition();
    await remove('a');
    await remove('forced', { gracePeriodSeconds: 0 });
    await cluster.clock.advance(60_000);
    expect(cluster.pod('a')).toBeDefined();
    expect(node().find('default', 'forced')).toBeDefined();
    await node().start();
    await cluster.until(() => !cluster.pod('a') && !node().find('default', 'forced'));
  });

  it('hears of new values when it is back', async () => {
    const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { color: 'red' } };
    await cluster.create(configMap);
    const volumes = [{ name: 'settings', configMap: { name: 'settings' } }];
    const volumeMounts = [{ name: 'settings', mountPath: '/settings' }];
    await cluster.create(podOn(worker, 'a', { volumeMounts }, { volumes }));
    await cluster.untilPod('a', isReady);
    node().partition();
    await cluster.admin.resource(refs.configMaps).patch('default', 'settings', { data: { color: 'blue' } });
    await cluster.clock.advance(1_000);
    await node().start();
    expect(await run('a', 'cat /settings/color')).toBe('blue');
  });

  it('does not answer', async () => {
    await cluster.create(podOn(worker, 'a'));
    await cluster.untilPod('a', isReady);
    node().partition();
    await expect(run('a', 'true')).rejects.toThrow('error dialing backend: dial tcp 172.18.0.3:10250: i/o timeout');
  });
});

describe('a node', () => {
  it('puts back what others have written of its Pods, as the node controller does while a node is silent', async () => {
    await cluster.create(podOn(worker, 'a'));
    await cluster.untilPod('a', isReady);
    const condition = { type: 'Ready', status: 'False', lastTransitionTime: '2026-01-01T00:00:09Z' };
    const options = { type: 'strategic', subresource: 'status' } as const;
    const marked = await cluster.admin
      .resource(refs.pods)
      .patch('default', 'a', { status: { conditions: [condition] } }, options);
    expect(isReady(marked)).toBe(false);
    const restored = await cluster.untilPod('a', isReady);
    expect(restored.metadata.resourceVersion).not.toBe(marked.metadata.resourceVersion);
  });

  it('renews its Lease every ten seconds, and reports its status only where there is news', async () => {
    const lease = () => cluster.informers.of(refs.leases).get('kube-node-lease', worker)!;
    const status = () => cluster.informers.of(refs.nodes).get('', worker)!.metadata.resourceVersion;
    const before = { renewed: lease().spec!.renewTime!, status: status() };
    await cluster.clock.advance(60_000);
    expect(Date.parse(String(lease().spec!.renewTime)) - Date.parse(String(before.renewed))).toBeGreaterThanOrEqual(
      50_000,
    );
    expect(status()).toBe(before.status);
    await cluster.clock.advance(300_000);
    expect(status()).not.toBe(before.status);
  });
});
