import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { disruptionController } from '../../../../src/embedded/controllers/disruption/controller.ts';
import { statefulSetController } from '../../../../src/embedded/controllers/statefulset/controller.ts';
import type { Pod, PodDisruptionBudget, StatefulSet } from '../../../../src/kubernetes/objects.ts';
import { TestCluster } from '../cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.start(statefulSetController, disruptionController);
});
afterEach(() => cluster.stop());

const kubia = (replicas = 3): StatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'kubia' },
  spec: {
    serviceName: 'kubia',
    replicas,
    selector: { matchLabels: { app: 'kubia' } },
    template: {
      metadata: { labels: { app: 'kubia' } },
      spec: { containers: [{ name: 'kubia', image: 'kubia:1' }] },
    },
  },
});

const budget = (spec: PodDisruptionBudget['spec']): PodDisruptionBudget => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'kubia' },
  spec: { selector: { matchLabels: { app: 'kubia' } }, ...spec },
});

const pod = (name: string, labels = { app: 'kubia' }): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels },
  spec: { containers: [{ name: 'kubia', image: 'kubia:1' }] },
});

async function create(spec: PodDisruptionBudget['spec'], replicas?: number): Promise<void> {
  await cluster.create(refs.statefulSets, kubia(replicas));
  await cluster.create(refs.podDisruptionBudgets, budget(spec));
  await cluster.settle();
}

const status = () => cluster.get(refs.podDisruptionBudgets, 'kubia')?.status;

async function evict(name: string): Promise<unknown> {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'default' } };
  const result = await cluster.client
    .resource(refs.pods)
    .createSubresource('default', name, 'eviction', eviction)
    .then(() => 'evicted')
    .catch((error) => error);
  await cluster.settle();
  return result;
}

