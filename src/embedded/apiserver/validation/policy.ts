import type { PodDisruptionBudget } from '../../../kubernetes/objects.ts';
import { validateAtMost100Percent, validateCounts, validateIntOrPercent } from './apps.ts';
import { validateConditions } from './conditions.ts';
import { type FieldError, invalid, notSupported } from './field.ts';
import { goValue } from './go-structs.ts';
import { hasInvalidLabelValue, validateLabelSelector } from './labels.ts';

/** pkg/apis/policy/validation. Upstream does not look at a PodDisruptionBudget's metadata. */

const evictionPolicies = ['AlwaysAllow', 'IfHealthyBudget'];

export function validatePodDisruptionBudget(
  { spec }: PodDisruptionBudget,
  current?: PodDisruptionBudget,
): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) {
    const detail = 'minAvailable and maxUnavailable cannot be both set';
    errors.push(invalid('spec', goValue('policy.PodDisruptionBudgetSpec', spec), detail));
  }
  for (const field of ['minAvailable', 'maxUnavailable'] as const) {
    const value = spec[field];
    if (value === undefined) continue;
    errors.push(...validateIntOrPercent(value, `spec.${field}`), ...validateAtMost100Percent(value, `spec.${field}`));
  }
  const allowInvalidLabelValues = hasInvalidLabelValue(current?.spec.selector);
  errors.push(...validateLabelSelector(spec.selector, 'spec.selector', { allowInvalidLabelValues }));
  const policy = spec.unhealthyPodEvictionPolicy;
  if (policy !== undefined && !evictionPolicies.includes(policy)) {
    errors.push(notSupported('spec.unhealthyPodEvictionPolicy', policy, evictionPolicies));
  }
  return errors;
}

export function validatePodDisruptionBudgetStatus({ status }: PodDisruptionBudget): FieldError[] {
  return [
    ...validateConditions(status?.conditions, 'status.conditions'),
    ...validateCounts(status ?? {}, 'status', [
      ...['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'],
    ]),
  ];
}
