import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { endpointSliceMirroringController } from '../../../../src/embedded/controllers/endpointslice-mirroring/controller.ts';
import type { EndpointSubset } from '../../../../src/kubernetes/objects.ts';
import { TestCluster } from '../cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.start(endpointSliceMirroringController);
});
afterEach(() => cluster.stop());

const subset: EndpointSubset = {
  addresses: [{ ip: '10.1.1.1', hostname: 'a', nodeName: 'worker' }, { ip: '10.1.1.2' }],
  notReadyAddresses: [{ ip: '10.1.1.3' }],
  ports: [
    { port: 80, name: 'http' },
    { port: 81, name: 'other' },
  ],
};

async function service(selector?: Record<string, string>): Promise<void> {
  await cluster.create(refs.services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'manual' },
    spec: { ports: [{ port: 80 }], ...(selector && { selector }) },
  });
  await cluster.settle();
}

async function endpoints(subsets: EndpointSubset[] = [subset], labels: Record<string, string> = { own: '1' }) {
  const applied = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', note: 'hi' };
  const created = await cluster.create(refs.endpoints, {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'manual', labels, annotations: applied },
    subsets,
  });
  await cluster.settle();
  return created;
}

const slices = () => cluster.list(refs.endpointSlices);

describe('Endpoints written by hand', () => {
  it('are mirrored as upstream does it', async () => {
    await service();
    const { metadata } = await endpoints();
    expect(slices()).toHaveLength(1);
    const [slice] = slices();
    expect(slice!.metadata).toMatchObject({
      annotations: { note: 'hi' },
      generateName: 'manual-',
      labels: {
        'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
        'kubernetes.io/service-name': 'manual',
        own: '1',
      },
      ownerReferences: [
        {
          apiVersion: 'v1',
          kind: 'Endpoints',
          name: 'manual',
          uid: metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    });
    expect(Object.keys(slice!.metadata.annotations!)).toEqual(['note']);
    expect(slice).toMatchObject({
      addressType: 'IPv4',
      endpoints: [
        { addresses: ['10.1.1.1'], conditions: { ready: true }, hostname: 'a', nodeName: 'worker' },
        { addresses: ['10.1.1.2'], conditions: { ready: true } },
        { addresses: ['10.1.1.3'], conditions: { ready: false } },
      ],
      ports: [
        { name: 'other', port: 81, protocol: 'TCP' },
        { name: 'http', port: 80, protocol: 'TCP' },
      ],
    });
    expect(cluster.failures).toEqual([]);
  });

  it('are followed, in the same slice', async () => {
    await service();
    await endpoints();
    const { name, resourceVersion } = slices()[0]!.metadata;
    await cluster.advance(5);
    expect(slices()[0]!.metadata.resourceVersion).toBe(resourceVersion);
    const patch = { subsets: [{ ...subset, addresses: [{ ip: '10.1.1.9' }] }], metadata: { labels: { own: '2' } } };
    await cluster.client.resource(refs.endpoints).patch('default', 'manual', patch);
    await cluster.settle();
    expect(slices()).toMatchObject([{ metadata: { name, labels: { own: '2' } } }]);
    expect(slices()[0]!.endpoints.flatMap(({ addresses }) => addresses)).toEqual(['10.1.1.9', '10.1.1.3']);
  });

  it('have a slice for each family of addresses', async () => {
    await service();
    await endpoints([{ addresses: [{ ip: '10.1.1.1' }, { ip: 'fd00::1' }], ports: [{ port: 80 }] }]);
    expect(
      slices()
        .map(({ addressType, endpoints: [endpoint] }) => [addressType, endpoint!.addresses])
        .sort(),
    ).toEqual([
      ['IPv4', ['10.1.1.1']],
      ['IPv6', ['fd00::1']],
    ]);
  });

  it.each(['the Endpoints', 'the Service'])('lose their slices with %s', async (which) => {
    await service();
    await endpoints();
    const ref = which === 'the Service' ? refs.services : refs.endpoints;
    await cluster.client.resource({ ...ref, type: undefined }).delete('default', 'manual');
    await cluster.settle();
    expect(slices()).toEqual([]);
  });

  it('are not mirrored where they say so, or where the Service selects Pods itself', async () => {
    await service();
    await endpoints([subset], { 'endpointslice.kubernetes.io/skip-mirror': 'true' });
    expect(slices()).toEqual([]);
    await cluster.client.resource(refs.endpoints).patch('default', 'manual', { metadata: { labels: null } });
    await cluster.settle();
    expect(slices()).toHaveLength(1);
    await cluster.client.resource(refs.services).patch('default', 'manual', { spec: { selector: { app: 'x' } } });
    await cluster.settle();
    expect(slices()).toEqual([]);
  });

  it('are mirrored up to a thousand addresses of a subset, and an event tells of the rest', async () => {
    await service();
    const addresses = Array.from({ length: 1003 }, (_, index) => ({ ip: `10.1.${index >> 8}.${index & 255}` }));
    await endpoints([{ addresses, ports: [{ port: 80 }] }]);
    expect(slices()[0]!.endpoints).toHaveLength(1000);
    expect(await cluster.events('manual')).toEqual([
      'TooManyAddressesToMirror: A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. ' +
        '3 addresses were skipped',
    ]);
  });
});
