import type { KubeObject } from '../../kubernetes/object.ts';
import type { Informer } from '../client/client.ts';
import { type Clock, sleep } from '../clock.ts';
import { AddressPool, isIPv4 } from './addresses.ts';
import { connectionPair, type PairedEnd } from './connection.ts';
import { Datagrams } from './datagrams.ts';
import { search } from './dns/search.ts';
import { answer, type ZoneView } from './dns/zone.ts';
import { NetworkError } from './errors.ts';
import { type HostPort, Namespace } from './namespace.ts';
import type {
  Connection,
  DnsAnswer,
  DnsConfig,
  HostPortMapping,
  Listener,
  Network,
  NetworkStack,
  PodSandbox,
  RecordType,
} from './network.ts';
import { clusterAddresses, type EndpointSliceObject, type ServiceObject, serviceOf } from './objects.ts';
import { type Protocol, ServiceProxy } from './service-proxy.ts';

export interface NetworkNode {
  readonly name: string;
  /** Its InternalIP, e.g. "172.18.0.3". */
  readonly address: string;
  /** Its Pods' addresses, e.g. "10.244.1.0/24". */
  readonly podRange: string;
}

export interface ClusterNetworkOptions {
  readonly clock: Clock;
  readonly nodes: readonly NetworkNode[];
  readonly services: Informer<ServiceObject>;
  readonly endpointSlices: Informer<EndpointSliceObject>;
  readonly namespaces: Informer<KubeObject>;
  /** Where the API server listens, on its node's address, and what takes the connections. */
  readonly apiServer?: { readonly node: string; readonly port: number; accept(connection: Connection): void };
  readonly clusterDomain?: string;
  /** The cluster's DNS server: queries to any other nameserver see only what lies outside the cluster. */
  readonly dnsAddress?: string;
  /** Between 0 and 1: chooses backends and the order of DNS answers. */
  readonly random?: () => number;
}

/** How long a connection that nobody answers is tried, as Linux' six SYN retries take. */
const connectTimeout = 130_000;
/** How long the neighbour discovery takes that ends in "No route to host". */
const unreachableAfter = 3_000;
/** The API server's proxies give up sooner, as Go's dialer there does. */
const dialerTimeout = 30_000;
const dnsTimeout = 10_000;

interface Sandbox extends PodSandbox {
  readonly namespace: Namespace;
}

/** The network of the whole cluster, in this process. */
export class ClusterNetwork implements Network {
  readonly #clock: Clock;
  readonly #nodes = new Map<string, { readonly network: NetworkNode; readonly pool: AddressPool; host: Namespace }>();
  readonly #byAddress = new Map<string, Namespace>();
  readonly #unreachable = new Set<string>();
  readonly #connections = new Set<PairedEnd>();
  readonly #options: ClusterNetworkOptions;
  readonly #proxy: ServiceProxy;
  readonly #datagrams: Datagrams;
  readonly #random: () => number;
  readonly #domain: string;
  readonly #dnsAddress: string;

