import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { serviceCIDRController } from '../../../../src/embedded/controllers/servicecidr/controller.ts';
import { TestCluster } from '../cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.start(serviceCIDRController);
});
afterEach(() => cluster.stop());

async function range(name: string, cidr: string): Promise<void> {
  await cluster.create(refs.serviceCIDRs, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name },
    spec: { cidrs: [cidr] },
  });
  await cluster.settle();
}

async function remove(name: string): Promise<void> {
  await cluster.client.resource(refs.serviceCIDRs).delete('', name);
  await cluster.settle();
}

async function address(ip: string): Promise<void> {
  await cluster.create(refs.ipAddresses, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IPAddress',
    metadata: {
      name: ip,
      labels: {
        'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
        'ipaddress.kubernetes.io/ip-family': 'IPv4',
      },
    },
    spec: { parentRef: { resource: 'services', namespace: 'default', name: 'x' } },
  });
  await cluster.settle();
}

const get = (name: string) => cluster.get(refs.serviceCIDRs, name, '');

describe('a range of addresses', () => {
  it('is ready, and protected', async () => {
    await range('more', '192.168.0.0/24');
    expect(get('more')).toMatchObject({
      metadata: { finalizers: ['networking.k8s.io/service-cidr-finalizer'] },
      status: {
        conditions: [{ type: 'Ready', status: 'True', reason: '', message: 'Kubernetes Service CIDR is ready' }],
      },
    });
    expect(get('more')!.metadata.managedFields).toContainEqual(
      expect.objectContaining({ manager: 'service-cidr-controller', operation: 'Apply', subresource: 'status' }),
    );
    expect(cluster.failures).toEqual([]);
  });

  it('goes ten seconds after its deletion where nothing uses it', async () => {
    await range('more', '192.168.0.0/24');
    await remove('more');
    await cluster.advance(9);
    expect(get('more')).toBeDefined();
    await cluster.advance(1);
    expect(get('more')).toBeUndefined();
  });

  it('stays as long as an address of it is in use', async () => {
    await range('more', '192.168.0.0/24');
    await address('192.168.0.5');
    await remove('more');
    await cluster.advance(20);
    expect(get('more')!.status!.conditions).toMatchObject([{ type: 'Ready', status: 'False', reason: 'Terminating' }]);
    await cluster.client.resource(refs.ipAddresses).delete('', '192.168.0.5');
    await cluster.settle();
    expect(get('more')).toBeUndefined();
  });

  it('may go with addresses in use where another range has them too', async () => {
    await range('more', '192.168.0.0/24');
    await address('192.168.0.5');
    await remove('more');
    await cluster.advance(20);
    await range('wide', '192.168.0.0/16');
    await cluster.settle();
    expect(get('more')).toBeUndefined();
  });
});
