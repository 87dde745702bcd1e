import type { Duplex } from 'node:stream';
import type { Dialer } from '../apiserver/node-backend.ts';

/**
 * The cluster's network: Pod addresses, listening sockets, Services' virtual addresses, and names.
 * Connections are in-process duplex streams; nothing here opens a port on the machine.
 */
export interface Network extends Dialer {
  /** An address from the node's range (10.244.N.0/24), or the node's own with hostNetwork. */
  createSandbox(node: string, hostNetwork: boolean, hostPorts?: readonly HostPortMapping[]): PodSandbox;
  releaseSandbox(sandbox: PodSandbox): void;
  /** What a Pod's processes use. `dns` comes from the Pod's dnsPolicy and dnsConfig. */
  stack(sandbox: PodSandbox, dns: DnsConfig): NetworkStack;
  /** A connection to a port of the Pod's loopback, as port-forward opens it. Rejects with ECONNREFUSED. */
  dialSandbox(sandbox: PodSandbox, port: number): Promise<Connection>;
  /** The answer the cluster's DNS gives to anyone: what CoreDNS says for the name and type. */
  query(name: string, type: RecordType): DnsAnswer;
  /** Nodes that are cut off: their Pods can be reached from nowhere, nor reach anything but themselves. */
  setReachable(node: string, reachable: boolean): void;
}

/** A Pod's place in the network. Made when the kubelet sets the Pod up, released when the Pod is gone. */
export interface PodSandbox {
  readonly addresses: readonly string[];
  readonly hostNetwork: boolean;
}

/** A container port that is also reached on the node's address. */
export interface HostPortMapping {
  readonly hostPort: number;
  readonly containerPort: number;
  /** TCP when absent. */
  readonly protocol?: string;
  /** Only on this address of the node; on all of them when absent. */
  readonly hostIP?: string;
}

export interface DnsConfig {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly { name: string; value?: string }[];
}

/** One Pod's view of the network. */
export interface NetworkStack {
  readonly addresses: readonly string[];
  /** Rejects with EADDRINUSE. `onConnection` gets a stream whose remoteAddress is the client's. */
  listen(port: number, onConnection: (connection: Connection) => void): Promise<Listener>;
  /** `host` is a name or an address. Rejects with ENOTFOUND, ECONNREFUSED, EHOSTUNREACH, ETIMEDOUT. */
  dial(host: string, port: number, signal?: AbortSignal): Promise<Connection>;
  /** A UDP socket; port 0 takes a free one. @throws NetworkError EADDRINUSE */
  bind(port: number, handlers: DatagramHandlers): DatagramSocket;
  /** The ports something listens on, for netstat and its like. */
  listening(): readonly number[];
  /** What /etc/resolv.conf says. */
  readonly dns: DnsConfig;
  /** Search list and ndots applied, /etc/hosts not: the caller owns the files. Rejects with ETIMEDOUT. */
  resolve(name: string, type: RecordType): Promise<DnsAnswer>;
}

export interface Connection extends Duplex {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
}

export interface DatagramSocket {
  readonly port: number;
  /** To an address, not a name. What does not arrive is lost. @throws NetworkError EMSGSIZE */
  send(data: Uint8Array, address: string, port: number): void;
  close(): void;
}

export interface DatagramHandlers {
  message(data: Uint8Array, from: { readonly address: string; readonly port: number }): void;
  /** Nobody listens where something was sent to, and its host said so. */
  refused?(by: { readonly address: string; readonly port: number }): void;
}

export interface Listener {
  readonly port: number;
  close(): void;
}

export type RecordType = 'A' | 'AAAA' | 'SRV' | 'PTR' | 'CNAME' | 'TXT' | 'NS' | 'SOA' | 'MX' | 'ANY';

export interface DnsAnswer {
  /** NOERROR with no answers is "no data". */
  readonly status: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED';
  /** The name that was found, after the search list. */
  readonly name: string;
  readonly answers: readonly DnsRecord[];
  readonly additional: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
}

export interface DnsRecord {
  readonly name: string;
  readonly type: RecordType;
  /** Seconds. */
  readonly ttl: number;
  /** As dig prints it: an address, "0 25 8080 kubia-0.kubia.default.svc.cluster.local.", … */
  readonly data: string;
}
