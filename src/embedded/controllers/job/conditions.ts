import type { Job, JobCondition } from '../../../kubernetes/objects.ts';

/** What the end of a Job is said to be, before its Pods have gone and after. */
export interface Ending {
  readonly succeeded: boolean;
  readonly reason: string;
  readonly message: string;
  /** Whether the Job says so already, with FailureTarget or SuccessCriteriaMet. */
  readonly announced: boolean;
}

/** @param now RFC 3339 */
export function condition(
  type: string,
  { reason, message }: Pick<Ending, 'reason' | 'message'>,
  now: string,
  status: JobCondition['status'] = 'True',
): JobCondition {
  return { type, status, lastProbeTime: now, lastTransitionTime: now, reason, message };
}

/** Set on the Job while its last Pods are still going. */
export function announcement({ succeeded }: Ending): string {
  return succeeded ? 'SuccessCriteriaMet' : 'FailureTarget';
}

/**
 * The conditions with this one among them; the very same ones where they say so already, or where it would only say
 * that something is not so which never was.
 */
export function withCondition(conditions: readonly JobCondition[] = [], next: JobCondition): readonly JobCondition[] {
  const known = conditions.find(({ type }) => type === next.type);
  if (!known) return next.status === 'False' ? conditions : [...conditions, next];
  if (known.status === next.status && known.reason === next.reason && known.message === next.message) {
    return conditions;
  }
  return conditions.map((each) => (each === known ? next : each));
}

/** The end that the Job has announced, if it has. */
export function announcedEnding({ status }: Job): Ending | undefined {
  for (const succeeded of [true, false]) {
    const type = succeeded ? 'SuccessCriteriaMet' : 'FailureTarget';
    const known = status?.conditions?.find((each) => each.type === type && each.status === 'True');
    if (known) return { succeeded, reason: known.reason ?? '', message: known.message ?? '', announced: true };
  }
  return undefined;
}
