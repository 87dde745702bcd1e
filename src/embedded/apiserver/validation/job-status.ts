import { GoLiteral } from '../../../kubernetes/go-format.ts';
import type { Job, JobStatus } from '../../../kubernetes/objects.ts';
import { validateCounts } from './apps.ts';
import { invalidWhole, semanticEqual } from './equality.ts';
import { duplicate, type FieldError, invalid, required } from './field.ts';
import { goValue } from './go-structs.ts';
import { commonIndex, countIndexes } from './job-policies.ts';
import { validateObjectMetaUpdate } from './object-meta.ts';

/**
 * pkg/apis/batch/validation: a Job's status. Others than our controller may write it (spec.managedBy), so its
 * transitions are checked; most rules only where what they look at has changed, so that a status that broke one
 * earlier can still be corrected.
 */
export function validateJobStatusUpdate(job: Job, current: Job): FieldError[] {
  return [
    ...validateObjectMetaUpdate(job.metadata, current.metadata),
    ...validateStatus(job, current),
    ...validateTransition(job, current),
  ];
}

/** A time as time.Time.String() prints it. */
function goTime(timestamp: string): GoLiteral {
  return new GoLiteral(timestamp.replace('T', ' ').replace(/Z$/, ' +0000 UTC'));
}

function isTrue(job: Job, type: string): boolean {
  return job.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}

function isFalse(job: Job, type: string): boolean {
  return job.status?.conditions?.some((condition) => condition.type === type && condition.status === 'False') ?? false;
}

function isFinished(job: Job): boolean {
  return isTrue(job, 'Complete') || isTrue(job, 'Failed');
}

function validateStatus(job: Job, current: Job): FieldError[] {
  const status: JobStatus = job.status ?? {};
  const before: JobStatus = current.status ?? {};
  const errors = [
    ...validateCounts(status, 'status', ['active', 'succeeded', 'failed', 'ready', 'terminating']),
    ...validateUncounted(status),
  ];

  const field = (name: keyof JobStatus) => !semanticEqual(status[name] ?? zero(name), before[name] ?? zero(name));
  const condition = (...types: string[]) => types.some((type) => isTrue(job, type) !== isTrue(current, type));
  const finishedChanged = isFinished(job) !== isFinished(current);
  const whenChanged = (changed: boolean, broken: boolean, error: () => FieldError) => {
    if (changed && broken) errors.push(error());
  };

  const complete = isTrue(job, 'Complete');
  const failed = isTrue(job, 'Failed');
  const failureTarget = isTrue(job, 'FailureTarget');
  const successCriteriaMet = isTrue(job, 'SuccessCriteriaMet');
  const finished = complete || failed;
  const { startTime, completionTime, active = 0, terminating = 0 } = status;
  const timesChanged = field('startTime') || field('completionTime');
  const suspendedWithoutCompletions = job.spec.suspend === true && job.spec.completions === 0;

  whenChanged(condition('Complete', 'Failed'), complete && failed, () =>
    conditions('cannot set Complete=True and Failed=true conditions'),
  );
  whenChanged(condition('Complete', 'FailureTarget'), complete && failureTarget, () =>
    conditions('cannot set Complete=True and FailureTarget=true conditions'),
  );
  whenChanged(condition('Complete') || field('completionTime'), completionTime !== undefined && !complete, () => {
    const detail = 'cannot set completionTime when there is no Complete=True condition';
    return invalid('status.completionTime', goTime(completionTime!), detail);
  });
  whenChanged(condition('Complete') || field('completionTime'), completionTime === undefined && complete, () =>
    required('status.completionTime', 'completionTime is required for Complete jobs'),
  );
  const reversed = startTime && completionTime && Date.parse(completionTime) < Date.parse(startTime);
  whenChanged(timesChanged, !!reversed, () =>
    invalid('status.completionTime', goTime(completionTime!), 'completionTime cannot be set before startTime'),
  );
  whenChanged(condition('Failed') || field('failedIndexes'), failed && !failureTarget, () =>
    conditions('cannot set Failed=True condition without the FailureTarget=true condition'),
  );
  whenChanged(condition('Complete', 'SuccessCriteriaMet'), complete && !successCriteriaMet, () =>
    conditions('cannot set Complete=True condition without the SuccessCriteriaMet=true condition'),
  );
  whenChanged(finishedChanged || field('active'), finished && active > 0, () =>
    invalid('status.active', active, 'active>0 is invalid for finished job'),
  );
  whenChanged(
    (finishedChanged || field('startTime')) && !suspendedWithoutCompletions,
    finished && startTime === undefined,
    () => required('status.startTime', 'startTime is required for finished job'),
  );
  const uncounted = status.uncountedTerminatedPods;
  const uncountedPods = (uncounted?.failed ?? []).length + (uncounted?.succeeded ?? []).length;
  whenChanged(finishedChanged || field('uncountedTerminatedPods'), finished && uncountedPods > 0, () => {
    const shown = goValue('batch.UncountedTerminatedPods', uncounted);
    const detail = 'uncountedTerminatedPods needs to be empty for finished job';
    return invalid('status.uncountedTerminatedPods', shown, detail);
  });
  errors.push(...validateIndexes(job, field('completedIndexes'), field('failedIndexes')));
  whenChanged(finishedChanged || field('terminating'), finished && terminating > 0, () =>
    invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job'),
  );
  whenChanged(field('ready') || field('active'), status.ready !== undefined && status.ready > active, () =>
    invalid('status.ready', status.ready, 'cannot set more ready pods than active'),
  );

  if (successCriteriaMet && failed) {
    errors.push(conditions('cannot set SuccessCriteriaMet=True and Failed=true conditions'));
  }
  if (successCriteriaMet && failureTarget) {
    errors.push(conditions('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions'));
  }
  if (job.spec.successPolicy && !successCriteriaMet && complete) {
    errors.push(conditions('cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True'));
  }
  return errors;
}

