import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pods } from '../../../src/embedded/client/refs.ts';
import type { Pod } from '../../../src/kubernetes/objects.ts';
import { isReady, podOn, TestCluster } from './cluster.ts';

let cluster: TestCluster;

beforeEach(async () => {
  cluster = await new TestCluster().start();
});

afterEach(async () => {
  await cluster.stop();
  expect(cluster.errors).toEqual([]);
  expect(cluster.clock.pending).toBe(0);
});

const worker = 'ordinal-worker';
const script = (text: string) => ({ command: ['sh', '-c', text] });
const main = ({ status }: Pod) => status?.containerStatuses?.[0];
const conditions = ({ status }: Pod) =>
  status?.conditions?.map(({ type, status, reason, message }) =>
    [type, status, reason, message].filter((part) => part !== undefined).join(' '),
  );

async function remove(name: string, options = {}): Promise<void> {
  await cluster.admin.resource(pods).delete('default', name, options);
}

/** Seconds of the clock until the Pod is gone from the API. */
async function secondsToGo(name: string): Promise<number> {
  const began = cluster.clock.now();
  await cluster.until(() => !cluster.pod(name));
  return Math.round((cluster.clock.now() - began) / 1000);
}

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

describe('a container that cannot be started', () => {
  const waiting = async (name: string, reason: string) => {
    const pod = await cluster.untilPod(name, (each) => main(each)?.state?.waiting?.reason === reason);
    return main(pod)!.state!.waiting!.message;
  };

  it('says why its image is not there', async () => {
    await cluster.create(podOn(worker, 'never', { imagePullPolicy: 'Never' }));
    expect(await waiting('never', 'ErrImageNeverPull')).toBe(
      'Container image "busybox:1.36" is not present with pull policy of Never',
    );
    await cluster.create(podOn(worker, 'wrong', { image: 'Foo//bar' }));
    expect(await waiting('wrong', 'InvalidImageName')).toBe(
      'Failed to apply default image tag "Foo//bar": couldn\'t parse image name "Foo//bar": invalid reference format',
    );
    await cluster.create(podOn(worker, 'unknown', { image: 'nobody/nothing:1' }));
    const first = await waiting('unknown', 'ErrImagePull');
    expect(await waiting('unknown', 'ImagePullBackOff')).toBe(
      `Back-off pulling image "nobody/nothing:1": ErrImagePull: ${first}`,
    );
    expect(cluster.events('unknown')).toEqual([
      'Pulling: Pulling image "nobody/nothing:1"',
      `Failed: Failed to pull image "nobody/nothing:1": ${first}`,
      'Failed: Error: ErrImagePull',
      'BackOff: Back-off pulling image "nobody/nothing:1"',
      'Failed: Error: ImagePullBackOff',
    ]);
  });

  it('says what its configuration lacks, and starts once it is there', async () => {
    const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a' } } }];
    await cluster.create(podOn(worker, 'a', { env }));
    expect(await waiting('a', 'CreateContainerConfigError')).toBe('configmap "settings" not found');
    expect(cluster.events('a')).toContain('Failed: Error: configmap "settings" not found');
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { b: '' } };
    await cluster.create(settings);
    await cluster.untilPod(
      'a',
      (pod) => main(pod)?.state?.waiting?.message === "couldn't find key a in ConfigMap default/settings",
    );
    await cluster.admin.resource({ group: '', version: 'v1', plural: 'configmaps' }).patch('default', 'settings', {
      data: { a: 'x' },
    });
    await cluster.untilPod('a', isReady);
  });

  it('must not be root where the Pod says so', async () => {
    const securityContext = { runAsNonRoot: true };
    await cluster.create(podOn(worker, 'a', { securityContext }));
    const where = `(pod: "a_default(${cluster.pod('a')!.metadata.uid})", container: main)`;
    expect(await waiting('a', 'CreateContainerConfigError')).toBe(
      `container has runAsNonRoot and image will run as root ${where}`,
    );
    await cluster.create(podOn(worker, 'b', { securityContext: { ...securityContext, runAsUser: 1000 } }));
    await cluster.untilPod('b', isReady);
  });

  it('waits for the volumes it needs', async () => {
    const volumes = [
      { name: 'v', configMap: { name: 'settings' } },
      { name: 'w', secret: { secretName: 'passwords', items: [{ key: 'k', path: 'k' }] } },
      { name: 'unused', configMap: { name: 'nowhere' } },
    ];
    const volumeMounts = [
      { name: 'v', mountPath: '/v' },
      { name: 'w', mountPath: '/w' },
    ];
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'passwords' }, data: {} };
    await cluster.create(secret);
    await cluster.create(podOn(worker, 'a', { volumeMounts }, { volumes }));
    await cluster.until(() => cluster.events('a').length >= 2);
    expect(cluster.events('a')).toEqual([
      'FailedMount: MountVolume.SetUp failed for volume "v" : configmap "settings" not found',
      'FailedMount: MountVolume.SetUp failed for volume "w" : references non-existent secret key: k',
    ]);
    expect(conditions(cluster.pod('a')!)).toContain('PodReadyToStartContainers False');
    expect(main(cluster.pod('a')!)?.state?.waiting).toEqual({ reason: 'ContainerCreating' });
    await cluster.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } });
    const resource = cluster.admin.resource({ group: '', version: 'v1', plural: 'secrets' });
    await resource.patch('default', 'passwords', { data: { k: 'eA==' } });
    await cluster.untilPod('a', isReady);
  });
});

