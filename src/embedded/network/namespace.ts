import { NetworkError } from './errors.ts';
import type { Connection, HostPortMapping, Listener } from './network.ts';

export type Accept = (connection: Connection) => void;

/** Where a host port leads. */
export interface HostPort {
  readonly namespace: Namespace;
  readonly port: number;
}

const firstEphemeral = 32_768;
const lastEphemeral = 60_999;

/** A network namespace: the addresses and listening ports of a Pod, or of a node and its hostNetwork Pods. */
export class Namespace {
  readonly #listeners = new Map<number, Accept>();
  readonly #mapped: (HostPortMapping & { readonly namespace: Namespace })[] = [];
  #nextEphemeral = firstEphemeral;

  constructor(
    readonly node: string,
    readonly addresses: readonly string[],
    readonly isHost: boolean,
  ) {}

  /** Port 0 takes a free one. @throws NetworkError EADDRINUSE */
  listen(port: number, accept: Accept): Listener {
    let chosen = port;
    if (chosen === 0) {
      do chosen = this.ephemeralPort();
      while (this.#listeners.has(chosen));
    }
    if (this.#listeners.has(chosen)) throw new NetworkError('EADDRINUSE', 'listen', '0.0.0.0', chosen);
    this.#listeners.set(chosen, accept);
    const close = () => {
      if (this.#listeners.get(chosen) === accept) this.#listeners.delete(chosen);
    };
    return { port: chosen, close };
  }

  listener(port: number): Accept | undefined {
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

  mappedPort(port: number, address: string): HostPort | undefined {
    const found = this.#mapped.find(
      ({ hostPort, hostIP }) => hostPort === port && (!hostIP || hostIP === '0.0.0.0' || hostIP === address),
    );
    return found && { namespace: found.namespace, port: found.containerPort };
  }

  close(): void {
    this.#listeners.clear();
  }
}
