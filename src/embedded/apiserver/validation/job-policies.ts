import { goQuote } from '../../../kubernetes/go-format.ts';
import { byteLength, isQualifiedName } from '../../../kubernetes/names.ts';
import type { JobSpec } from '../../../kubernetes/objects.ts';
import { invalidWhole } from './equality.ts';
import { duplicate, type FieldError, invalid, invalidEach, notSupported, required, tooLong, tooMany } from './field.ts';
import { goValue } from './go-structs.ts';
import { validateNonnegative } from './object-meta.ts';

/** pkg/apis/batch/validation: what a Job makes of failed Pods, and when it counts as successful. */

type PodFailurePolicyRule = NonNullable<JobSpec['podFailurePolicy']>['rules'][number];
type SuccessPolicyRule = NonNullable<JobSpec['successPolicy']>['rules'][number];

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const operators = ['In', 'NotIn'];
const statuses = ['False', 'True', 'Unknown'];

const maxRules = 20;
const maxExitCodes = 255;
const maxPatterns = 20;
const maxSucceededIndexesLength = 64 * 1024;

export function validatePodFailurePolicy(spec: JobSpec, path: string): FieldError[] {
  const rules = spec.podFailurePolicy?.rules ?? [];
  const at = `${path}.rules`;
  const errors = rules.length > maxRules ? [tooMany(at, rules.length, maxRules)] : [];
  const { containers, initContainers } = spec.template?.spec ?? {};
  const containerNames = new Set([...(containers ?? []), ...(initContainers ?? [])].map(({ name }) => name));
  rules.forEach((rule, index) => {
    errors.push(...validateFailureRule(rule, spec, containerNames, `${at}[${index}]`));
  });
  return errors;
}

