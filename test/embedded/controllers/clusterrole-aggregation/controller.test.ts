import { afterEach, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { clusterRoleAggregationController } from '../../../../src/embedded/controllers/clusterrole-aggregation/controller.ts';
import type { ClusterRole } from '../../../../src/kubernetes/objects.ts';
import { TestCluster } from '../cluster.ts';

let cluster: TestCluster;
afterEach(() => cluster.stop());

const role = (name: string, verbs: string[]): ClusterRole => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name, labels: { 'rbac.example.com/to': 'all' } },
  rules: [{ apiGroups: [''], resources: ['pods'], verbs }],
});

it('gathers the rules of the roles that an aggregation rule selects', async () => {
  cluster = await TestCluster.start(clusterRoleAggregationController);
  await cluster.create(refs.clusterRoles, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'all' },
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { 'rbac.example.com/to': 'all' } }] },
    rules: [],
  });
  await cluster.create(refs.clusterRoles, role('b', ['get']));
  await cluster.create(refs.clusterRoles, role('a', ['list']));
  await cluster.create(refs.clusterRoles, role('c', ['get']));
  await cluster.settle();
  const all = () => cluster.get(refs.clusterRoles, 'all', '');
  expect(all()?.rules?.map(({ verbs }) => verbs)).toEqual([['list'], ['get']]);
  expect(all()?.metadata.managedFields).toContainEqual(
    expect.objectContaining({ manager: 'clusterrole-aggregation-controller', operation: 'Apply' }),
  );
  await cluster.client.resource(refs.clusterRoles).delete('', 'a');
  await cluster.settle();
  expect(all()?.rules?.map(({ verbs }) => verbs)).toEqual([['get']]);
  expect(cluster.failures).toEqual([]);
});

it('gives the roles that users have the rules that Kubernetes puts there', async () => {
  cluster = await TestCluster.start(clusterRoleAggregationController);
  for (const name of ['admin', 'edit', 'view']) {
    const found = cluster.get(refs.clusterRoles, name, '');
    expect(found?.rules?.length, name).toBeGreaterThan(5);
  }
  expect(cluster.failures).toEqual([]);
});
