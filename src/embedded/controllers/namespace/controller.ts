import type { KubeObject } from '../../../kubernetes/object.ts';
import type { Namespace } from '../../../kubernetes/objects.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import type { Client, Controller } from '../../client/client.ts';
import type { ApiResource } from '../../client/discovery.ts';
import * as refs from '../../client/refs.ts';
import type { WorkQueue } from '../../client/workqueue.ts';
import { type Clock, timestamp } from '../../clock.ts';
import type { ControllerContext } from '../shared/context.ts';
import { ignoreNotFound, messageOf, throwAny } from '../shared/failures.ts';
import { keyOf, reconciler } from '../shared/reconciler.ts';
import { nextConditions, problems, type Remaining } from './conditions.ts';
import { empty } from './content.ts';

/** What this controller holds a namespace with until it is empty. */
const finalizer = 'kubernetes';

/**
 * Empties namespaces that are being deleted, Pods first, and lets them go then.
 *
 * Upstream's waits five seconds first, so that every API server has heard that nothing may be created any more: here
 * there is one, which knows. And it looks again after half the time that it expects things to take; here that happens
 * as soon as something has gone.
 */
export function namespaceController(context: ControllerContext): Controller {
  const client = context.clientFor('namespace-controller');
  const resources = context.resources.filter(
    ({ namespaced, duplicate, can }) => namespaced && !duplicate && can('delete', 'list'),
  );
  const sync = new NamespaceSync(client, context.clock, resources);
  return reconciler({
    name: 'namespace-controller',
    context,
    concurrency: 10,
    lastRetry: 60_000,
    watch: (queue) => watch(client, resources, queue),
    sync: (name, queue) => sync.run(name, queue),
  });
}

function watch(client: Client, resources: readonly ApiResource[], queue: WorkQueue): readonly (() => void)[] {
  const namespaces = client.informer(refs.namespaces);
  const consider = (namespace: Namespace | undefined) => {
    if (namespace?.metadata.deletionTimestamp) queue.add(keyOf(namespace));
  };
  return [
    namespaces.subscribe({ added: consider, updated: consider }),
    ...resources
      .filter(({ can }) => can('watch'))
      .map((resource) =>
        client.informer<KubeObject>(resource).subscribe({
          deleted: ({ metadata }) => consider(namespaces.get('', metadata.namespace ?? '')),
        }),
      ),
  ];
}

class NamespaceSync {
  readonly #client: Client;
  readonly #clock: Clock;
  /** Pods first: what they work with stays until they have ended. */
  readonly #pods: ApiResource[];
  readonly #others: ApiResource[];

  constructor(client: Client, clock: Clock, resources: readonly ApiResource[]) {
    this.#client = client;
    this.#clock = clock;
    this.#pods = resources.filter(({ plural }) => plural === 'pods');
    this.#others = resources.filter(({ plural }) => plural !== 'pods');
  }

  async run(name: string, queue: WorkQueue): Promise<void> {
    const namespace = this.#client.informer(refs.namespaces).get('', name);
    if (!namespace?.metadata.deletionTimestamp || !namespace.spec.finalizers?.length) return;
    const estimate = await this.#deleteContent(namespace);
    if (estimate > 0) queue.addAfter(name, (Math.floor(estimate / 2) + 1) * 1000);
    else await this.#finalize(name);
  }

  /** @returns seconds until the rest is expected to be gone, 0 where nothing is left */
  async #deleteContent(namespace: Namespace): Promise<number> {
    const pods = await this.#empty(namespace, this.#pods);
    if (pods.remaining.length > 0 || pods.errors.length > 0) {
      const told = pods.errors.map((error) => prefixed(namespace, error));
      await this.#report(namespace, [], told);
      throwAny(told);
      return pods.estimate;
    }
    const { estimate, remaining, errors } = await this.#empty(namespace, this.#others);
    await this.#report(namespace, remaining, errors);
    throwAny(errors);
    return estimate;
  }

  async #empty(
    { metadata: { name, deletionTimestamp = '' } }: Namespace,
    resources: readonly ApiResource[],
  ): Promise<{ estimate: number; remaining: Remaining[]; errors: unknown[] }> {
    const elapsed = (this.#clock.now() - Date.parse(deletionTimestamp)) / 1000;
    const results = await Promise.allSettled(resources.map((resource) => empty(this.#client, resource, name, elapsed)));
    const emptied = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    return {
      estimate: Math.max(0, ...emptied.map(({ estimate }) => estimate)),
      remaining: emptied.flatMap(({ remaining }) => remaining ?? []),
      errors: results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])),
    };
  }

  async #report({ metadata }: Namespace, remaining: readonly Remaining[], errors: readonly unknown[]): Promise<void> {
    const latest = this.#client.informer(refs.namespaces).get('', metadata.name);
    if (!latest || latest.metadata.uid !== metadata.uid) return;
    const found = problems(remaining, errors.map(messageOf));
    const conditions = nextConditions(latest.status?.conditions ?? [], found, timestamp(this.#clock));
    if (!conditions) return;
    const status = { ...latest.status, phase: 'Terminating' as const, conditions };
    await ignoreStale(this.#client.resource(refs.namespaces).updateStatus({ ...latest, status }));
  }

  async #finalize(name: string): Promise<void> {
    const latest = this.#client.informer(refs.namespaces).get('', name);
    if (!latest) return;
    const finalizers = (latest.spec.finalizers ?? []).filter((each) => each !== finalizer).sort();
    const draft = { ...latest, spec: { ...latest.spec, finalizers } };
    await ignoreNotFound(this.#client.resource(refs.namespaces).update(draft, { subresource: 'finalize' }));
  }
}

function prefixed({ metadata }: Namespace, error: unknown): Error {
  return new Error(`failed to delete pods for namespace: ${metadata.name}, err: ${messageOf(error)}`, { cause: error });
}

/** A namespace that changed meanwhile is looked at again anyway. */
async function ignoreStale(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!ApiError.is(error, 'Conflict') && !ApiError.is(error, 'NotFound')) throw error;
  }
}
