import type { Container, Pod, PodSpec, PodTemplateSpec } from '../../../../kubernetes/objects.ts';
import { defaultContainer } from './containers.ts';
import { defaultResourceList, defaultResources } from './resource-list.ts';
import { defaultVolume } from './volumes.ts';

/** Annotations of Kubernetes 1.4 that said what init containers are; they are dropped wherever they turn up. */
const initContainerAnnotations = [
  'pod.beta.kubernetes.io/init-containers',
  'pod.alpha.kubernetes.io/init-containers',
  'pod.beta.kubernetes.io/init-container-statuses',
  'pod.alpha.kubernetes.io/init-container-statuses',
];

/** What both a Pod's spec and a template's get: SetDefaults_PodSpec and below, and the aliases of fields. */
export function defaultPodSpec(spec: PodSpec): void {
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ||= 'default-scheduler';
  // The old name of the same field is kept equal to the new one, which wins.
  const serviceAccount = spec.serviceAccountName || spec.serviceAccount;
  if (serviceAccount) {
    spec.serviceAccountName = serviceAccount;
    spec.serviceAccount = serviceAccount;
  }
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
  for (const container of spec.initContainers ?? []) defaultContainer(container);
  for (const container of spec.containers ?? []) defaultContainer(container);
  for (const container of spec.ephemeralContainers ?? []) defaultContainer(container);
  defaultResourceList(spec.overhead);
  defaultResources(spec.resources);
}

/** For every kind that holds a template. */
export function defaultPodTemplate(template: PodTemplateSpec): void {
  template.spec ??= { containers: [] };
  dropInitContainerAnnotations(template.metadata);
  defaultPodSpec(template.spec);
}

/** What only a Pod gets comes on top: SetDefaults_Pod. */
export function defaultPod(pod: Pod): void {
  pod.spec ??= { containers: [] };
  pod.status ??= {};
  const { spec, status } = pod;
  dropInitContainerAnnotations(pod.metadata);
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) requestLimits(container);
  spec.enableServiceLinks ??= true;
  if (spec.hostNetwork) {
    for (const { ports } of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
      for (const port of ports ?? []) port.hostPort ||= port.containerPort;
    }
  }
  defaultPodSpec(spec);
  // A Pod's own negative period is one second; a template keeps what it says.
  if (spec.terminationGracePeriodSeconds! < 0) spec.terminationGracePeriodSeconds = 1;
  // podIP is the first of podIPs, and wins where they differ.
  if (status.podIP && status.podIPs?.[0]?.ip !== status.podIP) status.podIPs = [{ ip: status.podIP }];
  else if (status.podIPs?.[0]?.ip) status.podIP = status.podIPs[0].ip;
}

/** Where only a limit is given, as much is requested. */
function requestLimits({ resources }: Container): void {
  if (!resources?.limits) return;
  resources.requests = { ...resources.limits, ...resources.requests };
}

function dropInitContainerAnnotations(meta: { annotations?: Record<string, string> } | undefined): void {
  if (!meta?.annotations) return;
  for (const name of initContainerAnnotations) delete meta.annotations[name];
}
