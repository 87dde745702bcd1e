import type { ControllerRevision, DaemonSet, Node, Pod } from '../../../kubernetes/objects.ts';
import { controllerReference } from '../../../kubernetes/owners.ts';
import { LabelSelector } from '../../../kubernetes/selectors.ts';
import type { Client, Controller, Informer, ResourceClient } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import type { WorkQueue } from '../../client/workqueue.ts';
import type { Clock } from '../../clock.ts';
import { claim } from '../shared/adoption.ts';
import { untilNextAvailable } from '../shared/availability.ts';
import type { ControllerContext } from '../shared/context.ts';
import { isNamespaceTerminating, settleAll, throwAny } from '../shared/failures.ts';
import { candidatesFor, controlledBy, watchDependents } from '../shared/owners.ts';
import { podFromTemplate } from '../shared/pod-template.ts';
import { PodTemplateHasher } from '../shared/pod-template-hash.ts';
import { PodWriter } from '../shared/pod-writer.ts';
import { keyOf, reconciler, splitKey } from '../shared/reconciler.ts';
import { createRevision, nextRevision, sortRevisions } from '../shared/revisions.ts';
import { slowStart } from '../shared/slow-start.ts';
import { BackOff } from './back-off.ts';
import { revisionLabel, suits, templateFor } from './daemon-pod.ts';
import { type DaemonPlan, planPlacement, planRollout, type Situation } from './plan.ts';
import { hashOf, newRevision, splitRevisions, superfluousRevisions } from './revisions.ts';
import { isStatusNews, observedStatus } from './status.ts';

/** Pods created or deleted at once at the most. */
const burst = 250;

/**
 * Milliseconds before a revision that somebody else wrote is looked at. Upstream takes its time as well, if less of it:
 * long enough for whoever writes several revisions to see them all before equal ones are merged.
 */
const settling = 1000;

/** Keeps a Pod of each DaemonSet on each node that suits it. */
export function daemonSetController(context: ControllerContext): Controller {
  const client = context.clientFor('daemon-set-controller');
  const recorder = new EventRecorder({ client, clock: context.clock, component: 'daemonset-controller' });
  const sync = new DaemonSetSync(client, context.clock, recorder);
  return reconciler({
    name: 'daemonset-controller',
    context,
    concurrency: 2,
    recorder,
    watch: (queue) => watch(client, queue),
    sync: (key, queue) => sync.run(key, queue),
  });
}

function watch(client: Client, queue: WorkQueue): readonly (() => void)[] {
  const sets = client.informer(refs.daemonSets);
  return [
    sets.subscribe({
      added: (set) => queue.add(keyOf(set)),
      updated: (set) => queue.add(keyOf(set)),
    }),
    watchDependents({
      dependents: client.informer(refs.pods),
      owners: sets,
      kind: 'DaemonSet',
      matches: (set, pod) => LabelSelector.from(set.spec.selector).matches(pod.metadata.labels),
      changed: (set) => queue.add(keyOf(set)),
    }),
    watchDependents({
      dependents: client.informer(refs.controllerRevisions),
      owners: sets,
      kind: 'DaemonSet',
      matches: (set, revision) => LabelSelector.from(set.spec.selector).matches(revision.metadata.labels),
      changed: (set) => queue.addAfter(keyOf(set), settling),
    }),
    client.informer(refs.nodes).subscribe({
      added: () => {
        for (const set of sets.list()) queue.add(keyOf(set));
      },
      updated: (node, previous) => {
        for (const set of sets.list()) if (concerns(set, node, previous)) queue.add(keyOf(set));
      },
      deleted: () => {
        for (const set of sets.list()) queue.add(keyOf(set));
      },
    }),
  ];
}

/** Nodes report their state every few seconds; a DaemonSet cares only where it may run. */
function concerns(set: DaemonSet, node: Node, previous: Node): boolean {
  const [now, before] = [suits(set, node), suits(set, previous)];
  return now.run !== before.run || now.stay !== before.stay;
}