  constructor(options: ClusterNetworkOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#random = options.random ?? Math.random;
    this.#domain = options.clusterDomain ?? 'cluster.local';
    this.#dnsAddress = options.dnsAddress ?? '10.96.0.10';
    this.#proxy = new ServiceProxy(options.services, options.endpointSlices, options.clock, this.#random);
    this.#datagrams = new Datagrams({
      clock: options.clock,
      target: (from, address, port) => this.#target(from, address, port, 'UDP'),
      connected: (one, other) => this.#connected(one, other),
    });
    for (const node of options.nodes) this.addNode(node);
    const { apiServer } = options;
    if (apiServer) this.#node(apiServer.node).host.listen(apiServer.port, (connection) => apiServer.accept(connection));
  }

  addNode(node: NetworkNode): void {
    const host = new Namespace(node.name, [node.address], true);
    this.#nodes.set(node.name, { network: node, pool: new AddressPool(node.podRange), host });
    this.#byAddress.set(node.address, host);
  }

  createSandbox(node: string, hostNetwork: boolean, hostPorts: readonly HostPortMapping[] = []): PodSandbox {
    const { host, pool } = this.#node(node);
    if (hostNetwork) return { addresses: host.addresses, hostNetwork, namespace: host } as Sandbox;
    const namespace = new Namespace(node, [pool.allocate()], false);
    for (const mapping of hostPorts) host.mapPort(mapping, namespace);
    this.#byAddress.set(namespace.addresses[0]!, namespace);
    return { addresses: namespace.addresses, hostNetwork, namespace } as Sandbox;
  }

  /** Idempotent. Connections of the sandbox are reset and its listeners closed. */
  releaseSandbox(sandbox: PodSandbox): void {
    const { namespace, hostNetwork } = sandbox as Sandbox;
    if (hostNetwork || this.#byAddress.get(namespace.addresses[0]!) !== namespace) return;
    const { host, pool } = this.#node(namespace.node);
    namespace.close();
    host.unmapPorts(namespace);
    this.#byAddress.delete(namespace.addresses[0]!);
    pool.release(namespace.addresses[0]!);
    for (const end of this.#connections) {
      if (end.localAddress === namespace.addresses[0]) {
        end.destroy(new NetworkError('ECONNRESET', 'read', end.remoteAddress, end.remotePort));
      }
    }
  }

  stack(sandbox: PodSandbox, dns: DnsConfig): NetworkStack {
    const { namespace } = sandbox as Sandbox;
    return {
      addresses: namespace.addresses,
      listen: async (port, onConnection): Promise<Listener> => namespace.listen(port, onConnection),
      dial: (host, port, signal) => this.#dialName(namespace, host, port, dns, signal),
      resolve: (name, type) => this.#resolve(namespace, name, type, dns),
      bind: (port, handlers) => this.#datagrams.bind(namespace, port, handlers),
      listening: () => namespace.listeningPorts(),
      dns,
    };
  }

  query(name: string, type: RecordType): DnsAnswer {
    return this.#shuffled(answer(this.#view(), name, type));
  }

  setReachable(node: string, reachable: boolean): void {
    if (reachable) this.#unreachable.delete(node);
    else this.#unreachable.add(node);
    if (reachable) for (const end of [...this.#connections]) end.resumeIfConnected();
  }

  /** From the control plane's node, as the API server's proxies connect. */
  dial(host: string, port: number): Promise<Connection> {
    const node = this.#options.apiServer?.node ?? this.#options.nodes[0]?.name;
    if (node === undefined) return Promise.reject(new NetworkError('EHOSTUNREACH', 'connect', host, port));
    return this.#dialAddress(this.#node(node).host, host, port, dialerTimeout);
  }

  /** A connection to a port of a Pod's own loopback, as port-forward opens it. Rejects where nothing listens. */
  dialSandbox(sandbox: PodSandbox, port: number): Promise<Connection> {
    return this.#dialAddress((sandbox as Sandbox).namespace, '127.0.0.1', port, dialerTimeout);
  }

  #node(name: string) {
    const node = this.#nodes.get(name);
    if (!node) throw new Error(`the network has no node ${name}: add it first (${[...this.#nodes.keys()].join(', ')})`);
    return node;
  }

  async #dialName(from: Namespace, host: string, port: number, dns: DnsConfig, signal?: AbortSignal) {
    if (isIPv4(host)) return this.#dialAddress(from, host, port, connectTimeout, signal);
    if (host === 'localhost') return this.#dialAddress(from, '127.0.0.1', port, connectTimeout, signal);
    const found = await this.#resolve(from, host, 'A', dns, signal).catch((error) => {
      throw error instanceof NetworkError ? new NetworkError('EAI_AGAIN', 'getaddrinfo', host) : error;
    });
    const addresses = found.answers.filter(({ type }) => type === 'A').map(({ data }) => data);
    if (addresses.length === 0) throw new NetworkError('ENOTFOUND', 'getaddrinfo', host);
    let failure: unknown;
    for (const address of addresses) {
      try {
        return await this.#dialAddress(from, address, port, connectTimeout, signal);
      } catch (error) {
        failure = error;
        if (!(error instanceof NetworkError) || error.code !== 'ECONNREFUSED') throw error;
      }
    }
    throw failure;
  }

  async #dialAddress(
    from: Namespace,
    address: string,
    port: number,
    timeout: number,
    signal?: AbortSignal,
  ): Promise<Connection> {
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new NetworkError('EINVAL', 'connect', address, port);
    // A connection is never made within the caller's own turn: handlers get attached first, as with a real socket.
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    const target = this.#target(from, address, port, 'TCP');
    if (target === 'reject') throw new NetworkError('ECONNREFUSED', 'connect', address, port);
    if (target === 'drop') {
      await sleep(this.#clock, timeout, signal);
      throw new NetworkError('ETIMEDOUT', 'connect', address, port);
    }
    if (target === 'unreachable') {
      await sleep(this.#clock, unreachableAfter, signal);
      throw new NetworkError('EHOSTUNREACH', 'connect', address, port);
    }
    const connected = () => this.#connected(from, target.namespace);
    if (!connected()) {
      await sleep(this.#clock, timeout, signal);
      throw new NetworkError('ETIMEDOUT', 'connect', address, port);
    }
    const listening = target.namespace.listener(target.port);
    if (!listening) throw new NetworkError('ECONNREFUSED', 'connect', address, port);
    const client = { address: target.source, port: from.ephemeralPort() };
    const server = { address: target.local, port: target.port };
    const [near, far] = connectionPair(client, server, connected, { address, port }, listening.scope);
    for (const end of [near, far]) {
      this.#connections.add(end);
      end.once('close', () => this.#connections.delete(end));
      // Whoever owns an end adds a listener of its own; a reset of an end nobody looks at must not end the process.
      end.on('error', () => {});
    }
    listening.scope.runInAsyncScope(() => listening.accept(far));
    return near;
  }

  /** Where a connection ends, through hosts' port mappings and Services' rules. */
  #target(from: Namespace, address: string, port: number, protocol: Protocol): Target {
    const origin = { address: from.addresses[0]!, node: from.node };
    if (address.startsWith('127.') || address === '0.0.0.0') {
      if (!from.isHost) return { namespace: from, port, local: address, source: address };
      const mapped = from.mappedPort(port, address, protocol);
      if (mapped) return this.#toMapped(mapped, origin.address);
      return { namespace: from, port, local: address, source: address };
    }
    const route = this.#proxy.route({ address, port, protocol }, origin);
    if (route !== undefined) return this.#toRoute(route, origin);
    const namespace = this.#byAddress.get(address);
    if (!namespace) return this.#isNeighbour(address) ? 'unreachable' : 'drop';
    if (namespace.isHost) {
      const nodePort = this.#proxy.routeNodePort(namespace.node, port, protocol, origin);
      if (nodePort !== undefined) return this.#toRoute(nodePort, origin, namespace.addresses[0]);
      const mapped = namespace.mappedPort(port, address, protocol);
      if (mapped) return this.#toMapped(mapped, origin.address);
    }
    return { namespace, port, local: address, source: origin.address };
  }

  #toRoute(route: ReturnType<ServiceProxy['routeNodePort']> & {}, origin: { address: string }, node?: string): Target {
    if (route === 'reject' || route === 'drop') return route;
    const { backend, masqueraded } = route;
    const namespace = this.#byAddress.get(backend.address);
    if (!namespace) return 'drop';
    const source = masqueraded && node ? node : origin.address;
    return { namespace, port: backend.port, local: backend.address, source };
  }

  #toMapped({ namespace, port }: HostPort, source: string): Target {
    return { namespace, port, local: namespace.addresses[0]!, source };
  }

  /** On the nodes' own network, where an address that nobody has is noticed. */
  #isNeighbour(address: string): boolean {
    const prefix = (text: string) => text.split('.').slice(0, 2).join('.');
    return this.#options.nodes.some((node) => prefix(node.address) === prefix(address));
  }

  #connected(one: Namespace, other: Namespace): boolean {
    return one === other || (!this.#unreachable.has(one.node) && !this.#unreachable.has(other.node));
  }

  async #resolve(
    from: Namespace,
    name: string,
    type: RecordType,
    dns: DnsConfig,
    signal?: AbortSignal,
  ): Promise<DnsAnswer> {
    if (this.#unreachable.has(from.node) || dns.nameservers.length === 0) {
      await sleep(this.#clock, dnsTimeout, signal);
      throw new NetworkError('ETIMEDOUT', 'getaddrinfo', name);
    }
    const view = this.#view();
    const inside = dns.nameservers.includes(this.#dnsAddress);
    // A nameserver that is not the cluster's is the nodes' resolver: it knows nothing of the cluster's zone.
    const seen: ZoneView = inside
      ? view
      : { ...view, domain: 'invalid', serviceByAddress: none, slicesByAddress: () => [] };
    return this.#shuffled(search(name, dns, (candidate) => answer(seen, candidate, type)));
  }

  #view(): ZoneView {
    const { services, endpointSlices, namespaces, nodes } = this.#options;
    return {
      domain: this.#domain,
      serial: Math.floor(this.#clock.now() / 1000),
      hasNamespace: (name) => namespaces.get('', name) !== undefined,
      service: (namespace, name) => services.get(namespace, name),
      slices: (namespace, name) => endpointSlices.byIndex('service', serviceOf, `${namespace}/${name}`),
      serviceByAddress: (address) => services.byIndex('clusterAddress', clusterAddresses, address)[0],
      slicesByAddress: (address) => endpointSlices.byIndex('address', addressesOf, address),
      external: (name) => nodes.find((node) => node.name === name)?.address,
    };
  }

  /** As CoreDNS' loadbalance plugin: records of one type in any order, aliases first. */
  #shuffled(given: DnsAnswer): DnsAnswer {
    const aliases = given.answers.filter(({ type }) => type === 'CNAME');
    const others = given.answers.filter(({ type }) => type !== 'CNAME');
    for (let index = others.length - 1; index > 0; index--) {
      const other = Math.min(index, Math.floor(this.#random() * (index + 1)));
      [others[index], others[other]] = [others[other]!, others[index]!];
    }
    return { ...given, answers: [...aliases, ...others] };
  }
}

type Target =
  | { readonly namespace: Namespace; readonly port: number; readonly local: string; readonly source: string }
  | 'reject'
  | 'drop'
  | 'unreachable';

function addressesOf(slice: EndpointSliceObject): readonly string[] {
  return [...new Set((slice.endpoints ?? []).flatMap(({ addresses }) => addresses))];
}

function none(): undefined {
  return undefined;
}
