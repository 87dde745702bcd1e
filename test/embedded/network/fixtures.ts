import { type Clock, RealClock } from '../../../src/embedded/clock.ts';
import { ClusterNetwork, type ClusterNetworkOptions } from '../../../src/embedded/network/cluster-network.ts';
import type { EndpointSliceObject, ServiceObject, SliceEndpoint } from '../../../src/embedded/network/objects.ts';
import type { KubeObject } from '../../../src/kubernetes/object.ts';
import { FakeInformer } from './fake-informer.ts';

export const nodes = [
  { name: 'control-plane', address: '172.18.0.2', podRange: '10.244.0.0/24' },
  { name: 'worker', address: '172.18.0.3', podRange: '10.244.1.0/24' },
  { name: 'worker2', address: '172.18.0.4', podRange: '10.244.2.0/24' },
];

export function service(name: string, spec: ServiceObject['spec'], namespace = 'dd'): ServiceObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace, uid: `uid-${name}` }, spec };
}

export function slice(
  owner: string,
  ports: EndpointSliceObject['ports'],
  endpoints: readonly SliceEndpoint[],
  namespace = 'dd',
): EndpointSliceObject {
  const metadata = { name: `${owner}-x`, namespace, labels: { 'kubernetes.io/service-name': owner } };
  return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, addressType: 'IPv4', endpoints, ports };
}

export function namespace(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

export function makeNetwork(options: Partial<ClusterNetworkOptions> = {}, clock: Clock = new RealClock()) {
  const services = new FakeInformer<ServiceObject>();
  const endpointSlices = new FakeInformer<EndpointSliceObject>();
  const namespaces = new FakeInformer<KubeObject>().set(
    namespace('default'),
    namespace('kube-system'),
    namespace('dd'),
  );
  const network = new ClusterNetwork({
    clock,
    nodes,
    services,
    endpointSlices,
    namespaces,
    random: () => 0,
    ...options,
  });
  return { network, services, endpointSlices, namespaces, clock };
}

export const clusterDns = {
  nameservers: ['10.96.0.10'],
  searches: ['dd.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
  options: [{ name: 'ndots', value: '5' }],
};
