import type { Informer } from '../client/client.ts';
import type { Clock } from '../clock.ts';
import {
  clusterAddresses,
  type EndpointSliceObject,
  externalAddresses,
  isReady,
  type ServiceObject,
  type ServicePort,
  serviceOf,
} from './objects.ts';

export type Protocol = 'TCP' | 'UDP';

export interface Backend {
  readonly address: string;
  readonly port: number;
  readonly node?: string;
}

/**
 * Where a connection to an address ends: at a backend; nowhere, with a refusal, as an iptables REJECT rule gives; or
 * nowhere, without a word, as a DROP rule or a missing route gives. `masqueraded`: the backend sees the node's address.
 */
export type Route = { readonly backend: Backend; readonly masqueraded: boolean } | 'reject' | 'drop';

export interface Destination {
  readonly address: string;
  readonly port: number;
  readonly protocol: Protocol;
}

export interface Origin {
  readonly address: string;
  readonly node: string;
}

/** kube-proxy's rules in iptables mode, derived from Services and EndpointSlices at the moment of each connection. */
export class ServiceProxy {
  readonly #services: Informer<ServiceObject>;
  readonly #slices: Informer<EndpointSliceObject>;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #affinity = new Map<string, { backend: Backend; at: number }>();

  constructor(
    services: Informer<ServiceObject>,
    slices: Informer<EndpointSliceObject>,
    clock: Clock,
    random: () => number,
  ) {
    this.#services = services;
    this.#slices = slices;
    this.#clock = clock;
    this.#random = random;
  }

  /** Undefined where the address is no Service's. */
  route(to: Destination, from: Origin): Route | undefined {
    const virtual = this.#services.byIndex('virtualAddress', virtualAddresses, to.address)[0];
    if (!virtual) return undefined;
    const port = virtual.spec?.ports?.find((candidate) => candidate.port === to.port && speaks(candidate, to.protocol));
    if (!port) return 'drop';
    const external = !clusterAddresses(virtual).includes(to.address);
    const policy = external ? virtual.spec?.externalTrafficPolicy : virtual.spec?.internalTrafficPolicy;
    return this.#choose(virtual, port, from, policy === 'Local' ? from.node : undefined, external);
  }

  /** The same for a port of a node's own address. Undefined where no Service has that node port. */
  routeNodePort(node: string, port: number, protocol: Protocol, from: Origin): Route | undefined {
    const wanted = (candidate: ServicePort) => candidate.nodePort === port && speaks(candidate, protocol);
    const services = this.#services.byIndex('nodePort', nodePorts, String(port));
    const service = services.find(({ spec }) => spec?.ports?.some(wanted));
    const servicePort = service?.spec?.ports?.find(wanted);
    if (!service || !servicePort) return undefined;
    const local = service.spec?.externalTrafficPolicy === 'Local';
    return this.#choose(service, servicePort, from, local ? node : undefined, !local);
  }

  #choose(
    service: ServiceObject,
    port: ServicePort,
    from: Origin,
    onlyNode: string | undefined,
    masqueraded: boolean,
  ): Route {
    const { namespace, name } = service.metadata;
    const slices = this.#slices.byIndex('service', serviceOf, `${namespace}/${name}`);
    const all = usable(slices, port);
    if (all.length === 0) return 'reject';
    const candidates = onlyNode === undefined ? all : all.filter((backend) => backend.node === onlyNode);
    if (candidates.length === 0) return 'drop';
    if (service.spec?.sessionAffinity !== 'ClientIP') return { backend: this.#pick(candidates), masqueraded };

    const timeout = (service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) * 1000;
    const key = `${service.metadata.uid}/${port.port}/${port.protocol}/${from.address}`;
    const now = this.#clock.now();
    for (const [old, { at }] of this.#affinity) {
      if (now - at > 10_800_000) this.#affinity.delete(old);
      else break;
    }
    const known = this.#affinity.get(key);
    const still = known && now - known.at < timeout && candidates.find((candidate) => same(candidate, known.backend));
    const backend = still || this.#pick(candidates);
    // Deleted first, so that the map stays in order of use and the oldest entries are found at its front.
    this.#affinity.delete(key);
    this.#affinity.set(key, { backend, at: now });
    return { backend, masqueraded };
  }

  #pick(candidates: readonly Backend[]): Backend {
    return candidates[Math.min(candidates.length - 1, Math.floor(this.#random() * candidates.length))]!;
  }
}

/** The ready endpoints of a Service's port, or, where there is none, those that still serve while they terminate. */
function usable(slices: readonly EndpointSliceObject[], port: ServicePort): Backend[] {
  const ready: Backend[] = [];
  const terminating: Backend[] = [];
  for (const slice of slices) {
    const target = slice.ports?.find(
      (candidate) => (candidate.name ?? '') === (port.name ?? '') && speaks(candidate, port.protocol),
    );
    if (!target?.port) continue;
    for (const endpoint of slice.endpoints ?? []) {
      const backend = { address: endpoint.addresses[0] ?? '', port: target.port, node: endpoint.nodeName };
      const { serving, terminating: ending } = endpoint.conditions ?? {};
      if (isReady(endpoint)) ready.push(backend);
      else if (serving && ending) terminating.push(backend);
    }
  }
  return ready.length > 0 ? ready : terminating;
}

function speaks({ protocol = 'TCP' }: { readonly protocol?: string }, wanted: string = 'TCP'): boolean {
  return protocol === wanted;
}

function same(one: Backend, other: Backend): boolean {
  return one.address === other.address && one.port === other.port;
}

function virtualAddresses(service: ServiceObject): readonly string[] {
  if (service.spec?.type === 'ExternalName') return [];
  return [...clusterAddresses(service), ...externalAddresses(service)];
}

function nodePorts(service: ServiceObject): readonly string[] {
  return (service.spec?.ports ?? []).flatMap(({ nodePort }) => (nodePort ? String(nodePort) : []));
}
