import type { KubeObject } from '../../../kubernetes/object.ts';
import type { PersistentVolumeClaim, Pod, ResourceQuota, Service } from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import { LabelSelector } from '../../../kubernetes/selectors.ts';
import { classOf } from './persistent-volume-claim-resize.ts';
import { type Amounts, podAmounts, toAmounts } from './pod-resources.ts';

/**
 * What objects count for in a ResourceQuota: k8s.io/kubernetes/pkg/quota/v1. Used by admission, which refuses what would
 * go beyond it, and by the quota controller, which shows it in the status.
 */

const one = Quantity.of(1);

/** Resources that can be counted without "count/" before their name. */
const counted: Readonly<Record<string, string>> = {
  configmaps: 'configmaps',
  resourcequotas: 'resourcequotas',
  replicationcontrollers: 'replicationcontrollers',
  secrets: 'secrets',
};

/** Compute resources: "cpu" stands for "requests.cpu". */
const compute = ['cpu', 'memory', 'ephemeral-storage'];
/** What every container has to say where a quota counts it. */
const mustBeGiven = ['cpu', 'limits.cpu', 'limits.memory', 'memory', 'requests.cpu', 'requests.memory'];
const classSuffix = '.storageclass.storage.k8s.io/';

/**
 * What one object counts for, by the quota's resource names.
 * @param resource "pods", "statefulsets.apps"
 */
export function usageOf(resource: string, object: KubeObject, now: number): Map<string, Quantity> {
  const usage = new Map([[`count/${resource}`, one]]);
  if (resource === 'pods') addPod(usage, object as Pod, now);
  else if (resource === 'services') addService(usage, object as Service);
  else if (resource === 'persistentvolumeclaims') addClaim(usage, object as PersistentVolumeClaim);
  else if (Object.hasOwn(counted, resource)) usage.set(counted[resource]!, one);
  return usage;
}

/** Which of a quota's resource names are about objects of a resource. */
export function countedNames(resource: string, names: Iterable<string>): string[] {
  return [...names].filter((name) => isCounted(resource, name));
}

/** The resources ("pods", "statefulsets.apps") whose objects a quota's resource name is about. */
export function countedResource(name: string): string {
  if (name.startsWith('count/')) return name.slice('count/'.length);
  if (isCounted('services', name)) return 'services';
  if (isCounted('persistentvolumeclaims', name)) return 'persistentvolumeclaims';
  return Object.hasOwn(counted, name) ? name : 'pods';
}

function isCounted(resource: string, name: string): boolean {
  if (name === `count/${resource}`) return true;
  if (name.startsWith('count/')) return false;
  switch (resource) {
    case 'pods':
      return name === 'pods' || isCompute(name);
    case 'services':
      return name === 'services' || name === 'services.loadbalancers' || name === 'services.nodeports';
    case 'persistentvolumeclaims':
      return /^(.+\.storageclass\.storage\.k8s\.io\/)?(persistentvolumeclaims|requests\.storage)$/.test(name);
    default:
      return Object.hasOwn(counted, resource) && counted[resource] === name;
  }
}

function isCompute(name: string): boolean {
  const plain = name.replace(/^(requests|limits)\./, '');
  if (compute.includes(plain)) return true;
  if (plain.startsWith('hugepages-')) return !name.startsWith('limits.');
  // Extended resources are counted by what is requested.
  return name.startsWith('requests.') && plain.includes('/') && !plain.startsWith('kubernetes.io/');
}

function addPod(usage: Map<string, Quantity>, pod: Pod, now: number): void {
  if (hasEnded(pod, now)) return;
  usage.set('pods', one);
  const requests = podAmounts(pod.spec, 'requests');
  for (const [name, amount] of requests) {
    if (compute.includes(name) || name.startsWith('hugepages-')) usage.set(name, amount);
    usage.set(`requests.${name}`, amount);
  }
  for (const [name, amount] of podAmounts(pod.spec, 'limits')) {
    if (compute.includes(name)) usage.set(`limits.${name}`, amount);
  }
}

