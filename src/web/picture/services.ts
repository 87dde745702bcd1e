import type { Objects, Pod, Service } from './kinds.ts';
import type { ServiceItem } from './picture.ts';

/** Services whose selector picks any of these Pods. */
export function servicesOfPods(pods: readonly Pod[], objects: Objects): ServiceItem[] {
  return objects.services
    .filter((service) => pods.some((pod) => selects(service, pod.metadata.labels)))
    .map((service) => serviceItem(service, objects));
}

/** Services whose selector picks Pods with these labels. */
export function servicesFor(labels: Readonly<Record<string, string>> | undefined, objects: Objects): ServiceItem[] {
  return objects.services.filter((one) => selects(one, labels)).map((service) => serviceItem(service, objects));
}

/** An empty selector of a Service selects nothing. */
function selects(service: Service, labels: Readonly<Record<string, string>> = {}): boolean {
  const wanted = Object.entries(service.spec?.selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

export function serviceItem(service: Service, objects: Objects): ServiceItem {
  const headless = service.spec?.clusterIP === 'None';
  const endpoints = objects.slices
    .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name)
    .flatMap((slice) => slice.endpoints ?? []);
  return {
    name: service.metadata.name,
    type: headless ? 'headless' : (service.spec?.type ?? 'ClusterIP'),
    headless,
    address: headless ? undefined : service.spec?.clusterIP,
    ports: (service.spec?.ports ?? [])
      .map(({ port, targetPort = port }) => (targetPort === port ? `${port}` : `${port} → ${targetPort}`))
      .join(', '),
    ready: endpoints.filter((endpoint) => endpoint.conditions?.ready !== false).length,
  };
}
