import { matchesNode } from '../../kubernetes/node-affinity.ts';
import type { Node, Pod } from '../../kubernetes/objects.ts';
import { Quantity } from '../../kubernetes/quantity.ts';
import { untoleratedTaint } from '../../kubernetes/taints.ts';
import { podAmounts, toAmounts } from '../apiserver/admission/pod-resources.ts';
import { isStatic } from './static-pods.ts';

export interface Rejection {
  /** "OutOfcpu", "NodeAffinity", "NodePorts", "TaintToleration" */
  readonly reason: string;
  readonly message: string;
}

/**
 * Whether a kubelet takes a Pod that was given to it, past the scheduler or in a race with it (pkg/kubelet/lifecycle's
 * predicate handler and the scheduler's AdmissionCheck). Undefined where it does.
 * @param others the Pods that run on the node already
 */
export function rejection(pod: Pod, node: Node, others: readonly Pod[]): Rejection | undefined {
  return (
    insufficientResource(pod, node, others) ??
    (matchesNode(pod.spec, node)
      ? undefined
      : predicate('NodeAffinity', "node(s) didn't match Pod's node affinity/selector")) ??
    (portsConflict(pod, others)
      ? predicate('NodePorts', "node(s) didn't have free ports for the requested pod ports")
      : undefined) ??
    untolerated(pod, node)
  );
}

function predicate(reason: string, why: string): Rejection {
  return { reason, message: `Predicate ${reason} failed: ${why}` };
}

function insufficientResource(pod: Pod, node: Node, others: readonly Pod[]): Rejection | undefined {
  const allocatable = toAmounts(node.status?.allocatable as Record<string, string | number>);
  const short = (name: string, requested: number, used: number, capacity: number) => ({
    reason: `OutOf${name}`,
    message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
  });
  const places = allocatable.get('pods')?.value() ?? 0;
  if (others.length + 1 > places) return short('pods', 1, others.length, places);
  const used = new Map<string, Quantity>();
  for (const other of others) {
    for (const [name, amount] of podAmounts(other.spec, 'requests')) {
      used.set(name, amount.plus(used.get(name) ?? Quantity.zero));
    }
  }
  for (const [name, amount] of podAmounts(pod.spec, 'requests')) {
    const capacity = allocatable.get(name);
    // An extended resource that the node knows nothing of is the cluster's.
    if (amount.isZero || (!capacity && name.includes('/'))) continue;
    const unit = (quantity: Quantity) => (name === 'cpu' ? quantity.milliValue() : quantity.value());
    const taken = used.get(name) ?? Quantity.zero;
    const total = capacity ?? Quantity.zero;
    if (amount.plus(taken).compare(total) > 0) return short(name, unit(amount), unit(taken), unit(total));
  }
  return undefined;
}

function portsConflict(pod: Pod, others: readonly Pod[]): boolean {
  const taken = others.flatMap(hostPorts);
  return hostPorts(pod).some((wanted) => taken.some((each) => samePort(wanted, each)));
}

export interface HostPort {
  readonly port: number;
  readonly protocol: string;
  /** "0.0.0.0" stands for all of the node's addresses. */
  readonly address: string;
}

export function hostPorts({ spec }: Pod): HostPort[] {
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...sidecars, ...spec.containers].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, protocol = 'TCP', hostIP }) =>
      hostPort ? [{ port: hostPort, protocol, address: hostIP || '0.0.0.0' }] : [],
    ),
  );
}

export function samePort(one: HostPort, other: HostPort): boolean {
  const everywhere = one.address === '0.0.0.0' || other.address === '0.0.0.0';
  return one.port === other.port && one.protocol === other.protocol && (everywhere || one.address === other.address);
}

/** Only what would evict the Pod again: a kubelet does not mind where the scheduler would not have put it. */
function untolerated(pod: Pod, node: Node): Rejection | undefined {
  if (isStatic(pod)) return undefined;
  const taint = untoleratedTaint(node.spec.taints, pod.spec.tolerations, ['NoExecute']);
  return taint && predicate('TaintToleration', "node(s) had taints that the pod didn't tolerate");
}
