import { AsyncResource } from 'node:async_hooks';
import { NetworkError } from './errors.ts';
import type { Connection, DatagramHandlers, HostPortMapping, Listener } from './network.ts';

export type Accept = (connection: Connection) => void;

/** Who takes the connections to a port. */
export interface Listening {
  readonly accept: Accept;
  /** What they set in motion is put down to whoever listens, not to whoever dialled. */
  readonly scope: AsyncResource;
}

/** Where a host port leads. */
export interface HostPort {
  readonly namespace: Namespace;
  readonly port: number;
}

const firstEphemeral = 32_768;
const lastEphemeral = 60_999;

/** A network namespace: the addresses and listening ports of a Pod, or of a node and its hostNetwork Pods. */
export class Namespace {
  readonly #listeners = new Map<number, Listening>();
  readonly #sockets = new Map<number, DatagramHandlers>();
  readonly #mapped: (HostPortMapping & { readonly namespace: Namespace })[] = [];
  #nextEphemeral = firstEphemeral;

  constructor(
    readonly node: string,
    readonly addresses: readonly string[],
    readonly isHost: boolean,
  ) {}

  /** Port 0 takes a free one. @throws NetworkError EADDRINUSE */
  listen(port: number, accept: Accept): Listener {
    return this.#take(this.#listeners, port, { accept, scope: new AsyncResource('Listener') }, 'listen');
  }

  /** A UDP socket, likewise. @throws NetworkError EADDRINUSE */
  bind(port: number, handlers: DatagramHandlers): Listener {
    const own: DatagramHandlers = {
      message: AsyncResource.bind((data, from) => handlers.message(data, from)),
      refused: AsyncResource.bind((by) => handlers.refused?.(by)),
    };
    return this.#take(this.#sockets, port, own, 'bind');
  }

  #take<T>(ports: Map<number, T>, port: number, owner: T, what: 'listen' | 'bind'): Listener {
    let chosen = port;
    if (chosen === 0) {
      do chosen = this.ephemeralPort();
      while (ports.has(chosen));
    }
    if (ports.has(chosen)) throw new NetworkError('EADDRINUSE', what, '0.0.0.0', chosen);
    ports.set(chosen, owner);
    const close = () => {
      if (ports.get(chosen) === owner) ports.delete(chosen);
    };
    return { port: chosen, close };
  }

  socket(port: number): DatagramHandlers | undefined {
    return this.#sockets.get(port);
  }

  listener(port: number): Listening | undefined {
    return this.#listeners.get(port);
  }

  listeningPorts(): readonly number[] {
    return [...this.#listeners.keys()];
  }

  ephemeralPort(): number {
    const port = this.#nextEphemeral;
    this.#nextEphemeral = port < lastEphemeral ? port + 1 : firstEphemeral;
    return port;
  }

  mapPort(mapping: HostPortMapping, namespace: Namespace): void {
    this.#mapped.push({ ...mapping, namespace });
  }

  unmapPorts(namespace: Namespace): void {
    for (let index = this.#mapped.length - 1; index >= 0; index--) {
      if (this.#mapped[index]!.namespace === namespace) this.#mapped.splice(index, 1);
    }
  }

  mappedPort(port: number, address: string, protocol: string): HostPort | undefined {
    const found = this.#mapped.find(
      (each) =>
        each.hostPort === port &&
        (each.protocol ?? 'TCP') === protocol &&
        (!each.hostIP || each.hostIP === '0.0.0.0' || each.hostIP === address),
    );
    return found && { namespace: found.namespace, port: found.containerPort };
  }

  close(): void {
    this.#listeners.clear();
    this.#sockets.clear();
  }
}
