import type { Job, Pod } from '../../../kubernetes/objects.ts';
import { count, countCommon, type Indexes, parseIndexes } from './indexes.ts';

type FailureRule = NonNullable<Job['spec']['podFailurePolicy']>['rules'][number];
type ExitCodes = NonNullable<FailureRule['onExitCodes']>;
type ContainerStatus = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number];

/** What a Job's podFailurePolicy says of a Pod that failed. */
export interface Judgement {
  /** That of the first rule that matches. */
  readonly action?: FailureRule['action'];
  /** Whether the failure counts towards the limits. */
  readonly counts: boolean;
  /** Why the whole Job fails, where it does. */
  readonly failsJob?: string;
}

export function judge({ spec }: Job, pod: Pod): Judgement {
  for (const [index, rule] of (spec.podFailurePolicy?.rules ?? []).entries()) {
    const match = describeMatch(rule, pod);
    if (match === undefined) continue;
    const { action } = rule;
    if (action === 'Ignore') return { action, counts: false };
    if (action !== 'FailJob') return { action, counts: true };
    return { action, counts: true, failsJob: `${match} matching ${action} rule at index ${index}` };
  }
  return { counts: true };
}

function describeMatch({ onExitCodes, onPodConditions }: FailureRule, { metadata, status }: Pod): string | undefined {
  const name = `${metadata.namespace}/${metadata.name}`;
  if (onExitCodes) {
    const container =
      status?.containerStatuses?.find((each) => matchesExitCode(each, onExitCodes)) ??
      status?.initContainerStatuses?.find((each) => matchesExitCode(each, onExitCodes));
    const code = container?.state?.terminated?.exitCode;
    return container && `Container ${container.name} for pod ${name} failed with exit code ${code}`;
  }
  const condition = status?.conditions?.find((each) =>
    onPodConditions?.some((pattern) => each.type === pattern.type && each.status === (pattern.status ?? 'True')),
  );
  return condition && `Pod ${name} has condition ${condition.type}`;
}

function matchesExitCode({ name, state }: ContainerStatus, { containerName, operator, values }: ExitCodes): boolean {
  const code = state?.terminated?.exitCode;
  if (!code || (containerName !== undefined && containerName !== name)) return false;
  return operator === 'In' ? values.includes(code) : !values.includes(code);
}

/** Why the Job's successPolicy is met, or undefined where it is not. */
export function successMessage({ spec }: Job, succeeded: Indexes): string | undefined {
  if (succeeded.length === 0) return undefined;
  for (const [index, { succeededIndexes, succeededCount }] of (spec.successPolicy?.rules ?? []).entries()) {
    const met = `Matched rules at index ${index}`;
    if (succeededIndexes !== undefined) {
      const wanted = parseIndexes(succeededIndexes, spec.completions ?? 0);
      const common = countCommon(wanted, succeeded);
      if (wanted.length === 0) continue;
      if (common === count(wanted) || (succeededCount !== undefined && common >= succeededCount)) return met;
    } else if (succeededCount !== undefined && count(succeeded) >= succeededCount) {
      return met;
    }
  }
  return undefined;
}
