import type { Node, Pod } from '../../../kubernetes/objects.ts';
import type { Client, Controller } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import type { Clock, Timer } from '../../clock.ts';
import type { ControllerContext } from '../shared/context.ts';
import { ignoreNotFound } from '../shared/failures.ts';
import { podsOnNode } from '../shared/node-pods.ts';
import { markDisrupted } from '../shared/pod-conditions.ts';
import { keyOf, reconciler, splitKey } from '../shared/reconciler.ts';
import { decideEviction, type Scheduled } from './taint-eviction-plan.ts';

const name = 'taint-eviction-controller';
const disruption = {
  reason: 'DeletionByTaintManager',
  message: 'Taint manager: deleting due to NoExecute taint',
};

/** Deletes Pods from nodes with NoExecute taints that they do not tolerate, or not for longer. */
export function taintEvictionController(context: ControllerContext): Controller {
  const client = context.clientFor('node-controller');
  const recorder = new EventRecorder({ client, clock: context.clock, component: name });
  const evictor = new TaintEvictor(client, context.clock, recorder);
  const pods = client.informer(refs.pods);
  const controller = reconciler({
    name,
    context,
    recorder,
    watch: (queue) => {
      const again = (key: string) => queue.add(key);
      const look = (pod: Pod) => evictor.look(pod, again);
      const lookAtAll = ({ metadata }: Node) => podsOnNode(pods, metadata.name).forEach(look);
      return [
        client.informer(refs.nodes).subscribe({
          added: lookAtAll,
          updated: (node, previous) => {
            if (evictingTaints(node) !== evictingTaints(previous)) lookAtAll(node);
          },
        }),
        pods.subscribe({
          added: look,
          updated: (pod, previous) => {
            const same = JSON.stringify(pod.spec.tolerations) === JSON.stringify(previous.spec.tolerations);
            if (!same || pod.spec.nodeName !== previous.spec.nodeName) look(pod);
          },
          deleted: (pod) => evictor.cancel(keyOf(pod)),
        }),
      ];
    },
    sync: (key) => evictor.evict(key),
  });
  return {
    ...controller,
    async stop() {
      evictor.stop();
      await controller.stop();
    },
  };
}

/** The NoExecute taints, to be compared. */
function evictingTaints({ spec }: Node): string {
  return JSON.stringify((spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute'));
}

class TaintEvictor {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #recorder: EventRecorder;
  /** By Pod; without a timer once its time has come. */
  readonly #scheduled = new Map<string, { readonly eviction: Scheduled; timer?: Timer }>();

  constructor(client: Client, clock: Clock, recorder: EventRecorder) {
    this.#client = client;
    this.#clock = clock;
    this.#recorder = recorder;
  }

  /** @param due called with the Pod's key when it is to be evicted */
  look(pod: Pod, due: (key: string) => void): void {
    const { nodeName } = pod.spec;
    if (!nodeName) return;
    const key = keyOf(pod);
    const current = this.#scheduled.get(key);
    const node = this.#client.informer(refs.nodes).get('', nodeName);
    const decision = decideEviction(pod, node, current?.eviction, this.#clock.now());
    if (decision.do === 'cancel') this.cancel(key);
    // What has begun is not begun again.
    if (decision.do !== 'schedule' || (current && !current.timer)) return;
    if (current) this.cancel(key);
    const entry: { readonly eviction: Scheduled; timer?: Timer } = { eviction: decision.eviction };
    this.#scheduled.set(key, entry);
    const wait = decision.eviction.at - this.#clock.now();
    if (wait <= 0) {
      due(key);
      return;
    }
    entry.timer = this.#clock.schedule(wait, () => {
      delete entry.timer;
      due(key);
    });
  }

  cancel(key: string): void {
    const entry = this.#scheduled.get(key);
    this.#scheduled.delete(key);
    if (!entry?.timer) return;
    entry.timer.cancel();
    this.#tell(key, `Cancelling deletion of Pod ${key}`);
  }

  async evict(key: string): Promise<void> {
    const { namespace, name } = splitKey(key);
    const pod = this.#client.informer(refs.pods).get(namespace, name);
    if (!pod || !this.#scheduled.has(key)) return;
    this.#tell(key, `Marking for deletion Pod ${key}`);
    await ignoreNotFound(markDisrupted(this.#client, this.#clock, pod, disruption));
    await ignoreNotFound(this.#client.resource(refs.pods).delete(namespace, name));
  }

  stop(): void {
    for (const { timer } of this.#scheduled.values()) timer?.cancel();
    this.#scheduled.clear();
  }

  #tell(key: string, message: string): void {
    const target = { apiVersion: 'v1', kind: 'Pod', metadata: splitKey(key) };
    this.#recorder.event(target, 'Normal', 'TaintManagerEviction', message);
  }
}
