import type { KubeObject } from '../../../kubernetes/object.ts';
import type {
  EndpointSlice,
  Endpoints,
  Namespace,
  Service,
  ServiceCIDR,
  StorageClass,
} from '../../../kubernetes/objects.ts';
import { serviceNameLabel } from '../shared/endpoint-slices.ts';

/** Service addresses, as kind divides them. */
export const serviceRange = '10.96.0.0/16';
export const storageNamespace = 'local-path-storage';
const port = 6443;
const ports = [{ name: 'https', port, protocol: 'TCP' as const }];

/** What the API server itself keeps: how Pods reach it, and the range of Services' addresses. */
export function apiServerObjects(address: string): KubeObject[] {
  const cidr: ServiceCIDR = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name: 'kubernetes' },
    spec: { cidrs: [serviceRange] },
  };
  const metadata = { name: 'kubernetes', namespace: 'default' };
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      clusterIP: '10.96.0.1',
      ipFamilyPolicy: 'SingleStack',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }],
      sessionAffinity: 'None',
      type: 'ClusterIP',
    },
  };
  const endpoints: Endpoints = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...metadata, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip: address }], ports }],
  };
  const slice: EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...metadata, labels: { [serviceNameLabel]: 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports,
  };
  return [cidr, service, endpoints, slice];
}

/** What a lesson may rely on from its first command: kind's StorageClass, and where its provisioner lives. */
export function storageObjects(): KubeObject[] {
  const namespace: Namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: storageNamespace, annotations: {} },
    spec: {},
  };
  const standard: StorageClass = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'rancher.io/local-path',
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'WaitForFirstConsumer',
  };
  return [namespace, standard];
}
