import type { Pod, ReplicaSet, ReplicationController } from '../../../kubernetes/objects.ts';
import { controllerOf } from '../../../kubernetes/owners.ts';
import { isPodActive } from '../../../kubernetes/readiness.ts';
import { LabelSelector } from '../../../kubernetes/selectors.ts';
import type { Controller, ResourceRef } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import type { WorkQueue } from '../../client/workqueue.ts';
import { timestamp } from '../../clock.ts';
import { claim } from '../shared/adoption.ts';
import { untilNextAvailable } from '../shared/availability.ts';
import type { ControllerContext } from '../shared/context.ts';
import { firstOf, isNamespaceTerminating, settleAll } from '../shared/failures.ts';
import { candidatesFor, controlledBy, watchDependents } from '../shared/owners.ts';
import { podFromTemplate } from '../shared/pod-template.ts';
import { PodWriter } from '../shared/pod-writer.ts';
import { keyOf, reconciler, splitKey } from '../shared/reconciler.ts';
import { slowStart } from '../shared/slow-start.ts';
import { isStatusNews, observedStatus, plan, type Replicator } from './plan.ts';

/** What tells the two kinds of replicators apart. */
interface ReplicatorKind<T extends Replicator> {
  readonly name: string;
  readonly kind: string;
  readonly ref: ResourceRef<T>;
  selector(owner: T): LabelSelector;
}

export function replicaSetController(context: ControllerContext): Controller {
  return replicator<ReplicaSet>(context, {
    name: 'replicaset-controller',
    kind: 'ReplicaSet',
    ref: refs.replicaSets,
    selector: ({ spec }) => LabelSelector.from(spec.selector),
  });
}

export function replicationControllerController(context: ControllerContext): Controller {
  return replicator<ReplicationController>(context, {
    name: 'replication-controller',
    kind: 'ReplicationController',
    ref: refs.replicationControllers,
    selector: ({ spec }) => LabelSelector.fromLabels(spec.selector),
  });
}

/** Keeps as many Pods as are wanted. */
function replicator<T extends Replicator>(context: ControllerContext, which: ReplicatorKind<T>): Controller {
  const { clock } = context;
  const client = context.clientFor(which.name);
  const recorder = new EventRecorder({ client, clock, component: which.name });
  const pods = client.informer(refs.pods);
  const podClient = client.resource(refs.pods);
  const writer = new PodWriter(podClient, recorder);
  const owners = client.informer(which.ref);
  const ownerClient = client.resource(which.ref);

  /** Pods of all that the owner's own owner has: the old and the new ReplicaSets of a Deployment. */
  function relatedPods(owner: T): readonly Pod[] {
    const controller = controllerOf(owner);
    const siblings = controller
      ? owners.list(owner.metadata.namespace).filter((each) => controllerOf(each)?.uid === controller.uid)
      : [owner];
    return siblings.flatMap((sibling) => controlledBy(pods, sibling));
  }

  async function manage(owner: T, active: readonly Pod[]): Promise<void> {
    const decided = plan(owner, active, relatedPods(owner), clock.now());
    const create = async () => {
      try {
        await writer.create(owner, podFromTemplate(owner.spec.template!, owner));
      } catch (error) {
        // Nothing can be created in a namespace that is being deleted, now or later.
        if (!isNamespaceTerminating(error)) throw error;
      }
    };
    await slowStart(Array.from({ length: decided.create }, () => create));
    await settleAll(decided.delete.map((pod) => writer.delete(owner, pod)));
  }

  async function sync(key: string, queue: WorkQueue): Promise<void> {
    const { namespace, name } = splitKey(key);
    const owner = owners.get(namespace, name);
    if (!owner) return;
    const selector = which.selector(owner);
    const candidates = candidatesFor(pods, owner).filter(isPodActive);
    const active = await claim(podClient, owner, candidates, (pod) => selector.matches(pod.metadata.labels));
    let failure: unknown;
    try {
      await manage(owner, active);
    } catch (error) {
      // The others are likely to be the same, but for the names that the Pods would have had.
      failure = firstOf(error);
    }
    const now = clock.now();
    const status = observedStatus(owner, active, failure, now, timestamp(clock));
    if (isStatusNews(owner, status)) {
      // It may have been scaled while its Pods were looked after, which is no reason not to say what there is of them.
      const newest = owners.get(namespace, name);
      if (newest?.metadata.uid === owner.metadata.uid) await ownerClient.updateStatus({ ...newest, status } as T);
    }
    if (failure !== undefined) throw failure;
    const wait = untilNextAvailable(active, owner.spec.minReadySeconds ?? 0, now);
    if (wait !== undefined) queue.addAfter(key, wait);
  }

  return reconciler({
    name: which.name,
    context,
    recorder,
    sync,
    watch: (queue) => [
      owners.subscribe({
        added: (owner) => queue.add(keyOf(owner)),
        updated: (owner) => queue.add(keyOf(owner)),
      }),
      watchDependents({
        dependents: pods,
        owners,
        kind: which.kind,
        matches: (owner, pod) => which.selector(owner).matches(pod.metadata.labels),
        changed: (owner) => queue.add(keyOf(owner)),
      }),
    ],
  });
}
