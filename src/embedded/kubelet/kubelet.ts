import type { KubeObject } from '../../kubernetes/object.ts';
import type { Pod } from '../../kubernetes/objects.ts';
import { isPodTerminal } from '../../kubernetes/readiness.ts';
import type { Client, ResourceRef } from '../client/client.ts';
import { EventRecorder } from '../client/events.ts';
import * as refs from '../client/refs.ts';
import type { Clock } from '../clock.ts';
import type { ContainerRuntime } from '../containers/runtime.ts';
import type { DnsConfig, Network } from '../network/network.ts';
import type { VolumeStore } from '../storage/filesystem.ts';
import { rejection } from './admission.ts';
import { Gate, GatedClient, NodeStopped } from './gate.ts';
import { ImagePuller } from './image-puller.ts';
import { NodeImages } from './node/images.ts';
import type { NodeContext } from './node/node-context.ts';
import { type NodeConfig, nodeCapacity } from './node/node-object.ts';
import { NodeReporter } from './node/node-reporter.ts';
import { BackOff } from './pod/back-off.ts';
import { newPodState, stateAfterReboot } from './pod/state.ts';
import { PodWorker } from './pod/worker.ts';
import { PodEvents } from './pod-events.ts';
import { requestToken } from './tokens.ts';
import { NodeDisk } from './volumes/node-disk.ts';

/** What the simulated node takes for things that have no image and no declared duration. */
export interface KubeletLatencies {
  /** Milliseconds to set up a Pod's sandbox. */
  readonly sandbox: number;
}

export const kubeletLatencies: Readonly<Record<'learner' | 'max', KubeletLatencies>> = {
  learner: { sandbox: 60 },
  max: { sandbox: 0 },
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
  /** Told of what went wrong in the node itself. */
  failed(error: unknown): void;
}

/** Everything of a node that ends with it. */
interface Life {
  readonly gate: Gate;
  readonly context: NodeContext;
  readonly pods: Map<string, PodWorker>;
  readonly reporter: NodeReporter;
  readonly disk: NodeDisk;
  readonly unsubscribe: (() => void)[];
}

