import { isDNS1123Label, nameIsDNSSubdomain, nameIsPathSegment } from '../../../kubernetes/names.ts';
import type { HorizontalPodAutoscaler } from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import { validateCounts } from './apps.ts';
import { validateContainerResourceName } from './compute-resources.ts';
import { type FieldError, forbidden, invalid, invalidEach, notSupported, required } from './field.ts';
import { goValue } from './go-structs.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';

/** pkg/apis/autoscaling/validation. */

type Spec = HorizontalPodAutoscaler['spec'];
type Metric = NonNullable<Spec['metrics']>[number];
type Target = NonNullable<Metric['pods']>['target'];
type ScalingRules = NonNullable<NonNullable<Spec['behavior']>['scaleUp']>;
type Policy = NonNullable<ScalingRules['policies']>[number];
type Reference = Spec['scaleTargetRef'];

const maxPeriodSeconds = 1800;
const maxStabilizationWindowSeconds = 3600;
const metricTypes = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
const selectPolicies = ['Disabled', 'Max', 'Min'];
const policyTypes = ['Percent', 'Pods'];
const targetTypes = ['Utilization', 'Value', 'AverageValue'];

export function validateHorizontalPodAutoscaler(autoscaler: HorizontalPodAutoscaler): FieldError[] {
  return [
    ...validateObjectMeta(autoscaler.metadata, { namespaced: true, validateName: nameIsDNSSubdomain }),
    ...validateSpec(autoscaler.spec, 1),
  ];
}

export function validateHorizontalPodAutoscalerUpdate(
  autoscaler: HorizontalPodAutoscaler,
  current: HorizontalPodAutoscaler,
): FieldError[] {
  return [
    ...validateObjectMetaUpdate(autoscaler.metadata, current.metadata),
    ...validateSpec(autoscaler.spec, current.spec.minReplicas === 0 ? 0 : 1),
  ];
}

export function validateHorizontalPodAutoscalerStatusUpdate(
  autoscaler: HorizontalPodAutoscaler,
  current: HorizontalPodAutoscaler,
): FieldError[] {
  return [
    ...validateObjectMetaUpdate(autoscaler.metadata, current.metadata),
    ...validateCounts(autoscaler.status ?? {}, 'status', ['currentReplicas', 'desiredReplicas']),
  ];
}

function validateSpec(spec: Spec, fewest: number): FieldError[] {
  const { minReplicas, maxReplicas = 0, metrics = [], behavior } = spec;
  const errors: FieldError[] = [];
  if (minReplicas !== undefined && minReplicas < fewest) {
    errors.push(invalid('spec.minReplicas', minReplicas, `must be greater than or equal to ${fewest}`));
  }
  if (maxReplicas < 1) errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than 0'));
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'));
  }
  errors.push(...validateReference(spec.scaleTargetRef, 'spec.scaleTargetRef'));
  metrics.forEach((metric, index) => {
    errors.push(...validateMetric(metric, `spec.metrics[${index}]`));
  });
  if (minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')) {
    const detail = 'must specify at least one Object or External metric to support scaling to zero replicas';
    errors.push(forbidden('spec.metrics', detail));
  }
  return [
    ...errors,
    ...validateScalingRules(behavior?.scaleUp, 'spec.behavior.scaleUp'),
    ...validateScalingRules(behavior?.scaleDown, 'spec.behavior.scaleDown'),
  ];
}

function validateReference(reference: Partial<Reference> | undefined, path: string): FieldError[] {
  return (['kind', 'name'] as const).flatMap((field) => {
    const value = reference?.[field];
    const at = `${path}.${field}`;
    return value ? invalidEach(at, value, nameIsPathSegment(value, false)) : [required(at)];
  });
}

function validateScalingRules(rules: ScalingRules | undefined, path: string): FieldError[] {
  if (!rules) return [];
  const errors: FieldError[] = [];
  const { stabilizationWindowSeconds: window = 0, selectPolicy, policies = [], tolerance } = rules;
  const at = `${path}.stabilizationWindowSeconds`;
  if (window < 0) errors.push(invalid(at, window, 'must be greater than or equal to zero'));
  if (window > maxStabilizationWindowSeconds) {
    errors.push(invalid(at, window, `must be less than or equal to ${maxStabilizationWindowSeconds}`));
  }
  if (selectPolicy !== undefined && !selectPolicies.includes(selectPolicy)) {
    errors.push(notSupported(`${path}.selectPolicy`, selectPolicy, selectPolicies));
  }
  if (policies.length === 0) errors.push(required(`${path}.policies`, 'must specify at least one Policy'));
  policies.forEach((policy, index) => {
    errors.push(...validatePolicy(policy, `${path}.policies[${index}]`));
  });
  const amount = Quantity.tryParse(tolerance);
  if (amount && amount.sign < 0) {
    errors.push(invalid(`${path}.tolerance`, amount.toString(), 'must be greater than or equal to 0'));
  }
  return errors;
}

