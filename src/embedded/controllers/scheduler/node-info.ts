import type { Node, Pod } from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import { podAmounts, toAmounts } from '../../apiserver/admission/pod-resources.ts';
import { type HostPort, hostPorts } from '../../kubelet/admission.ts';

/** Amounts by resource name: CPU in thousandths, everything else in whole units. */
export type Resources = ReadonlyMap<string, number>;

/** What a container counts for where it requests nothing, so that it counts for something: 0.1 CPU, 200 MB. */
const unrequested = { cpu: 100, memory: 200 * 1024 * 1024 };

interface PodRequests {
  readonly requested: Resources;
  /** CPU and memory with `unrequested` in place of nothing. */
  readonly counted: Resources;
}

/** Requests do not change while a Pod object lives. */
const requestsOf = new WeakMap<Pod, PodRequests>();

export function podRequests(pod: Pod): PodRequests {
  let known = requestsOf.get(pod);
  if (!known) {
    known = { requested: inUnits(podAmounts(pod.spec, 'requests')), counted: countedRequests(pod) };
    requestsOf.set(pod, known);
  }
  return known;
}

function countedRequests({ spec }: Pod): Resources {
  const counted = new Map<string, number>();
  for (const [name, least] of Object.entries(unrequested)) {
    const of = (resources: Pod['spec']['containers'][number]['resources']) => {
      const amount = Quantity.tryParse(resources?.requests?.[name]);
      if (!amount) return least;
      return name === 'cpu' ? amount.milliValue() : amount.value();
    };
    const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
    const running = [...spec.containers, ...sidecars].reduce((sum, { resources }) => sum + of(resources), 0);
    const initial = Math.max(0, ...(spec.initContainers ?? []).map(({ resources }) => of(resources)));
    const overhead = Quantity.tryParse(spec.overhead?.[name]);
    const extra = overhead ? (name === 'cpu' ? overhead.milliValue() : overhead.value()) : 0;
    counted.set(name, Math.max(running, initial) + extra);
  }
  return counted;
}

function inUnits(amounts: ReadonlyMap<string, Quantity>): Resources {
  return new Map(
    [...amounts].map(([name, amount]) => [name, name === 'cpu' ? amount.milliValue() : amount.value()] as const),
  );
}

/** A node and the Pods on it, those on their way to it among them. */
export class NodeInfo {
  readonly node: Node;
  readonly pods: readonly Pod[];
  readonly allocatable: Resources;
  #requested: Resources | undefined;
  #counted: Resources | undefined;
  #ports: readonly HostPort[] | undefined;

  constructor(node: Node, pods: readonly Pod[]) {
    this.node = node;
    this.pods = pods;
    this.allocatable = inUnits(toAmounts(node.status?.allocatable as Record<string, string | number>));
  }

  get name(): string {
    return this.node.metadata.name;
  }

  get labels(): Readonly<Record<string, string>> {
    return this.node.metadata.labels ?? {};
  }

  get requested(): Resources {
    this.#requested ??= sum(this.pods.map((pod) => podRequests(pod).requested));
    return this.#requested;
  }

  get counted(): Resources {
    this.#counted ??= sum(this.pods.map((pod) => podRequests(pod).counted));
    return this.#counted;
  }

  get ports(): readonly HostPort[] {
    this.#ports ??= this.pods.flatMap(hostPorts);
    return this.#ports;
  }

  with(pods: readonly Pod[]): NodeInfo {
    return new NodeInfo(this.node, [...this.pods, ...pods]);
  }

  without(pods: ReadonlySet<Pod>): NodeInfo {
    return new NodeInfo(
      this.node,
      this.pods.filter((pod) => !pods.has(pod)),
    );
  }
}

function sum(all: readonly Resources[]): Resources {
  const total = new Map<string, number>();
  for (const resources of all) {
    for (const [name, amount] of resources) total.set(name, (total.get(name) ?? 0) + amount);
  }
  return total;
}
