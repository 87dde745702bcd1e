import type { Job, JobStatus, Pod } from '../../../kubernetes/objects.ts';
import { isPodReady } from '../../../kubernetes/readiness.ts';
import type { Client, ResourceClient } from '../../client/client.ts';
import type { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import { Failures, ignoreNotFound, isNamespaceTerminating } from '../shared/failures.ts';
import { PodWriter } from '../shared/pod-writer.ts';
import { slowStart } from '../shared/slow-start.ts';
import type { Observation } from './observe.ts';
import type { Plan } from './plan.ts';
import { isTracked, trackingFinalizer } from './predicates.ts';
import { podFor } from './template.ts';

/** How many Pods there are after a plan has been carried out, as far as that could be done. */
export interface Outcome {
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
  readonly failure?: unknown;
}

export class JobWriter {
  readonly #jobs: ResourceClient<Job>;
  readonly #pods: ResourceClient<Pod>;
  readonly #podWriter: PodWriter;

  constructor(client: Client, recorder: EventRecorder) {
    this.#jobs = client.resource(refs.jobs);
    this.#pods = client.resource(refs.pods);
    this.#podWriter = new PodWriter(this.#pods, recorder);
  }

  async carryOut({ job, active, ready, terminating, indexes }: Observation, plan: Plan): Promise<Outcome> {
    // Where the Job has ended its Pods keep their finalizers until they have been counted.
    const deletions = await Promise.allSettled(plan.delete.map((pod) => this.#delete(job, pod, !plan.ending)));
    const deleted = plan.delete.filter((_, index) => deletions[index]!.status === 'fulfilled');
    let created = 0;
    let failure = firstFailure(deletions);
    const create = (index: number | undefined) => async () => {
      try {
        const replaced = index === undefined ? undefined : indexes?.replaceable.get(index);
        await this.#podWriter.create(job, podFor(job, index, replaced));
      } catch (error) {
        // Nothing can be created in a namespace that is being deleted, now or later.
        if (!isNamespaceTerminating(error)) throw error;
      }
    };
    try {
      await slowStart(plan.create.map(create), { done: (successes) => (created = successes) });
    } catch (error) {
      failure ??= error instanceof Failures ? error.errors[0] : error;
    }
    return {
      active: active.length - deleted.length + created,
      ready: ready - deleted.filter(isPodReady).length,
      terminating: terminating + deleted.length,
      ...(failure !== undefined && { failure }),
    };
  }

  updateStatus(job: Job, status: JobStatus): Promise<Job> {
    return this.#jobs.updateStatus({ ...job, status });
  }

  /**
   * Takes off the Pods' finalizers.
   * @returns the UIDs of those that still have theirs, and what the first of them failed with
   */
  async release(pods: readonly Pod[]): Promise<{ readonly kept: ReadonlySet<string>; readonly failure?: unknown }> {
    const results = await Promise.allSettled(pods.map((pod) => this.releaseOne(pod)));
    const kept = pods.flatMap(({ metadata }, index) => (results[index]!.status === 'rejected' ? [metadata.uid!] : []));
    const failure = firstFailure(results);
    return { kept: new Set(kept), ...(failure !== undefined && { failure }) };
  }

  async releaseOne({ metadata: { namespace = '', name, uid } }: Pod): Promise<void> {
    const patch = { metadata: { uid, '$deleteFromPrimitiveList/finalizers': [trackingFinalizer] } };
    await ignoreNotFound(this.#pods.patch(namespace, name, patch, { type: 'strategic' }));
  }

  async #delete(job: Job, pod: Pod, uncounted: boolean): Promise<void> {
    if (uncounted && isTracked(pod)) await this.releaseOne(pod);
    await this.#podWriter.delete(job, pod);
  }
}

function firstFailure(results: readonly PromiseSettledResult<unknown>[]): unknown {
  return results.find((result) => result.status === 'rejected')?.reason;
}
