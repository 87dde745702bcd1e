import { goIntOrString, type IntOrString, intValue } from '../../../kubernetes/int-or-string.ts';
import { isValidPercent } from '../../../kubernetes/names.ts';
import type {
  Deployment,
  DeploymentSpec,
  LabelSelector,
  PodTemplateSpec,
  ReplicaSet,
  ReplicaSetSpec,
} from '../../../kubernetes/objects.ts';
import { LabelSelector as Selector, SelectorError } from '../../../kubernetes/selectors.ts';
import { type FieldError, forbidden, invalid, invalidEach, notSupported, required } from './field.ts';
import { goValue } from './go-structs.ts';
import { validateLabelSelector } from './labels.ts';
import { validateNonnegative, validateObjectMetaUpdate } from './object-meta.ts';
import { validatePodTemplateSpec } from './pod-template.ts';

/** pkg/apis/apps/validation: what the workload kinds share, Deployments and ReplicaSets. */

/** A count that is not negative, or a percentage. */
export function validateIntOrPercent(value: IntOrString, path: string): FieldError[] {
  if (typeof value === 'number') return validateNonnegative(value, path);
  return invalidEach(path, goIntOrString(value), isValidPercent(value));
}

export function validateAtMost100Percent(value: IntOrString, path: string): FieldError[] {
  const percent = percentage(value);
  if (percent === undefined || percent <= 100) return [];
  return [invalid(path, goIntOrString(value), 'must not be greater than 100%')];
}

function percentage(value: IntOrString): number | undefined {
  return typeof value === 'string' && isValidPercent(value).length === 0 ? Number(value.slice(0, -1)) : undefined;
}

export function intOrPercentValue(value: IntOrString): number {
  return percentage(value) ?? intValue(value);
}

/**
 * What the selector of a workload must satisfy before its template is looked at.
 * @param kind as "empty selector is invalid for deployment" names it; ReplicaSets are called deployments, too
 */
export function validateWorkloadSelector(
  selector: LabelSelector | undefined,
  kind: string,
  path: string,
): FieldError[] {
  if (!selector) return [required(path)];
  const errors = validateLabelSelector(selector, path);
  if (isEmptySelector(selector)) {
    errors.push(invalid(path, goValue('v1.LabelSelector', selector), `empty selector is invalid for ${kind}`));
  }
  return errors;
}

export function isEmptySelector(selector: LabelSelector): boolean {
  return Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0;
}

/** The selector ready to match with; undefined where it is invalid. */
export function usableSelector(selector: LabelSelector | undefined): Selector | undefined {
  try {
    return Selector.from(selector);
  } catch (error) {
    if (error instanceof SelectorError) return undefined;
    throw error;
  }
}

/** @param path of the template */
export function labelsDoNotMatch(template: PodTemplateSpec | undefined, path: string): FieldError {
  const labels = goValue('map[string]string', template?.metadata?.labels);
  return invalid(`${path}.metadata.labels`, labels, '`selector` does not match template `labels`');
}

export function validateDeploymentSpec(spec: DeploymentSpec, path: string): FieldError[] {
  const errors = [
    ...validateNonnegative(spec.replicas, `${path}.replicas`),
    ...validateWorkloadSelector(spec.selector, 'deployment', `${path}.selector`),
    ...validateReplicatedTemplate(spec, path),
    ...validateDeploymentStrategy(spec.strategy, `${path}.strategy`),
    ...validateNonnegative(spec.minReadySeconds, `${path}.minReadySeconds`),
    ...validateNonnegative(spec.revisionHistoryLimit, `${path}.revisionHistoryLimit`),
  ];
  const deadline = spec.progressDeadlineSeconds;
  if (deadline !== undefined) {
    errors.push(...validateNonnegative(deadline, `${path}.progressDeadlineSeconds`));
    if (deadline <= (spec.minReadySeconds ?? 0)) {
      errors.push(invalid(`${path}.progressDeadlineSeconds`, deadline, 'must be greater than minReadySeconds'));
    }
  }
  return errors;
}

