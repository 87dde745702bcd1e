import type { Pod, Service, ServicePort } from '../../../kubernetes/objects.ts';
import { isPodReady, isPodTerminal, isRestartableInitContainer } from '../../../kubernetes/readiness.ts';
import { LabelSelector, type Labels } from '../../../kubernetes/selectors.ts';
import type { Informer } from '../../client/client.ts';
import { keyOf } from './reconciler.ts';

/** Which Pods stand behind which Services: what the controllers for EndpointSlices and Endpoints have in common. */

/** The Pods a Service selects; none where it has no selector. */
export function podsOf(pods: Informer<Pod>, { metadata, spec }: Service): readonly Pod[] {
  if (!spec.selector) return [];
  const selector = LabelSelector.fromLabels(spec.selector as Labels);
  return pods.list(metadata.namespace).filter((pod) => selector.matches(pod.metadata.labels));
}

/** Tells of the keys of Services whose Pods come, go or change in what endpoints show of them. */
export function watchPods(pods: Informer<Pod>, services: Informer<Service>, changed: (key: string) => void) {
  const tell = (keys: Iterable<string>) => {
    for (const key of keys) changed(key);
  };
  return pods.subscribe({
    added: (pod) => tell(memberships(services, pod)),
    updated: (pod, previous) => tell(affectedServices(services, pod, previous)),
    deleted: (pod) => tell(memberships(services, pod)),
  });
}

function memberships(services: Informer<Service>, { metadata: { namespace, labels } }: Pod): Set<string> {
  const selecting = services
    .list(namespace)
    .filter(({ spec }) => spec.selector && LabelSelector.fromLabels(spec.selector as Labels).matches(labels));
  return new Set(selecting.map(keyOf));
}

function affectedServices(services: Informer<Service>, pod: Pod, previous: Pod): Set<string> {
  const changed = endpointChanged(pod, previous);
  const moved = identityChanged(pod, previous);
  if (!changed && !moved) return new Set();
  const now = memberships(services, pod);
  if (!moved) return now;
  const before = memberships(services, previous);
  if (changed) return new Set([...now, ...before]);
  return new Set([...[...now].filter((key) => !before.has(key)), ...[...before].filter((key) => !now.has(key))]);
}

function endpointChanged(pod: Pod, previous: Pod): boolean {
  return (
    pod.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp ||
    isPodReady(pod) !== isPodReady(previous) ||
    isPodTerminal(pod) !== isPodTerminal(previous) ||
    JSON.stringify(pod.status?.podIPs) !== JSON.stringify(previous.status?.podIPs)
  );
}

function identityChanged(pod: Pod, previous: Pod): boolean {
  return (
    JSON.stringify(pod.metadata.labels) !== JSON.stringify(previous.metadata.labels) ||
    pod.spec.hostname !== previous.spec.hostname ||
    pod.spec.subdomain !== previous.spec.subdomain
  );
}

/** Whether a Pod has an address to publish: it has one, and has not finished. */
export function belongsInEndpoints(pod: Pod, includeTerminating: boolean): boolean {
  if (isPodTerminal(pod) || (!pod.status?.podIP && !pod.status?.podIPs?.length)) return false;
  return includeTerminating || pod.metadata.deletionTimestamp === undefined;
}

/** Whether the Pod has a name of its own in the Service's domain. */
export function hasHostname({ metadata, spec }: Pod, service: Service): boolean {
  return (
    !!spec.hostname && spec.subdomain === service.metadata.name && metadata.namespace === service.metadata.namespace
  );
}

/** The number of the port that a Service's port leads to in this Pod; undefined where no container has one of that name. */
export function targetPort({ spec }: Pod, { targetPort: target, port, protocol }: ServicePort): number | undefined {
  if (typeof target !== 'string') return target ?? port;
  const containers = [...spec.containers, ...(spec.initContainers ?? []).filter(isRestartableInitContainer)];
  return containers
    .flatMap(({ ports = [] }) => ports)
    .find((each) => each.name === target && (each.protocol ?? 'TCP') === (protocol ?? 'TCP'))?.containerPort;
}
