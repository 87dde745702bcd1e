import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { endpointSliceController } from '../../../../src/embedded/controllers/endpointslice/controller.ts';
import type { Pod, PodSpec, Service, ServiceSpec } from '../../../../src/kubernetes/objects.ts';
import { TestCluster } from '../cluster.ts';

let cluster: TestCluster;

beforeEach(async () => {
  cluster = await TestCluster.start(endpointSliceController);
  for (const name of ['worker-0', 'worker-1', 'worker-2']) {
    await cluster.create(refs.nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {} });
  }
});
afterEach(() => cluster.stop());

async function service(spec: Partial<ServiceSpec>, labels?: Record<string, string>): Promise<Service> {
  const created = await cluster.create(refs.services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubia', ...(labels && { labels }) },
    spec: { selector: { app: 'kubia' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...spec },
  });
  await cluster.settle();
  return created;
}

async function pod(name: string, spec: Partial<PodSpec> = {}, labels = { app: 'kubia' }): Promise<Pod> {
  await cluster.create(refs.pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: { containers: [{ name: 'kubia', image: 'kubia:1' }], ...spec },
  });
  await cluster.settle();
  return cluster.get(refs.pods, name)!;
}

const slices = () => cluster.list(refs.endpointSlices);
const conditions = () =>
  Object.fromEntries(
    slices().flatMap(({ endpoints }) => (endpoints ?? []).map((e) => [e.targetRef!.name, e.conditions])),
  );

