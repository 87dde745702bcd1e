import { goIntOrString } from '../../../kubernetes/int-or-string.ts';
import type { DaemonSet, DaemonSetSpec } from '../../../kubernetes/objects.ts';
import {
  intOrPercentValue,
  isEmptySelector,
  labelsDoNotMatch,
  usableSelector,
  validateAtMost100Percent,
  validateCollisionCount,
  validateCounts,
  validateIntOrPercent,
  validateKeptRunning,
} from './apps.ts';
import { type FieldError, invalid, notSupported, required } from './field.ts';
import { goValue } from './go-structs.ts';
import { hasInvalidLabelValue, validateLabelSelector } from './labels.ts';
import { validateNonnegative, validateObjectMetaUpdate } from './object-meta.ts';
import { validatePodTemplateSpec } from './pod-template.ts';

/** pkg/apis/apps/validation, the part on DaemonSets. */

export function validateDaemonSetSpec(spec: DaemonSetSpec, path: string, current?: DaemonSet): FieldError[] {
  const errors = validateLabelSelector(spec.selector, `${path}.selector`, {
    allowInvalidLabelValues: hasInvalidLabelValue(current?.spec.selector),
  });
  const selector = usableSelector(spec.selector);
  if (selector && !selector.matches(spec.template?.metadata?.labels)) {
    errors.push(labelsDoNotMatch(spec.template, `${path}.template`));
  }
  if (spec.selector && isEmptySelector(spec.selector)) {
    const shown = goValue('v1.LabelSelector', spec.selector);
    errors.push(invalid(`${path}.selector`, shown, 'empty selector is invalid for daemonset'));
  }
  return [
    ...errors,
    ...validatePodTemplateSpec(spec.template ?? {}, `${path}.template`),
    ...validateKeptRunning(spec.template, 'DaemonSet', `${path}.template`),
    ...validateNonnegative(spec.minReadySeconds, `${path}.minReadySeconds`),
    ...validateDaemonSetUpdateStrategy(spec.updateStrategy, `${path}.updateStrategy`),
    ...validateNonnegative(spec.revisionHistoryLimit, `${path}.revisionHistoryLimit`),
  ];
}

function validateDaemonSetUpdateStrategy(strategy: DaemonSetSpec['updateStrategy'], path: string): FieldError[] {
  const type: string = strategy?.type ?? '';
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate') {
    return [notSupported(path, goValue('apps.DaemonSetUpdateStrategy', strategy), ['RollingUpdate', 'OnDelete'])];
  }
  const { maxUnavailable = 0, maxSurge = 0 } = strategy?.rollingUpdate ?? {};
  const unavailable = `${path}.rollingUpdate.maxUnavailable`;
  const surge = `${path}.rollingUpdate.maxSurge`;
  const errors = [
    ...validateIntOrPercent(maxUnavailable, unavailable),
    ...validateIntOrPercent(maxSurge, surge),
    ...validateAtMost100Percent(maxUnavailable, unavailable),
    ...validateAtMost100Percent(maxSurge, surge),
  ];
  const hasUnavailable = intOrPercentValue(maxUnavailable) !== 0;
  const hasSurge = intOrPercentValue(maxSurge) !== 0;
  if (hasUnavailable && hasSurge) {
    errors.push(invalid(surge, goIntOrString(maxSurge), 'may not be set when maxUnavailable is non-zero'));
  } else if (!hasUnavailable && !hasSurge) {
    errors.push(required(unavailable, 'cannot be 0 when maxSurge is 0'));
  }
  return errors;
}

export function validateDaemonSetStatusUpdate(object: DaemonSet, current: DaemonSet): FieldError[] {
  return [
    ...validateObjectMetaUpdate(object.metadata, current.metadata),
    ...validateCounts(object.status ?? {}, 'status', [
      ...['currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady'],
      ...['observedGeneration', 'updatedNumberScheduled', 'numberAvailable', 'numberUnavailable', 'collisionCount'],
    ]),
    ...validateCollisionCount(object.status, current.status),
  ];
}