function validatePolicy({ type = '', value = 0, periodSeconds = 0 }: Policy, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!policyTypes.includes(type)) errors.push(notSupported(`${path}.type`, type, policyTypes));
  if (value <= 0) errors.push(invalid(`${path}.value`, value, 'must be greater than zero'));
  if (periodSeconds <= 0) errors.push(invalid(`${path}.periodSeconds`, periodSeconds, 'must be greater than zero'));
  if (periodSeconds > maxPeriodSeconds) {
    errors.push(invalid(`${path}.periodSeconds`, periodSeconds, `must be less than or equal to ${maxPeriodSeconds}`));
  }
  return errors;
}

/** The sources in the order upstream looks for them: only the first that is there is looked into. */
const sources = ['object', 'external', 'pods', 'resource', 'containerResource'] as const;
type Source = (typeof sources)[number];

function validateMetric(metric: Metric, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const type: string = metric.type ?? '';
  const known = metricTypes.includes(type);
  const unknownType = notSupported(`${path}.type`, type, metricTypes);
  if (type === '') errors.push(required(`${path}.type`, 'must specify a metric source type'));
  if (!known) errors.push(unknownType);
  const present = sources.filter((source) => metric[source] !== undefined);
  const [first] = present;
  if (first) errors.push(...validateSource(first, metric, `${path}.${first}`));
  const expected = known ? ((type[0]!.toLowerCase() + type.slice(1)) as Source) : undefined;
  if (!expected) errors.push(unknownType);
  else if (!present.includes(expected)) {
    errors.push(required(`${path}.${expected}`, 'must populate information for the given metric source'));
  }
  if (present.length > 1) {
    for (const source of present) {
      if (source === expected) continue;
      errors.push(forbidden(`${path}.${source}`, 'must populate the given metric source only'));
    }
  }
  return errors;
}

function validateSource(source: Source, metric: Metric, path: string): FieldError[] {
  const at = `${path}.target`;
  const target: Partial<Target> = metric[source]?.target ?? {};
  const errors: FieldError[] = [];
  if (source === 'object') errors.push(...validateReference(metric.object?.describedObject, `${path}.describedObject`));
  if (source === 'object' || source === 'external' || source === 'pods') {
    errors.push(...validateMetricName(metric[source]?.metric?.name, `${path}.metric.name`));
  }
  if (source === 'resource' && !metric.resource?.name) {
    errors.push(required(`${path}.name`, 'must specify a resource name'));
  }
  if (source === 'containerResource') errors.push(...validateContainerResource(metric, path));
  errors.push(...validateTarget(target, at));

  const { value, averageValue, averageUtilization } = target;
  switch (source) {
    case 'object':
      if (value === undefined && averageValue === undefined) {
        errors.push(required(`${at}.averageValue`, 'must set either a target value or averageValue'));
      }
      return errors;
    case 'external':
      if (value === undefined && averageValue === undefined) {
        const detail = 'must set either a target value for metric or a per-pod target';
        errors.push(required(`${at}.averageValue`, detail));
      }
      if (value !== undefined && averageValue !== undefined) {
        errors.push(forbidden(`${at}.value`, 'may not set both a target value for metric and a per-pod target'));
      }
      return errors;
    case 'pods':
      if (averageValue === undefined) {
        errors.push(required(`${at}.averageValue`, 'must specify a positive target averageValue'));
      }
      return errors;
    default:
      if (averageUtilization === undefined && averageValue === undefined) {
        const detail = 'must set either a target raw value or a target utilization';
        errors.push(required(`${at}.averageUtilization`, detail));
      }
      if (averageUtilization !== undefined && averageValue !== undefined) {
        errors.push(forbidden(`${at}.averageValue`, 'may not set both a target raw value and a target utilization'));
      }
      return errors;
  }
}

function validateMetricName(name: string | undefined, path: string): FieldError[] {
  if (!name) return [required(path, 'must specify a metric name')];
  return invalidEach(path, name, nameIsPathSegment(name, false));
}

function validateContainerResource({ containerResource }: Metric, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { name, container } = containerResource ?? {};
  if (!name) errors.push(required(`${path}.name`, 'must specify a resource name'));
  else errors.push(...validateContainerResourceName(name, `${path}.name`));
  if (!container) errors.push(required(`${path}.container`, 'must specify a container'));
  else errors.push(...invalidEach(`${path}.container`, container, isDNS1123Label(container)));
  return errors;
}

function validateTarget(target: Partial<Target>, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const type = target.type ?? '';
  if (type === '') errors.push(required(`${path}.type`, 'must specify a metric target type'));
  if (!targetTypes.includes(type)) {
    errors.push(invalid(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue'));
  }
  for (const field of ['value', 'averageValue'] as const) {
    const amount = target[field];
    if (amount === undefined || Quantity.parse(amount).sign > 0) continue;
    errors.push(invalid(`${path}.${field}`, goValue('resource.Quantity', amount), 'must be positive'));
  }
  const { averageUtilization } = target;
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.push(invalid(`${path}.averageUtilization`, averageUtilization, 'must be greater than 0'));
  }
  return errors;
}
