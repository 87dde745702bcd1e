import type { Lease, Node } from '../../../kubernetes/objects.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import { equal } from '../../apiserver/json.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/events.ts';
import { leases, nodes } from '../../client/refs.ts';
import { type Clock, microTimestamp, type Timer, timestamp } from '../../clock.ts';
import { NodeStopped } from '../gate.ts';
import { nextTurn } from '../next-turn.ts';
import type { NodeImages } from './images.ts';
import { type NodeConfig, newNode, nodeStatus } from './node-object.ts';

export interface NodeReporterOptions {
  readonly config: NodeConfig;
  /** kind's name for the cluster, part of the provider id. */
  readonly cluster: string;
  readonly client: Client;
  readonly clock: Clock;
  readonly recorder: EventRecorder;
  readonly images: NodeImages;
  failed(error: unknown): void;
}

const leaseNamespace = 'kube-node-lease';
const leaseSeconds = 40;
/** Milliseconds between renewals of the Lease, and between looks at what the status should say. */
const renewPeriod = 10_000;
/** Milliseconds after which a status is reported that says nothing new. */
const reportPeriod = 300_000;

/** Tells the cluster that the node is there: its Node, and the Lease that shows that it lives. */
export class NodeReporter {
  readonly #options: NodeReporterOptions;
  #timer: Timer | undefined;
  #work: Promise<void> = Promise.resolve();
  #reportedAt = 0;
  #stopped = false;

  constructor(options: NodeReporterOptions) {
    this.#options = options;
  }

  /** The Node as it is stored. */
  get node(): Node | undefined {
    return this.#options.client.informer(nodes).get('', this.#options.config.name);
  }

  /** Resolves once the node is registered. */
  async start(): Promise<void> {
    const { recorder, config, images } = this.#options;
    images.restore(this.node?.status?.images);
    await this.#register();
    this.#event('Starting', 'Starting kubelet.');
    await this.#report(true);
    for (const [reason, what] of [
      ['NodeHasSufficientMemory', 'NodeHasSufficientMemory'],
      ['NodeHasNoDiskPressure', 'NodeHasNoDiskPressure'],
      ['NodeHasSufficientPID', 'NodeHasSufficientPID'],
    ] as const) {
      recorder.event(target(config.name), 'Normal', reason, `Node ${config.name} status is now: ${what}`);
    }
    this.#event('NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods');
    await this.#renew();
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#work;
  }

  /** The way to the API server is open again: the node is heard of at once. */
  report(): void {
    this.#timer?.cancel();
    this.#beat();
  }

  #event(reason: string, message: string): void {
    this.#options.recorder.event(target(this.#options.config.name), 'Normal', reason, message);
  }

  #schedule(): void {
    if (this.#stopped) return;
    // While the way to the API server was cut, two may have come to wait for it.
    this.#timer?.cancel();
    this.#timer = this.#options.clock.schedule(renewPeriod, () => this.#beat());
  }

  #beat(): void {
    this.#work = this.#work
      .then(async () => {
        if (this.#stopped) return;
        await this.#renew();
        await this.#report(false);
      })
      .catch((error) => {
        if (!(error instanceof NodeStopped)) this.#options.failed(error);
      })
      .then(() => this.#schedule());
  }

  /** A Node that is there already keeps what others have given it. */
  async #register(): Promise<void> {
    const { client, config, cluster } = this.#options;
    const wanted = newNode(config, cluster);
    const stored = this.node;
    if (!stored) {
      await client.resource(nodes).create(wanted);
      return;
    }
    const labels = { ...stored.metadata.labels, ...wanted.metadata.labels };
    if (equal(labels, stored.metadata.labels)) return;
    await client.resource(nodes).patch('', config.name, { metadata: { labels } }, { type: 'merge' });
  }

  async #report(always: boolean): Promise<void> {
    const { client, clock, config, images } = this.#options;
    for (;;) {
      const stored = this.node;
      // Deleted by somebody: a kubelet registers anew only when it is started again.
      if (!stored) return;
      const status = nodeStatus(config, images, stored.status, timestamp(clock));
      const due = clock.now() - this.#reportedAt >= reportPeriod;
      if (!always && !due && equal(withoutHeartbeat(status), withoutHeartbeat(stored.status ?? {}))) return;
      const wasReady = stored.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
      try {
        await client.resource(nodes).updateStatus({ ...stored, status });
      } catch (error) {
        if (!ApiError.is(error, 'Conflict')) throw error;
        await nextTurn();
        continue;
      }
      this.#reportedAt = clock.now();
      if (wasReady !== 'True') this.#event('NodeReady', `Node ${config.name} status is now: NodeReady`);
      return;
    }
  }

  async #renew(): Promise<void> {
    const { client, clock, config } = this.#options;
    const { name } = config;
    const resource = client.resource(leases);
    const spec = { holderIdentity: name, leaseDurationSeconds: leaseSeconds, renewTime: microTimestamp(clock) };
    const stored = client.informer(leases).get(leaseNamespace, name);
    if (stored) {
      await resource.update({ ...stored, spec: { ...stored.spec, ...spec } });
      return;
    }
    const owner = { apiVersion: 'v1', kind: 'Node', name, uid: this.node?.metadata.uid ?? '' };
    const lease: Lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace: leaseNamespace, ...(owner.uid && { ownerReferences: [owner] }) },
      spec,
    };
    await resource.create(lease);
  }
}

/** Node events carry the node's name in place of its UID, as a kubelet writes them. */
function target(name: string) {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, uid: name } };
}

function withoutHeartbeat({ conditions, ...status }: NonNullable<Node['status']>): object {
  return { ...status, conditions: conditions?.map(({ lastHeartbeatTime: _, ...condition }) => condition) };
}