/** Fields that are no pointers upstream, where absent and zero are the same. */
function zero(field: keyof JobStatus): unknown {
  if (field === 'active') return 0;
  return field === 'completedIndexes' ? '' : undefined;
}

function conditions(detail: string): FieldError {
  return invalidWhole('status.conditions', detail);
}

function validateUncounted(status: JobStatus): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const list of ['succeeded', 'failed'] as const) {
    status.uncountedTerminatedPods?.[list]?.forEach((uid, index) => {
      const path = `status.uncountedTerminatedPods.${list}[${index}]`;
      if (uid === '') errors.push(invalid(path, uid, 'must not be empty'));
      else if (seen.has(uid)) errors.push(duplicate(path, uid));
      seen.add(uid);
    });
  }
  return errors;
}

function validateIndexes(job: Job, completedChanged: boolean, failedChanged: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const { completions, backoffLimitPerIndex, completionMode } = job.spec;
  const { completedIndexes = '', failedIndexes } = job.status ?? {};
  const unreadable = (field: string, value: string) => {
    const counted = countIndexes(value, completions ?? 0);
    if (typeof counted !== 'number') {
      errors.push(invalid(`status.${field}`, value, `error parsing ${field}: ${counted.problem}`));
    }
  };
  if (completedChanged && completions !== undefined) unreadable('completedIndexes', completedIndexes);
  if (failedChanged && completions !== undefined && backoffLimitPerIndex !== undefined && failedIndexes !== undefined) {
    unreadable('failedIndexes', failedIndexes);
  }
  if (completedChanged && completedIndexes !== '' && completionMode !== 'Indexed') {
    const detail = 'cannot set non-empty completedIndexes when non-indexed completion mode';
    errors.push(invalid('status.completedIndexes', completedIndexes, detail));
  }
  if (failedChanged && failedIndexes !== undefined && backoffLimitPerIndex === undefined) {
    const detail = 'cannot set non-null failedIndexes when backoffLimitPerIndex is null';
    errors.push(invalid('status.failedIndexes', failedIndexes, detail));
  }
  if ((completedChanged || failedChanged) && completions !== undefined && failedIndexes !== undefined) {
    const common = commonIndex(completedIndexes, failedIndexes, completions);
    if (common !== undefined) {
      const detail = `failedIndexes and completedIndexes overlap at index: ${common}`;
      errors.push(invalid('status.failedIndexes', failedIndexes, detail));
    }
  }
  return errors;
}

function validateTransition(job: Job, current: Job): FieldError[] {
  const errors: FieldError[] = [];
  const status: JobStatus = job.status ?? {};
  const before: JobStatus = current.status ?? {};
  for (const type of ['Failed', 'Complete', 'FailureTarget']) {
    if (isTrue(current, type) && !isTrue(job, type)) {
      errors.push(conditions(`cannot disable the terminal ${type}=True condition`));
    }
  }
  if ((status.failed ?? 0) < (before.failed ?? 0)) {
    errors.push(invalid('status.failed', status.failed ?? 0, 'cannot decrease the failed counter'));
  }
  // An Indexed Job whose completions follow its parallelism may be scaled down.
  const { completionMode, completions, parallelism } = job.spec;
  const elastic = completionMode === 'Indexed' && completions === parallelism;
  if (!elastic && (status.succeeded ?? 0) < (before.succeeded ?? 0)) {
    errors.push(invalid('status.succeeded', status.succeeded ?? 0, 'cannot decrease the succeeded counter'));
  }
  if (status.completionTime && before.completionTime && status.completionTime !== before.completionTime) {
    const shown = goTime(status.completionTime);
    errors.push(invalid('status.completionTime', shown, 'completionTime cannot be mutated'));
  }
  const resuming = isTrue(current, 'Suspended') && isFalse(job, 'Suspended');
  if (before.startTime && before.startTime !== status.startTime && !resuming && !job.spec.suspend) {
    errors.push(required('status.startTime', 'startTime cannot be removed for unsuspended job'));
  }
  if (isTrue(current, 'SuccessCriteriaMet') && !isTrue(job, 'SuccessCriteriaMet')) {
    errors.push(conditions('cannot disable the SuccessCriteriaMet=True condition'));
  }
  if (isTrue(current, 'Complete') && !isTrue(current, 'SuccessCriteriaMet') && isTrue(job, 'SuccessCriteriaMet')) {
    errors.push(conditions('cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions'));
  }
  return errors;
}
