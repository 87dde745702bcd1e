import type { Node, Pod } from '../../../kubernetes/objects.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import type { Client, Controller } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import type { WorkQueue } from '../../client/workqueue.ts';
import { type Clock, timestamp } from '../../clock.ts';
import type { ControllerContext } from '../shared/context.ts';
import { ignoreNotFound, settleAll } from '../shared/failures.ts';
import { podsOnNode } from '../shared/node-pods.ts';
import { reconciler } from '../shared/reconciler.ts';
import { deadline, type NodeHealth, observe, readyCondition, unknownConditions } from './health.ts';
import { decideTaints, evictingTaint, isEvicting } from './taints.ts';

const name = 'node-lifecycle-controller';
/** Milliseconds a node may be not ready before that counts against its Pods: upstream's period of monitoring. */
const monitorPeriod = 5000;
/** Milliseconds between two nodes whose Pods are evicted: many at once are rather the network's fault. */
const betweenEvictions = 10_000;

/** Notices that nodes have gone silent, says so in their status, their taints and their Pods' readiness. */
export function nodeLifecycleController(context: ControllerContext): Controller {
  const client = context.clientFor('node-controller');
  const recorder = new EventRecorder({ client, clock: context.clock, component: 'node-controller' });
  const monitor = new NodeMonitor(client, context.clock, recorder);
  return reconciler({
    name,
    context,
    recorder,
    watch: (queue) => [
      client.informer(refs.nodes).subscribe({
        added: (node) => {
          monitor.register(node);
          queue.add(node.metadata.name);
        },
        updated: (node, previous) => {
          queue.add(node.metadata.name);
          // Whether any other node is ready decides what becomes of those that are not.
          if (readyCondition(node)?.status === readyCondition(previous)?.status) return;
          for (const { metadata } of client.informer(refs.nodes).list()) queue.add(metadata.name);
        },
        deleted: (node) => monitor.forget(node),
      }),
      client.informer(refs.leases).subscribe({
        added: ({ metadata }) => monitor.renewed(metadata),
        updated: ({ metadata }) => monitor.renewed(metadata),
      }),
    ],
    sync: (key, queue) => monitor.sync(key, queue),
  });
}

class NodeMonitor {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #recorder: EventRecorder;
  readonly #health = new Map<string, NodeHealth>();
  /** Since when nodes have been seen not to be ready. */
  readonly #notReady = new Map<string, number>();
  /** Nodes whose Pods are to be marked as not ready. */
  readonly #toMark = new Set<string>();
  #lastEviction = Number.NEGATIVE_INFINITY;

  constructor(client: Client, clock: Clock, recorder: EventRecorder) {
    this.#client = client;
    this.#clock = clock;
    this.#recorder = recorder;
  }

  register(node: Node): void {
    const { name, uid } = node.metadata;
    this.#observe(node);
    this.#tell({ name, uid }, 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`);
  }

  forget({ metadata: { name, uid } }: Node): void {
    this.#health.delete(name);
    this.#notReady.delete(name);
    this.#toMark.delete(name);
    this.#tell({ name, uid }, 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`);
  }

  renewed({ namespace, name }: { readonly namespace?: string; readonly name: string }): void {
    const node = namespace === 'kube-node-lease' && this.#node(name);
    if (node) this.#observe(node);
  }

  async sync(name: string, queue: WorkQueue): Promise<void> {
    const node = this.#node(name);
    if (!node) return;
    const now = this.#clock.now();
    const health = this.#observe(node);
    const silentAt = deadline(health, node);
    if (now > silentAt) await this.#markUnknown(node);
    else queue.addAfter(name, silentAt + 1 - now);
    const wait = await this.#taint(name);
    if (wait !== undefined) queue.addAfter(name, wait);
    await this.#markPods(name);
  }

  #observe(node: Node): NodeHealth {
    const { name } = node.metadata;
    const lease = this.#client.informer(refs.leases).get('kube-node-lease', name);
    const health = observe(this.#health.get(name), node, lease, this.#clock.now());
    this.#health.set(name, health);
    return health;
  }

  async #markUnknown(node: Node): Promise<void> {
    const conditions = unknownConditions(node, timestamp(this.#clock));
    if (!conditions) return;
    await this.#client.resource(refs.nodes).updateStatus({ ...node, status: { ...node.status, conditions } });
    if (readyCondition(node)?.status !== 'True') return;
    const { name, uid } = node.metadata;
    this.#tell({ name, uid }, 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
    this.#toMark.add(name);
  }

  /** The node cannot say of its Pods that they are not ready. */
  async #markPods(name: string): Promise<void> {
    if (!this.#toMark.has(name)) return;
    const pods = podsOnNode(this.#client.informer(refs.pods), name);
    await settleAll(pods.map((pod) => this.#markNotReady(pod)));
    this.#toMark.delete(name);
  }

  async #markNotReady(pod: Pod): Promise<void> {
    const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready');
    if (!ready || ready.status === 'False') return;
    const { namespace = '', name, uid } = pod.metadata;
    const condition = { type: 'Ready', status: 'False', lastTransitionTime: timestamp(this.#clock) };
    const patch = { metadata: { uid }, status: { conditions: [condition] } };
    const options = { type: 'strategic', subresource: 'status' } as const;
    const marked = await ignoreNotFound(this.#client.resource(refs.pods).patch(namespace, name, patch, options));
    if (marked) this.#recorder.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
  }

  /** Resolves to the milliseconds after which to look again, if at all. */
  async #taint(name: string): Promise<number | undefined> {
    const node = this.#node(name);
    if (!node) return undefined;
    const now = this.#clock.now();
    const disrupted = this.#client
      .informer(refs.nodes)
      .list()
      .every((each) => readyCondition(each)?.status !== 'True');
    let wait: number | undefined;
    if (evictingTaint(node)) {
      if (!this.#notReady.has(name)) this.#notReady.set(name, now);
      const due = Math.max(this.#notReady.get(name)! + monitorPeriod, this.#lastEviction + betweenEvictions);
      wait = disrupted || node.spec.taints?.some(isEvicting) ? undefined : Math.max(0, due - now);
    } else {
      this.#notReady.delete(name);
    }
    const evict = wait === 0;
    const taints = decideTaints(node, { evict, disrupted, now: timestamp(this.#clock) });
    if (taints) await this.#setTaints(node, taints);
    if (evict) this.#lastEviction = now;
    return evict ? undefined : wait;
  }

  async #setTaints({ metadata: { name, resourceVersion } }: Node, taints: readonly object[]): Promise<void> {
    const patch = { metadata: { resourceVersion }, spec: { taints: taints.length > 0 ? taints : null } };
    try {
      await this.#client.resource(refs.nodes).patch('', name, patch);
    } catch (error) {
      // The change that came in between has the node looked at again.
      if (!ApiError.is(error, 'NotFound') && !ApiError.is(error, 'Conflict')) throw error;
    }
  }

  #node(name: string): Node | undefined {
    return this.#client.informer(refs.nodes).get('', name);
  }

  #tell(metadata: { readonly name: string; readonly uid?: string | undefined }, reason: string, message: string): void {
    const { name, uid } = metadata;
    const target = { apiVersion: 'v1', kind: 'Node', metadata: { name, ...(uid && { uid }) } };
    this.#recorder.event(target, 'Normal', reason, message);
  }
}
