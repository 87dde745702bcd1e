import type { Pod } from '../../../kubernetes/objects.ts';
import type { Controller } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import { WorkQueue } from '../../client/workqueue.ts';
import type { ControllerContext } from '../shared/context.ts';
import { Scheduler } from './scheduler.ts';

const name = 'kube-scheduler';

/** Finds a node for every Pod that has none and that names the default scheduler. */
export function schedulerController(context: ControllerContext): Controller {
  const client = context.clientFor(name);
  // The scheduler of a cluster that kubeadm has just set up may not ask yet what is served, and so writes plain events.
  const recorder = new EventRecorder({ client, clock: context.clock, component: 'default-scheduler' });
  // One Pod at a time: the queue of turns only lets others have theirs in between.
  const turns: WorkQueue = new WorkQueue({
    clock: context.clock,
    work: async () => {
      if (await scheduler.scheduleOne()) turns.add('next');
    },
    failed: (_, error) => context.failed?.(name, 'next', error),
  });
  const scheduler = new Scheduler({
    client,
    clock: context.clock,
    recorder,
    wake: () => turns.add('next'),
    failed: (key, error) => context.failed?.(name, key, error),
  });
  let subscriptions: readonly (() => void)[] = [];
  return {
    name,
    start() {
      subscriptions = [
        client.informer(refs.nodes).subscribe({
          added: (object) => scheduler.changed({ kind: 'Node', object }),
          updated: (object, previous) => scheduler.changed({ kind: 'Node', object, previous }),
          deleted: (object) => scheduler.changed({ kind: 'Node', object, deleted: true }),
        }),
        client.informer(refs.persistentVolumes).subscribe({
          added: (object) => scheduler.changed({ kind: 'PersistentVolume', object }),
          updated: (object, previous) => scheduler.changed({ kind: 'PersistentVolume', object, previous }),
        }),
        client.informer(refs.persistentVolumeClaims).subscribe({
          added: (object) => scheduler.changed({ kind: 'PersistentVolumeClaim', object }),
          updated: (object, previous) => scheduler.changed({ kind: 'PersistentVolumeClaim', object, previous }),
          deleted: (object) => scheduler.changed({ kind: 'PersistentVolumeClaim', object, deleted: true }),
        }),
        client.informer(refs.storageClasses).subscribe({
          added: (object) => scheduler.changed({ kind: 'StorageClass', object }),
          updated: (object, previous) => scheduler.changed({ kind: 'StorageClass', object, previous }),
        }),
        client.informer(refs.pods).subscribe({
          added: (object) => onPod(object),
          updated: (object, previous) => onPod(object, previous),
          deleted: (object) => {
            scheduler.gone(object);
            if (occupies(object)) scheduler.changed({ kind: 'Pod', object, deleted: true });
          },
        }),
      ];
      turns.start();
    },
    async stop() {
      for (const unsubscribe of subscriptions) unsubscribe();
      subscriptions = [];
      await Promise.all([turns.stop(), scheduler.stop()]);
      await recorder.flush();
    },
  };

  function onPod(object: Pod, previous?: Pod): void {
    if (isPending(object)) scheduler.pending(object, previous);
    else if (previous && isPending(previous)) scheduler.gone(previous);
    if (occupies(object)) {
      const before = previous && occupies(previous) ? { previous } : {};
      scheduler.changed({ kind: 'Pod', object, ...before });
    } else if (previous && occupies(previous)) {
      scheduler.changed({ kind: 'Pod', object: previous, deleted: true });
    }
  }
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** Whether it takes up room on a node. */
function occupies(pod: Pod): boolean {
  return Boolean(pod.spec.nodeName) && !hasEnded(pod);
}

function isPending(pod: Pod): boolean {
  return (
    !pod.spec.nodeName && !hasEnded(pod) && (pod.spec.schedulerName ?? 'default-scheduler') === 'default-scheduler'
  );
}
