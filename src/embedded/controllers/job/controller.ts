import type { Job, JobCondition, JobStatus, Pod } from '../../../kubernetes/objects.ts';
import { controllerOf } from '../../../kubernetes/owners.ts';
import { LabelSelector } from '../../../kubernetes/selectors.ts';
import type { Client, Controller, Informer, ResourceClient } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import type { WorkQueue } from '../../client/workqueue.ts';
import { type Clock, timestamp } from '../../clock.ts';
import { claim } from '../shared/adoption.ts';
import type { ControllerContext } from '../shared/context.ts';
import { canonicalJson } from '../shared/hash.ts';
import { candidatesFor, controlledBy, resolveController, watchDependents } from '../shared/owners.ts';
import { keyOf, reconciler, splitKey } from '../shared/reconciler.ts';
import { type BackoffRecord, noFailures } from './backoff.ts';
import { announcement, condition, type Ending, withCondition } from './conditions.ts';
import { observe } from './observe.ts';
import { completion, plan } from './plan.ts';
import { isFinished, isManagedElsewhere, isSuspended, isTracked, trackingFinalizer } from './predicates.ts';
import { settleUncounted, track } from './tracking.ts';
import { JobWriter, type Outcome } from './writer.ts';

/** Keys of Pods that no Job will count any more, among those of Jobs. */
const orphanPrefix = 'orphan:';

/** Runs the Pods of Jobs until enough have succeeded, or too many have failed. */
export function jobController(context: ControllerContext): Controller {
  const client = context.clientFor('job-controller');
  const recorder = new EventRecorder({ client, clock: context.clock, component: 'job-controller' });
  const sync = new JobSync(client, context.clock, recorder);
  return reconciler({
    name: 'job-controller',
    context,
    recorder,
    firstRetry: 1000,
    lastRetry: 60_000,
    watch: (queue) => watch(client, queue, sync),
    sync: (key, queue) => sync.run(key, queue),
  });
}

function watch(client: Client, queue: WorkQueue, sync: JobSync): readonly (() => void)[] {
  const jobs = client.informer(refs.jobs);
  const pods = client.informer(refs.pods);
  const releasePods = (job: Job) => {
    for (const pod of controlledBy(pods, job)) queue.add(orphanPrefix + keyOf(pod));
  };
  const noticeOrphan = (pod: Pod) => {
    if (sync.isOrphan(pod)) queue.add(orphanPrefix + keyOf(pod));
  };
  return [
    jobs.subscribe({
      added: (job) => queue.add(keyOf(job)),
      updated: (job) => {
        queue.add(keyOf(job));
        if (isFinished(job)) releasePods(job);
      },
      deleted: (job) => {
        queue.add(keyOf(job));
        releasePods(job);
      },
    }),
    watchDependents({
      dependents: pods,
      owners: jobs,
      kind: 'Job',
      matches: (job, pod) => LabelSelector.from(job.spec.selector).matches(pod.metadata.labels),
      // Upstream gathers the changes of a second before it looks; here there is nothing to be saved by that.
      changed: (job) => queue.add(keyOf(job)),
    }),
    pods.subscribe({ added: noticeOrphan, updated: noticeOrphan }),
  ];
}

class JobSync {
  readonly #clock: Clock;
  readonly #recorder: EventRecorder;
  readonly #jobs: Informer<Job>;
  readonly #pods: Informer<Pod>;
  readonly #podClient: ResourceClient<Pod>;
  readonly #writer: JobWriter;
  readonly #backoff = new Map<string, BackoffRecord>();

  constructor(client: Client, clock: Clock, recorder: EventRecorder) {
    this.#clock = clock;
    this.#recorder = recorder;
    this.#jobs = client.informer(refs.jobs);
    this.#pods = client.informer(refs.pods);
    this.#podClient = client.resource(refs.pods);
    this.#writer = new JobWriter(client, recorder);
  }

  async run(key: string, queue: WorkQueue): Promise<void> {
    if (key.startsWith(orphanPrefix)) return this.#releaseOrphan(key.slice(orphanPrefix.length));
    const { namespace, name } = splitKey(key);
    const job = this.#jobs.get(namespace, name);
    if (!job || isFinished(job)) this.#backoff.delete(key);
    else if (!isManagedElsewhere(job)) await this.#reconcile(key, job, queue);
  }

  /** Whether the Pod waits to be counted by a Job that will not. */
  isOrphan(pod: Pod): boolean {
    if (!isTracked(pod)) return false;
    const controller = controllerOf(pod);
    if (!controller) return true;
    if (controller.kind !== 'Job' || controller.apiVersion !== 'batch/v1') return false;
    const job = resolveController(this.#jobs, 'Job', pod.metadata.namespace ?? '', controller);
    return !job || (isFinished(job) && !isManagedElsewhere(job));
  }

  async #releaseOrphan(key: string): Promise<void> {
    const { namespace, name } = splitKey(key);
    const pod = this.#pods.get(namespace, name);
    if (pod && this.isOrphan(pod)) await this.#writer.releaseOne(pod);
  }