/** The kubelet of one simulated node. */
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
    if (this.#life) {
      this.#reconnect(this.#life);
      return;
    }
    const life = this.#boot();
    this.#life = life;
    this.#options.network.setReachable(this.name, true);
    await life.reporter.start();
    if (this.#life !== life) return;
    this.#follow(life);
  }

  /** As when the machine is switched off: nothing runs any more, and nobody is told. */
  async stop(): Promise<void> {
    const life = this.#life;
    if (!life) return;
    this.#life = undefined;
    life.gate.end();
    for (const unsubscribe of life.unsubscribe) unsubscribe();
    this.#options.network.setReachable(this.name, false);
    await Promise.all([life.reporter.stop(), ...[...life.pods.values()].map((worker) => worker.stop())]);
  }

  /** Cuts the node's network: its containers run on, but nobody hears of it. */
  partition(): void {
    this.#life?.gate.cut();
    this.#options.network.setReachable(this.name, false);
  }

  /** The worker of a Pod by its name. */
  find(namespace: string, name: string): PodWorker | undefined {
    for (const worker of this.#life?.pods.values() ?? []) {
      const { metadata } = worker.machine.pod;
      if (metadata.name === name && metadata.namespace === namespace) return worker;
    }
    return undefined;
  }

  #reconnect(life: Life): void {
    this.#options.network.setReachable(this.name, true);
    if (life.gate.open) return;
    life.gate.restore();
    life.reporter.report();
    this.#catchUp(life);
  }

  #boot(): Life {
    const { config, cluster, clock, runtime, network, volumes, failed } = this.#options;
    const gate = new Gate();
    const client = new GatedClient(this.#options.client, gate);
    const recorder = new EventRecorder({ client, clock, component: 'kubelet', host: config.name });
    const images = new NodeImages();
    const events = new PodEvents(recorder);
    const reporter = new NodeReporter({
      config,
      cluster,
      client,
      clock,
      recorder,
      images,
      failed: this.#report(failed),
    });
    const puller = new ImagePuller({ clock, runtime, node: config.name, images, events });
    const disk = new NodeDisk(config.name, volumes);
    const read = <T extends KubeObject>(ref: ResourceRef<T>, namespace: string, name: string) =>
      client.informer(ref).get(namespace, name);
    const allocatable = nodeCapacity(config);
    const sources = {
      node: () => reporter.node,
      configMap: (namespace: string, name: string) => read(refs.configMaps, namespace, name),
      secret: (namespace: string, name: string) => read(refs.secrets, namespace, name),
      claim: (namespace: string, name: string) => read(refs.persistentVolumeClaims, namespace, name),
      volume: (name: string) => read(refs.persistentVolumes, '', name),
    };
    const context: NodeContext = {
      ...sources,
      name: config.name,
      address: config.address,
      clock,
      runtime,
      network,
      puller,
      events,
      crashes: new BackOff(clock),
      dns: { domain: 'cluster.local', address: '10.96.0.10', ...this.#options.dns, node: nodeDns(config.address) },
      allocatable,
      sandboxLatency: this.#options.latencies?.sandbox ?? 0,
      services: () => client.informer(refs.services).list(),
      missingPullSecrets: ({ metadata, spec }) =>
        (spec.imagePullSecrets ?? [])
          .map(({ name = '' }) => name)
          .filter((name) => !sources.secret(metadata.namespace ?? '', name)),
      volumes: {
        ...sources,
        clock,
        disk,
        hostAddress: config.address,
        allocatable,
        token: (pod, audience, seconds) => requestToken(client, clock, pod, audience, seconds),
        failed: (pod, message) => events.pod(pod, 'Warning', 'FailedMount', message),
      },
    };
    return { gate, context, pods: new Map(), reporter, disk, unsubscribe: [] };
  }

  #follow(life: Life): void {
    const { client } = this.#options;
    const mine = ({ spec }: Pod) => spec.nodeName === this.name;
    const whileOpen = (work: () => void) => {
      if (life.gate.open) work();
    };
    const pods = client.informer(refs.pods);
    // Pods that were there when the node came up have run before, as far as anybody knows.
    for (const pod of pods.list().filter(mine)) this.#add(life, pod, true);
    void life.disk.removeOrphans((uid) => life.pods.has(uid)).catch(this.#report(this.#options.failed));
    life.unsubscribe.push(
      pods.subscribe({
        added: (pod) => whileOpen(() => mine(pod) && this.#add(life, pod, false)),
        updated: (pod) => whileOpen(() => mine(pod) && this.#update(life, pod)),
        deleted: (pod) => whileOpen(() => life.pods.get(pod.metadata.uid ?? '')?.remove()),
      }),
    );
    const tell = (kind: 'configMaps' | 'secrets' | 'claims') => {
      const changed = ({ metadata }: KubeObject) =>
        whileOpen(() => {
          for (const { machine } of life.pods.values()) {
            if (machine.pod.metadata.namespace === metadata.namespace) {
              machine.volumes.sourceChanged(kind, metadata.name);
            }
          }
        });
      return { added: changed, updated: changed };
    };
    life.unsubscribe.push(
      client.informer(refs.configMaps).subscribe(tell('configMaps')),
      client.informer(refs.secrets).subscribe(tell('secrets')),
      client.informer(refs.persistentVolumeClaims).subscribe(tell('claims')),
    );
  }

  /** What happened while nothing was heard. */
  #catchUp(life: Life): void {
    const present = new Set<string>();
    for (const pod of this.#options.client.informer(refs.pods).list()) {
      if (pod.spec.nodeName !== this.name) continue;
      present.add(pod.metadata.uid ?? '');
      this.#update(life, pod);
    }
    for (const [uid, worker] of life.pods) if (!present.has(uid)) worker.remove();
  }

  #update(life: Life, pod: Pod): void {
    const worker = life.pods.get(pod.metadata.uid ?? '');
    if (worker) worker.update(pod);
    else this.#add(life, pod, false);
  }

  /** @param booting the Pod was there when the node came up */
  #add(life: Life, pod: Pod, booting: boolean): void {
    const { client, clock, failed } = this.#options;
    const { uid = '', namespace = '', name } = pod.metadata;
    if (life.pods.has(uid)) return;
    const others = [...life.pods.values()].filter((each) => !each.finished).map(({ machine }) => machine.pod);
    const worker = new PodWorker(pod, {
      node: life.context,
      pods: new GatedClient(client, life.gate).resource(refs.pods),
      state: booting ? stateAfterReboot(pod, clock.now()) : newPodState(),
      current: () => {
        const stored = client.informer(refs.pods).get(namespace, name);
        return stored?.metadata.uid === uid ? stored : undefined;
      },
      gone: () => {
        life.pods.delete(uid);
        life.context.puller.forget(uid);
        life.context.crashes.forget(`${uid}/`);
        void life.disk.removePod(uid).catch(this.#report(failed));
      },
      failed: this.#report(failed),
    });
    life.pods.set(uid, worker);
    const node = life.reporter.node;
    // A Pod that has been taken once is not turned away after a reboot.
    const fresh = !pod.status?.startTime && !pod.metadata.deletionTimestamp && !isPodTerminal(pod);
    const refused = fresh && node ? rejection(pod, node, others) : undefined;
    if (refused) worker.reject(refused.reason, refused.message);
    else worker.wake();
  }

  #report(failed: (error: unknown) => void): (error: unknown) => void {
    return (error) => {
      if (!(error instanceof NodeStopped)) failed(error);
    };
  }
}

/** A kind node asks Docker's resolver, behind its own address. */
function nodeDns(address: string): DnsConfig {
  const gateway = address.replace(/\d+$/, '1');
  return { nameservers: [gateway], searches: [], options: [{ name: 'ndots', value: '0' }] };
}
