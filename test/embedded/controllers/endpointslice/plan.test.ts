import { describe, expect, it } from 'vitest';
import { plan } from '../../../../src/embedded/controllers/endpointslice/plan.ts';
import { sortPorts } from '../../../../src/embedded/controllers/shared/endpoint-slices.ts';
import type { EndpointSlice, Node, Pod, Service } from '../../../../src/kubernetes/objects.ts';

const service: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kubia', namespace: 'default', uid: 'service' },
  spec: { clusterIP: '10.96.0.20', ipFamilies: ['IPv4'], selector: { app: 'kubia' }, ports: [{ port: 80 }] },
};

const pod = (index: number): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `kubia-${index}`, namespace: 'default', uid: `${index}` },
  spec: { nodeName: 'worker', containers: [] },
  status: { phase: 'Running', podIPs: [{ ip: `10.244.${index >> 8}.${index & 255}` }] },
});
const pods = (count: number, from = 0) => Array.from({ length: count }, (_, index) => pod(from + index));
const node = () => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker' }, spec: {} }) as Node;

const sizes = (slices: readonly EndpointSlice[]) => slices.map(({ endpoints }) => endpoints.length);
const stored = (slices: readonly EndpointSlice[]) =>
  slices.map((slice, index) => ({ ...slice, metadata: { ...slice.metadata, name: `kubia-${index}` } }));
const initial = (count: number) => stored(plan({ service, pods: pods(count), slices: [], node }).create);

describe('endpoints are distributed so that', () => {
  it('a slice has a hundred at most', () => {
    expect(sizes(initial(250))).toEqual([100, 100, 50]);
  });

  it('nothing is written where nothing changed', () => {
    const slices = initial(150);
    expect(plan({ service, pods: pods(150), slices, node })).toEqual({ create: [], update: [], remove: [], lost: [] });
  });

  it('new ones go where something changes anyway, else where they fit best', () => {
    const slices = initial(250);
    const grown = plan({ service, pods: pods(260), slices, node });
    expect([sizes(grown.create), sizes(grown.update)]).toEqual([[], [60]]);
    const replaced = plan({ service, pods: pods(250, 1), slices, node });
    expect(sizes(replaced.update)).toEqual([100]);
    expect(replaced.update[0]!.metadata.name).toBe('kubia-0');
  });

  it('a slice that would be empty goes', () => {
    const shrunk = plan({ service, pods: pods(100), slices: initial(150), node });
    expect(shrunk.remove.map(({ metadata }) => metadata.name)).toEqual(['kubia-1']);
    expect([shrunk.create, shrunk.update]).toEqual([[], []]);
  });

  it('the last slice is emptied rather than replaced', () => {
    const { create, update, remove } = plan({ service, pods: [], slices: initial(1), node });
    expect([create, remove]).toEqual([[], []]);
    expect(update).toMatchObject([{ metadata: { name: 'kubia-0' }, endpoints: [], ports: [] }]);
  });

  it('slices of an earlier Service of the name go, and are not reused', () => {
    const [slice] = initial(1);
    const foreign = { ...slice!, metadata: { ...slice!.metadata, ownerReferences: [] } };
    const { create, update, remove } = plan({ service, pods: pods(1), slices: [foreign], node });
    expect([sizes(create), update, remove]).toEqual([[1], [], [foreign]]);
  });
});

describe('ports', () => {
  it('stand in the order of their hashes, as kube-dns has them on a real cluster', () => {
    const ports = sortPorts([
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, protocol: 'TCP' },
      { name: 'metrics', port: 9153, protocol: 'TCP' },
    ]);
    expect(ports.map(({ name }) => name)).toEqual(['metrics', 'dns', 'dns-tcp']);
  });
});
