import { PassThrough } from 'node:stream';
import { createServerIdentity, createSigningKey } from '../../../src/embedded/apiserver/certificate.ts';
import { definitions } from '../../../src/embedded/apiserver/resources/index.ts';
import { Schemas } from '../../../src/embedded/apiserver/schema/schemas.ts';
import { ApiServer } from '../../../src/embedded/apiserver/server.ts';
import type { Client } from '../../../src/embedded/client/client.ts';
import { controllerUser, InProcessClient, nodeUser } from '../../../src/embedded/client/in-process-client.ts';
import { Informers } from '../../../src/embedded/client/informer.ts';
import * as refs from '../../../src/embedded/client/refs.ts';
import { ManualClock } from '../../../src/embedded/clock.ts';
import { type Latencies, latencies, SimulatedRuntime } from '../../../src/embedded/containers/simulated-runtime.ts';
import { Kubelet } from '../../../src/embedded/kubelet/kubelet.ts';
import { Kubelets } from '../../../src/embedded/kubelet/kubelets.ts';
import type { KubeletLatencies } from '../../../src/embedded/kubelet/node/node-context.ts';
import { ClusterNetwork } from '../../../src/embedded/network/cluster-network.ts';
import { type Backend, MemoryBackend } from '../../../src/embedded/storage/backend.ts';
import type { VolumeStore } from '../../../src/embedded/storage/filesystem.ts';
import { MemoryVolumes } from '../../../src/embedded/storage/memory-volumes.ts';
import { VersionedStore } from '../../../src/embedded/storage/versioned-store.ts';
import type { KubeObject } from '../../../src/kubernetes/object.ts';
import type { Event, Pod } from '../../../src/kubernetes/objects.ts';

// Containers load their shell when they first need one, which takes real time that a clock standing still cannot give.
await Promise.all([import('just-bash'), import('../../../src/embedded/containers/shell/main.ts')]);

const schemas = Schemas.load();
const identity = createServerIdentity(new ManualClock());
const signingKey = createSigningKey();

export interface TestClusterOptions {
  readonly latencies?: Latencies;
  readonly kubeletLatencies?: KubeletLatencies;
  /** Writes are kept after others have had their turn, as on a disk: until then nobody can read them. */
  readonly slowDisk?: boolean;
}

/** Keeps nothing, and takes its time. */
class SlowBackend implements Backend {
  load() {
    return { revision: 0, objects: [] };
  }

  commit(): Promise<void> {
    return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  }

  async close(): Promise<void> {}
}

/** A whole cluster in which time stands still until a test moves it: API server, network, containers, three nodes. */
export class TestCluster {
  readonly clock = new ManualClock();
  readonly store: VersionedStore;
  readonly volumes: VolumeStore = new MemoryVolumes(this.clock);
  readonly errors: unknown[] = [];
  readonly api: ApiServer;
  readonly informers: Informers;
  readonly network: ClusterNetwork;
  readonly runtime: SimulatedRuntime;
  readonly kubelets: readonly Kubelet[];
  readonly backend: Kubelets;
  readonly admin: Client;

  constructor(options: TestClusterOptions = {}) {
    const { clock } = this;
    const backend = options.slowDisk ? new SlowBackend() : new MemoryBackend();
    const store = new VersionedStore({ clock, backend, freeze: true });
    this.store = store;
    this.api = new ApiServer({
      store,
      clock,
      schemas,
      definitions,
      identity,
      signingKey,
      tokens: [],
      nodes: {
        exec: (...args) => this.backend.exec(...args),
        attach: (...args) => this.backend.attach(...args),
        logs: (...args) => this.backend.logs(...args),
        dialPod: (...args) => this.backend.dialPod(...args),
      },
      dialer: { dial: (...args) => this.network.dial(...args) },
      onError: (error) => this.errors.push(error),
    });
    this.informers = new Informers(this.api.engine);
    this.admin = this.client({ name: 'kubernetes-admin', groups: ['system:masters'] }, 'kubectl');
    const nodes = ['control-plane', 'worker', 'worker2'].map((name, index) => ({
      name: `ordinal-${name}`,
      controlPlane: index === 0,
      address: `172.18.0.${index + 2}`,
      podRange: `10.244.${index}.0/24`,
    }));
    this.network = new ClusterNetwork({
      clock,
      nodes,
      services: this.informers.of(refs.services),
      endpointSlices: this.informers.of(refs.endpointSlices),
      namespaces: this.informers.of(refs.namespaces),
    });
    this.runtime = new SimulatedRuntime({ clock, latencies: options.latencies ?? latencies.max });
    this.kubelets = nodes.map(
      (config) =>
        new Kubelet({
          config,
          cluster: 'ordinal',
          client: this.client(nodeUser(config.name), 'kubelet'),
          clock,
          runtime: this.runtime,
          network: this.network,
          volumes: this.volumes,
          latencies: options.kubeletLatencies ?? { sandbox: 0, teardown: 0 },
          failed: (error) => this.errors.push(error),
        }),
    );
    const { kubelets, network } = this;
    this.backend = new Kubelets({ kubelets, pods: this.informers.of(refs.pods), clock, network });
  }

