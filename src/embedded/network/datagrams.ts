import type { Clock } from '../clock.ts';
import type { Endpoint } from './connection.ts';
import { NetworkError } from './errors.ts';
import type { Namespace } from './namespace.ts';
import type { DatagramHandlers, DatagramSocket } from './network.ts';

/** Where a datagram ends: as of connections. */
export type DatagramTarget =
  | { readonly namespace: Namespace; readonly port: number; readonly source: string }
  | 'reject'
  | 'drop'
  | 'unreachable';

export interface DatagramsOptions {
  readonly clock: Clock;
  /** Through hosts' port mappings and Services' rules. */
  target(from: Namespace, address: string, port: number): DatagramTarget;
  connected(one: Namespace, other: Namespace): boolean;
}

/** A conversation, as the kernel's connection tracking keeps it: all of it goes to the backend that was chosen first. */
interface Flow {
  readonly client: Namespace;
  readonly clientPort: number;
  /** What the client sends to: replies come from there. */
  readonly dialled: Endpoint;
  readonly server: Namespace;
  readonly serverPort: number;
  /** What the server sees the client as. */
  readonly source: string;
  at: number;
}

/** Milliseconds for which a conversation is remembered after its last datagram (nf_conntrack_udp_timeout_stream). */
const forgetAfter = 120_000;
const mostFlows = 4096;
const largest = 65_507;

/** UDP: datagrams between the sockets of network namespaces. What nobody can take is lost. */
export class Datagrams {
  readonly #options: DatagramsOptions;
  /** By who sends to whom, oldest first. */
  readonly #flows = new Map<string, Flow>();
  /** The same by who answers whom. */
  readonly #replies = new Map<string, Flow>();

  constructor(options: DatagramsOptions) {
    this.#options = options;
  }

  /** Port 0 takes a free one. @throws NetworkError EADDRINUSE */
  bind(namespace: Namespace, port: number, handlers: DatagramHandlers): DatagramSocket {
    const bound = namespace.bind(port, handlers);
    return {
      port: bound.port,
      send: (data, address, to) => {
        if (data.length > largest) throw new NetworkError('EMSGSIZE', 'send', address, to);
        const copy = Uint8Array.from(data);
        setImmediate(() => this.#deliver(namespace, bound.port, copy, { address, port: to }));
      },
      close: () => bound.close(),
    };
  }

  #deliver(from: Namespace, port: number, data: Uint8Array, to: Endpoint): void {
    const answered = this.#replies.get(key(from, port, to));
    if (answered && this.#options.clock.now() - answered.at <= forgetAfter) {
      answered.at = this.#options.clock.now();
      this.#hand(from, answered.client, answered.clientPort, data, answered.dialled);
      return;
    }
    const flow = this.#flow(from, port, to);
    if (typeof flow === 'string') {
      if (flow === 'reject') from.socket(port)?.refused?.(to);
      return;
    }
    const taken = this.#hand(from, flow.server, flow.serverPort, data, { address: flow.source, port });
    if (taken === 'refused') from.socket(port)?.refused?.(to);
  }

  #hand(
    from: Namespace,
    namespace: Namespace,
    port: number,
    data: Uint8Array,
    sender: Endpoint,
  ): 'refused' | undefined {
    if (!this.#options.connected(from, namespace)) return undefined;
    const socket = namespace.socket(port);
    if (!socket) return 'refused';
    socket.message(data, sender);
    return undefined;
  }

  #flow(from: Namespace, port: number, to: Endpoint): Flow | 'reject' | 'drop' | 'unreachable' {
    const now = this.#options.clock.now();
    const id = key(from, port, to);
    const known = this.#flows.get(id);
    // kube-proxy clears what leads to an endpoint that is gone; a socket that is gone tells the same sooner.
    if (known && now - known.at <= forgetAfter && known.server.socket(known.serverPort)) {
      known.at = now;
      return known;
    }
    if (known) this.#forget(id, known);
    const target = this.#options.target(from, to.address, to.port);
    if (typeof target === 'string') return target;
    const { namespace: server, port: serverPort, source } = target;
    const flow: Flow = { client: from, clientPort: port, dialled: to, server, serverPort, source, at: now };
    this.#flows.set(id, flow);
    this.#replies.set(replyKey(flow), flow);
    for (const [other, { at }] of this.#flows) {
      if (this.#flows.size <= mostFlows && now - at <= forgetAfter) break;
      this.#forget(other, this.#flows.get(other)!);
    }
    return flow;
  }

  #forget(id: string, flow: Flow): void {
    this.#flows.delete(id);
    if (this.#replies.get(replyKey(flow)) === flow) this.#replies.delete(replyKey(flow));
  }
}

function key(from: Namespace, port: number, to: Endpoint): string {
  return `${from.addresses[0]}:${port}>${to.address}:${to.port}`;
}

function replyKey({ server, serverPort, source, clientPort }: Flow): string {
  return key(server, serverPort, { address: source, port: clientPort });
}
