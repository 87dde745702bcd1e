import type { KubeObject } from '../../kubernetes/object.ts';

/** The parts of Services and EndpointSlices that the network reads. */

export interface ServicePort {
  readonly name?: string;
  readonly protocol?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly nodePort?: number;
}

export interface ServiceObject extends KubeObject {
  readonly spec?: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly clusterIPs?: readonly string[];
    readonly externalIPs?: readonly string[];
    readonly externalName?: string;
    readonly ports?: readonly ServicePort[];
    readonly sessionAffinity?: string;
    readonly sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } };
    readonly internalTrafficPolicy?: string;
    readonly externalTrafficPolicy?: string;
  };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] } };
}

export interface SliceEndpoint {
  readonly addresses: readonly string[];
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
  readonly hostname?: string;
  readonly nodeName?: string;
}

export interface EndpointSliceObject extends KubeObject {
  readonly addressType?: string;
  readonly endpoints?: readonly SliceEndpoint[] | null;
  readonly ports?: readonly { readonly name?: string; readonly protocol?: string; readonly port?: number }[] | null;
}

export const serviceNameLabel = 'kubernetes.io/service-name';

/** "namespace/name" of the Service a slice belongs to; empty where it belongs to none. */
export function serviceOf(slice: EndpointSliceObject): readonly string[] {
  const name = slice.metadata.labels?.[serviceNameLabel];
  return name ? [`${slice.metadata.namespace}/${name}`] : [];
}

export function isHeadless(service: ServiceObject): boolean {
  return service.spec?.clusterIP === 'None';
}

/** Its cluster addresses: none for a headless or ExternalName Service. */
export function clusterAddresses(service: ServiceObject): readonly string[] {
  const { clusterIP, clusterIPs } = service.spec ?? {};
  return (clusterIPs ?? (clusterIP ? [clusterIP] : [])).filter((address) => address !== 'None' && address !== '');
}

/** Addresses from outside that lead to it. */
export function externalAddresses(service: ServiceObject): readonly string[] {
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  return [...(service.spec?.externalIPs ?? []), ...ingress.flatMap(({ ip }) => ip ?? [])];
}

/** What kube-proxy and CoreDNS take for ready: an unknown condition counts as true. */
export function isReady(endpoint: SliceEndpoint): boolean {
  return endpoint.conditions?.ready !== false;
}
