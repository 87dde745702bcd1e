import type { Pod } from '../../kubernetes/objects.ts';
import type { Client } from '../client/client.ts';
import type { Clock } from '../clock.ts';
import type { ContainerRuntime } from '../containers/runtime.ts';
import type { Network } from '../network/network.ts';
import type { VolumeStore } from '../storage/filesystem.ts';
import { type BootedNode, boot } from './node/boot.ts';
import type { KubeletLatencies } from './node/node-context.ts';
import type { NodeConfig } from './node/node-object.ts';
import { NodePods } from './node-pods.ts';
import type { PodWorker } from './pod/worker.ts';

export const kubeletLatencies: Readonly<Record<'learner' | 'max', KubeletLatencies>> = {
  learner: { sandbox: 60, teardown: 400 },
  max: { sandbox: 0, teardown: 250 },
};

export interface KubeletOptions {
  readonly config: NodeConfig;
  /** kind's name for the cluster. */
  readonly cluster: string;
  /** With the identity of the node: nodeUser(name). */
  readonly client: Client;
  readonly clock: Clock;
  readonly runtime: ContainerRuntime;
  readonly network: Network;
  readonly volumes: VolumeStore;
  readonly latencies?: KubeletLatencies;
  readonly dns?: { readonly domain: string; readonly address: string };
  /** Manifests of Pods that the node runs by itself, whatever the API says: the control plane's. */
  readonly staticPods?: readonly Pod[];
  /** Told of what went wrong in the node itself. */
  failed(error: unknown): void;
}

/** Everything of a node that ends with it. */
interface Life extends BootedNode {
  readonly pods: NodePods;
}

/** The kubelet of one simulated node, and the node itself: it can be switched off and cut off. */
export class Kubelet {
  readonly name: string;
  readonly #options: KubeletOptions;
  #life: Life | undefined;

  constructor(options: KubeletOptions) {
    this.#options = options;
    this.name = options.config.name;
  }

  get address(): string {
    return this.#options.config.address;
  }

  /** Whether it runs, and whether the API server can reach it. */
  get state(): 'running' | 'partitioned' | 'stopped' {
    if (!this.#life) return 'stopped';
    return this.#life.gate.open ? 'running' : 'partitioned';
  }

  /** Boots the node, or lets one that was cut off back in. Resolves once the API server knows of it. */
  async start(): Promise<void> {
    const { network, staticPods = [] } = this.#options;
    network.setReachable(this.name, true);
    if (this.#life) {
      this.#reconnect(this.#life);
      return;
    }
    const node = boot(this.#options);
    const life = { ...node, pods: new NodePods(this.name, node, staticPods) };
    this.#life = life;
    await life.reporter.start();
    // It may have been stopped meanwhile.
    if (this.#life === life) life.pods.start();
  }

  /** As when the machine is switched off: nothing runs any more, and nobody is told. */
  async stop(): Promise<void> {
    const life = this.#life;
    if (!life) return;
    this.#life = undefined;
    life.gate.end();
    this.#options.network.setReachable(this.name, false);
    await Promise.all([life.reporter.stop(), life.pods.stop()]);
  }

  /** Cuts the node's network: its containers run on, but nobody hears of it. */
  partition(): void {
    this.#life?.gate.cut();
    this.#options.network.setReachable(this.name, false);
  }

  /** The worker of a Pod by its name. */
  find(namespace: string, name: string): PodWorker | undefined {
    return this.#life?.pods.find(namespace, name);
  }

  #reconnect(life: Life): void {
    if (life.gate.open) return;
    life.gate.restore();
    life.reporter.report();
    life.pods.catchUp();
  }
}