describe('a PodDisruptionBudget', () => {
  it.each([
    ['maxUnavailable 1', { maxUnavailable: 1 }, { expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 1 }],
    ['minAvailable 2', { minAvailable: 2 }, { expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 1 }],
    ['minAvailable 50%', { minAvailable: '50%' }, { expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 1 }],
    ['maxUnavailable 50%', { maxUnavailable: '50%' }, { expectedPods: 3, desiredHealthy: 1, disruptionsAllowed: 2 }],
    ['minAvailable 100%', { minAvailable: '100%' }, { expectedPods: 3, desiredHealthy: 3, disruptionsAllowed: 0 }],
    ['maxUnavailable 10', { maxUnavailable: 10 }, { expectedPods: 3, desiredHealthy: 0, disruptionsAllowed: 3 }],
  ])('with %s', async (_, spec, expected) => {
    await create(spec);
    const allowed = expected.disruptionsAllowed > 0;
    expect(status()).toMatchObject({
      ...expected,
      currentHealthy: 3,
      observedGeneration: 1,
      conditions: [
        {
          type: 'DisruptionAllowed',
          status: allowed ? 'True' : 'False',
          reason: allowed ? 'SufficientPods' : 'InsufficientPods',
          message: '',
          observedGeneration: 1,
        },
      ],
    });
  });

  it('counts by the declared scale where not all Pods exist yet, and allows nothing until enough are healthy', async () => {
    cluster.nodes.unready.add('kubia-1');
    await create({ maxUnavailable: 1 });
    expect(status()).toMatchObject({ expectedPods: 3, currentHealthy: 1, desiredHealthy: 2, disruptionsAllowed: 0 });
    cluster.nodes.release('kubia-1');
    await cluster.settle();
    expect(status()).toMatchObject({ expectedPods: 3, currentHealthy: 3, desiredHealthy: 2, disruptionsAllowed: 1 });
  });

  it('lets one Pod be evicted, and the next one once the first has been replaced', async () => {
    await create({ maxUnavailable: 1 });
    cluster.nodes.lingering.add('kubia-2');
    expect(await evict('kubia-2')).toBe('evicted');
    expect(status()).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 0 });
    expect(await evict('kubia-1')).toMatchObject({
      status: { code: 429, details: { causes: [{ reason: 'DisruptionBudget' }] } },
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
    });
    cluster.nodes.release('kubia-2');
    await cluster.settle();
    expect(status()).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 1 });
    expect(status()?.disruptedPods).toBeUndefined();
    expect(await evict('kubia-1')).toBe('evicted');
    expect(cluster.failures).toEqual([]);
  });

  it('remembers whose eviction was allowed, until the Pod is late', async () => {
    await create({ maxUnavailable: 1 });
    const budgets = cluster.client.resource(refs.podDisruptionBudgets);
    const current = cluster.get(refs.podDisruptionBudgets, 'kubia')!;
    const disruptedPods = { 'kubia-0': '2026-01-01T00:00:00Z', other: '2026-01-01T00:00:00Z' };
    await budgets.updateStatus({ ...current, status: { ...current.status!, disruptedPods } });
    await cluster.settle();
    expect(status()).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 0 });
    expect(status()?.disruptedPods).toEqual({ 'kubia-0': '2026-01-01T00:00:00Z' });
    await cluster.advance(121);
    expect(status()).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 1 });
    expect(await cluster.events('kubia-0')).toContain(
      "NotDeleted: Pod was expected by PDB default/default to be deleted but it wasn't",
    );
  });

  it('says that it has no Pods', async () => {
    await cluster.create(refs.podDisruptionBudgets, budget({ minAvailable: 1 }));
    await cluster.settle();
    expect(status()).toMatchObject({ expectedPods: 0, currentHealthy: 0, desiredHealthy: 1, disruptionsAllowed: 0 });
    expect(await cluster.events('kubia')).toEqual(['NoPods: No matching pods found']);
  });

  it('cannot count Pods that nothing controls', async () => {
    await cluster.create(refs.pods, pod('lone'));
    await cluster.create(refs.podDisruptionBudgets, budget({ maxUnavailable: 1 }));
    await cluster.settle();
    expect(status()).toMatchObject({ expectedPods: 0, currentHealthy: 1, desiredHealthy: 0, disruptionsAllowed: 0 });
    const [event] = await cluster.events('kubia');
    expect(event).toMatch(
      /^UnmanagedPods: Pods selected by this PodDisruptionBudget \(selector: &LabelSelector{MatchLabels:map\[string\]string{app: kubia,},MatchExpressions:\[\]LabelSelectorRequirement{},}\) were found to be unmanaged\./,
    );
  });

  it('fails to count Pods whose controllers have no scale', async () => {
    const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name: 'job', uid: 'one', controller: true }];
    const owned = pod('owned');
    await cluster.create(refs.pods, { ...owned, metadata: { ...owned.metadata, ownerReferences } });
    await cluster.create(refs.podDisruptionBudgets, budget({ maxUnavailable: 1 }));
    await cluster.settle();
    expect(status()).toMatchObject({
      disruptionsAllowed: 0,
      conditions: [
        {
          type: 'DisruptionAllowed',
          status: 'False',
          reason: 'SyncFailed',
          message: 'jobs.batch does not implement the scale subresource',
        },
      ],
    });
    expect(await cluster.events('kubia')).toEqual([
      'CalculateExpectedPodCountFailed: Failed to calculate the number of expected pods: jobs.batch does not implement the scale subresource',
    ]);
    expect(await evict('owned')).toMatchObject({ status: { code: 429 } });
  });

  it('observes a changed spec', async () => {
    await create({ maxUnavailable: 1 });
    await cluster.client.resource(refs.podDisruptionBudgets).patch('default', 'kubia', { spec: { maxUnavailable: 0 } });
    await cluster.settle();
    expect(status()).toMatchObject({
      observedGeneration: 2,
      disruptionsAllowed: 0,
      conditions: [{ status: 'False', reason: 'InsufficientPods', observedGeneration: 2 }],
    });
  });

  it('takes back from a Pod that it is disrupted, where it stays', async () => {
    await create({ maxUnavailable: 1 });
    const current = cluster.get(refs.pods, 'kubia-0')!;
    const target = { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' } as const;
    const conditions = [...current.status!.conditions!, { ...target, lastTransitionTime: '2026-01-01T00:00:00Z' }];
    await cluster.client.resource(refs.pods).updateStatus({ ...current, status: { ...current.status, conditions } });
    const disrupted = () =>
      cluster.get(refs.pods, 'kubia-0')?.status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
    await cluster.advance(119);
    expect(disrupted()?.status).toBe('True');
    await cluster.advance(1);
    expect(disrupted()).toMatchObject({ status: 'False', lastTransitionTime: '2026-01-01T00:02:00Z' });
  });
});
