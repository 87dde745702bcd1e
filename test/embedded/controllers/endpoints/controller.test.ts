import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { endpointsController } from '../../../../src/embedded/controllers/endpoints/controller.ts';
import { nextEndpoints } from '../../../../src/embedded/controllers/endpoints/plan.ts';
import type { Pod, PodSpec, Service, ServiceSpec } from '../../../../src/kubernetes/objects.ts';
import { TestCluster } from '../cluster.ts';

describe('Endpoints', () => {
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await TestCluster.start(endpointsController);
  });
  afterEach(() => cluster.stop());

  async function service(spec: Partial<ServiceSpec>, labels?: Record<string, string>): Promise<void> {
    await cluster.create(refs.services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kubia', ...(labels && { labels }) },
      spec: { selector: { app: 'kubia' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...spec },
    });
    await cluster.settle();
  }

  async function pod(name: string, spec: Partial<PodSpec> = {}): Promise<Pod> {
    await cluster.create(refs.pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: { app: 'kubia' } },
      spec: { containers: [{ name: 'kubia', image: 'kubia:1' }], ...spec },
    });
    await cluster.settle();
    return cluster.get(refs.pods, name)!;
  }

  const endpoints = () => cluster.get(refs.endpoints, 'kubia');

  it('are what upstream writes for a headless Service', async () => {
    await service({ clusterIP: 'None' }, { app: 'kubia' });
    const { metadata, spec, status } = await pod('kubia-0', { hostname: 'kubia-0', subdomain: 'kubia' });
    expect(endpoints()!.metadata).toMatchObject({
      annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z' },
      labels: {
        app: 'kubia',
        'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
        'service.kubernetes.io/headless': '',
      },
    });
    expect(endpoints()!.subsets).toEqual([
      {
        addresses: [
          {
            hostname: 'kubia-0',
            ip: status!.podIP,
            nodeName: spec.nodeName,
            targetRef: { kind: 'Pod', name: 'kubia-0', namespace: 'default', uid: metadata.uid },
          },
        ],
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      },
    ]);
    expect(cluster.failures).toEqual([]);
  });

  it('tell who is not ready, and leave out who is on its way out', async () => {
    await service({});
    cluster.nodes.unready.add('kubia-0');
    cluster.nodes.lingering.add('kubia-0');
    const { status } = await pod('kubia-0');
    expect(endpoints()!.subsets).toMatchObject([{ notReadyAddresses: [{ ip: status!.podIP }] }]);
    await cluster.client.resource(refs.pods).delete('default', 'kubia-0');
    await cluster.settle();
    expect(endpoints()!.subsets ?? []).toEqual([]);
  });

  it('are there without Pods, and go with their Service', async () => {
    await service({});
    expect(endpoints()!.subsets ?? []).toEqual([]);
    await cluster.client.resource(refs.services).delete('default', 'kubia');
    await cluster.settle();
    expect(endpoints()).toBeUndefined();
  });

  it('come back when they are deleted', async () => {
    await service({});
    await pod('kubia-0');
    await cluster.client.resource(refs.endpoints).delete('default', 'kubia');
    await cluster.settle();
    expect(endpoints()!.subsets).toHaveLength(1);
  });

  it('are left to people where the Service has no selector', async () => {
    await service({ selector: undefined });
    await cluster.create(refs.endpoints, {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'kubia' },
      subsets: [{ addresses: [{ ip: '10.1.1.1' }], ports: [{ port: 80 }] }],
    });
    await cluster.settle();
    expect(endpoints()!.metadata.labels).toBeUndefined();
  });
});

describe('subsets', () => {
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubia', namespace: 'default' },
    spec: {
      clusterIP: '10.96.0.20',
      ports: [
        { name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' },
        { name: 'db', port: 5432, targetPort: 'db', protocol: 'TCP' },
      ],
    },
  };
  const pod = (index: number, dbPort: number, ready = true): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `kubia-${index}`, namespace: 'default', uid: `${index}` },
    spec: { containers: [{ name: 'a', ports: [{ name: 'db', containerPort: dbPort, protocol: 'TCP' }] }] },
    status: {
      podIPs: [{ ip: `10.244.${index >> 8}.${index & 255}` }],
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  });
  const shown = (...pods: Pod[]) =>
    (nextEndpoints(service, pods, undefined, undefined)!.subsets ?? []).map(({ addresses, ports }) => [
      addresses?.map(({ targetRef }) => targetRef!.name),
      ports?.map(({ port }) => port),
    ]);

  it('unite ports that lead to the same Pods, in the order a real cluster shows them in', () => {
    expect(shown(pod(1, 5432), pod(2, 5432))).toEqual([
      [
        ['kubia-1', 'kubia-2'],
        [5432, 8080],
      ],
    ]);
  });

  it('keep ports apart that do not', () => {
    const all = shown(pod(1, 5432), pod(2, 6543));
    expect(all).toHaveLength(3);
    expect(all).toContainEqual([['kubia-1', 'kubia-2'], [8080]]);
    expect(all).toContainEqual([['kubia-1'], [5432]]);
    expect(all).toContainEqual([['kubia-2'], [6543]]);
  });

  it('hold a thousand addresses, of which there are more', () => {
    const pods = Array.from({ length: 1001 }, (_, index) => pod(index, 5432, index > 0));
    const { metadata, subsets } = nextEndpoints(service, pods, undefined, undefined)!;
    expect(metadata.annotations).toEqual({ 'endpoints.kubernetes.io/over-capacity': 'truncated' });
    expect([subsets![0]!.addresses!.length, subsets![0]!.notReadyAddresses!.length]).toEqual([1000, 0]);
  });
});
