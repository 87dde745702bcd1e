import type { KubeObject } from '../../kubernetes/object.ts';
import type { Client, Informer, ResourceClient, ResourceRef } from '../client/client.ts';

/** A node's way to the API server: it can be cut, and it ends with the node. */
export class Gate {
  #state: 'open' | 'cut' | 'ended' = 'open';
  #waiting: (() => void)[] = [];

  get open(): boolean {
    return this.#state === 'open';
  }

  /** Requests wait until the way is open again, as a kubelet tries them again until then. */
  cut(): void {
    if (this.#state === 'open') this.#state = 'cut';
  }

  restore(): void {
    if (this.#state !== 'cut') return;
    this.#state = 'open';
    this.#release();
  }

  /** The node is gone: whatever it still had to say is never said. */
  end(): void {
    this.#state = 'ended';
    this.#release();
  }

  /** @throws NodeStopped */
  async pass(): Promise<void> {
    while (this.#state === 'cut') await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#state === 'ended') throw new NodeStopped();
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** Rejects what a node had still to ask when it stopped. */
export class NodeStopped extends Error {
  override readonly name = 'NodeStopped';

  constructor() {
    super('the node has been stopped');
  }
}

/** A client whose requests go through a gate. Informers are shared by the whole cluster: who uses them asks the gate. */
export class GatedClient implements Client {
  readonly #client: Client;
  readonly #gate: Gate;

  constructor(client: Client, gate: Gate) {
    this.#client = client;
    this.#gate = gate;
  }

  resource<T extends KubeObject>(ref: ResourceRef<T>): ResourceClient<T> {
    const client = this.#client.resource(ref);
    const through = async <R>(request: () => Promise<R>): Promise<R> => {
      await this.#gate.pass();
      return request();
    };
    return {
      get: (...args) => through(() => client.get(...args)),
      list: (...args) => through(() => client.list(...args)),
      create: (...args) => through(() => client.create(...args)),
      update: (...args) => through(() => client.update(...args)),
      updateStatus: (...args) => through(() => client.updateStatus(...args)),
      patch: (...args) => through(() => client.patch(...args)),
      delete: (...args) => through(() => client.delete(...args)),
      createSubresource: (...args) => through(() => client.createSubresource(...args)),
    };
  }

  informer<T extends KubeObject>(ref: ResourceRef<T>): Informer<T> {
    return this.#client.informer(ref);
  }
}
