import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { schedulerController } from '../../../../src/embedded/controllers/scheduler/controller.ts';
import type { Pod } from '../../../../src/kubernetes/objects.ts';
import { TestCluster } from '../cluster.ts';
import { addNodes, kindNodes, node, pod, requesting } from './fixtures.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.start(schedulerController);
});
afterEach(() => cluster.stop());

async function create(...pods: Pod[]): Promise<void> {
  for (const one of pods) await cluster.create(refs.pods, one);
  await cluster.settle();
}

const nodeOf = (name: string) => cluster.get(refs.pods, name)?.spec.nodeName;
const scheduled = (name: string) =>
  cluster.get(refs.pods, name)?.status?.conditions?.find(({ type }) => type === 'PodScheduled');

describe('a Pod without a node', () => {
  it('is given one, and told so', async () => {
    await addNodes(cluster, kindNodes());
    await create(pod('kubia'));
    expect(nodeOf('kubia')).toBe('worker');
    expect(await cluster.events('kubia')).toEqual(['Scheduled: Successfully assigned default/kubia to worker']);
    expect(cluster.list(refs.events)[0]).toMatchObject({
      type: 'Normal',
      source: { component: 'default-scheduler' },
      reportingComponent: 'default-scheduler',
    });
  });

  it('goes where fewer are', async () => {
    await addNodes(cluster, kindNodes());
    await create(pod('a'), pod('b'), pod('c'), pod('d'));
    expect(['a', 'b', 'c', 'd'].map(nodeOf)).toEqual(['worker', 'worker2', 'worker', 'worker2']);
  });

  it('stays without one, and says why, until a node comes that it fits on', async () => {
    await addNodes(cluster, kindNodes());
    await create(pod('large', requesting({ cpu: '10' })));
    const message =
      '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, ' +
      '2 Insufficient cpu. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, ' +
      '2 No preemption victims found for incoming pod.';
    expect(await cluster.events('large')).toEqual([`FailedScheduling: ${message}`]);
    expect(scheduled('large')).toMatchObject({ status: 'False', reason: 'Unschedulable', message });
    await addNodes(cluster, [node('mighty', { cpu: '16' })]);
    await cluster.settle();
    expect(nodeOf('large')).toBe('mighty');
  });

  it('waits while there are no nodes at all', async () => {
    await create(pod('early'));
    expect(await cluster.events('early')).toEqual(['FailedScheduling: no nodes available to schedule pods']);
    expect(scheduled('early')).toMatchObject({ status: 'False', reason: 'SchedulerError' });
    await addNodes(cluster, [node('first')]);
    await cluster.advance(1);
    expect(nodeOf('early')).toBe('first');
  });

  it('that asks for another scheduler, or has gates, is left alone', async () => {
    await addNodes(cluster, kindNodes());
    await create(
      pod('other', { schedulerName: 'mine' }),
      pod('gated', { schedulingGates: [{ name: 'example.com/a' }] }),
    );
    expect(nodeOf('other')).toBeUndefined();
    expect(nodeOf('gated')).toBeUndefined();
    expect(scheduled('gated')).toMatchObject({ status: 'False', reason: 'SchedulingGated' });
    await cluster.client.resource(refs.pods).patch('default', 'gated', { spec: { schedulingGates: null } });
    await cluster.settle();
    expect(nodeOf('gated')).toBe('worker');
  });

  it('leaves no timers behind', async () => {
    const before = cluster.clock.pending;
    await addNodes(cluster, kindNodes());
    await create(pod('large', requesting({ cpu: '10' })), pod('small'));
    await cluster.client.resource(refs.pods).delete('default', 'large');
    await cluster.client.resource(refs.pods).delete('default', 'small');
    await cluster.settle();
    expect(cluster.clock.pending).toBe(before);
  });
});

const priority = async (name: string, value: number) =>
  cluster.create(refs.priorityClasses, {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
  });

