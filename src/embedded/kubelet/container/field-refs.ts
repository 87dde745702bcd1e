import { goQuote } from '../../../kubernetes/go-format.ts';
import type { Container, Pod, ResourceFieldSelector, ResourceList } from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';

/** The downward API: fields of the Pod itself, as environment variables and files hold them. */

export interface DownwardContext {
  readonly pod: Pod;
  /** The node's own address. */
  readonly hostAddress: string;
  readonly podAddresses: readonly string[];
  /** Stands in for limits that a container does not set. */
  readonly allocatable: ResourceList;
}

/** @throws Error where there is no such field, in the kubelet's words */
export function fieldValue(path: string, { pod, hostAddress, podAddresses }: DownwardContext): string {
  switch (path) {
    case 'spec.nodeName':
      return pod.spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return hostAddress;
    case 'status.podIP':
      return podAddresses[0] ?? '';
    case 'status.podIPs':
      return podAddresses.join(',');
    default:
      return metadataValue(path, pod);
  }
}

/** What a file may hold: metadata alone. @throws Error */
export function metadataValue(path: string, { metadata }: Pod): string {
  const subscript = /^(.+?)\['(.*)'\]$/s.exec(path);
  if (subscript) {
    const [, map, key] = subscript;
    if (map === 'metadata.labels') return own(metadata.labels, key!);
    if (map === 'metadata.annotations') return own(metadata.annotations, key!);
    throw new Error(`fieldPath ${goQuote(path)} does not support subscript`);
  }
  switch (path) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid ?? '';
    case 'metadata.labels':
      return formatMap(metadata.labels);
    case 'metadata.annotations':
      return formatMap(metadata.annotations);
    default:
      throw new Error(`unsupported fieldPath: ${path}`);
  }
}

function own(map: Readonly<Record<string, string>> | undefined, key: string): string {
  return map && Object.hasOwn(map, key) ? map[key]! : '';
}

/** One `key="value"` a line, in order of keys. */
function formatMap(map: Readonly<Record<string, string>> = {}): string {
  return Object.keys(map)
    .sort()
    .map((key) => `${key}=${goQuote(map[key]!)}`)
    .join('\n');
}

/** In units of the divisor, rounded up. @throws Error where there is no such container or resource */
export function resourceValue(
  { resource, divisor, containerName }: ResourceFieldSelector,
  container: Container | undefined,
  { pod, allocatable }: DownwardContext,
): string {
  const named = containerName
    ? [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(({ name }) => name === containerName)
    : container;
  if (!named) throw new Error(`container ${containerName} not found`);
  const [, list = '', name = ''] = /^(limits|requests)\.(.+)$/.exec(resource) ?? [];
  const known = ['cpu', 'memory', 'ephemeral-storage'].includes(name) || name.startsWith('hugepages-');
  if (!known) throw new Error(`unsupported container resource : ${resource}`);
  const set = Quantity.tryParse(named.resources?.[list as 'limits' | 'requests']?.[name]);
  const fallback =
    list === 'limits' && !name.startsWith('hugepages-') ? Quantity.tryParse(allocatable[name]) : undefined;
  const amount = (set && !set.isZero ? set : fallback) ?? Quantity.zero;
  const parsed = Quantity.tryParse(divisor);
  const unit = parsed && !parsed.isZero ? parsed : Quantity.of(1);
  const ratio = name === 'cpu' ? amount.milliValue() / unit.milliValue() : amount.value() / unit.value();
  return String(Math.ceil(ratio));
}
