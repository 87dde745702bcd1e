import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { namespaceController } from '../../../../src/embedded/controllers/namespace/controller.ts';
import { serviceAccountController } from '../../../../src/embedded/controllers/serviceaccount/controller.ts';
import { rootCACertPublisherController } from '../../../../src/embedded/controllers/serviceaccount/root-ca.ts';
import { TestCluster } from '../cluster.ts';

let cluster: TestCluster;

beforeEach(async () => {
  cluster = await TestCluster.start(serviceAccountController, namespaceController, (context) =>
    rootCACertPublisherController({ ...context, rootCA: 'PEM' }),
  );
});
afterEach(() => cluster.stop());

async function createNamespace(): Promise<void> {
  await cluster.create(refs.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' }, spec: {} });
  await cluster.settle();
}

const account = (namespace = 'shop') => cluster.get(refs.serviceAccounts, 'default', namespace);
const certificate = (namespace = 'shop') => cluster.get(refs.configMaps, 'kube-root-ca.crt', namespace);

describe('every namespace', () => {
  it('has an account and a certificate, those that were there before included', async () => {
    await createNamespace();
    for (const namespace of ['default', 'kube-system', 'kube-public', 'kube-node-lease', 'shop']) {
      expect(account(namespace)).toBeDefined();
      expect(certificate(namespace)).toMatchObject({
        metadata: {
          annotations: { 'kubernetes.io/description': expect.stringMatching(/^Contains a CA bundle/) },
          managedFields: [{ manager: 'kube-controller-manager', operation: 'Update' }],
        },
        data: { 'ca.crt': 'PEM' },
      });
    }
    expect(cluster.failures).toEqual([]);
  });

  it('gets them back when they are deleted', async () => {
    await createNamespace();
    const before = account()!.metadata.uid;
    await cluster.client.resource(refs.serviceAccounts).delete('shop', 'default');
    await cluster.client.resource(refs.configMaps).delete('shop', 'kube-root-ca.crt');
    await cluster.settle();
    expect(account()!.metadata.uid).not.toBe(before);
    expect(certificate()).toBeDefined();
  });

  it('gets the certificate back as it was when somebody changes it', async () => {
    await createNamespace();
    const change = { metadata: { annotations: null }, data: { 'ca.crt': 'other', more: 'x' } };
    await cluster.client.resource(refs.configMaps).patch('shop', 'kube-root-ca.crt', change);
    await cluster.settle();
    expect(certificate()).toMatchObject({ data: { 'ca.crt': 'PEM' }, metadata: { annotations: expect.anything() } });
    expect(certificate()!.data).not.toHaveProperty('more');
  });

  it('keeps neither while it is deleted', async () => {
    await createNamespace();
    await cluster.client.resource(refs.namespaces).delete('', 'shop');
    await cluster.settle();
    expect(cluster.get(refs.namespaces, 'shop', '')).toBeUndefined();
    expect([account(), certificate()]).toEqual([undefined, undefined]);
    expect(cluster.failures).toEqual([]);
  });
});