class DaemonSetSync {
  readonly #clock: Clock;
  readonly #recorder: EventRecorder;
  readonly #sets: Informer<DaemonSet>;
  readonly #setClient: ResourceClient<DaemonSet>;
  readonly #nodes: Informer<Node>;
  readonly #pods: Informer<Pod>;
  readonly #podClient: ResourceClient<Pod>;
  readonly #revisions: Informer<ControllerRevision>;
  readonly #revisionClient: ResourceClient<ControllerRevision>;
  readonly #writer: PodWriter;
  readonly #hasher = new PodTemplateHasher();
  readonly #backOff = new BackOff();

  constructor(client: Client, clock: Clock, recorder: EventRecorder) {
    this.#clock = clock;
    this.#recorder = recorder;
    this.#sets = client.informer(refs.daemonSets);
    this.#setClient = client.resource(refs.daemonSets);
    this.#nodes = client.informer(refs.nodes);
    this.#pods = client.informer(refs.pods);
    this.#podClient = client.resource(refs.pods);
    this.#revisions = client.informer(refs.controllerRevisions);
    this.#revisionClient = client.resource(refs.controllerRevisions);
    this.#writer = new PodWriter(this.#podClient, recorder);
  }

  async run(key: string, queue: WorkQueue): Promise<void> {
    const { namespace, name } = splitKey(key);
    const set = this.#sets.get(namespace, name);
    if (!set) return;
    if (selectsEverything(set)) {
      const message = 'This daemon set is selecting all pods. A non-empty selector is required.';
      this.#recorder.event(set, 'Warning', 'SelectingAll', message);
      return;
    }
    // The garbage collector may have taken the revisions already, without which nothing sensible can be said.
    if (set.metadata.deletionTimestamp) return;
    const selector = LabelSelector.from(set.spec.selector);
    const { current, old, collisions } = await this.#reviseHistory(set, selector);
    await claim(this.#podClient, set, candidatesFor(this.#pods, set), (pod) => selector.matches(pod.metadata.labels));
    const began = this.#clock.now();
    const observe = (): Situation => ({
      set,
      hash: hashOf(current),
      nodes: this.#nodes.list(),
      pods: controlledBy(this.#pods, set),
      now: this.#clock.now(),
    });
    try {
      await this.#update(observe, queue);
      await this.#truncateHistory(set, old);
    } finally {
      await this.#updateStatus(observe(), collisions);
    }
    const wait = untilNextAvailable(controlledBy(this.#pods, set), set.spec.minReadySeconds ?? 0, began);
    if (wait !== undefined) queue.addAfter(key, wait);
  }

  /** A rollout goes on only where every node has what it is to have: what was placed now is seen as it is created. */
  async #update(observe: () => Situation, queue: WorkQueue): Promise<void> {
    const placed = await this.#carryOut(observe(), this.#place(observe(), queue));
    if (placed || observe().set.spec.updateStrategy?.type !== 'RollingUpdate') return;
    await this.#carryOut(observe(), planRollout(observe()));
  }

  #place(situation: Situation, queue: WorkQueue): DaemonPlan {
    const { set, now } = situation;
    const { failed, succeeded, ...placement } = planPlacement(situation);
    const gone: Pod[] = [];
    for (const { pod, node } of failed) {
      const { namespace, name } = pod.metadata;
      const wait = this.#backOff.next(`${set.metadata.uid}/${set.status?.observedGeneration ?? 0}/${node}`, now);
      if (wait > 0) {
        queue.addAfter(keyOf(set), wait);
        continue;
      }
      const message = `Found failed daemon pod ${namespace}/${name} on node ${node}, will try to kill it`;
      this.#recorder.event(set, 'Warning', 'FailedDaemonPod', message);
      gone.push(pod);
    }
    for (const pod of succeeded) {
      const { namespace, name } = pod.metadata;
      const message = `Found succeeded daemon pod ${namespace}/${name} on node ${pod.spec.nodeName}, will try to delete it`;
      this.#recorder.event(set, 'Normal', 'SucceededDaemonPod', message);
      gone.push(pod);
    }
    return { create: placement.create, delete: [...gone, ...placement.delete] };
  }

  /** @returns whether there was anything to do */
  async #carryOut({ set, hash }: Situation, plan: DaemonPlan): Promise<boolean> {
    const create = plan.create.slice(0, burst).map((node) => async () => {
      try {
        await this.#writer.create(set, podFromTemplate(templateFor(set, node, hash), set, controllerReference(set)));
      } catch (error) {
        if (!isNamespaceTerminating(error)) throw error;
      }
    });
    const results = await Promise.allSettled([
      slowStart(create),
      settleAll(plan.delete.slice(0, burst).map((pod) => this.#writer.delete(set, pod))),
    ]);
    throwAny(results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])));
    return plan.create.length + plan.delete.length > 0;
  }

