import { parseSchedule, ScheduleError, timeZoneProblem } from '../../../kubernetes/cron.ts';
import { byteLength, maxLengthError, nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { CronJob } from '../../../kubernetes/objects.ts';
import { type FieldError, invalid, notSupported, required } from './field.ts';
import { validateJobTemplate } from './job.ts';
import { validateNonnegative, validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';

/** pkg/apis/batch/validation: CronJobs. */

/** A Job's name is its CronJob's with a dash and the time in ten digits, and has to be a label's value. */
const maxNameLength = 63 - 11;

const concurrencyPolicies = ['Allow', 'Forbid', 'Replace'];

export function validateCronJobCreate(cronJob: CronJob): FieldError[] {
  const errors = [
    ...validateObjectMeta(cronJob.metadata, { namespaced: true, validateName: nameIsDNSSubdomain }),
    ...validateSpec(cronJob),
  ];
  if (byteLength(cronJob.metadata.name) > maxNameLength) {
    errors.push(invalid('metadata.name', cronJob.metadata.name, maxLengthError(maxNameLength)));
  }
  return errors;
}

export function validateCronJobUpdate(cronJob: CronJob, current: CronJob): FieldError[] {
  return [...validateObjectMetaUpdate(cronJob.metadata, current.metadata), ...validateSpec(cronJob, current)];
}

function validateSpec({ spec }: CronJob, current?: CronJob): FieldError[] {
  const schedule = spec.schedule ?? '';
  return [
    ...(schedule === ''
      ? [required('spec.schedule')]
      : validateSchedule(schedule, spec.timeZone, current?.spec.schedule.includes('TZ') ?? false)),
    ...validateNonnegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'),
    ...(current && current.spec.timeZone === spec.timeZone ? [] : validateTimeZone(spec.timeZone, 'spec.timeZone')),
    ...validateConcurrencyPolicy(spec.concurrencyPolicy, 'spec.concurrencyPolicy'),
    ...validateJobTemplate(spec.jobTemplate?.spec ?? { template: {} }, 'spec.jobTemplate.spec'),
    ...validateNonnegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'),
    ...validateNonnegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'),
  ];
}

/** @param zoneAllowed whether the stored schedule names a time zone itself, as was possible once */
function validateSchedule(schedule: string, timeZone: string | undefined, zoneAllowed: boolean): FieldError[] {
  const path = 'spec.schedule';
  const errors: FieldError[] = [];
  try {
    parseSchedule(schedule);
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    errors.push(invalid(path, schedule, error.message));
  }
  if (!schedule.includes('TZ')) return errors;
  if (!zoneAllowed) {
    errors.push(invalid(path, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'));
  } else if (timeZone !== undefined) {
    errors.push(invalid(path, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule'));
  }
  return errors;
}

function validateTimeZone(timeZone: string | undefined, path: string): FieldError[] {
  if (timeZone === undefined) return [];
  if (timeZone === '') return [invalid(path, timeZone, 'timeZone must be nil or non-empty string')];
  const wellFormed = timeZone
    .split('/')
    .every((part) => part !== '.' && part !== '..' && /^(?!-)[A-Za-z.\-_0-9+]{1,14}$/.test(part));
  if (!wellFormed) return [invalid(path, timeZone, `unknown time zone ${timeZone}`)];
  const errors: FieldError[] = [];
  if (timeZone.toLowerCase() === 'local') {
    const detail = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    errors.push(invalid(path, timeZone, detail));
  }
  const problem = timeZoneProblem(timeZone);
  if (problem !== undefined) errors.push(invalid(path, timeZone, problem));
  return errors;
}

function validateConcurrencyPolicy(policy: string | undefined, path: string): FieldError[] {
  if (!policy) return [required(path)];
  return concurrencyPolicies.includes(policy) ? [] : [notSupported(path, policy, concurrencyPolicies)];
}
