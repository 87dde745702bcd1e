import type { HorizontalPodAutoscaler } from '../../../../kubernetes/objects.ts';

/** pkg/apis/autoscaling/v2: what an autoscaler does that is not told how. */

type Metric = NonNullable<HorizontalPodAutoscaler['spec']['metrics']>[number];
type ScalingRules = NonNullable<NonNullable<HorizontalPodAutoscaler['spec']['behavior']>['scaleUp']>;

const defaultUtilization = 80;

export function utilizationMetric(averageUtilization: number): Metric {
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } };
}

export function defaultHorizontalPodAutoscaler({ spec }: HorizontalPodAutoscaler): void {
  spec.minReplicas ??= 1;
  if (!spec.metrics?.length) spec.metrics = [utilizationMetric(defaultUtilization)];
  if (!spec.behavior) return;
  spec.behavior.scaleUp = complete(spec.behavior.scaleUp, {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
  });
  // How long scaling down waits is left to the controller's settings.
  spec.behavior.scaleDown = complete(spec.behavior.scaleDown, {
    selectPolicy: 'Max',
    policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
  });
}

function complete(rules: ScalingRules | undefined, defaults: ScalingRules): ScalingRules {
  return { ...defaults, ...rules };
}
