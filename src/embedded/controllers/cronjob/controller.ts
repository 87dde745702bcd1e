import { timeZoneProblem } from '../../../kubernetes/cron.ts';
import { goQuote } from '../../../kubernetes/go-format.ts';
import type { CronJob, Job } from '../../../kubernetes/objects.ts';
import { isControlledBy } from '../../../kubernetes/owners.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import type { Client, Controller, Informer, ResourceClient } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import type { WorkQueue } from '../../client/workqueue.ts';
import type { Clock } from '../../clock.ts';
import type { ControllerContext } from '../shared/context.ts';
import { isNamespaceTerminating, messageOf } from '../shared/failures.ts';
import { canonicalJson } from '../shared/hash.ts';
import { controlledBy, watchDependents } from '../shared/owners.ts';
import { keyOf, reconciler, splitKey } from '../shared/reconciler.ts';
import {
  type CronJobStatus,
  follow,
  jobFor,
  jobName,
  type Report,
  referenceTo,
  superfluousJobs,
  withActive,
} from './plan.ts';
import { isTooMany, lastDue, scheduleOf, untilNext } from './schedule.ts';

/** Creates Jobs when it is time for them. */
export function cronJobController(context: ControllerContext): Controller {
  const { clock } = context;
  const client = context.clientFor('cronjob-controller');
  const recorder = new EventRecorder({ client, clock, component: 'cronjob-controller' });
  const cronJobs = client.informer(refs.cronJobs);
  const sync = new CronJobSync(client, clock, recorder);
  return reconciler({
    name: 'cronjob-controller',
    context,
    recorder,
    sync: (key, queue) => sync.run(key, queue),
    watch: (queue) => [
      cronJobs.subscribe({
        added: (cronJob) => queue.add(keyOf(cronJob)),
        updated: (cronJob, { spec }) => {
          const { schedule, timeZone } = cronJob.spec;
          if (schedule === spec.schedule && timeZone === spec.timeZone) queue.add(keyOf(cronJob));
          else sync.reschedule(cronJob, queue);
        },
      }),
      watchDependents({
        dependents: client.informer(refs.jobs),
        owners: cronJobs,
        kind: 'CronJob',
        matches: () => false,
        changed: (cronJob) => queue.add(keyOf(cronJob)),
      }),
    ],
  });
}

/** What came of looking at a CronJob. */
interface Result {
  readonly status: CronJobStatus;
  /** Milliseconds until the next look. */
  readonly again?: number;
  readonly failure?: unknown;
}

class CronJobSync {
  readonly #clock: Clock;
  readonly #recorder: EventRecorder;
  readonly #cronJobs: Informer<CronJob>;
  readonly #cronJobClient: ResourceClient<CronJob>;
  readonly #jobs: Informer<Job>;
  readonly #jobClient: ResourceClient<Job>;

  constructor(client: Client, clock: Clock, recorder: EventRecorder) {
    this.#clock = clock;
    this.#recorder = recorder;
    this.#cronJobs = client.informer(refs.cronJobs);
    this.#cronJobClient = client.resource(refs.cronJobs);
    this.#jobs = client.informer(refs.jobs);
    this.#jobClient = client.resource(refs.jobs);
  }