describe('a more important Pod', () => {
  beforeEach(async () => {
    await addNodes(cluster, kindNodes());
    await priority('high', 1000);
    await priority('low', 1);
  });

  it('makes the least important ones leave, and takes their place', async () => {
    cluster.nodes.lingering.add('a');
    cluster.nodes.lingering.add('b');
    const most = requesting({ cpu: '1500m' });
    await create(
      pod('a', { ...most, priorityClassName: 'low' }),
      pod('b', most),
      pod('high', { ...most, priorityClassName: 'high' }),
    );
    expect(cluster.get(refs.pods, 'high')?.status?.nominatedNodeName).toBe(nodeOf('b'));
    const victim = cluster.get(refs.pods, 'b');
    expect(victim?.metadata.deletionTimestamp).toBeDefined();
    expect(victim?.status?.conditions?.find(({ type }) => type === 'DisruptionTarget')).toMatchObject({
      status: 'True',
      reason: 'PreemptionByScheduler',
      message: 'default-scheduler: preempting to accommodate a higher priority pod',
    });
    const { uid } = cluster.get(refs.pods, 'high')!.metadata;
    expect(await cluster.events('b')).toContain(`Preempted: Preempted by pod ${uid} on node ${nodeOf('b')}`);
    expect(cluster.get(refs.pods, 'a')?.metadata.deletionTimestamp).toBeUndefined();
    const place = nodeOf('b');
    cluster.nodes.release('b');
    await cluster.settle();
    expect(nodeOf('high')).toBe(place);
    expect(cluster.failures).toEqual([]);
  });

  it('waits like any other where its policy says so', async () => {
    await cluster.create(refs.priorityClasses, {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'polite' },
      value: 1000,
      preemptionPolicy: 'Never',
    });
    const most = requesting({ cpu: '1500m' });
    await create(pod('a', most), pod('b', most), pod('polite', { ...most, priorityClassName: 'polite' }));
    expect(nodeOf('polite')).toBeUndefined();
    expect(scheduled('polite')?.message).toBe(
      '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, ' +
        '2 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.',
    );
    await cluster.client.resource(refs.pods).delete('default', 'a');
    await cluster.settle();
    expect(nodeOf('polite')).toBe('worker');
  });

  it('keeps the room it was promised from lesser ones', async () => {
    for (const name of ['a', 'b']) cluster.nodes.lingering.add(name);
    const most = requesting({ cpu: '1500m' });
    await create(pod('a', most), pod('b', most), pod('high', { ...most, priorityClassName: 'high' }), pod('c', most));
    const victim = cluster.list(refs.pods).find(({ metadata }) => metadata.deletionTimestamp)!;
    cluster.nodes.release(victim.metadata.name);
    await cluster.settle();
    expect(nodeOf('high')).toBe(victim.spec.nodeName);
    expect(nodeOf('c')).toBeUndefined();
  });
});

