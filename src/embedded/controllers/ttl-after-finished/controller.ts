import type { Job } from '../../../kubernetes/objects.ts';
import type { Controller } from '../../client/client.ts';
import * as refs from '../../client/refs.ts';
import type { ControllerContext } from '../shared/context.ts';
import { keyOf, reconciler, splitKey } from '../shared/reconciler.ts';

/** Deletes Jobs, and their Pods with them, once they have been finished for as long as they say. */
export function ttlAfterFinishedController(context: ControllerContext): Controller {
  const { clock } = context;
  const client = context.clientFor('ttl-after-finished-controller');
  const jobs = client.informer(refs.jobs);
  const jobClient = client.resource(refs.jobs);
  return reconciler({
    name: 'ttl-after-finished-controller',
    context,
    watch: (queue) => {
      const changed = (job: Job) => {
        if (expiresAt(job) !== undefined) queue.add(keyOf(job));
      };
      return [jobs.subscribe({ added: changed, updated: changed })];
    },
    async sync(key, queue) {
      const { namespace, name } = splitKey(key);
      const job = jobs.get(namespace, name);
      const expiry = job && expiresAt(job);
      if (!job || expiry === undefined) return;
      const left = expiry - clock.now();
      if (left > 0) {
        queue.addAfter(key, left);
        return;
      }
      const preconditions = { uid: job.metadata.uid! };
      await jobClient.delete(namespace, name, { propagationPolicy: 'Foreground', preconditions });
    },
  });
}

/** Milliseconds since the epoch; undefined for a Job that is not finished, is going already, or may stay. */
export function expiresAt({ metadata, spec, status }: Job): number | undefined {
  if (metadata.deletionTimestamp || spec.ttlSecondsAfterFinished === undefined) return undefined;
  const finished = status?.conditions?.find(
    (condition) => (condition.type === 'Complete' || condition.type === 'Failed') && condition.status === 'True',
  );
  const time = Date.parse(finished?.lastTransitionTime ?? '');
  return Number.isNaN(time) ? undefined : time + spec.ttlSecondsAfterFinished * 1000;
}