  async run(key: string, queue: WorkQueue): Promise<void> {
    const { namespace, name } = splitKey(key);
    const cronJob = this.#cronJobs.get(namespace, name);
    if (!cronJob) return;
    const cleaned = await this.#cleanUp(cronJob, controlledBy(this.#jobs, cronJob));
    const followed = follow(cleaned, controlledBy(this.#jobs, cronJob));
    for (const report of followed.reports) this.#report(cronJob, report);
    const { status, again, failure } = await this.#start({ ...cronJob, status: followed.status });
    if (canonicalJson(status) !== canonicalJson(cronJob.status ?? {})) {
      await this.#cronJobClient.updateStatus({ ...cronJob, status });
    }
    if (again !== undefined) queue.addAfter(key, again);
    if (failure !== undefined) throw failure;
  }

  /** A new schedule begins with its next start; that it would have had one before is not a missed one. */
  reschedule(cronJob: CronJob, queue: WorkQueue): void {
    try {
      const wait = untilNext(cronJob, scheduleOf(cronJob), this.#clock.now());
      if (wait !== undefined) queue.addAfter(keyOf(cronJob), wait);
    } catch {
      const message = `unparseable schedule for cronjob: ${cronJob.spec.schedule}`;
      this.#recorder.event(cronJob, 'Warning', 'UnParseableCronJobSchedule', message);
    }
  }

  /** Deletes old Jobs. @returns the status without them */
  async #cleanUp(cronJob: CronJob, jobs: readonly Job[]): Promise<CronJobStatus> {
    let status = cronJob.status ?? {};
    for (const job of superfluousJobs(cronJob, jobs)) {
      if (await this.#delete(cronJob, job)) status = without(status, job);
    }
    return status;
  }

  /** Starts a Job where one is due and may be started. */
  async #start(cronJob: CronJob): Promise<Result> {
    const { spec, status = {} } = cronJob;
    const now = this.#clock.now();
    if (cronJob.metadata.deletionTimestamp) return { status };
    const problem = timeZoneProblem(spec.timeZone ?? '');
    if (problem !== undefined) {
      const message = `invalid timeZone: ${goQuote(spec.timeZone!)}: ${problem}`;
      this.#report(cronJob, { type: 'Warning', reason: 'UnknownTimeZone', message });
      return { status };
    }
    if (spec.suspend) return { status };
    const due = this.#due(cronJob, now);
    if (!due) return { status };
    const { at, again } = due;
    const rest = again === undefined ? {} : { again };
    if (at === undefined || !this.#mayStart(cronJob, at, now)) return { status, ...rest };
    return this.#create(cronJob, at, rest);
  }

  /** @returns undefined where the schedule cannot be followed */
  #due(cronJob: CronJob, now: number): { readonly at?: number; readonly again?: number } | undefined {
    const { schedule: text } = cronJob.spec;
    if (text.includes('TZ')) {
      const message = `CRON_TZ or TZ used in schedule ${goQuote(text)} is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details`;
      this.#report(cronJob, { type: 'Warning', reason: 'UnsupportedSchedule', message });
    }
    let schedule: ReturnType<typeof scheduleOf>;
    try {
      schedule = scheduleOf(cronJob);
    } catch (error) {
      const message = `unparseable schedule: ${goQuote(text)} : ${messageOf(error)}`;
      this.#report(cronJob, { type: 'Warning', reason: 'UnparseableSchedule', message });
      return undefined;
    }
    try {
      const due = lastDue(cronJob, schedule, now, true);
      if (due.at !== undefined && isTooMany(due)) {
        const message =
          'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
        this.#report(cronJob, { type: 'Warning', reason: 'TooManyMissedTimes', message });
      }
      const started = due.at === undefined ? cronJob : { ...cronJob, status: { lastScheduleTime: iso(due.at) } };
      const again = untilNext(started, schedule, now);
      return { ...(due.at !== undefined && { at: due.at }), ...(again !== undefined && { again }) };
    } catch (error) {
      const message = `invalid schedule: ${text} : ${messageOf(error)}`;
      this.#report(cronJob, { type: 'Warning', reason: 'InvalidSchedule', message });
      return undefined;
    }
  }

  #mayStart(cronJob: CronJob, at: number, now: number): boolean {
    const { spec, status = {} } = cronJob;
    if (spec.startingDeadlineSeconds !== undefined && at + spec.startingDeadlineSeconds * 1000 < now) {
      const time = new Date(at).toUTCString().replace('GMT', '+0000');
      const message = `Missed scheduled time to start a job: ${time}`;
      this.#report(cronJob, { type: 'Warning', reason: 'MissSchedule', message });
      return false;
    }
    const name = jobName(cronJob, at);
    const isStarted = status.active?.some((reference) => reference.name === name);
    if (isStarted || Date.parse(status.lastScheduleTime ?? '') === at) return false;
    if (spec.concurrencyPolicy === 'Forbid' && (status.active ?? []).length > 0) {
      const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
      this.#report(cronJob, { type: 'Normal', reason: 'JobAlreadyActive', message });
      return false;
    }
    return true;
  }

  async #create(cronJob: CronJob, at: number, rest: { readonly again?: number }): Promise<Result> {
    let { status = {} } = cronJob;
    if (cronJob.spec.concurrencyPolicy === 'Replace') {
      for (const { name = '' } of status.active ?? []) {
        const job = this.#jobs.get(cronJob.metadata.namespace ?? '', name);
        if (!job) continue;
        if (!(await this.#delete(cronJob, job))) {
          return { status, failure: new Error(`could not replace job ${keyOf(job)}`) };
        }
        status = without(status, job);
      }
    }
    const draft = jobFor(cronJob, at);
    let job: Job;
    try {
      job = await this.#jobClient.create(draft);
      const message = `Created job ${job.metadata.name}`;
      this.#report(cronJob, { type: 'Normal', reason: 'SuccessfulCreate', message });
    } catch (error) {
      const existing = this.#jobs.get(draft.metadata.namespace ?? '', draft.metadata.name);
      if (!ApiError.is(error, 'AlreadyExists') || !existing) {
        if (!isNamespaceTerminating(error)) {
          const message = `Error creating job: ${messageOf(error)}`;
          this.#report(cronJob, { type: 'Warning', reason: 'FailedCreate', message });
        }
        return { status, failure: error };
      }
      // Somebody else's Job, or one that was created when the status could not be written any more.
      if (!isControlledBy(existing, cronJob)) return { status, ...rest };
      job = existing;
    }
    const active = [...(status.active ?? []), referenceTo(job)];
    return { status: { ...withActive(status, active), lastScheduleTime: iso(at) }, ...rest };
  }

  /** Whether the Job has gone, or is going. */
  async #delete(cronJob: CronJob, { metadata: { namespace = '', name } }: Job): Promise<boolean> {
    try {
      await this.#jobClient.delete(namespace, name, { propagationPolicy: 'Background' });
    } catch (error) {
      const message = `Deleted job: ${messageOf(error)}`;
      this.#report(cronJob, { type: 'Warning', reason: 'FailedDelete', message });
      return false;
    }
    this.#report(cronJob, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted job ${name}` });
    return true;
  }

  #report(cronJob: CronJob, { type, reason, message }: Report): void {
    this.#recorder.event(cronJob, type, reason, message);
  }
}

function without(status: CronJobStatus, { metadata }: Job): CronJobStatus {
  return withActive(
    status,
    (status.active ?? []).filter(({ uid }) => uid !== metadata.uid),
  );
}

/** RFC 3339 with whole seconds. */
function iso(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