/** Has run to its end, or should have gone by now. */
function hasEnded({ status, metadata }: Pod, now: number): boolean {
  if (status?.phase === 'Failed' || status?.phase === 'Succeeded') return true;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (!deletionTimestamp || deletionGracePeriodSeconds === undefined) return false;
  return now > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

function addService(usage: Map<string, Quantity>, { spec }: Service): void {
  const ports = spec.ports ?? [];
  const balanced = spec.type === 'LoadBalancer';
  const nodePorts =
    balanced && spec.allocateLoadBalancerNodePorts === false
      ? ports.filter(({ nodePort }) => nodePort).length
      : balanced || spec.type === 'NodePort'
        ? ports.length
        : 0;
  usage.set('services', one);
  usage.set('services.loadbalancers', balanced ? one : Quantity.zero);
  usage.set('services.nodeports', Quantity.of(nodePorts));
}

function addClaim(usage: Map<string, Quantity>, claim: PersistentVolumeClaim): void {
  const storageClass = classOf(claim);
  const set = (name: string, amount: Quantity) => {
    usage.set(name, amount);
    if (storageClass) usage.set(storageClass + classSuffix + name, amount);
  };
  set('persistentvolumeclaims', one);
  const requested = Quantity.tryParse(claim.spec.resources?.requests?.storage);
  if (!requested) return;
  const allocated = Quantity.tryParse(claim.status?.allocatedResources?.storage);
  const larger = allocated && allocated.compare(requested) > 0 ? allocated : requested;
  set('requests.storage', larger.isInteger ? larger : Quantity.of(larger.value(), larger.format));
}

/** Whether a quota is about an object at all, its scopes considered. */
export function isInScope({ spec }: ResourceQuota, resource: string, object: KubeObject): boolean {
  const selectors = [
    ...(spec.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists', values: undefined })),
    ...(spec.scopeSelector?.matchExpressions ?? []),
  ];
  if (selectors.length === 0) return true;
  return resource === 'pods' && selectors.every((selector) => podInScope(selector, object as Pod));
}

interface ScopeSelector {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

function podInScope({ scopeName, operator, values }: ScopeSelector, { spec }: Pod): boolean {
  switch (scopeName) {
    case 'Terminating':
      return spec.activeDeadlineSeconds !== undefined && spec.activeDeadlineSeconds >= 0;
    case 'NotTerminating':
      return !(spec.activeDeadlineSeconds !== undefined && spec.activeDeadlineSeconds >= 0);
    case 'BestEffort':
      return isBestEffort(spec);
    case 'NotBestEffort':
      return !isBestEffort(spec);
    case 'PriorityClass': {
      const name = spec.priorityClassName;
      if (operator === 'Exists') return !!name;
      const selector = LabelSelector.from({ matchExpressions: [{ key: scopeName, operator, values }] });
      return selector.matches(name ? { [scopeName]: name } : {});
    }
    case 'CrossNamespacePodAffinity':
      return crossesNamespaces(spec);
    default:
      return false;
  }
}

function isBestEffort(spec: Pod['spec']): boolean {
  return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].every(({ resources }) =>
    ['cpu', 'memory'].every((name) =>
      [resources?.requests?.[name], resources?.limits?.[name]].every(
        (amount) => (Quantity.tryParse(amount) ?? Quantity.zero).isZero,
      ),
    ),
  );
}

function crossesNamespaces({ affinity }: Pod['spec']): boolean {
  const terms = [affinity?.podAffinity, affinity?.podAntiAffinity].flatMap((each) => [
    ...(each?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(each?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ]);
  return terms.some((term) => term.namespaces?.length || term.namespaceSelector !== undefined);
}

/** Why a Pod cannot be counted: a container does not say how much it takes of what the quota counts. */
export function missingAmounts(names: readonly string[], { spec }: Pod): string | undefined {
  const missing = new Map<string, Set<string>>();
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    const given = new Set<string>();
    for (const name of Object.keys(container.resources?.requests ?? {})) given.add(name).add(`requests.${name}`);
    for (const name of Object.keys(container.resources?.limits ?? {})) given.add(`limits.${name}`);
    for (const name of names) {
      if (!mustBeGiven.includes(name) || given.has(name)) continue;
      missing.set(name, (missing.get(name) ?? new Set()).add(container.name));
    }
  }
  if (missing.size === 0) return undefined;
  const parts = [...missing].sort(([a], [b]) => (a < b ? -1 : 1));
  return `must specify ${parts.map(([name, containers]) => `${name} for: ${[...containers].sort().join(',')}`).join('; ')}`;
}

/**
 * What a quota's `status.used` is.
 * @param objectsOf all objects of a resource ("pods") in the quota's namespace
 */
export function usedOf(
  quota: ResourceQuota,
  objectsOf: (resource: string) => Iterable<KubeObject>,
  now: number,
): Map<string, Quantity> {
  const hard = toAmounts(quota.spec.hard);
  const used = new Map([...hard.keys()].map((name) => [name, Quantity.zero]));
  const resources = new Set([...hard.keys()].map(countedResource));
  for (const resource of resources) {
    for (const object of objectsOf(resource)) {
      if (isInScope(quota, resource, object)) addTo(used, usageOf(resource, object, now));
    }
  }
  return used;
}

/** Only names that `total` has already. */
function addTo(total: Map<string, Quantity>, usage: Amounts): void {
  for (const [name, amount] of usage) {
    const known = total.get(name);
    if (known) total.set(name, known.plus(amount));
  }
}