describe('the slices of a Service', () => {
  it('say where its Pods are, as upstream writes them', async () => {
    await service({ clusterIP: 'None' }, { tier: 'web' });
    const created = await pod('kubia-0', { hostname: 'kubia-0', subdomain: 'kubia' });
    const [slice, ...others] = slices();
    expect(others).toEqual([]);
    const { uid } = cluster.get(refs.services, 'kubia')!.metadata;
    expect(slice!.metadata).toMatchObject({
      name: expect.stringMatching(/^kubia-[a-z0-9]{5}$/),
      generateName: 'kubia-',
      labels: {
        tier: 'web',
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        'kubernetes.io/service-name': 'kubia',
        'service.kubernetes.io/headless': '',
      },
      annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z' },
      ownerReferences: [
        { apiVersion: 'v1', kind: 'Service', name: 'kubia', uid, controller: true, blockOwnerDeletion: true },
      ],
    });
    expect(slice).toMatchObject({
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      endpoints: [
        {
          addresses: [created.status!.podIP],
          conditions: { ready: true, serving: true, terminating: false },
          hostname: 'kubia-0',
          nodeName: 'worker-0',
          targetRef: { kind: 'Pod', namespace: 'default', name: 'kubia-0', uid: created.metadata.uid },
        },
      ],
    });
    expect(cluster.failures).toEqual([]);
  });

  it('have no headless label where the Service has an address, and no host name where the subdomain is another', async () => {
    await service({});
    await pod('kubia-0', { hostname: 'kubia-0', subdomain: 'elsewhere' });
    expect(slices()[0]!.metadata.labels).not.toHaveProperty('service.kubernetes.io/headless');
    expect(slices()[0]!.endpoints[0]).not.toHaveProperty('hostname');
  });

  it('consist of one that says nothing where there are no Pods, which is then filled', async () => {
    await service({});
    const [placeholder] = slices();
    expect(placeholder!.endpoints ?? []).toEqual([]);
    expect(placeholder!.ports ?? []).toEqual([]);
    await cluster.advance(5);
    expect(slices()[0]!.metadata.resourceVersion).toBe(placeholder!.metadata.resourceVersion);
    await pod('kubia-0');
    expect(slices().map(({ metadata, endpoints }) => [metadata.name, endpoints.length])).toEqual([
      [placeholder!.metadata.name, 1],
    ]);
    await cluster.client.resource(refs.pods).delete('default', 'kubia-0');
    await cluster.settle();
    expect(slices().map(({ metadata, endpoints }) => [metadata.name, endpoints ?? []])).toEqual([
      [placeholder!.metadata.name, []],
    ]);
  });

  it('tell ready, serving and terminating apart', async () => {
    await service({});
    cluster.nodes.lingering.add('kubia-0').add('kubia-1');
    await pod('kubia-0');
    cluster.nodes.unready.add('kubia-1');
    await pod('kubia-1');
    expect(conditions()).toEqual({
      'kubia-0': { ready: true, serving: true, terminating: false },
      'kubia-1': { ready: false, serving: false, terminating: false },
    });
    for (const name of ['kubia-0', 'kubia-1']) await cluster.client.resource(refs.pods).delete('default', name);
    await cluster.settle();
    expect(conditions()).toEqual({
      'kubia-0': { ready: false, serving: true, terminating: true },
      'kubia-1': { ready: false, serving: false, terminating: true },
    });
  });

  it('call Pods ready that are not where the Service publishes them anyway', async () => {
    await service({ publishNotReadyAddresses: true });
    cluster.nodes.unready.add('kubia-0');
    await pod('kubia-0');
    expect(conditions()).toEqual({ 'kubia-0': { ready: true, serving: false, terminating: false } });
  });

  it('leave out Pods without an address, Pods that have finished and other Pods', async () => {
    await service({});
    cluster.nodes.unscheduled.add('kubia-0');
    await pod('kubia-0');
    await pod('kubia-1');
    await pod('other', {}, { app: 'other' });
    expect(Object.keys(conditions())).toEqual(['kubia-1']);
    await cluster.nodes.finish('kubia-1', 'Succeeded');
    await cluster.settle();
    expect(conditions()).toEqual({});
  });

  it('follow labels of Pods, and the selector, ports and labels of the Service', async () => {
    await service({});
    await pod('kubia-0');
    await pod('other', {}, { app: 'other' });
    const pods = cluster.client.resource(refs.pods);
    await pods.patch('default', 'other', { metadata: { labels: { app: 'kubia' } } });
    await cluster.settle();
    expect(Object.keys(conditions()).sort()).toEqual(['kubia-0', 'other']);
    const services = cluster.client.resource(refs.services);
    await services.patch('default', 'kubia', { metadata: { labels: { tier: 'web' } } });
    await cluster.settle();
    expect(slices()[0]!.metadata.labels).toMatchObject({ tier: 'web' });
    await services.patch('default', 'kubia', { spec: { ports: [{ port: 80 }], selector: { app: 'nobody' } } });
    await cluster.settle();
    expect(conditions()).toEqual({});
    await pods.patch('default', 'other', { metadata: { labels: { app: 'nobody' } } });
    await cluster.settle();
    expect(slices().map(({ ports }) => ports)).toEqual([[{ name: '', port: 80, protocol: 'TCP' }]]);
  });

  it('differ by what a named port is in each Pod', async () => {
    await service({ ports: [{ name: 'http', port: 80, targetPort: 'web' }] });
    const container = (port: number) => ({
      containers: [{ name: 'kubia', image: 'kubia:1', ports: [{ name: 'web', containerPort: port }] }],
    });
    await pod('kubia-0', container(8080));
    await pod('kubia-1', container(9090));
    await pod('kubia-2', container(8080));
    await pod('kubia-3');
    const shown = slices().map(({ ports, endpoints }) => [
      ports?.[0]?.port ?? 'none',
      ...endpoints.map(({ targetRef }) => targetRef!.name).sort(),
    ]);
    expect(shown).toHaveLength(3);
    for (const slice of [
      [8080, 'kubia-0', 'kubia-2'],
      [9090, 'kubia-1'],
      ['none', 'kubia-3'],
    ]) {
      expect(shown).toContainEqual(slice);
    }
  });

  it('are none for a Service without a selector or with an external name', async () => {
    await service({ selector: undefined });
    await cluster.create(refs.services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'external' },
      spec: { type: 'ExternalName', externalName: 'example.com', selector: { app: 'kubia' } },
    });
    await pod('kubia-0');
    expect(slices()).toEqual([]);
  });

  it('are put right after somebody changed or deleted one', async () => {
    await service({});
    await pod('kubia-0');
    const { name } = slices()[0]!.metadata;
    await cluster.client.resource(refs.endpointSlices).patch('default', name, { endpoints: [] });
    await cluster.advance(1);
    expect(Object.keys(conditions())).toEqual(['kubia-0']);
    await cluster.client.resource(refs.endpointSlices).delete('default', slices()[0]!.metadata.name);
    await cluster.advance(1);
    expect(Object.keys(conditions())).toEqual(['kubia-0']);
  });

  it('leave out Pods whose node is unknown, and say so', async () => {
    await service({});
    await cluster.client.resource(refs.nodes).delete('', 'worker-0');
    await pod('kubia-0');
    expect(conditions()).toEqual({});
    expect(await cluster.events('kubia')).toContain(
      'FailedToUpdateEndpointSlices: Error updating Endpoint Slices for Service default/kubia: ' +
        'skipping Pod kubia-0 for Service default/kubia: Node worker-0 Not Found',
    );
    await cluster.create(refs.nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker-0' }, spec: {} });
    await cluster.advance(60);
    expect(Object.keys(conditions())).toEqual(['kubia-0']);
  });

  it('hint at zones where the Service prefers what is close', async () => {
    await cluster.client
      .resource(refs.nodes)
      .patch('', 'worker-0', { metadata: { labels: { 'topology.kubernetes.io/zone': 'a' } } });
    await service({ trafficDistribution: 'PreferClose' });
    await pod('kubia-0');
    expect(slices()[0]!.endpoints[0]).toMatchObject({ zone: 'a', hints: { forZones: [{ name: 'a' }] } });
    await cluster.client.resource(refs.services).patch('default', 'kubia', { spec: { trafficDistribution: null } });
    await cluster.settle();
    expect(slices()[0]!.endpoints[0]).not.toHaveProperty('hints');
  });
});