  /** A client with the identity of a user: see controllerUser, nodeUser. */
  client(user: { name: string; groups: readonly string[] }, fieldManager: string): Client {
    const { engine, subresources, authorizer } = this.api;
    return new InProcessClient({ engine, subresources, authorizer, informers: this.informers }, { user, fieldManager });
  }

  controller(name: string): Client {
    return this.client(controllerUser(name), 'kube-controller-manager');
  }

  /** Boots the nodes and makes what Pods of the default namespace need. */
  async start(): Promise<this> {
    await this.api.bootstrap();
    await this.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } });
    await this.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-root-ca.crt' },
      data: { 'ca.crt': identity.ca },
    } as KubeObject);
    await Promise.all(this.kubelets.map((kubelet) => kubelet.start()));
    return this;
  }

  async stop(): Promise<void> {
    await Promise.all(this.kubelets.map((kubelet) => kubelet.stop()));
    await this.api.close();
    this.informers.stop();
    await this.runtime.close();
    await this.store.close();
  }

  /** Creates an object, in the default namespace where it names none. */
  create<T extends KubeObject>(object: T): Promise<T> {
    const definition = this.api.engine.registry.kind(object.apiVersion, object.kind)!;
    const { group, version, plural, namespaced } = definition;
    const metadata = namespaced ? { namespace: 'default', ...object.metadata } : object.metadata;
    return this.admin.resource<T>({ group, version, plural }).create({ ...object, metadata });
  }

  pod(name: string): Pod | undefined {
    return this.informers.of(refs.pods).get('default', name);
  }

  node(name: string): Kubelet {
    return this.kubelets.find((kubelet) => kubelet.name === name)!;
  }

  /** "Reason: message" of the events about an object, oldest first. */
  events(name: string): string[] {
    const about = this.informers
      .of(refs.events)
      .list()
      .filter(({ involvedObject }) => involvedObject.name === name) as readonly Event[];
    return [...about]
      .sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1))
      .map(({ reason, message }) => `${reason}: ${message}`);
  }

  /** What a command in the Pod's container "main" prints, once it has ended. */
  async run(pod: string, command: string): Promise<string> {
    const stdout = new PassThrough();
    const streams = { stdout, stderr: stdout, tty: false, signal: new AbortController().signal };
    const target = { namespace: 'default', pod, container: 'main' };
    let done = false;
    const result = this.backend.exec(target, ['sh', '-c', command], streams).finally(() => {
      done = true;
    });
    result.catch(() => {});
    await this.until(() => done);
    await result;
    return String(stdout.read() ?? '');
  }

  /** Moves time on until `condition` holds. @param within milliseconds of the clock */
  async until<T>(condition: () => T, within = 60_000): Promise<NonNullable<T>> {
    const end = this.clock.now() + within;
    for (;;) {
      for (let round = 0; round < 40; round++) {
        const result = condition();
        if (result) return result as NonNullable<T>;
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (this.clock.now() >= end) throw new Error(`not so within ${within} ms: ${condition}`);
      await this.clock.advance(100);
    }
  }

  /** Until the Pod's status says so. */
  async untilPod(name: string, condition: (pod: Pod) => unknown, within?: number): Promise<Pod> {
    await this.until(() => {
      const pod = this.pod(name);
      return pod && condition(pod);
    }, within);
    return this.pod(name)!;
  }
}

/** A Pod with one container, given to a node directly. */
export function podOn(node: string, name: string, container: object = {}, spec: object = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      nodeName: node,
      containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '1000000'], ...container }],
      ...spec,
    },
  };
}

export function isReady({ status }: Pod): boolean {
  return status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
}
