import type { CronJob, Job } from '../../../kubernetes/objects.ts';
import { controllerReference } from '../../../kubernetes/owners.ts';
import { inTimeZone } from './schedule.ts';

export type CronJobStatus = NonNullable<CronJob['status']>;

const scheduledTimestamp = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** How a Job has ended, or undefined. */
export function endOf({ status }: Job): 'Complete' | 'Failed' | undefined {
  const last = status?.conditions?.find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
  return last?.type as 'Complete' | 'Failed' | undefined;
}

/** The oldest of the finished Jobs, beyond as many as are to be kept of each sort. */
export function superfluousJobs({ spec }: CronJob, jobs: readonly Job[]): readonly Job[] {
  const beyond = (end: 'Complete' | 'Failed', limit: number | undefined) => {
    if (limit === undefined) return [];
    const ended = jobs.filter((job) => endOf(job) === end).sort(byStart);
    return ended.slice(0, Math.max(0, ended.length - limit));
  };
  return [...beyond('Complete', spec.successfulJobsHistoryLimit), ...beyond('Failed', spec.failedJobsHistoryLimit)];
}

function byStart(a: Job, b: Job): number {
  const [first, second] = [a, b].map(({ status }) => (status?.startTime ? Date.parse(status.startTime) : Infinity));
  if (first !== second) return first! < second! ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

export interface Report {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** The status brought up to date with what has become of the Jobs, and what there is to tell of that. */
export function follow(
  status: CronJobStatus,
  jobs: readonly Job[],
): { readonly status: CronJobStatus; readonly reports: readonly Report[] } {
  const reports: Report[] = [];
  let { active = [], lastSuccessfulTime } = status;
  for (const job of jobs) {
    const { name, uid } = job.metadata;
    const known = active.some((reference) => reference.uid === uid);
    const end = endOf(job);
    if (!end) {
      if (known) continue;
      const message = `Saw a job that the controller did not create or forgot: ${name}`;
      reports.push({ type: 'Warning', reason: 'UnexpectedJob', message });
      continue;
    }
    if (known) {
      active = active.filter((reference) => reference.uid !== uid);
      const message = `Saw completed job: ${name}, condition: ${end}`;
      reports.push({ type: 'Normal', reason: 'SawCompletedJob', message });
    }
    const { completionTime } = job.status ?? {};
    if (end === 'Complete' && completionTime && (!lastSuccessfulTime || completionTime > lastSuccessfulTime)) {
      lastSuccessfulTime = completionTime;
    }
  }
  for (const { name, uid } of active) {
    if (jobs.some(({ metadata }) => metadata.uid === uid)) continue;
    active = active.filter((reference) => reference.uid !== uid);
    reports.push({ type: 'Normal', reason: 'MissingJob', message: `Active job went missing: ${name}` });
  }
  return { status: withActive({ ...status, ...(lastSuccessfulTime && { lastSuccessfulTime }) }, active), reports };
}

export function withActive(status: CronJobStatus, active: NonNullable<CronJobStatus['active']>): CronJobStatus {
  const { active: _, ...others } = status;
  return { ...others, ...(active.length > 0 && { active }) };
}

/** The name tells the time, so that no start happens twice. @param scheduled milliseconds since the epoch */
export function jobName({ metadata }: CronJob, scheduled: number): string {
  return `${metadata.name}-${Math.floor(scheduled / 60_000)}`;
}

export function jobFor(cronJob: CronJob, scheduled: number): Job {
  const { jobTemplate, timeZone } = cronJob.spec;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(cronJob, scheduled),
      namespace: cronJob.metadata.namespace,
      ...(jobTemplate.metadata?.labels && { labels: { ...jobTemplate.metadata.labels } }),
      annotations: {
        ...jobTemplate.metadata?.annotations,
        [scheduledTimestamp]: inTimeZone(scheduled, timeZone || undefined),
      },
      ownerReferences: [controllerReference(cronJob)],
    },
    spec: structuredClone(jobTemplate.spec!),
  };
}

export function referenceTo({ apiVersion, kind, metadata }: Job) {
  const { name, namespace, uid, resourceVersion } = metadata;
  return { apiVersion, kind, name, namespace, uid, resourceVersion };
}
