import type { KubeObject, OwnerReference } from '../../../kubernetes/object.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import type { Client, Controller } from '../../client/client.ts';
import type { ApiResource } from '../../client/discovery.ts';
import { EventRecorder } from '../../client/events.ts';
import type { WorkQueue } from '../../client/workqueue.ts';
import type { ControllerContext } from '../shared/context.ts';
import { ignoreNotFound, settleAll } from '../shared/failures.ts';
import { reconciler } from '../shared/reconciler.ts';
import {
  apiVersionOf,
  foregroundFinalizer,
  Graph,
  type Item,
  isDeletingDependents,
  isMeant,
  isOrphaningDependents,
  orphanFinalizer,
  ownersOf,
  uidOf,
} from './graph.ts';
import { decide, disowningPatch, finalizerPatch, ownerChanges, unblockingPatch } from './plan.ts';

/** Upstream's --concurrent-gc-syncs. */
const concurrency = 20;

/** Deletes what has lost all its owners, of whatever kind, and carries out foreground deletion and orphaning. */
export function garbageCollectorController(context: ControllerContext): Controller {
  const client = context.clientFor('generic-garbage-collector');
  const recorder = new EventRecorder({ client, clock: context.clock, component: 'garbage-collector-controller' });
  const collector = new GarbageCollector(client, recorder, context.resources);
  return reconciler({
    name: 'garbage-collector-controller',
    context,
    concurrency,
    recorder,
    watch: (queue) => collector.watch(queue),
    sync: (uid, queue) => collector.collect(uid, queue),
  });
}

/**
 * Upstream's graph has virtual nodes for owners that its caches do not show yet, and asks the API server whether they
 * exist. Here what a lookup says is what is committed, so whoever refers to an owner that cannot be found is looked at,
 * and that is all.
 */
class GarbageCollector {
  readonly #client: Client;
  readonly #recorder: EventRecorder;
  readonly #resources: readonly ApiResource[];
  readonly #watched: readonly ApiResource[];
  readonly #graph = new Graph();