  async #updateStatus(situation: Situation, collisions: number | undefined): Promise<void> {
    const { set } = situation;
    const status = observedStatus(situation, collisions);
    if (!isStatusNews(set, status)) return;
    const newest = this.#sets.get(set.metadata.namespace ?? '', set.metadata.name);
    if (!newest || newest.metadata.uid !== set.metadata.uid) return;
    await this.#setClient.updateStatus({ ...newest, status });
  }

  /** The revision of the present template, created or made the newest as need be. */
  async #reviseHistory(
    set: DaemonSet,
    selector: LabelSelector,
  ): Promise<{ current: ControllerRevision; old: readonly ControllerRevision[]; collisions: number | undefined }> {
    const candidates = candidatesFor(this.#revisions, set);
    const claimed = await claim(this.#revisionClient, set, candidates, ({ metadata }) =>
      selector.matches(metadata.labels),
    );
    const { current, old } = splitRevisions(set, sortRevisions(claimed));
    const next = nextRevision(old);
    const { collisionCount } = set.status ?? {};
    const kept = current.at(-1);
    if (!kept) {
      const { revision, collisions } = await createRevision(
        this.#revisionClient,
        (count) => newRevision(set, next, this.#hasher, count === 0 ? collisionCount : count),
        collisionCount ?? 0,
      );
      return { current: revision, old, collisions: collisions === 0 ? collisionCount : collisions };
    }
    await this.#mergeDuplicates(set, kept, current.slice(0, -1));
    const newest = kept.revision < next ? await this.#revisionClient.update({ ...kept, revision: next }) : kept;
    return { current: newest, old, collisions: collisionCount };
  }

  /** Pods of a revision that is equal to the one that stays are counted among that one's. */
  async #mergeDuplicates(
    set: DaemonSet,
    kept: ControllerRevision,
    duplicates: readonly ControllerRevision[],
  ): Promise<void> {
    if (duplicates.length === 0) return;
    const hash = hashOf(kept);
    const hashes = new Set(duplicates.map(hashOf));
    for (const { metadata } of controlledBy(this.#pods, set)) {
      if (!hashes.has(metadata.labels?.[revisionLabel] ?? '')) continue;
      const patch = { metadata: { labels: { [revisionLabel]: hash } } };
      await this.#podClient.patch(metadata.namespace ?? '', metadata.name, patch);
    }
    for (const { metadata } of duplicates) await this.#revisionClient.delete(metadata.namespace ?? '', metadata.name);
  }

  async #truncateHistory(set: DaemonSet, old: readonly ControllerRevision[]): Promise<void> {
    const live = new Set(controlledBy(this.#pods, set).map(({ metadata }) => metadata.labels?.[revisionLabel] ?? ''));
    for (const { metadata } of superfluousRevisions(set, old, live)) {
      await this.#revisionClient.delete(metadata.namespace ?? '', metadata.name);
    }
  }
}

function selectsEverything({ spec: { selector } }: DaemonSet): boolean {
  return Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;
}