function validateDeploymentStrategy(strategy: DeploymentSpec['strategy'], path: string): FieldError[] {
  const type: string = strategy?.type ?? '';
  switch (type) {
    case 'Recreate':
      if (!strategy?.rollingUpdate) return [];
      return [forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")];
    case 'RollingUpdate': {
      const { maxUnavailable = 0, maxSurge = 0 } = strategy?.rollingUpdate ?? {};
      const at = `${path}.rollingUpdate`;
      const errors = [
        ...validateIntOrPercent(maxUnavailable, `${at}.maxUnavailable`),
        ...validateIntOrPercent(maxSurge, `${at}.maxSurge`),
      ];
      if (intOrPercentValue(maxUnavailable) === 0 && intOrPercentValue(maxSurge) === 0) {
        const detail = 'may not be 0 when `maxSurge` is 0';
        errors.push(invalid(`${at}.maxUnavailable`, goIntOrString(maxUnavailable), detail));
      }
      errors.push(...validateAtMost100Percent(maxUnavailable, `${at}.maxUnavailable`));
      return errors;
    }
    default:
      return [notSupported(path, goValue('apps.DeploymentStrategy', strategy), ['Recreate', 'RollingUpdate'])];
  }
}

export function validateDeploymentStatusUpdate(object: Deployment, current: Deployment): FieldError[] {
  const status = object.status ?? {};
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  const errors = [
    ...validateObjectMetaUpdate(object.metadata, current.metadata),
    ...validateCounts(status, 'status', [
      ...['observedGeneration', 'replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas'],
      ...['unavailableReplicas', 'terminatingReplicas', 'collisionCount'],
    ]),
    ...validateWithinReplicas({ updatedReplicas, readyReplicas, availableReplicas }, replicas),
  ];
  if (availableReplicas > readyReplicas) {
    errors.push(invalid('status.availableReplicas', availableReplicas, 'cannot be greater than readyReplicas'));
  }
  return [...errors, ...validateCollisionCount(status, current.status)];
}

export function validateReplicaSetSpec(spec: ReplicaSetSpec, path: string): FieldError[] {
  return [
    ...validateNonnegative(spec.replicas, `${path}.replicas`),
    ...validateNonnegative(spec.minReadySeconds, `${path}.minReadySeconds`),
    ...validateWorkloadSelector(spec.selector, 'deployment', `${path}.selector`),
    ...validateReplicatedTemplate(spec, path),
  ];
}

export function validateReplicaSetStatusUpdate(object: ReplicaSet, current: ReplicaSet): FieldError[] {
  const status: Partial<NonNullable<ReplicaSet['status']>> = object.status ?? {};
  const { replicas = 0, fullyLabeledReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  const errors = [
    ...validateObjectMetaUpdate(object.metadata, current.metadata),
    ...validateCounts(status, 'status', [
      ...['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'],
      'terminatingReplicas',
    ]),
    ...validateWithinReplicas({ fullyLabeledReplicas, readyReplicas, availableReplicas }, replicas),
  ];
  if (availableReplicas > readyReplicas) {
    errors.push(invalid('status.availableReplicas', availableReplicas, 'cannot be greater than readyReplicas'));
  }
  return errors;
}

/** The template of Deployments and ReplicaSets, and whether the selector matches it. */
function validateReplicatedTemplate(spec: DeploymentSpec | ReplicaSetSpec, path: string): FieldError[] {
  const selector = usableSelector(spec.selector);
  if (!selector) {
    return [invalid(`${path}.selector`, goValue('v1.LabelSelector', spec.selector), 'invalid label selector')];
  }
  const errors: FieldError[] = [];
  const at = `${path}.template`;
  if (!selector.empty && !selector.matches(spec.template?.metadata?.labels)) {
    errors.push(labelsDoNotMatch(spec.template, at));
  }
  return [
    ...errors,
    ...validatePodTemplateSpec(spec.template ?? {}, at),
    ...validateKeptRunning(spec.template, 'ReplicaSet', at),
  ];
}

/** Pods that a controller keeps running neither stop of themselves nor after a time. */
export function validateKeptRunning(template: PodTemplateSpec | undefined, kind: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const policy = template?.spec?.restartPolicy ?? '';
  if (policy !== 'Always') errors.push(notSupported(`${path}.spec.restartPolicy`, policy, ['Always']));
  if (template?.spec?.activeDeadlineSeconds !== undefined) {
    const detail = `activeDeadlineSeconds in ${kind} is not Supported`;
    errors.push(forbidden(`${path}.spec.activeDeadlineSeconds`, detail));
  }
  return errors;
}

/** Counts of a status, none of which may be negative. */
export function validateCounts(status: object, path: string, names: readonly string[]): FieldError[] {
  const counts = status as Readonly<Record<string, number | undefined>>;
  return names.flatMap((name) => validateNonnegative(counts[name], `${path}.${name}`));
}

export function validateWithinReplicas(counts: Readonly<Record<string, number>>, replicas: number): FieldError[] {
  return Object.entries(counts)
    .filter(([, count]) => count > replicas)
    .map(([name, count]) => invalid(`status.${name}`, count, 'cannot be greater than status.replicas'));
}

interface WithCollisions {
  readonly collisionCount?: number;
}

export function validateCollisionCount(status: WithCollisions = {}, current: WithCollisions = {}): FieldError[] {
  if (current.collisionCount === undefined) return [];
  if (status.collisionCount !== undefined && status.collisionCount >= current.collisionCount) return [];
  return [invalid('status.collisionCount', status.collisionCount ?? 0, 'cannot be decremented')];
}
