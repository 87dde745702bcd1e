import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { resourceQuotaController } from '../../../../src/embedded/controllers/resourcequota/controller.ts';
import type { Pod, ResourceQuota } from '../../../../src/kubernetes/objects.ts';
import { TestCluster } from '../cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.start(resourceQuotaController);
});
afterEach(() => cluster.stop());

const quota = (spec: ResourceQuota['spec']): ResourceQuota => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'quota' },
  spec,
});

const pod = (name: string, cpu?: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: {
    restartPolicy: 'Never',
    containers: [{ name: 'main', image: 'busybox:1', ...(cpu && { resources: { requests: { cpu } } }) }],
  },
});

async function create(spec: ResourceQuota['spec']): Promise<void> {
  await cluster.create(refs.resourceQuotas, quota(spec));
  await cluster.settle();
}

const status = () => cluster.get(refs.resourceQuotas, 'quota')?.status;

describe('a ResourceQuota', () => {
  it('shows what is used of it', async () => {
    await cluster.create(refs.pods, pod('one', '250m'));
    await create({ hard: { pods: '3', 'requests.cpu': '1', 'count/configmaps': '5', persistentvolumeclaims: '2' } });
    expect(status()).toEqual({
      hard: { pods: '3', 'requests.cpu': '1', 'count/configmaps': '5', persistentvolumeclaims: '2' },
      used: { pods: '1', 'requests.cpu': '250m', 'count/configmaps': '0', persistentvolumeclaims: '0' },
    });
    await cluster.create(refs.pods, pod('two', '250m'));
    await cluster.create(refs.configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'map' } });
    await cluster.settle();
    expect(status()?.used).toMatchObject({ pods: '2', 'requests.cpu': '500m', 'count/configmaps': '1' });
  });

  it('is replenished when Pods end or go', async () => {
    await create({ hard: { pods: '2' } });
    await cluster.create(refs.pods, pod('one'));
    await cluster.create(refs.pods, pod('two'));
    await cluster.settle();
    expect(status()?.used).toEqual({ pods: '2' });
    await expect(cluster.create(refs.pods, pod('three'))).rejects.toThrow(
      'exceeded quota: quota, requested: pods=1, used: pods=2, limited: pods=2',
    );
    await cluster.nodes.finish('one', 'Succeeded');
    await cluster.settle();
    expect(status()?.used).toEqual({ pods: '1' });
    await cluster.client.resource(refs.pods).delete('default', 'two');
    await cluster.settle();
    expect(status()?.used).toEqual({ pods: '0' });
  });

  it('counts what is in its scopes', async () => {
    await cluster.create(refs.pods, pod('modest'));
    await cluster.create(refs.pods, pod('greedy', '1'));
    await create({ hard: { pods: '5' }, scopes: ['BestEffort'] });
    expect(status()?.used).toEqual({ pods: '1' });
  });

  it('follows a changed limit, and leaves out what nobody knows', async () => {
    await create({ hard: { pods: '5', 'count/widgets.example.com': '3' } });
    expect(status()).toEqual({
      hard: { pods: '5', 'count/widgets.example.com': '3' },
      used: { pods: '0' },
    });
    await cluster.client
      .resource(refs.resourceQuotas)
      .patch('default', 'quota', { spec: { hard: { pods: '7', 'count/widgets.example.com': null } } });
    await cluster.settle();
    expect(status()).toEqual({ hard: { pods: '7' }, used: { pods: '0' } });
  });
});
