import { beforeEach, describe, expect, it } from 'vitest';
import { service as definition } from '../../../../src/embedded/apiserver/resources/service.ts';
import { servicecidr } from '../../../../src/embedded/apiserver/resources/servicecidr.ts';
import type { KubeObject } from '../../../../src/kubernetes/object.ts';
import type { Service, ServiceCIDR, ServiceSpec } from '../../../../src/kubernetes/objects.ts';
import { TestEngine } from '../support.ts';

const definitions = [definition, servicecidr];
const ports = [{ port: 80 }];

let test: TestEngine;

beforeEach(() => {
  test = new TestEngine({ definitions });
});

async function create(name: string, spec: Partial<ServiceSpec>, dryRun = false): Promise<Service> {
  const value = { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec };
  return (await test.engine.create(test.caller, definition, 'default', { value }, { dryRun })) as Service;
}

async function update(service: Service, change: Partial<ServiceSpec>): Promise<Service> {
  const at = { namespace: 'default', name: service.metadata.name };
  const value = { ...service, spec: { ...service.spec, ...change } };
  return (await test.engine.update(test.caller, definition, at, '', { value })).object as Service;
}

async function createRange(name: string, cidrs: string[]): Promise<void> {
  const value: ServiceCIDR = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name },
    spec: { cidrs },
  };
  await test.engine.create(test.caller, servicecidr, '', { value: value as KubeObject });
}

describe('cluster addresses', () => {
  it('come from the range, above the part kept for those who ask', async () => {
    const { spec } = await create('a', { ports });
    expect(spec.clusterIP).toMatch(/^10\.96\.\d+\.\d+$/);
    expect(spec.clusterIP).not.toMatch(/^10\.96\.0\./);
    expect(spec).toMatchObject({ clusterIPs: [spec.clusterIP], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
  });

  it('are not given twice', async () => {
    await create('a', { ports, clusterIP: '10.96.0.10' });
    await expect(create('b', { ports, clusterIP: '10.96.0.10' })).rejects.toThrow(
      'Service "b" is invalid: spec.clusterIPs: Invalid value: []string{"10.96.0.10"}: ' +
        'failed to allocate IP 10.96.0.10: provided IP is already allocated',
    );
  });

  it('are free again when the Service is gone, or has none any more', async () => {
    const first = await create('a', { ports, clusterIP: '10.96.0.10' });
    const external = await update(first, { type: 'ExternalName', externalName: 'db.example.com' });
    expect(external.spec.clusterIP).toBeUndefined();
    await create('b', { ports, clusterIP: '10.96.0.10' });
    await test.engine.delete(test.caller, definition, { namespace: 'default', name: 'b' }, {});
    expect((await create('c', { ports, clusterIP: '10.96.0.10' })).spec.clusterIP).toBe('10.96.0.10');
  });

  it('are not taken by dry runs, nor by writes that fail', async () => {
    await create('a', { ports, clusterIP: '10.96.0.10' }, true);
    await expect(create('a', { clusterIP: '10.96.0.10' })).rejects.toThrow('spec.ports: Required value');
    expect((await create('a', { ports, clusterIP: '10.96.0.10' })).spec.clusterIP).toBe('10.96.0.10');
  });

  it('run out', async () => {
    await createRange('kubernetes', ['10.5.0.0/30']);
    const given = [await create('a', { ports }), await create('b', { ports })].map(({ spec }) => spec.clusterIP);
    expect(given.sort()).toEqual(['10.5.0.1', '10.5.0.2']);
    await expect(create('c', { ports })).rejects.toThrow('failed to allocate a serviceIP: range is full');
    await createRange('more', ['10.6.0.0/30']);
    expect((await create('c', { ports })).spec.clusterIP).toMatch(/^10\.6\.0\.[12]$/);
  });

  it('are of both families where the cluster has both', async () => {
    await createRange('kubernetes', ['10.5.0.0/24', 'fd00:10::/112']);
    const { spec } = await create('a', { ports, ipFamilyPolicy: 'PreferDualStack' });
    expect(spec.ipFamilies).toEqual(['IPv4', 'IPv6']);
    expect(spec.clusterIPs).toEqual([expect.stringMatching(/^10\.5\.0\./), expect.stringMatching(/^fd00:10::/)]);
    const single = await update(await create('b', { ports }), { ipFamilyPolicy: 'RequireDualStack' });
    expect(single.spec.clusterIPs).toHaveLength(2);
  });
});

describe('node ports', () => {
  it('come from the range, one for TCP and UDP on the same port', async () => {
    const { spec } = await create('a', {
      type: 'NodePort',
      ports: [
        { name: 'tcp', port: 53 },
        { name: 'udp', port: 53, protocol: 'UDP' },
        { name: 'web', port: 80 },
      ],
    });
    const [tcp, udp, web] = spec.ports!.map(({ nodePort }) => nodePort!);
    expect(tcp).toBe(udp);
    expect(web).not.toBe(tcp);
    for (const port of [tcp!, web!]) {
      expect(port).toBeGreaterThanOrEqual(30_000);
      expect(port).toBeLessThan(32_768);
    }
  });

  it('are not given twice', async () => {
    await create('a', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] });
    await expect(create('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] })).rejects.toThrow(
      'spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    );
  });

  it('stay when the manifest is sent again, and go with the type', async () => {
    const first = await create('a', { type: 'NodePort', ports });
    const again = await update(first, { ports });
    expect(again.spec.ports![0]!.nodePort).toBe(first.spec.ports![0]!.nodePort);
    const inside = await update(again, { type: 'ClusterIP' });
    expect(inside.spec.ports![0]!.nodePort).toBeUndefined();
    expect(inside.spec.externalTrafficPolicy).toBeUndefined();
  });

  it('are given to load balancers that are asked after their nodes’ health', async () => {
    const { spec } = await create('a', { type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports });
    expect(spec.healthCheckNodePort).toBeGreaterThanOrEqual(30_000);
    expect(spec.healthCheckNodePort).not.toBe(spec.ports![0]!.nodePort);
    expect(
      definition.holds!({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec } as KubeObject),
    ).toEqual([
      { pool: 'clusterIPs', value: spec.clusterIP },
      { pool: 'nodePorts', value: String(spec.ports![0]!.nodePort) },
      { pool: 'nodePorts', value: String(spec.healthCheckNodePort) },
    ]);
  });
});
