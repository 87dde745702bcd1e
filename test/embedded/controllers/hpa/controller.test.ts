import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { horizontalPodAutoscalerController } from '../../../../src/embedded/controllers/hpa/controller.ts';
import { statefulSetController } from '../../../../src/embedded/controllers/statefulset/controller.ts';
import type { HorizontalPodAutoscaler } from '../../../../src/kubernetes/objects.ts';
import { TestCluster } from '../cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.start(statefulSetController, horizontalPodAutoscalerController);
});
afterEach(() => cluster.stop());

type Spec = HorizontalPodAutoscaler['spec'];

async function create(replicas: number, spec: Partial<Spec> = {}, name = 'hpa'): Promise<void> {
  if (!cluster.get(refs.statefulSets, 'kubia')) {
    await cluster.create(refs.statefulSets, {
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
  }
  await cluster.create(refs.horizontalPodAutoscalers, {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'kubia' },
      minReplicas: 2,
      maxReplicas: 4,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
      ],
      ...spec,
    },
  });
  await cluster.settle();
}

const status = () => cluster.get(refs.horizontalPodAutoscalers, 'hpa')?.status;
const conditions = () => status()?.conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`);
const noMetrics =
  'failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)';

describe('a HorizontalPodAutoscaler', () => {
  it('says every 15 seconds that there are no metrics', async () => {
    await create(3);
    await cluster.advance(14);
    expect(conditions()).toBeUndefined();
    await cluster.advance(1);
    expect(conditions()).toEqual(['AbleToScale=True SucceededGetScale', 'ScalingActive=False FailedGetResourceMetric']);
    expect(status()).toMatchObject({ currentReplicas: 3, desiredReplicas: 0, currentMetrics: [{ type: '' }] });
    expect(status()?.conditions?.[1]?.message).toBe(`the HPA was unable to compute the replica count: ${noMetrics}`);
    const events = [
      `FailedGetResourceMetric: ${noMetrics}`,
      `FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${noMetrics}`,
    ];
    expect(await cluster.events('hpa')).toEqual(events);
    await cluster.advance(15);
    const [event] = cluster.list(refs.events).filter(({ reason }) => reason === 'FailedGetResourceMetric');
    expect(event?.count).toBe(2);
    expect(cluster.failures).toEqual([]);
  });

  it.each([
    ['up to its minimum', 1, 2, 'Current number of replicas below Spec.MinReplicas'],
    ['down to its maximum', 6, 4, 'Current number of replicas above Spec.MaxReplicas'],
  ])('scales %s', async (_, from, to, reason) => {
    await create(from);
    await cluster.advance(15);
    expect(cluster.get(refs.statefulSets, 'kubia')?.spec.replicas).toBe(to);
    expect(status()).toMatchObject({
      currentReplicas: from,
      desiredReplicas: to,
      lastScaleTime: '2026-01-01T00:00:15Z',
    });
    expect(conditions()).toEqual(['AbleToScale=True SucceededRescale']);
    expect(await cluster.events('hpa')).toEqual([`SuccessfulRescale: New size: ${to}; reason: ${reason}`]);
  });

  it('leaves alone what is scaled to zero', async () => {
    await create(0);
    await cluster.advance(15);
    expect(conditions()).toEqual(['AbleToScale=True SucceededGetScale', 'ScalingActive=False ScalingDisabled']);
  });

  it.each([
    [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'absent' }, 'statefulsets.apps "absent" not found'],
    [{ apiVersion: 'apps/v1', kind: 'Widget', name: 'kubia' }, 'no matches for kind "Widget" in group "apps"'],
    [{ apiVersion: 'batch/v1', kind: 'Job', name: 'job' }, 'the server could not find the requested resource'],
  ])('says that it cannot scale %j', async (scaleTargetRef, message) => {
    await create(1, { scaleTargetRef });
    await cluster.advance(15);
    expect(await cluster.events('hpa')).toEqual([`FailedGetScale: ${message}`]);
    expect(status()?.conditions).toMatchObject([
      {
        type: 'AbleToScale',
        status: 'False',
        reason: 'FailedGetScale',
        message: `the HPA controller was unable to get the target's current scale: ${message}`,
      },
    ]);
  });

  it('does not share Pods with another one', async () => {
    await create(3);
    await create(3, {}, 'other');
    await cluster.advance(15);
    expect(conditions()).toEqual(['AbleToScale=True SucceededGetScale', 'ScalingActive=False AmbiguousSelector']);
    expect(status()?.conditions?.[1]?.message).toBe(
      'pods by selector app=kubia are controlled by multiple HPAs: [default/hpa default/other]',
    );
  });
});
