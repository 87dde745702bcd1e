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
      action: 'Binding',
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
      '2 Insufficient cpu.';
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
