import type { KubeObject } from '../../../kubernetes/object.ts';
import type { Controller } from '../../client/client.ts';
import type { EventRecorder } from '../../client/events.ts';
import { WorkQueue } from '../../client/workqueue.ts';
import type { ControllerContext } from './context.ts';

export interface ReconcilerOptions {
  readonly name: string;
  readonly context: ControllerContext;
  /** How many keys are worked on at once: upstream's concurrent syncs, 5 when absent. */
  readonly concurrency?: number;
  /** Milliseconds before what failed is tried again: see WorkQueueOptions. */
  readonly firstRetry?: number;
  readonly lastRetry?: number;
  /** Flushed on stopping. */
  readonly recorder?: EventRecorder;
  /** Subscribes to what adds keys to the queue; each function that is returned unsubscribes. */
  watch(queue: WorkQueue): readonly (() => void)[];
  /** Brings one key's part of the cluster nearer to what is wanted. A rejection is tried again later. */
  sync(key: string, queue: WorkQueue): Promise<void>;
}

/**
 * A controller: keys are queued as things change and worked on one at a time each.
 *
 * Upstream's controllers remember which creations and deletions they expect to see, because their caches lag behind
 * their own writes. Here a write has reached every informer when it resolves, and a key is never worked on twice at
 * once, so what a sync reads contains all that earlier ones did.
 */
export function reconciler(options: ReconcilerOptions): Controller {
  const { name, context, concurrency = 5, firstRetry, lastRetry, recorder } = options;
  const queue: WorkQueue = new WorkQueue({
    clock: context.clock,
    concurrency,
    ...(firstRetry !== undefined && { firstRetry }),
    ...(lastRetry !== undefined && { lastRetry }),
    work: (key) => options.sync(key, queue),
    failed: (key, error) => context.failed?.(name, key, error),
  });
  let subscriptions: readonly (() => void)[] = [];
  return {
    name,
    start() {
      subscriptions = options.watch(queue);
      queue.start();
    },
    async stop() {
      for (const unsubscribe of subscriptions) unsubscribe();
      subscriptions = [];
      await queue.stop();
      await recorder?.flush();
    },
  };
}

/** "default/kubia"; the bare name of what has no namespace. */
export function keyOf({ metadata: { namespace, name } }: KubeObject): string {
  return namespace ? `${namespace}/${name}` : name;
}

export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return slash < 0 ? { namespace: '', name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
