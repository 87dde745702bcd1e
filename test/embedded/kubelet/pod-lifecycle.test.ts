import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pods } from '../../../src/embedded/client/refs.ts';
import { isReady, podOn, TestCluster } from './cluster.ts';
import { conditions, main, script, stopClean, worker } from './pod-tools.ts';

let cluster: TestCluster;

beforeEach(async () => {
  cluster = await new TestCluster().start();
});

afterEach(() => stopClean(cluster));

describe('a Pod that runs', () => {
  it('is reported as a real kubelet reports it', async () => {
    const resources = { requests: { cpu: '10m' }, limits: { memory: '64Mi' } };
    await cluster.create(podOn(worker, 'a', { resources }));
    const pod = await cluster.untilPod('a', isReady);
    const now = '2026-01-01T00:00:00Z';
    const uid = pod.metadata.uid;
    expect(uid).toBeDefined();
    const yes = { lastProbeTime: null, lastTransitionTime: now, status: 'True' };
    const [status] = pod.status!.containerStatuses!;
    expect(status).toMatchObject({
      allocatedResources: { cpu: '10m', memory: '64Mi' },
      image: 'docker.io/library/busybox:1.36',
      lastState: {},
      name: 'main',
      ready: true,
      resources: { limits: { memory: '64Mi' }, requests: { cpu: '10m', memory: '64Mi' } },
      restartCount: 0,
      started: true,
      state: { running: { startedAt: now } },
      volumeMounts: [
        {
          mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
          name: pod.spec.volumes![0]!.name,
          readOnly: true,
          recursiveReadOnly: 'Disabled',
        },
      ],
    });
    expect(status!.containerID).toMatch(/^containerd:\/\/[0-9a-f]{64}$/);
    expect(status!.imageID).toMatch(/^docker.io\/library\/busybox@sha256:[0-9a-f]{64}$/);
    const { containerStatuses: _, ...rest } = pod.status!;
    expect(rest).toEqual({
      conditions: [
        { ...yes, type: 'PodReadyToStartContainers' },
        { ...yes, type: 'Initialized' },
        { ...yes, type: 'Ready' },
        { ...yes, type: 'ContainersReady' },
        { ...yes, type: 'PodScheduled' },
      ],
      hostIP: '172.18.0.3',
      hostIPs: [{ ip: '172.18.0.3' }],
      phase: 'Running',
      podIP: '10.244.1.2',
      podIPs: [{ ip: '10.244.1.2' }],
      qosClass: 'Burstable',
      startTime: now,
    });
    expect(cluster.events('a')).toEqual([
      'Pulling: Pulling image "busybox:1.36"',
      'Pulled: Successfully pulled image "busybox:1.36" in 0s (0s including waiting). Image size: 2167176 bytes.',
      'Created: Created container: main',
      'Started: Started container main',
    ]);
  });

  it('is started without a pull where the node has the image', async () => {
    await cluster.create(podOn(worker, 'a'));
    await cluster.untilPod('a', isReady);
    await cluster.create(podOn(worker, 'b'));
    await cluster.untilPod('b', isReady);
    expect(cluster.events('b')[0]).toBe('Pulled: Container image "busybox:1.36" already present on machine');
  });

  it('waits for its readiness gates', async () => {
    await cluster.create(podOn(worker, 'a', {}, { readinessGates: [{ conditionType: 'example.com/open' }] }));
    const pod = await cluster.untilPod('a', ({ status }) => status?.phase === 'Running');
    expect(conditions(pod)).toContain(
      'Ready False ReadinessGatesNotReady corresponding condition of pod readiness gate "example.com/open" does not exist.',
    );
    const open = { type: 'example.com/open', status: 'True' };
    await cluster.admin
      .resource(pods)
      .patch('default', 'a', { status: { conditions: [open] } }, { type: 'strategic', subresource: 'status' });
    const after = await cluster.untilPod('a', isReady);
    expect(after.status?.conditions?.map(({ type }) => type)).toContain('example.com/open');
  });

  it('gets a new container where its image is changed', async () => {
    await cluster.create(podOn(worker, 'a', { terminationGracePeriodSeconds: 1 }));
    await cluster.untilPod('a', isReady);
    const image = { spec: { containers: [{ name: 'main', image: 'busybox:1.37' }] } };
    await cluster.admin.resource(pods).patch('default', 'a', image, { type: 'strategic' });
    const pod = await cluster.untilPod('a', (each) => main(each)?.restartCount === 1 && isReady(each));
    expect(main(pod)?.image).toBe('docker.io/library/busybox:1.37');
    expect(cluster.events('a')).toContain('Killing: Container main definition changed, will be restarted');
  });

  it('is resized without a restart', async () => {
    await cluster.create(podOn(worker, 'a', { resources: { requests: { cpu: '10m' } } }));
    await cluster.untilPod('a', isReady);
    const resize = { spec: { containers: [{ name: 'main', resources: { requests: { cpu: '20m' } } }] } };
    await cluster.admin.resource(pods).patch('default', 'a', resize, { type: 'strategic', subresource: 'resize' });
    const pod = await cluster.untilPod('a', (each) => main(each)?.allocatedResources?.cpu === '20m');
    expect(main(pod)).toMatchObject({ restartCount: 0, resources: { requests: { cpu: '20m' } } });
  });
});