describe('a Pod that the node does not take', () => {
  it.each([
    [
      'OutOfcpu',
      "Node didn't have enough resource: cpu, requested: 20000, used: 0, capacity: 4000",
      { resources: { requests: { cpu: '20' } } },
      {},
    ],
    [
      'NodeAffinity',
      "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
      {},
      { nodeSelector: { disk: 'fast' } },
    ],
    [
      'NodePorts',
      "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
      { ports: [{ containerPort: 80, hostPort: 7777 }] },
      {},
    ],
  ])('fails with %s', async (reason, message, container, spec) => {
    await cluster.create(podOn(worker, 'first', { ports: [{ containerPort: 80, hostPort: 7777 }] }));
    await cluster.untilPod('first', isReady);
    await cluster.create(podOn(worker, 'a', container, spec));
    const { status } = await cluster.untilPod('a', (pod) => pod.status?.phase === 'Failed');
    expect(status).toMatchObject({ message: `Pod was rejected: ${message}`, reason });
    expect(status?.conditions).toBeUndefined();
    expect(cluster.events('a')).toEqual([`${reason}: ${message}`]);
  });
});

describe('init containers', () => {
  it('run one after the other, before the others', async () => {
    const initContainers = ['one', 'two'].map((name) => ({ name, image: 'busybox:1.36', ...script(`sleep 2`) }));
    await cluster.create(podOn(worker, 'a', {}, { initContainers }));
    await cluster.untilPod('a', ({ status }) => status?.initContainerStatuses?.[0]?.state?.running);
    expect(conditions(cluster.pod('a')!)).toContain(
      'Initialized False ContainersNotInitialized containers with incomplete status: [one two]',
    );
    expect(main(cluster.pod('a')!)?.state?.waiting).toEqual({ reason: 'PodInitializing' });
    const pod = await cluster.untilPod('a', isReady);
    const [one, two] = pod.status!.initContainerStatuses!;
    expect(one).toMatchObject({ ready: true, started: false, state: { terminated: { reason: 'Completed' } } });
    expect(two!.state!.terminated!.startedAt).toBe(one!.state!.terminated!.finishedAt);
    expect(main(pod)?.state?.running?.startedAt).toBe(two!.state!.terminated!.finishedAt);
  });

  it('that fail are tried again, or end the Pod', async () => {
    const initContainers = [{ name: 'one', image: 'busybox:1.36', ...script('exit 4') }];
    await cluster.create(podOn(worker, 'again', {}, { initContainers }));
    await cluster.create(podOn(worker, 'never', {}, { initContainers, restartPolicy: 'Never' }));
    const again = await cluster.untilPod(
      'again',
      ({ status }) => status?.initContainerStatuses?.[0]?.restartCount === 2,
    );
    expect(again.status?.phase).toBe('Pending');
    const never = await cluster.untilPod('never', ({ status }) => status?.phase === 'Failed');
    expect(main(never)?.state?.waiting).toEqual({ reason: 'PodInitializing' });
  });

  it('that are sidecars start in order, go on running and end last', async () => {
    const sidecar = (name: string, startupProbe?: object) => ({
      name,
      image: 'busybox:1.36',
      restartPolicy: 'Always',
      ...script('trap "exit 0" TERM; sleep 100000 & wait'),
      ...(startupProbe && { startupProbe }),
    });
    const initContainers = [
      sidecar('first', { exec: { command: ['true'] }, initialDelaySeconds: 3 }),
      sidecar('second'),
    ];
    await cluster.create(
      podOn(worker, 'a', script('trap "sleep 3; exit 0" TERM; sleep 100000 & wait'), { initContainers }),
    );
    const pod = await cluster.untilPod('a', isReady);
    const started = (name: string) =>
      [...pod.status!.initContainerStatuses!, ...pod.status!.containerStatuses!].find((each) => each.name === name)!
        .state!.running!.startedAt;
    expect([started('first'), started('second'), started('main')]).toEqual([
      '2026-01-01T00:00:00Z',
      '2026-01-01T00:00:03Z',
      '2026-01-01T00:00:03Z',
    ]);
    const ends: string[] = [];
    const worked = cluster.node(worker).find('default', 'a')!;
    await remove('a');
    await cluster.until(() => {
      for (const { name, state } of worked.machine.state.containers) {
        if (state === 'exited' && !ends.includes(name)) ends.push(name);
      }
      return !cluster.pod('a');
    });
    expect(ends).toEqual(['main', 'second', 'first']);
  });
});

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