function validateFailureRule(
  rule: PodFailurePolicyRule,
  spec: JobSpec,
  containerNames: ReadonlySet<string>,
  path: string,
): FieldError[] {
  const errors = validateOneOf(rule.action, actions, `${path}.action`);
  if (rule.action === 'FailIndex' && spec.backoffLimitPerIndex === undefined) {
    errors.push(invalid(`${path}.action`, rule.action, 'requires the backoffLimitPerIndex to be set'));
  }
  const patterns = rule.onPodConditions ?? [];
  if (rule.onExitCodes) errors.push(...validateExitCodes(rule.onExitCodes, containerNames, `${path}.onExitCodes`));
  if (patterns.length > 0) errors.push(...validatePodConditions(patterns, `${path}.onPodConditions`));
  if (rule.onExitCodes && patterns.length > 0) {
    errors.push(invalidWhole(path, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  }
  if (!rule.onExitCodes && patterns.length === 0) {
    errors.push(invalidWhole(path, 'specifying one of OnExitCodes and OnPodConditions is required'));
  }
  return errors;
}

function validatePodConditions(
  patterns: NonNullable<PodFailurePolicyRule['onPodConditions']>,
  path: string,
): FieldError[] {
  const errors = patterns.length > maxPatterns ? [tooMany(path, patterns.length, maxPatterns)] : [];
  patterns.forEach(({ type = '', status }, index) => {
    errors.push(...invalidEach(`${path}[${index}].type`, type, isQualifiedName(type)));
    errors.push(...validateOneOf(status, statuses, `${path}[${index}].status`));
  });
  return errors;
}

function validateExitCodes(
  { operator, containerName, values: given }: NonNullable<PodFailurePolicyRule['onExitCodes']>,
  containerNames: ReadonlySet<string>,
  path: string,
): FieldError[] {
  const errors = validateOneOf(operator, operators, `${path}.operator`);
  if (containerName !== undefined && !containerNames.has(containerName)) {
    const detail = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalid(`${path}.containerName`, containerName, detail));
  }
  const at = `${path}.values`;
  const values = given ?? [];
  if (values.length === 0) errors.push(invalid(at, goValue('[]int32', values), 'at least one value is required'));
  else if (values.length > maxExitCodes) errors.push(tooMany(at, values.length, maxExitCodes));
  const seen = new Set<number>();
  values.forEach((value, index) => {
    if (operator === 'In' && value === 0) {
      errors.push(invalid(`${at}[${index}]`, value, 'must not be 0 for the In operator'));
    }
    if (seen.has(value)) errors.push(duplicate(`${at}[${index}]`, value));
    seen.add(value);
  });
  if (values.some((value, index) => index > 0 && values[index - 1]! > value)) {
    errors.push(invalid(at, goValue('[]int32', values), 'must be ordered'));
  }
  return errors;
}

function validateOneOf(value: string | undefined, valid: readonly string[], path: string): FieldError[] {
  if (!value) return [required(path, `valid values: [${valid.map(goQuote).join(' ')}]`)];
  return valid.includes(value) ? [] : [notSupported(path, value, valid)];
}

export function validateSuccessPolicy(spec: JobSpec, path: string): FieldError[] {
  const rules = spec.successPolicy?.rules ?? [];
  const at = `${path}.rules`;
  const errors: FieldError[] = [];
  if (rules.length === 0) {
    errors.push(required(at, 'at least one rules must be specified when the successPolicy is specified'));
  }
  if (rules.length > maxRules) errors.push(tooMany(at, rules.length, maxRules));
  rules.forEach((rule, index) => {
    errors.push(...validateSuccessRule(rule, spec.completions ?? 0, `${at}[${index}]`));
  });
  return errors;
}

function validateSuccessRule(
  { succeededCount, succeededIndexes }: SuccessPolicyRule,
  completions: number,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (succeededCount === undefined && succeededIndexes === undefined) {
    errors.push(required(path, 'at least one of succeededCount or succeededIndexes must be specified'));
  }
  let indexes = 0;
  if (succeededIndexes !== undefined) {
    const at = `${path}.succeededIndexes`;
    if (byteLength(succeededIndexes) > maxSucceededIndexesLength) errors.push(tooLong(at, maxSucceededIndexesLength));
    const parsed = countIndexes(succeededIndexes, completions);
    if (typeof parsed === 'number') indexes = parsed;
    else errors.push(invalid(at, succeededIndexes, `error parsing succeededIndexes: ${parsed.problem}`));
  }
  if (succeededCount === undefined) return errors;
  const at = `${path}.succeededCount`;
  errors.push(...validateNonnegative(succeededCount, at));
  if (succeededCount > completions) {
    const detail = `must be less than or equal to ${completions} (the number of specified completions)`;
    errors.push(invalid(at, succeededCount, detail));
  }
  if (succeededIndexes !== undefined && succeededCount > indexes) {
    const detail = `must be less than or equal to ${indexes} (the number of indexes in the specified succeededIndexes field)`;
    errors.push(invalid(at, succeededCount, detail));
  }
  return errors;
}

interface Problem {
  readonly problem: string;
}

type Interval = readonly [first: number, last: number];

/** How many indexes "0-2,4" holds, of a Job with so many completions, or why it cannot be read. */
export function countIndexes(text: string, completions: number): number | Problem {
  if (text === '') return 0;
  let total = 0;
  let last: number | undefined;
  for (const part of text.split(',')) {
    const interval = parseInterval(part, completions);
    if ('problem' in interval) return interval;
    if (last !== undefined && last >= interval[0]) return notIncreasing(last, interval[0]);
    last = interval[1];
    total += interval[1] - interval[0] + 1;
  }
  return total;
}

/** The lowest index that is in both lists; unreadable parts are passed over. */
export function commonIndex(a: string, b: string, completions: number): number | undefined {
  const intervals = (text: string) =>
    text.split(',').flatMap((part): Interval[] => {
      const interval = parseInterval(part, completions);
      return 'problem' in interval ? [] : [interval];
    });
  for (const [first, last] of intervals(a)) {
    for (const [otherFirst, otherLast] of intervals(b)) {
      if (first <= otherLast && otherFirst <= last) return Math.max(first, otherFirst);
    }
  }
  return undefined;
}

function parseInterval(text: string, completions: number): Interval | Problem {
  const limits = text.split('-');
  if (limits.length > 2) {
    const rule = "an index interval can have at most two parts separated by '-'";
    return { problem: `the fragment ${goQuote(text)} violates the requirement that ${rule}` };
  }
  const indexes: number[] = [];
  for (const limit of limits) {
    if (!/^\+?[0-9]+$/.test(limit)) return { problem: `cannot convert string to integer for index: ${goQuote(limit)}` };
    const index = Number(limit);
    if (index >= completions) return { problem: `too large index: ${goQuote(limit)}` };
    indexes.push(index);
  }
  const [first = 0, last = first] = indexes;
  return limits.length === 2 && first >= last ? notIncreasing(first, last) : [first, last];
}

function notIncreasing(previous: number, current: number): Problem {
  return { problem: `non-increasing order, previous: ${previous}, current: ${current}` };
}