  async #reconcile(key: string, shown: Job, queue: WorkQueue): Promise<void> {
    const selector = LabelSelector.from(shown.spec.selector);
    const candidates = candidatesFor(this.#pods, shown);
    const matches = (pod: Pod) => selector.matches(pod.metadata.labels);
    const pods = await claim(this.#podClient, shown, candidates, matches, [trackingFinalizer]);
    const now = timestamp(this.#clock);
    const startTime = shown.status?.startTime ?? (isSuspended(shown) ? undefined : now);
    const job = { ...shown, status: { ...shown.status, ...(startTime && { startTime }) } };

    const observation = observe(job, pods, this.#backoff.get(key) ?? noFailures);
    const decided = plan(observation, this.#clock.now());
    const outcome = await this.#writer.carryOut(observation, decided);
    let { ending } = decided;
    let draft = withCounts(job.status, outcome);
    if (!ending) {
      ending = completion(observation, outcome.active);
      if (!ending && !job.metadata.deletionTimestamp) draft = this.#showSuspension(job, draft, now);
    } else if (outcome.active > 0) {
      // Not all could be deleted: the Job is not over before they are.
      ending = undefined;
    }

    const { status, release, more } = track(observation, draft, ending);
    const announced = ending && !ending.announced ? announce(status, ending, now) : status;
    let current = shown;
    if (isNews(current, announced)) {
      current = await this.#writer.updateStatus(current, announced);
      this.#backoff.set(key, observation.backoff);
    }
    const { kept, failure } = await this.#writer.release(release);
    const held = new Set(pods.filter(isTracked).map(({ metadata }) => metadata.uid!));
    for (const { metadata } of release) if (!kept.has(metadata.uid!)) held.delete(metadata.uid!);
    const counted = settleUncounted(announced, held);
    const over = ending && !more && failure === undefined && outcome.terminating === 0 && isSettled(counted);
    const final = over ? finish(counted, ending!, now) : counted;
    if (isNews(current, final)) await this.#writer.updateStatus(current, final);
    if (over) this.#recordEnd(job, final, ending!);
    if (failure !== undefined) throw failure;
    if (outcome.failure !== undefined) throw outcome.failure;
    if (decided.again !== undefined) queue.addAfter(key, decided.again);
  }

  #showSuspension(job: Job, status: JobStatus, now: string): JobStatus {
    const suspended = isSuspended(job);
    const said = suspended
      ? { reason: 'JobSuspended', message: 'Job suspended' }
      : { reason: 'JobResumed', message: 'Job resumed' };
    const next = condition('Suspended', said, now, suspended ? 'True' : 'False');
    const conditions = withCondition(status.conditions, next);
    if (conditions === status.conditions || conditions.length === 0) return status;
    this.#recorder.event(job, 'Normal', suspended ? 'Suspended' : 'Resumed', said.message);
    // The deadline counts from when the Job was last resumed.
    return { ...status, conditions: [...conditions], ...(!suspended && { startTime: now }) };
  }

  #recordEnd(job: Job, { succeeded = 0 }: JobStatus, ending: Ending): void {
    const { completions } = job.spec;
    if (!ending.succeeded) {
      this.#recorder.event(job, 'Warning', ending.reason, ending.message);
      return;
    }
    if (completions !== undefined && succeeded > completions) {
      const message = 'Too many succeeded pods running after completion count reached';
      this.#recorder.event(job, 'Warning', 'TooManySucceededPods', message);
    }
    this.#recorder.event(job, 'Normal', 'Completed', 'Job completed');
  }
}

function withCounts(status: JobStatus, { active, ready, terminating }: Outcome): JobStatus {
  const { active: _, ...others } = status;
  return { ...others, ...(active > 0 && { active }), ready, terminating };
}

function announce(status: JobStatus, ending: Ending, now: string): JobStatus {
  return { ...status, conditions: [...(status.conditions ?? []), condition(announcement(ending), ending, now)] };
}

function finish(status: JobStatus, ending: Ending, now: string): JobStatus {
  const last: JobCondition = condition(ending.succeeded ? 'Complete' : 'Failed', ending, now);
  const conditions = [...withCondition(status.conditions, last)];
  return { ...status, conditions, ...(ending.succeeded && { completionTime: now }) };
}

function isSettled({ uncountedTerminatedPods: { succeeded = [], failed = [] } = {} }: JobStatus): boolean {
  return succeeded.length + failed.length === 0;
}

function isNews({ status = {} }: Job, next: JobStatus): boolean {
  return canonicalJson(status) !== canonicalJson(next);
}