  constructor(client: Client, recorder: EventRecorder, resources: readonly ApiResource[]) {
    this.#client = client;
    this.#recorder = recorder;
    this.#resources = resources;
    this.#watched = resources.filter(
      ({ plural, duplicate, can }) => !duplicate && plural !== 'events' && can('delete', 'list', 'watch'),
    );
  }

  watch(queue: WorkQueue): readonly (() => void)[] {
    return this.#watched.map((resource) =>
      this.#client.informer<KubeObject>(resource).subscribe({
        added: ({ metadata }) => this.#changed({ resource, metadata }, undefined, queue),
        updated: ({ metadata }, previous) =>
          this.#changed({ resource, metadata }, { resource, metadata: previous.metadata }, queue),
        deleted: ({ metadata }) => this.#gone({ resource, metadata }, queue),
      }),
    );
  }

  #changed(item: Item, previous: Item | undefined, queue: WorkQueue): void {
    const uid = uidOf(item);
    this.#graph.set(item);
    if (previous?.metadata.ownerReferences !== item.metadata.ownerReferences) {
      const { added, unblocked } = ownerChanges(previous ? ownersOf(previous) : [], ownersOf(item));
      for (const owner of unblocked) queue.add(owner);
      // An owner that is not known yet may be of a kind that is listed later; looking then does no harm.
      if (added.some((reference) => !this.#isFine(item, reference))) queue.add(uid);
    }
    if (!previous) this.#reportStrangers(item);
    const orphans = isOrphaningDependents(item) && !(previous && isOrphaningDependents(previous));
    const waits = isDeletingDependents(item) && !(previous && isDeletingDependents(previous));
    if (orphans || waits) queue.add(uid);
    if (waits) for (const dependent of this.#graph.dependentsOf(uid)) queue.add(uidOf(dependent));
  }

  #gone(item: Item, queue: WorkQueue): void {
    const uid = uidOf(item);
    this.#graph.remove(uid);
    for (const dependent of this.#graph.dependentsOf(uid)) queue.add(uidOf(dependent));
    for (const owner of ownersOf(item)) {
      const found = this.#graph.get(owner.uid);
      if (found && isDeletingDependents(found)) queue.add(owner.uid);
    }
  }

  /** Whether the reference leads to an owner that the item may have, as far as is known. */
  #isFine(item: Item, reference: OwnerReference): boolean {
    const owner = this.#graph.get(reference.uid);
    if (owner && isElsewhere(item, owner)) this.#report(item, reference);
    return !!owner && isMeant(reference, owner) && !isElsewhere(item, owner) && !isDeletingDependents(owner);
  }

  /** What refers to this item from another namespace was there before it. */
  #reportStrangers(item: Item): void {
    for (const dependent of this.#graph.dependentsOf(uidOf(item))) {
      if (!isElsewhere(dependent, item)) continue;
      this.#report(dependent, ownersOf(dependent).find(({ uid }) => uid === uidOf(item))!);
    }
  }

  #report({ resource, metadata }: Item, { apiVersion, kind, name, uid }: OwnerReference): void {
    const { namespace = '' } = metadata;
    const owner = `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`;
    this.#recorder.event(
      { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata },
      'Warning',
      'OwnerRefInvalidNamespace',
      `ownerRef ${owner} does not exist in namespace "${namespace}"`,
    );
  }

  async collect(uid: string, queue: WorkQueue): Promise<void> {
    const item = this.#graph.get(uid);
    if (!item) return;
    if (isOrphaningDependents(item)) return this.#orphan(item);
    if (this.#ownsFromBelow(item)) return;
    const decision = decide(item, (reference) => this.#findOwner(item, reference), this.#graph.dependentsOf(uid));
    switch (decision.do) {
      case 'nothing':
        return;
      case 'finish':
        return this.#removeFinalizer(item, foregroundFinalizer);
      case 'wait':
        for (const dependent of decision.for) queue.add(uidOf(dependent));
        return;
      case 'disown':
        return this.#patch(item, disowningPatch(item, decision.owners));
      case 'delete':
        if (decision.unblock) await this.#patch(item, unblockingPatch(item));
        return this.#delete(item, decision.policy);
    }
  }

  async #orphan(owner: Item): Promise<void> {
    const uid = uidOf(owner);
    await settleAll(this.#graph.dependentsOf(uid).map((item) => this.#patch(item, disowningPatch(item, [uid]))));
    await this.#removeFinalizer(owner, orphanFinalizer);
  }

  /** Something without a namespace cannot belong to something in one: which one it would be, nobody knows. */
  #ownsFromBelow(item: Item): boolean {
    if (item.resource.namespaced || isDeletingDependents(item)) return false;
    return ownersOf(item).some((reference) => this.#resourceOf(reference).namespaced);
  }

  /** @throws Error where no such kind is served: then nobody knows whether the owner exists */
  #findOwner(item: Item, reference: OwnerReference): Item | undefined {
    const resource = this.#resourceOf(reference);
    const namespace = resource.namespaced ? (item.metadata.namespace ?? '') : '';
    const found = this.#client.informer<KubeObject>(resource).get(namespace, reference.name);
    return found?.metadata.uid === reference.uid ? { resource, metadata: found.metadata } : undefined;
  }

  #resourceOf({ apiVersion, kind }: OwnerReference): ApiResource {
    const resource = this.#resources.find((each) => each.kind === kind && apiVersionOf(each) === apiVersion);
    if (!resource) throw new Error(`unable to get REST mapping for ${apiVersion}/${kind}.`);
    return resource;
  }

  async #delete({ resource, metadata }: Item, propagationPolicy: 'Background' | 'Foreground' | 'Orphan') {
    const { namespace = '', name, uid } = metadata;
    const options = { propagationPolicy, preconditions: { uid: uid! } };
    await ignoreGone(this.#client.resource(resource).delete(namespace, name, options));
  }

  async #patch({ resource, metadata: { namespace = '', name } }: Item, patch: object): Promise<void> {
    await ignoreGone(this.#client.resource(resource).patch(namespace, name, patch, { type: 'strategic' }));
  }

  /** Tried again where the object changes meanwhile: each change is seen before the next attempt. */
  async #removeFinalizer(item: Item, finalizer: string): Promise<void> {
    const { namespace = '', name } = item.metadata;
    const latest = this.#graph.get(uidOf(item));
    if (!latest?.metadata.finalizers?.includes(finalizer)) return;
    const patch = finalizerPatch(latest, finalizer);
    await ignoreNotFound(this.#client.resource(item.resource).patch(namespace, name, patch));
  }
}

function isElsewhere(item: Item, owner: Item): boolean {
  return owner.resource.namespaced && owner.metadata.namespace !== item.metadata.namespace;
}

/** What is there under the name by now is another one, or none. */
async function ignoreGone(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!ApiError.is(error, 'NotFound') && !ApiError.is(error, 'Conflict')) throw error;
  }
}
