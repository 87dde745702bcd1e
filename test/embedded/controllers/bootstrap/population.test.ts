import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { controlPlanePods } from '../../../../src/embedded/controllers/bootstrap/control-plane.ts';
import { type Population, population } from '../../../../src/embedded/controllers/bootstrap/population.ts';
import { TestCluster } from '../cluster.ts';

let cluster: TestCluster;
let made: Population;

beforeEach(async () => {
  cluster = await TestCluster.start();
  made = populate();
});
afterEach(() => cluster.stop());

function populate(): Population {
  return population({
    clientFor: (manager) => cluster.clientAs('kubernetes-admin', ['system:masters'], manager),
    resources: cluster.context.resources,
    cluster: 'ordinal',
    address: '172.18.0.2',
    rootCA: 'PEM',
  });
}

describe('before a cluster serves', () => {
  it('there is a way to the API server', async () => {
    await made.prepare();
    expect(cluster.get(refs.services, 'kubernetes')).toMatchObject({
      metadata: { labels: { component: 'apiserver', provider: 'kubernetes' } },
      spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }] },
    });
    expect(cluster.get(refs.endpointSlices, 'kubernetes')).toMatchObject({
      metadata: { labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      endpoints: [{ addresses: ['172.18.0.2'], conditions: { ready: true } }],
      ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
    });
    expect(cluster.get(refs.endpoints, 'kubernetes')!.metadata.managedFields).toMatchObject([
      { manager: 'kube-apiserver' },
    ]);
    expect(cluster.get(refs.serviceCIDRs, 'kubernetes', '')!.spec).toEqual({ cidrs: ['10.96.0.0/16'] });
  });

  it('there is the StorageClass of kind, for claims that name none', async () => {
    await made.prepare();
    const standard = cluster.get(refs.storageClasses, 'standard', '')!;
    expect(standard).toMatchObject({
      metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'rancher.io/local-path',
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
    });
    expect(standard.metadata.annotations!['kubectl.kubernetes.io/last-applied-configuration']).toBe(
      '{"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"annotations":' +
        '{"storageclass.kubernetes.io/is-default-class":"true"},"name":"standard"},"provisioner":"rancher.io/local-path",' +
        '"reclaimPolicy":"Delete","volumeBindingMode":"WaitForFirstConsumer"}\n',
    );
  });
});

describe('after it has begun to serve', () => {
  beforeEach(async () => {
    await made.prepare();
    await made.complete();
  });

  it('it has what kubeadm and kind install', () => {
    const names = (ref: Parameters<typeof cluster.names>[0], namespace = 'kube-system') =>
      cluster.names(ref, namespace).sort();
    expect(names(refs.deployments)).toEqual(['coredns']);
    expect(names(refs.daemonSets)).toEqual(['kindnet', 'kube-proxy']);
    expect(names(refs.deployments, 'local-path-storage')).toEqual(['local-path-provisioner']);
    expect(names(refs.configMaps)).toEqual([
      'coredns',
      'extension-apiserver-authentication',
      'kube-proxy',
      'kubeadm-config',
      'kubelet-config',
    ]);
    expect(names(refs.configMaps, 'kube-public')).toEqual(['cluster-info']);
    expect(cluster.get(refs.services, 'kube-dns', 'kube-system')!.spec.clusterIP).toBe('10.96.0.10');
    expect(names(refs.serviceAccounts)).toEqual(
      expect.arrayContaining(['coredns', 'kindnet', 'statefulset-controller']),
    );
    expect(cluster.get(refs.deployments, 'coredns', 'kube-system')!.metadata.managedFields).toMatchObject([
      { manager: 'kubeadm' },
    ]);
  });

  it('it gets back the way to the API server after a restart, but nothing that somebody deleted', async () => {
    await cluster.client.resource(refs.deployments).delete('kube-system', 'coredns');
    await cluster.client.resource(refs.storageClasses).delete('', 'standard');
    await cluster.client.resource(refs.services).delete('default', 'kubernetes');
    const again = populate();
    await again.prepare();
    await again.complete();
    expect(cluster.get(refs.services, 'kubernetes')).toBeDefined();
    expect(cluster.get(refs.storageClasses, 'standard', '')).toBeUndefined();
    expect(cluster.get(refs.deployments, 'coredns', 'kube-system')).toBeUndefined();
  });
});

it('what was interrupted half way is completed', async () => {
  await made.prepare();
  await made.complete();
  await cluster.client.resource(refs.configMaps).delete('kube-system', 'kubeadm-config');
  await cluster.client.resource(refs.daemonSets).delete('kube-system', 'kindnet');
  await populate().complete();
  expect(cluster.get(refs.daemonSets, 'kindnet', 'kube-system')).toBeDefined();
});

it("the API server takes the control plane's Pods", async () => {
  const pods = controlPlanePods({ cluster: 'ordinal', node: 'ordinal-control-plane', address: '172.18.0.2' });
  await made.prepare();
  await cluster.create(refs.serviceAccounts, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace: 'kube-system' },
  });
  for (const pod of pods) await cluster.create(refs.pods, pod);
  expect(cluster.names(refs.pods, 'kube-system').sort()).toEqual([
    'etcd',
    'kube-apiserver',
    'kube-controller-manager',
    'kube-scheduler',
  ]);
});
