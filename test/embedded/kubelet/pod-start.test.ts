import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pods } from '../../../src/embedded/client/refs.ts';
import { isReady, podOn, TestCluster } from './cluster.ts';
import { conditions, main, script, stopClean, worker } from './pod-tools.ts';

let cluster: TestCluster;

beforeEach(async () => {
  cluster = await new TestCluster().start();
});

afterEach(() => stopClean(cluster));

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
    await cluster.admin.resource(pods).delete('default', 'a');
    await cluster.until(() => {
      for (const { name, state } of worked.machine.state.containers) {
        if (state === 'exited' && !ends.includes(name)) ends.push(name);
      }
      return !cluster.pod('a');
    });
    expect(ends).toEqual(['main', 'second', 'first']);
  });
});
