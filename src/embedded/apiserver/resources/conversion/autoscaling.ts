import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerV1 } from '../../../../kubernetes/objects.ts';
import { defaultHorizontalPodAutoscaler, utilizationMetric } from '../defaults/autoscaling.ts';
import { JsonFields, readAnnotation } from './json-fields.ts';
import { type Metric, metricFromV1, metricToV1, present, statusFromV1, statusToV1 } from './metrics.ts';

/**
 * autoscaling/v1 and v2 of the same object (pkg/apis/autoscaling/v1): v1 has room for the CPU's utilization only, and
 * keeps everything else in annotations.
 */

type Behavior = NonNullable<HorizontalPodAutoscaler['spec']['behavior']>;
type ScalingRules = NonNullable<Behavior['scaleUp']>;
type Condition = NonNullable<NonNullable<HorizontalPodAutoscaler['status']>['conditions']>[number];

const annotation = {
  metrics: 'autoscaling.alpha.kubernetes.io/metrics',
  currentMetrics: 'autoscaling.alpha.kubernetes.io/current-metrics',
  conditions: 'autoscaling.alpha.kubernetes.io/conditions',
  behavior: 'autoscaling.alpha.kubernetes.io/behavior',
  toleranceDown: 'autoscaling.alpha.kubernetes.io/scale-down-tolerance',
  toleranceUp: 'autoscaling.alpha.kubernetes.io/scale-up-tolerance',
};

export function autoscalerFromV1({ metadata, spec, status }: HorizontalPodAutoscalerV1): HorizontalPodAutoscaler {
  const annotations = metadata.annotations ?? {};
  const cpu = spec.targetCPUUtilizationPercentage;
  const metrics: Metric[] = [
    ...(readAnnotation(annotations[annotation.metrics], (value) => JsonFields.list(value).map(metricFromV1)) ?? []),
    ...(cpu === undefined ? [] : [utilizationMetric(cpu)]),
  ];
  const currentCpu = status?.currentCPUUtilizationPercentage;
  const currentMetrics =
    readAnnotation(annotations[annotation.currentMetrics], (value) => JsonFields.list(value).map(statusFromV1)) ??
    (currentCpu === undefined
      ? null
      : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: currentCpu } } }]);
  const autoscaler = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: withAnnotations(metadata, {}),
    spec: present({
      scaleTargetRef: spec.scaleTargetRef,
      minReplicas: spec.minReplicas,
      maxReplicas: spec.maxReplicas,
      metrics,
      behavior: readAnnotation(annotations[annotation.behavior], readBehavior),
    }),
    status: present({
      observedGeneration: status?.observedGeneration,
      lastScaleTime: status?.lastScaleTime,
      currentReplicas: status?.currentReplicas || undefined,
      desiredReplicas: status?.desiredReplicas ?? 0,
      currentMetrics,
      conditions: readAnnotation(annotations[annotation.conditions], (value) =>
        JsonFields.list(value).map(readCondition),
      ),
    }),
  } as HorizontalPodAutoscaler;
  defaultHorizontalPodAutoscaler(autoscaler);
  return autoscaler;
}

export function autoscalerToV1({ metadata, spec, status }: HorizontalPodAutoscaler): HorizontalPodAutoscalerV1 {
  const isCpu = ({ type, resource }: Metric) =>
    type === 'Resource' && resource?.name === 'cpu' && resource.target.averageUtilization !== undefined;
  const cpu = spec.metrics?.find(isCpu)?.resource?.target.averageUtilization;
  const others = (spec.metrics ?? []).filter((metric) => !isCpu(metric));
  const currentMetrics = status?.currentMetrics ?? [];
  const currentCpu = currentMetrics.findLast(
    ({ resource }) => resource?.name === 'cpu' && resource.current.averageUtilization !== undefined,
  )?.resource?.current.averageUtilization;
  const conditions = status?.conditions ?? [];
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: withAnnotations(metadata, {
      ...(others.length > 0 && { [annotation.metrics]: JSON.stringify(others.map(metricToV1)) }),
      ...(currentMetrics.length > 0 && {
        [annotation.currentMetrics]: JSON.stringify(currentMetrics.map(statusToV1)),
      }),
      ...(spec.behavior && { [annotation.behavior]: JSON.stringify(writeBehavior(spec.behavior)) }),
      ...(conditions.length > 0 && { [annotation.conditions]: JSON.stringify(conditions.map(writeCondition)) }),
    }),
    spec: present({
      scaleTargetRef: spec.scaleTargetRef,
      minReplicas: spec.minReplicas,
      maxReplicas: spec.maxReplicas,
      targetCPUUtilizationPercentage: cpu,
    }),
    status: present({
      observedGeneration: status?.observedGeneration,
      lastScaleTime: status?.lastScaleTime,
      currentReplicas: status?.currentReplicas ?? 0,
      desiredReplicas: status?.desiredReplicas ?? 0,
      currentCPUUtilizationPercentage: currentCpu,
    }),
  } as HorizontalPodAutoscalerV1;
}

/** The metadata with these annotations in place of those that carried v2's fields. */
function withAnnotations<T extends { annotations?: Record<string, string> }>(
  metadata: T,
  added: Readonly<Record<string, string>>,
): T {
  const { annotations, ...rest } = metadata;
  const kept = { ...annotations };
  for (const name of Object.values(annotation)) delete kept[name];
  const all = { ...kept, ...added };
  return (Object.keys(all).length > 0 ? { ...rest, annotations: all } : rest) as T;
}

/** Upstream writes its internal type, which has no JSON names: capitals, and null for what is absent. */
function writeBehavior({ scaleUp, scaleDown }: Behavior): object {
  const rules = (each: ScalingRules | undefined) =>
    each
      ? {
          StabilizationWindowSeconds: each.stabilizationWindowSeconds ?? null,
          SelectPolicy: each.selectPolicy ?? null,
          Policies:
            each.policies?.map(({ type, value, periodSeconds }) => ({
              Type: type,
              Value: value,
              PeriodSeconds: periodSeconds,
            })) ?? null,
          Tolerance: each.tolerance ?? null,
        }
      : null;
  return { ScaleUp: rules(scaleUp), ScaleDown: rules(scaleDown) };
}

function readBehavior(value: unknown): Behavior | undefined {
  const fields = new JsonFields(value);
  const rules = (each: JsonFields | undefined): ScalingRules | undefined =>
    each &&
    present({
      stabilizationWindowSeconds: each.integer('StabilizationWindowSeconds'),
      selectPolicy: each.string('SelectPolicy'),
      policies: each.list('Policies')?.map((policy) => ({
        type: policy.string('Type') ?? '',
        value: policy.integer('Value') ?? 0,
        periodSeconds: policy.integer('PeriodSeconds') ?? 0,
      })),
    });
  const behavior = present({
    scaleUp: rules(fields.object('ScaleUp')),
    scaleDown: rules(fields.object('ScaleDown')),
  });
  return Object.keys(behavior).length > 0 ? behavior : undefined;
}

function writeCondition({ type, status, lastTransitionTime, reason, message }: Condition): object {
  const time = lastTransitionTime ?? null;
  return { type, status, lastTransitionTime: time, reason: reason || undefined, message: message || undefined };
}

function readCondition(fields: JsonFields): Condition {
  const condition = {
    type: fields.string('type') ?? '',
    status: fields.string('status') ?? '',
    lastTransitionTime: fields.string('lastTransitionTime') ?? null,
    reason: fields.string('reason'),
    message: fields.string('message'),
  };
  // An absent time is written as null.
  return present(condition) as unknown as Condition;
}