describe('a Pod with a claim', () => {
  const claim = (
    name: string,
    storageClassName: string,
    accessMode: 'ReadWriteOnce' | 'ReadWriteOncePod' = 'ReadWriteOnce',
  ) =>
    cluster.create(refs.persistentVolumeClaims, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name },
      spec: { accessModes: [accessMode], storageClassName, resources: { requests: { storage: '1Gi' } } },
    });
  const mounting = (name: string, ...claims: string[]) =>
    pod(name, { volumes: claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })) });
  const volume = async (name: string, storageClassName: string, node: string) => {
    const created = await cluster.create(refs.persistentVolumes, {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName,
        local: { path: '/data' },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] },
            ],
          },
        },
      },
    });
    await cluster.client.resource(refs.persistentVolumes).updateStatus({ ...created, status: { phase: 'Available' } });
  };
  const storageClass = (name: string, provisioner: string, volumeBindingMode: 'Immediate' | 'WaitForFirstConsumer') =>
    cluster.create(refs.storageClasses, {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name },
      provisioner,
      volumeBindingMode,
    });
  /** As the binder does it once there is a volume. */
  async function bind(claimName: string, volumeName: string): Promise<void> {
    const patch = { metadata: { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } }, spec: { volumeName } };
    const bound = await cluster.client.resource(refs.persistentVolumeClaims).patch('default', claimName, patch);
    await cluster.client.resource(refs.persistentVolumeClaims).updateStatus({ ...bound, status: { phase: 'Bound' } });
    await cluster.settle();
  }

  beforeEach(async () => {
    await addNodes(cluster, kindNodes());
    await storageClass('local', 'rancher.io/local-path', 'WaitForFirstConsumer');
    await storageClass('static', 'kubernetes.io/no-provisioner', 'WaitForFirstConsumer');
    await storageClass('now', 'rancher.io/local-path', 'Immediate');
  });

  it('that does not exist waits for it', async () => {
    await create(mounting('kubia', 'data'));
    expect(scheduled('kubia')?.message).toBe(
      '0/3 nodes are available: persistentvolumeclaim "data" not found. ' +
        'preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
    );
    await claim('data', 'local');
    await cluster.settle();
    expect(cluster.get(refs.persistentVolumeClaims, 'data')?.metadata.annotations).toMatchObject({
      'volume.kubernetes.io/selected-node': 'worker',
    });
  });

  it('that others bind waits until they have', async () => {
    await claim('data', 'now');
    await create(mounting('kubia', 'data'));
    expect(scheduled('kubia')?.message).toBe(
      '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. ' +
        'preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
    );
    await volume('pv', 'now', 'worker2');
    await bind('data', 'pv');
    expect(nodeOf('kubia')).toBe('worker2');
  });

  it('chooses where the volume is made, and is bound after it', async () => {
    await claim('data', 'local');
    await create(mounting('kubia', 'data'));
    expect(nodeOf('kubia')).toBeUndefined();
    await volume('pv', 'local', 'worker');
    expect(nodeOf('kubia')).toBeUndefined();
    await bind('data', 'pv');
    expect(nodeOf('kubia')).toBe('worker');
    expect(await cluster.events('kubia')).toEqual(['Scheduled: Successfully assigned default/kubia to worker']);
  });

  it('takes a volume that is there, and goes where that is', async () => {
    await volume('pv', 'static', 'worker2');
    await claim('data', 'static');
    await create(mounting('kubia', 'data'));
    expect(cluster.get(refs.persistentVolumes, 'pv', '')?.spec.claimRef).toMatchObject({ name: 'data' });
    await bind('data', 'pv');
    expect(nodeOf('kubia')).toBe('worker2');
  });

  it('for which there is none, and nobody to make one, says so', async () => {
    await claim('data', 'static');
    await create(mounting('kubia', 'data'));
    expect(scheduled('kubia')?.message).toContain("2 node(s) didn't find available persistent volumes to bind");
    await volume('pv', 'static', 'worker2');
    await cluster.settle();
    expect(cluster.get(refs.persistentVolumes, 'pv', '')?.spec.claimRef).toMatchObject({ name: 'data' });
  });

  it('stays with its volume when it comes again', async () => {
    await claim('data', 'local');
    await volume('pv', 'local', 'worker');
    await bind('data', 'pv');
    await cluster.client.resource(refs.nodes).patch('', 'worker', { spec: { unschedulable: true } });
    await create(mounting('kubia', 'data'));
    expect(scheduled('kubia')?.message).toContain(
      "1 node(s) didn't match PersistentVolume's node affinity, 1 node(s) had untolerated taint " +
        '{node-role.kubernetes.io/control-plane: }, 1 node(s) were unschedulable.',
    );
    await cluster.client.resource(refs.nodes).patch('', 'worker', { spec: { unschedulable: null } });
    await cluster.settle();
    expect(nodeOf('kubia')).toBe('worker');
  });

  it('for one Pod alone waits for the one that has it', async () => {
    await claim('data', 'local', 'ReadWriteOncePod');
    await volume('pv', 'local', 'worker');
    await bind('data', 'pv');
    await create(mounting('first', 'data'), mounting('second', 'data'));
    expect(nodeOf('first')).toBe('worker');
    expect(scheduled('second')?.message).toContain(
      'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode',
    );
    await cluster.client.resource(refs.pods).delete('default', 'first');
    await cluster.settle();
    expect(nodeOf('second')).toBe('worker');
  });

  it('is given up on, and tried again, where no volume comes', async () => {
    await claim('data', 'local');
    await create(mounting('kubia', 'data'));
    await cluster.advance(601);
    expect(scheduled('kubia')).toMatchObject({
      reason: 'SchedulerError',
      message: 'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded',
    });
    await cluster.client.resource(refs.pods).delete('default', 'kubia');
    await cluster.settle();
    expect(cluster.failures).toEqual([]);
  });
});
