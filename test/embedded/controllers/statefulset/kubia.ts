import * as refs from '../../../../src/embedded/client/refs.ts';
import { statefulSetController } from '../../../../src/embedded/controllers/statefulset/controller.ts';
import type { StatefulSet, StatefulSetSpec } from '../../../../src/kubernetes/objects.ts';
import { TestCluster } from '../cluster.ts';

export const kubia = (spec: Partial<StatefulSetSpec> = {}): StatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'kubia' },
  spec: {
    serviceName: 'kubia',
    replicas: 3,
    selector: { matchLabels: { app: 'kubia' } },
    template: {
      metadata: { labels: { app: 'kubia' } },
      spec: { containers: [{ name: 'kubia', image: 'kubia:1' }] },
    },
    ...spec,
  },
});

export const withClaims = (spec: Partial<StatefulSetSpec> = {}) =>
  kubia({
    volumeClaimTemplates: [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data', labels: { tier: 'storage' } },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
      },
    ],
    ...spec,
  });

/** A cluster whose controller has done all that the set asks for. */
export async function start(set?: StatefulSet): Promise<TestCluster> {
  const cluster = await TestCluster.start(statefulSetController);
  if (set) await cluster.create(refs.statefulSets, set);
  await cluster.settle();
  return cluster;
}

export const status = (cluster: TestCluster) => cluster.get(refs.statefulSets, 'kubia')?.status;

export async function patch(cluster: TestCluster, spec: object): Promise<void> {
  await cluster.client.resource(refs.statefulSets).patch('default', 'kubia', { spec });
  await cluster.settle();
}

/** What became of Pods since it was last asked for. */
export async function takeLog(cluster: TestCluster): Promise<string[]> {
  await cluster.settle();
  return cluster.nodes.log.splice(0);
}

export const image = (image: string) => ({ template: { spec: { containers: [{ name: 'kubia', image }] } } });
