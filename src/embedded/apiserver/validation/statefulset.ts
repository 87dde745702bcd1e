import { isDNS1123Label } from '../../../kubernetes/names.ts';
import type { StatefulSet, StatefulSetSpec } from '../../../kubernetes/objects.ts';
import {
  intOrPercentValue,
  labelsDoNotMatch,
  usableSelector,
  validateAtMost100Percent,
  validateCollisionCount,
  validateCounts,
  validateIntOrPercent,
  validateKeptRunning,
  validateWithinReplicas,
  validateWorkloadSelector,
} from './apps.ts';
import { semanticEqual } from './equality.ts';
import { type FieldError, forbidden, invalid, invalidEach, notSupported, required } from './field.ts';
import { goValue } from './go-structs.ts';
import { validateLabels } from './labels.ts';
import { validateAnnotations, validateNonnegative, validateObjectMetaUpdate } from './object-meta.ts';
import { validatePodAnnotations } from './pod-annotations.ts';

/** pkg/apis/apps/validation, the part on StatefulSets. */

/** The only fields of a StatefulSet's spec that may change. */
const mutable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const satisfies readonly (keyof StatefulSetSpec)[];

export function validateStatefulSetUpdate(object: StatefulSet, current: StatefulSet): FieldError[] {
  // An invalid serviceName cannot be changed any more, so updates do not complain of it.
  const errors = [
    ...validateObjectMetaUpdate(object.metadata, current.metadata),
    ...validateStatefulSetSpec({ ...object.spec, serviceName: '' }, 'spec'),
  ];
  const unchanged: Record<string, unknown> = { ...object.spec };
  for (const field of mutable) unchanged[field] = current.spec[field];
  if (!semanticEqual(unchanged, current.spec)) {
    const names = `${mutable
      .slice(0, -1)
      .map((field) => `'${field}'`)
      .join(', ')} and '${mutable.at(-1)}'`;
    errors.push(forbidden('spec', `updates to statefulset spec for fields other than ${names} are forbidden`));
  }
  return errors;
}

/** The pods' own rules do not apply to the template: what they refuse, the controller meets when it creates Pods. */
export function validateStatefulSetSpec(spec: StatefulSetSpec, path: string): FieldError[] {
  return [
    ...validatePodManagementPolicy(spec.podManagementPolicy, `${path}.podManagementPolicy`),
    ...validateUpdateStrategy(spec.updateStrategy, `${path}.updateStrategy`),
    ...validateRetentionPolicy(
      spec.persistentVolumeClaimRetentionPolicy,
      `${path}.persistentVolumeClaimRetentionPolicy`,
    ),
    ...validateNonnegative(spec.replicas, `${path}.replicas`),
    ...validateNonnegative(spec.minReadySeconds, `${path}.minReadySeconds`),
    ...validateNonnegative(spec.ordinals?.start, `${path}.ordinals.start`),
    ...(spec.serviceName ? invalidEach(`${path}.serviceName`, spec.serviceName, isDNS1123Label(spec.serviceName)) : []),
    ...validateWorkloadSelector(spec.selector, 'statefulset', `${path}.selector`),
    ...validateTemplate(spec, path),
    ...validateKeptRunning(spec.template, 'StatefulSet', `${path}.template`),
  ];
}

function validatePodManagementPolicy(policy: string | undefined, path: string): FieldError[] {
  if (!policy) return [required(path)];
  if (policy === 'OrderedReady' || policy === 'Parallel') return [];
  return [invalid(path, policy, "must be 'OrderedReady' or 'Parallel'")];
}

function validateUpdateStrategy(strategy: StatefulSetSpec['updateStrategy'], path: string): FieldError[] {
  const at = `${path}.rollingUpdate`;
  const { type, rollingUpdate } = strategy ?? {};
  switch (type as string | undefined) {
    case undefined:
    case '':
      return [required(path)];
    case 'OnDelete': {
      if (!rollingUpdate) return [];
      const shown = goValue('apps.RollingUpdateStatefulSetStrategy', rollingUpdate);
      return [invalid(at, shown, "only allowed for updateStrategy 'RollingUpdate'")];
    }
    case 'RollingUpdate': {
      if (!rollingUpdate) return [];
      const errors = validateNonnegative(rollingUpdate.partition, `${at}.partition`);
      const { maxUnavailable } = rollingUpdate;
      if (maxUnavailable === undefined) return errors;
      errors.push(...validateIntOrPercent(maxUnavailable, `${at}.maxUnavailable`));
      if (intOrPercentValue(maxUnavailable) === 0) {
        const shown = goValue('intstr.IntOrString', maxUnavailable);
        errors.push(invalid(`${at}.maxUnavailable`, shown, 'cannot be 0'));
      }
      return [...errors, ...validateAtMost100Percent(maxUnavailable, `${at}.maxUnavailable`)];
    }
    default:
      return [
        invalid(path, goValue('apps.StatefulSetUpdateStrategy', strategy), "must be 'RollingUpdate' or 'OnDelete'"),
      ];
  }
}

function validateRetentionPolicy(
  policy: StatefulSetSpec['persistentVolumeClaimRetentionPolicy'],
  path: string,
): FieldError[] {
  if (!policy) return [];
  return (['whenDeleted', 'whenScaled'] as const).flatMap((field) => {
    const value = policy[field] ?? '';
    return value === 'Retain' || value === 'Delete'
      ? []
      : [notSupported(`${path}.${field}`, value, ['Retain', 'Delete'])];
  });
}

function validateTemplate({ selector: labelSelector, template }: StatefulSetSpec, path: string): FieldError[] {
  const selector = usableSelector(labelSelector);
  if (!selector) return [invalid(`${path}.selector`, goValue('v1.LabelSelector', labelSelector), '')];
  const at = `${path}.template`;
  const errors: FieldError[] = [];
  if (!selector.empty && !selector.matches(template?.metadata?.labels)) errors.push(labelsDoNotMatch(template, at));
  return [
    ...errors,
    ...validateLabels(template?.metadata?.labels, `${at}.labels`),
    ...validateAnnotations(template?.metadata?.annotations, `${at}.annotations`),
    ...validatePodAnnotations(
      template?.metadata?.annotations,
      template?.spec ?? { containers: [] },
      `${at}.annotations`,
    ),
  ];
}

export function validateStatefulSetStatusUpdate(object: StatefulSet, current: StatefulSet): FieldError[] {
  const status: Partial<NonNullable<StatefulSet['status']>> = object.status ?? {};
  const { replicas = 0, readyReplicas = 0, currentReplicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const errors = [
    ...validateCounts(status, 'status', [
      ...['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
      ...['observedGeneration', 'collisionCount'],
    ]),
    ...validateWithinReplicas({ readyReplicas, currentReplicas, updatedReplicas, availableReplicas }, replicas),
  ];
  if (availableReplicas > readyReplicas) {
    errors.push(invalid('status.availableReplicas', availableReplicas, 'cannot be greater than status.readyReplicas'));
  }
  return [
    ...errors,
    ...validateObjectMetaUpdate(object.metadata, current.metadata),
    ...validateCollisionCount(object.status, current.status),
  ];
}
