import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClusterProcess } from '../support/cluster-process.ts';
import { kubectlPath, withoutKubectl } from '../support/program.ts';
import { headless, statefulSet, waiting } from './manifests.ts';
import { type Manifest, Playground } from './playground.ts';

const image = (name: string) => ({ container: { image: name } });
/** An image's tag makes a revision of its own. */
const [first, second] = [image('busybox:1.36'), image('busybox:1.35')];
const unknown = image('registry.invalid/none:1');

describe.skipIf(!kubectlPath)(`what people get wrong about order and updates${withoutKubectl}`, () => {
  const cluster = new ClusterProcess();
  beforeAll(() => cluster.start());
  afterAll(() => cluster.remove());

  async function place(name: string, manifest: Manifest): Promise<Playground> {
    const here = await Playground.make(cluster, name);
    await here.create(manifest);
    await here.rolledOut('statefulset/web');
    return here;
  }

  const uid = (here: Playground, name: string) => here.read(`pod ${name}`, '{.metadata.uid}');
  const images = async (here: Playground) =>
    (await here.read('pods -l app=web', '{.items[*].spec.containers[0].image}')).split(' ');
  /** Resolves once there is a Pod of that name with that image. */
  const withImage = async (here: Playground, name: string, expected: string) => {
    await here.until('create', 'pod', name);
    await here.until(`jsonpath={.spec.containers[0].image}=${expected}`, 'pod', name);
  };
  /** Resolves once the controller has seen what was changed last. */
  const observed = async (here: Playground) => {
    const generation = await here.read('statefulset web', '{.metadata.generation}');
    await here.until(`jsonpath={.status.observedGeneration}=${generation}`, 'statefulset', 'web');
  };

  it('Ready should mean "clustered": web-0 waits for a web-1 that is never made, unless in parallel', async () => {
    const here = await Playground.make(cluster, 'clustered');
    const probe = { exec: { command: ['nslookup', 'web-1.nginx.clustered.svc.cluster.local'] }, periodSeconds: 1 };
    const container = waiting({ readinessProbe: probe });
    await here.create(headless(), statefulSet(2, { container }));
    await here.event('Unhealthy', /^Readiness probe failed/);
    expect(await here.names('pods')).toEqual(['web-0']);
    await here.kubectl('delete', 'statefulset', 'web');
    await here.until('delete', 'pod', 'web-0');
    const parallel = { podManagementPolicy: 'Parallel' };
    await here.create(headless({ publishNotReadyAddresses: true }), statefulSet(2, { container, spec: parallel }));
    await here.rolledOut('statefulset/web');
  });

  it('deleting a StatefulSet is ordered: all its Pods end at once, scaling to 0 is', async () => {
    // Each goes on until it may end, which the test decides.
    const container = {
      lifecycle: { preStop: { exec: { command: ['sh', '-c', 'until [ -e /tmp/end ]; do sleep 0.1; done'] } } },
    };
    const here = await place('deleted', statefulSet(2, { container }));
    const terminating = (name: string) =>
      here.until('jsonpath={.metadata.deletionTimestamp}', 'pod', name).then(() => name);
    await here.kubectl('scale', 'statefulset', 'web', '--replicas=0');
    await terminating('web-1');
    await observed(here);
    expect(await here.read('pod web-0', '{.metadata.deletionTimestamp}')).toBe('');
    await here.sh('web-1', 'touch /tmp/end');
    await here.until('delete', 'pod', 'web-1');
    await terminating('web-0');
    await here.sh('web-0', 'touch /tmp/end');
    await here.until('delete', 'pod', 'web-0');

    await here.kubectl('scale', 'statefulset', 'web', '--replicas=2');
    await here.rolledOut('statefulset/web');
    await here.kubectl('delete', 'statefulset', 'web');
    await Promise.all([terminating('web-0'), terminating('web-1')]);
    for (const name of ['web-0', 'web-1']) await here.sh(name, 'touch /tmp/end');
    await here.until('delete', 'pod', 'web-0', 'web-1');
  });

  it('Parallel also updates all at once: one at a time, the highest first', async () => {
    const parallel = { spec: { podManagementPolicy: 'Parallel' } };
    const here = await place('parallel', statefulSet(3, { ...parallel, ...first }));
    const [zero, one] = [await uid(here, 'web-0'), await uid(here, 'web-1')];
    await here.create(statefulSet(3, { ...parallel, ...unknown }));
    await withImage(here, 'web-2', unknown.container.image);
    await here.until('jsonpath={.status.updatedReplicas}=1', 'statefulset', 'web');
    await here.event('Failed', /registry\.invalid\/none:1/);
    expect([await uid(here, 'web-0'), await uid(here, 'web-1')]).toEqual([zero, one]);
  });

  it('reverting a bad image heals: the Pod that has it must be deleted too', async () => {
    const here = await place('reverted', statefulSet(2, first));
    await here.create(statefulSet(2, unknown));
    await withImage(here, 'web-1', unknown.container.image);
    await here.event('Failed', /registry\.invalid\/none:1/);
    const broken = await uid(here, 'web-1');
    await here.create(statefulSet(2, first));
    await observed(here);
    expect(await uid(here, 'web-1')).toBe(broken);
    await here.kubectl('delete', 'pod', 'web-1');
    await withImage(here, 'web-1', first.container.image);
    await here.rolledOut('statefulset/web');
  });

  it("rollout commands match a Deployment's: history and undo do, pause does not", async () => {
    const here = await place('rollout', statefulSet(1, first));
    await here.create(statefulSet(1, second));
    await here.rolledOut('statefulset/web');
    expect(await here.kubectl('rollout', 'history', 'statefulset/web')).toMatch(/REVISION.*\n1 .*\n2 /);
    expect(await here.kubectl('rollout', 'undo', 'statefulset/web')).toBe('statefulset.apps/web rolled back\n');
    await here.rolledOut('statefulset/web');
    expect(await images(here)).toEqual([first.container.image]);
    const { code, err } = await here.attempt(['rollout', 'pause', 'statefulset/web']);
    expect(code).toBe(1);
    expect(err).toContain('pausing is not supported');
  });

  it('a deleted Pod below the partition is updated: it returns at the old revision', async () => {
    const partition = { spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } } };
    const here = await place('partition', statefulSet(2, { ...partition, ...first }));
    await here.create(statefulSet(2, { ...partition, ...second }));
    await here.rolledOut('statefulset/web');
    expect(await images(here)).toEqual([first.container.image, second.container.image]);
    const before = await uid(here, 'web-0');
    await here.kubectl('delete', 'pod', 'web-0');
    await withImage(here, 'web-0', first.container.image);
    expect(await uid(here, 'web-0')).not.toBe(before);
  });

  it('OnDelete rolls out: nothing happens until Pods are deleted', async () => {
    const onDelete = { spec: { updateStrategy: { type: 'OnDelete' } } };
    const here = await Playground.make(cluster, 'on-delete');
    await here.create(statefulSet(1, { ...onDelete, ...first }));
    await here.until('create', 'pod', 'web-0');
    await here.until('condition=Ready', 'pod', 'web-0');
    const before = await uid(here, 'web-0');
    await here.create(statefulSet(1, { ...onDelete, ...second }));
    await observed(here);
    const { code, err } = await here.attempt(['rollout', 'status', 'statefulset/web']);
    expect(code).toBe(1);
    expect(err).toContain('rollout status is only available for RollingUpdate');
    expect(await uid(here, 'web-0')).toBe(before);
    await here.kubectl('delete', 'pod', 'web-0');
    await withImage(here, 'web-0', second.container.image);
  });

  it('editing a ConfigMap rolls the Pods: revisions record the template alone', async () => {
    const config = (value: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'config' },
      data: { value },
    });
    const here = await Playground.make(cluster, 'config');
    const env = [{ name: 'VALUE', valueFrom: { configMapKeyRef: { name: 'config', key: 'value' } } }];
    await here.create(config('old'), statefulSet(1, { container: { env } }));
    await here.rolledOut('statefulset/web');
    const before = await uid(here, 'web-0');
    await here.create(config('new'));
    expect(await here.names('controllerrevisions')).toHaveLength(1);
    expect(await here.sh('web-0', 'echo $VALUE')).toBe('old\n');
    expect(await uid(here, 'web-0')).toBe(before);
    await here.kubectl('rollout', 'restart', 'statefulset/web');
    await here.rolledOut('statefulset/web');
    expect(await here.sh('web-0', 'echo $VALUE')).toBe('new\n');
  });

  it('a disruption budget guards Pods, and drain always finishes: it guards against eviction alone', async () => {
    const here = await place('budget', statefulSet(2));
    await here.create({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web' },
      spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } },
    });
    await here.until('jsonpath={.status.currentHealthy}=2', 'poddisruptionbudget', 'web');
    const node = await here.read('pod web-1', '{.spec.nodeName}');
    const drain = ['drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--force', '--pod-selector=app=web'];
    const { code, err } = await here.attempt([...drain, '--timeout=1s']);
    expect(code).toBe(1);
    expect(err).toContain("Cannot evict pod as it would violate the pod's disruption budget.");
    await here.kubectl('uncordon', node);
    const before = await uid(here, 'web-1');
    await here.kubectl('delete', 'pod', 'web-1');
    await here.until('create', 'pod', 'web-1');
    expect(await uid(here, 'web-1')).not.toBe(before);
    await here.kubectl('rollout', 'restart', 'statefulset/web');
    await here.rolledOut('statefulset/web');
  });
});
