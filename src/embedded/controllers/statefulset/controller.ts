import type { ControllerRevision, Pod, StatefulSet } from '../../../kubernetes/objects.ts';
import { controllerOf } from '../../../kubernetes/owners.ts';
import { LabelSelector } from '../../../kubernetes/selectors.ts';
import type { Client, Controller, Informer, ResourceClient } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import type { WorkQueue } from '../../client/workqueue.ts';
import type { Clock } from '../../clock.ts';
import { adoptOne, claim } from '../shared/adoption.ts';
import { untilNextAvailable } from '../shared/availability.ts';
import type { ControllerContext } from '../shared/context.ts';
import { settleAll } from '../shared/failures.ts';
import { candidatesFor, watchDependents } from '../shared/owners.ts';
import { keyOf, reconciler, splitKey } from '../shared/reconciler.ts';
import { createRevision, sortRevisions, superfluous } from '../shared/revisions.ts';
import { claimNames, isMemberOf, ordinalOf, parentAndOrdinal, revisionOf } from './identity.ts';
import { plan } from './plan.ts';
import { decideRevision } from './revisions.ts';
import { completeRollingUpdate, isStatusNews, type Revisions } from './status.ts';
import { StatefulSetWriter } from './writer.ts';

/** Keeps the Pods and claims of StatefulSets as they are declared. */
export function statefulSetController(context: ControllerContext): Controller {
  const client = context.clientFor('statefulset-controller');
  const recorder = new EventRecorder({ client, clock: context.clock, component: 'statefulset-controller' });
  const sync = new StatefulSetSync(client, context.clock, recorder);
  return reconciler({
    name: 'statefulset-controller',
    context,
    recorder,
    watch: (queue) => watch(client, queue),
    sync: (key, queue) => sync.run(key, queue),
  });
}

function watch(client: Client, queue: WorkQueue): readonly (() => void)[] {
  const sets = client.informer(refs.statefulSets);
  return [
    sets.subscribe({
      added: (set) => queue.add(keyOf(set)),
      updated: (set) => queue.add(keyOf(set)),
    }),
    watchDependents({
      dependents: client.informer(refs.pods),
      owners: sets,
      kind: 'StatefulSet',
      matches: (set, pod) => LabelSelector.from(set.spec.selector).matches(pod.metadata.labels),
      changed: (set) => queue.add(keyOf(set)),
    }),
    // A Pod that has to wait until the claim of its predecessor is gone.
    client.informer(refs.persistentVolumeClaims).subscribe({
      deleted: ({ metadata: { namespace, name } }) => {
        const { ordinal } = parentAndOrdinal(name);
        for (const set of ordinal < 0 ? [] : sets.list(namespace)) {
          if (claimNames(set, ordinal).includes(name)) queue.add(keyOf(set));
        }
      },
    }),
  ];
}

class StatefulSetSync {
  readonly #clock: Clock;
  readonly #sets: Informer<StatefulSet>;
  readonly #pods: Informer<Pod>;
  readonly #podClient: ResourceClient<Pod>;
  readonly #revisions: Informer<ControllerRevision>;
  readonly #revisionClient: ResourceClient<ControllerRevision>;
  readonly #claims;
  readonly #writer: StatefulSetWriter;

  constructor(client: Client, clock: Clock, recorder: EventRecorder) {
    this.#clock = clock;
    this.#sets = client.informer(refs.statefulSets);
    this.#pods = client.informer(refs.pods);
    this.#podClient = client.resource(refs.pods);
    this.#revisions = client.informer(refs.controllerRevisions);
    this.#revisionClient = client.resource(refs.controllerRevisions);
    this.#claims = client.informer(refs.persistentVolumeClaims);
    this.#writer = new StatefulSetWriter(client, recorder);
  }

  async run(key: string, queue: WorkQueue): Promise<void> {
    const { namespace, name } = splitKey(key);
    const set = this.#sets.get(namespace, name);
    if (!set) return;
    const selector = LabelSelector.from(set.spec.selector);
    const revisions = await this.#ownRevisions(set, selector);
    const pods = await claim(
      this.#podClient,
      set,
      candidatesFor(this.#pods, set),
      (pod) => selector.matches(pod.metadata.labels) && isMemberOf(set, pod),
    );
    const { known, ...current } = await this.#reviseHistory(set, revisions);
    try {
      await this.#update(set, current, pods, queue);
    } finally {
      await this.#truncateHistory(set, known, current, pods);
    }
  }

  async #update(set: StatefulSet, revisions: Revisions, pods: readonly Pod[], queue: WorkQueue): Promise<void> {
    const { namespace = '' } = set.metadata;
    const now = this.#clock.now();
    const decided = plan({
      set,
      revisions,
      pods: [...pods].sort((a, b) => ordinalOf(a) - ordinalOf(b)),
      claim: (name) => this.#claims.get(namespace, name),
      now,
    });
    const status = completeRollingUpdate(set, decided.status);
    try {
      await this.#writer.carryOut(set, decided);
    } finally {
      if (isStatusNews(set, status)) await this.#writer.updateStatus(set, status);
    }
    const wait = untilNextAvailable(pods, set.spec.minReadySeconds ?? 0, now);
    if (wait !== undefined) queue.addAfter(keyOf(set), wait);
  }

  /** Orphans among them are adopted. */
  async #ownRevisions(set: StatefulSet, selector: LabelSelector): Promise<ControllerRevision[]> {
    const own = candidatesFor(this.#revisions, set).filter(({ metadata }) => selector.matches(metadata.labels));
    const orphans = own.filter((revision) => !controllerOf(revision));
    if (!set.metadata.deletionTimestamp) {
      await settleAll(orphans.map((revision) => adoptOne(this.#revisionClient, set, revision)));
    }
    return sortRevisions(own.map((revision) => this.#fresh(revision)));
  }

  async #reviseHistory(
    set: StatefulSet,
    known: readonly ControllerRevision[],
  ): Promise<Revisions & { known: readonly ControllerRevision[] }> {
    let collisions = set.status?.collisionCount ?? 0;
    let update: ControllerRevision;
    const decision = decideRevision(set, known);
    switch (decision.do) {
      case 'keep':
        update = decision.revision;
        break;
      case 'renumber':
        update = await this.#revisionClient.update({ ...this.#fresh(decision.revision), revision: decision.to });
        break;
      case 'create': {
        const created = await createRevision(this.#revisionClient, decision.named, collisions);
        update = created.revision;
        collisions = created.collisions;
      }
    }
    const current = known.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update;
    return { known, current, update, collisions };
  }

  async #truncateHistory(
    set: StatefulSet,
    known: readonly ControllerRevision[],
    { current, update }: Revisions,
    pods: readonly Pod[],
  ): Promise<void> {
    const live = new Set([current.metadata.name, update.metadata.name, ...pods.map(revisionOf)]);
    for (const { metadata } of superfluous(known, live, set.spec.revisionHistoryLimit ?? 10)) {
      await this.#revisionClient.delete(metadata.namespace ?? '', metadata.name);
    }
  }

  #fresh(revision: ControllerRevision): ControllerRevision {
    return this.#revisions.get(revision.metadata.namespace ?? '', revision.metadata.name) ?? revision;
  }
}
