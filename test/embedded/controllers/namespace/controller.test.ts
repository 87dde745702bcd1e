import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { namespaceController } from '../../../../src/embedded/controllers/namespace/controller.ts';
import { TestCluster } from '../cluster.ts';

let cluster: TestCluster;

beforeEach(async () => {
  cluster = await TestCluster.start(namespaceController);
  await cluster.create(refs.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' }, spec: {} });
  await cluster.create(refs.serviceAccounts, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace: 'shop' },
  });
});
afterEach(() => cluster.stop());

const namespace = () => cluster.get(refs.namespaces, 'shop', '');
const conditions = () =>
  Object.fromEntries(
    (namespace()?.status?.conditions ?? []).map(({ type, status, reason, message }) => [
      type,
      [status, reason, message],
    ]),
  );

async function deleteNamespace(): Promise<void> {
  await cluster.client.resource(refs.namespaces).delete('', 'shop');
  await cluster.settle();
}

async function map(name: string, finalizers?: string[]): Promise<void> {
  await cluster.create(refs.configMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'shop', ...(finalizers && { finalizers }) },
  });
}

const pod = () =>
  cluster.create(refs.pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'kubia-0', namespace: 'shop' },
    spec: { containers: [{ name: 'kubia', image: 'kubia:1' }] },
  });

const fine = {
  NamespaceDeletionDiscoveryFailure: ['False', 'ResourcesDiscovered', 'All resources successfully discovered'],
  NamespaceDeletionGroupVersionParsingFailure: [
    'False',
    'ParsedGroupVersions',
    'All legacy kube types successfully parsed',
  ],
  NamespaceDeletionContentFailure: [
    'False',
    'ContentDeleted',
    'All content successfully deleted, may be waiting on finalization',
  ],
  NamespaceContentRemaining: ['False', 'ContentRemoved', 'All content successfully removed'],
  NamespaceFinalizersRemaining: ['False', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
};

describe('a namespace that is deleted', () => {
  it('takes everything in it along, and nothing else', async () => {
    await map('settings');
    await pod();
    await cluster.create(refs.configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other' } });
    await cluster.settle();
    await deleteNamespace();
    expect(namespace()).toBeUndefined();
    for (const ref of [refs.configMaps, refs.pods, refs.serviceAccounts])
      expect(cluster.names(ref, 'shop')).toEqual([]);
    expect(cluster.names(refs.configMaps)).toContain('other');
    expect(cluster.failures).toEqual([]);
  });

  it('waits for its Pods before it touches anything else', async () => {
    await map('settings');
    cluster.nodes.lingering.add('kubia-0');
    await pod();
    await cluster.settle();
    await deleteNamespace();
    expect(namespace()?.status?.phase).toBe('Terminating');
    expect(cluster.get(refs.pods, 'kubia-0', 'shop')!.metadata.deletionTimestamp).toBeDefined();
    expect(cluster.get(refs.configMaps, 'settings', 'shop')).toBeDefined();
    expect(conditions()).toEqual(fine);
    cluster.nodes.release('kubia-0');
    await cluster.settle();
    expect(namespace()).toBeUndefined();
  });

  it('says what remains in it, and which finalizers hold that', async () => {
    await map('one', ['example.com/hold']);
    await map('two', ['example.com/hold', 'example.com/other']);
    await deleteNamespace();
    expect(conditions()).toEqual({
      ...fine,
      NamespaceContentRemaining: [
        'True',
        'SomeResourcesRemain',
        'Some resources are remaining: configmaps. has 2 resource instances',
      ],
      NamespaceFinalizersRemaining: [
        'True',
        'SomeFinalizersRemain',
        'Some content in the namespace has finalizers remaining: ' +
          'example.com/hold in 2 resource instances, example.com/other in 1 resource instances',
      ],
    });
    for (const name of ['one', 'two']) {
      await cluster.client.resource(refs.configMaps).patch('shop', name, { metadata: { finalizers: null } });
    }
    await cluster.settle();
    expect(namespace()).toBeUndefined();
  });

  it('complains of a Pod that outlives its grace period', async () => {
    cluster.nodes.lingering.add('kubia-0');
    await pod();
    await cluster.settle();
    await deleteNamespace();
    await cluster.advance(33);
    expect(conditions().NamespaceDeletionContentFailure).toEqual([
      'True',
      'ContentDeletionFailed',
      'Failed to delete all resource types, 1 remaining: failed to delete pods for namespace: shop, err: ' +
        'unexpected items still remain in namespace: shop for gvr: /v1, Resource=pods',
    ]);
    cluster.nodes.release('kubia-0');
    await cluster.settle();
    expect(namespace()).toBeUndefined();
  });

  it('stays for finalizers of its own that others put on it', async () => {
    await cluster.client
      .resource(refs.namespaces)
      .patch('', 'shop', { metadata: { finalizers: ['example.com/hold'] } });
    await deleteNamespace();
    expect(namespace()).toMatchObject({
      metadata: { finalizers: ['example.com/hold'] },
      status: { phase: 'Terminating' },
    });
    expect(namespace()!.spec.finalizers ?? []).toEqual([]);
    await cluster.client.resource(refs.namespaces).patch('', 'shop', { metadata: { finalizers: null } });
    await cluster.settle();
    expect(namespace()).toBeUndefined();
  });
});