describe('a container that ends', () => {
  it('is started again at once, then after longer and longer waits', async () => {
    await cluster.create(podOn(worker, 'a', script('echo last words > /dev/termination-log; exit 3')));
    const starts: number[] = [];
    let seen = -1;
    await cluster.untilPod(
      'a',
      (pod) => {
        const count = main(pod)?.restartCount ?? -1;
        if (count > seen) starts.push(Math.round((cluster.clock.now() - Date.UTC(2026, 0, 1)) / 1000));
        seen = Math.max(seen, count);
        return count === 4;
      },
      120_000,
    );
    // The first restart comes at once; the others 10, 20 and 40 seconds after the one before.
    expect(starts.slice(-3)).toEqual([10, 30, 70]);
    const pod = await cluster.untilPod('a', (each) => main(each)?.state?.waiting);
    const id = `a_default(${pod.metadata.uid})`;
    expect(main(pod)?.state?.waiting).toEqual({
      message: `back-off 1m20s restarting failed container=main pod=${id}`,
      reason: 'CrashLoopBackOff',
    });
    expect(main(pod)?.lastState?.terminated).toMatchObject({ exitCode: 3, message: 'last words\n', reason: 'Error' });
    expect(pod.status?.phase).toBe('Running');
    expect(cluster.events('a')).toContain(`BackOff: Back-off restarting failed container main in pod ${id}`);
  });

  it('is started again at once where a probe ended it that had not failed before', async () => {
    const livenessProbe = { exec: { command: ['false'] }, periodSeconds: 1, failureThreshold: 2 };
    await cluster.create(podOn(worker, 'a', { livenessProbe }, { terminationGracePeriodSeconds: 0 }));
    const restarts = (count: number) => cluster.untilPod('a', (pod) => main(pod)?.restartCount === count, 10_000);
    await restarts(2);
    await cluster.untilPod('a', (pod) => main(pod)?.state?.waiting?.reason === 'CrashLoopBackOff', 10_000);
    expect(cluster.events('a')).toContain('Killing: Container main failed liveness probe, will be restarted');
  });

  it('ends the Pod where it is not to be started again', async () => {
    await cluster.create(podOn(worker, 'well', script('true'), { restartPolicy: 'Never' }));
    await cluster.create(
      podOn(
        worker,
        'badly',
        { ...script('echo fatal; exit 1'), terminationMessagePolicy: 'FallbackToLogsOnError' },
        { restartPolicy: 'Never' },
      ),
    );
    const well = await cluster.untilPod('well', ({ status }) => status?.phase === 'Succeeded');
    expect(conditions(well)).toEqual([
      'PodReadyToStartContainers False',
      'Initialized True PodCompleted',
      'Ready False PodCompleted',
      'ContainersReady False PodCompleted',
      'PodScheduled True',
    ]);
    const badly = await cluster.untilPod('badly', ({ status }) => status?.phase === 'Failed');
    expect(main(badly)?.state?.terminated).toMatchObject({ exitCode: 1, message: 'fatal\n', reason: 'Error' });
    expect(conditions(badly)).toContain('Ready False PodFailed');
  });

  it('that could not be started counts as one that failed', async () => {
    await cluster.create(podOn(worker, 'a', { command: ['nonsense'] }));
    const pod = await cluster.untilPod('a', (each) => main(each)?.state?.waiting?.reason === 'CrashLoopBackOff');
    expect(main(pod)?.lastState?.terminated).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
      startedAt: '1970-01-01T00:00:00Z',
      message: expect.stringContaining('exec: "nonsense": executable file not found in $PATH: unknown'),
    });
    expect(cluster.events('a')).toContainEqual(
      expect.stringMatching(/^Failed: Error: failed to create containerd task/),
    );
  });

  it('does not keep a Pod beyond its active deadline', async () => {
    const spec = { activeDeadlineSeconds: 5, terminationGracePeriodSeconds: 1 };
    await cluster.create(podOn(worker, 'a', {}, spec));
    const pod = await cluster.untilPod('a', ({ status }) => status?.phase === 'Failed');
    expect(pod.status).toMatchObject({
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    });
    // Five seconds, and the two that every container gets.
    expect(main(pod)?.state?.terminated).toMatchObject({ exitCode: 137, finishedAt: '2026-01-01T00:00:07Z' });
  });
});

describe('ephemeral containers', () => {
  it('are started in a Pod that runs, once', async () => {
    await cluster.create(podOn(worker, 'a'));
    await cluster.untilPod('a', isReady);
    const debug = {
      name: 'debug',
      image: 'busybox:1.36',
      command: ['sh', '-c', 'exit 7'],
      targetContainerName: 'main',
    };
    await cluster.admin
      .resource(pods)
      .patch(
        'default',
        'a',
        { spec: { ephemeralContainers: [debug] } },
        { type: 'strategic', subresource: 'ephemeralcontainers' },
      );
    const pod = await cluster.untilPod('a', ({ status }) => status?.ephemeralContainerStatuses?.[0]?.state?.terminated);
    expect(pod.status?.ephemeralContainerStatuses?.[0]).toMatchObject({ name: 'debug', restartCount: 0 });
    await cluster.clock.advance(60_000);
    expect(cluster.pod('a')?.status?.ephemeralContainerStatuses?.[0]).toMatchObject({ restartCount: 0 });
    expect(isReady(cluster.pod('a')!)).toBe(true);
  });
});
