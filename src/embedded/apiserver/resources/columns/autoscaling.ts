import type { HorizontalPodAutoscaler } from '../../../../kubernetes/objects.ts';
import type { Column } from '../../resource.ts';
import { ageColumn, column } from './common.ts';

type Spec = NonNullable<HorizontalPodAutoscaler['spec']['metrics']>[number];
type Status = NonNullable<NonNullable<HorizontalPodAutoscaler['status']>['currentMetrics']>[number];

/** So many metrics are shown. */
const shownMetrics = 2;
const unknown = '<unknown>';

/** Columns of both versions, given the object in autoscaling/v2. */
export function autoscalerColumns(): Column<HorizontalPodAutoscaler>[] {
  return [
    column(
      'Reference',
      'string',
      'scaleTargetRef points to the target resource to scale, and is used to the pods for which metrics should be ' +
        'collected, as well as to actually change the replica count.',
      ({ spec }) => `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
    ),
    column(
      'Targets',
      'string',
      'metrics contains the specifications for which to use to calculate the desired replica count (the maximum ' +
        'replica count across all metrics will be used).  The desired replica count is calculated multiplying the ' +
        'ratio between the target value and the current value by the current number of pods.  Ergo, metrics used must ' +
        'decrease as the pod count is increased, and vice-versa.  See the individual metric source types for more ' +
        'information about how each type of metric must respond.',
      ({ spec, status }) => formatMetrics(spec.metrics ?? [], status?.currentMetrics ?? []),
    ),
    column(
      'MinPods',
      'string',
      'minReplicas is the lower limit for the number of replicas to which the autoscaler can scale down.  It defaults ' +
        'to 1 pod.  minReplicas is allowed to be 0 if the alpha feature gate HPAScaleToZero is enabled and at least one ' +
        'Object or External metric is configured.  Scaling is active as long as at least one metric value is available.',
      ({ spec }) => `${spec.minReplicas ?? '<unset>'}`,
    ),
    column(
      'MaxPods',
      'string',
      'maxReplicas is the upper limit for the number of replicas to which the autoscaler can scale up. It cannot be ' +
        'less that minReplicas.',
      ({ spec }) => spec.maxReplicas,
    ),
    column(
      'Replicas',
      'string',
      'currentReplicas is current number of replicas of pods managed by this autoscaler, as last seen by the autoscaler.',
      ({ status }) => status?.currentReplicas ?? 0,
    ),
    ageColumn(),
  ];
}

function formatMetrics(specs: readonly Spec[], statuses: readonly Status[]): string {
  if (specs.length === 0) return '<none>';
  const list = specs.slice(0, shownMetrics).map((spec, index) => formatMetric(spec, statuses[index]));
  const more = specs.length - list.length;
  return more > 0 ? `${list.join(', ')} + ${more} more...` : list.join(', ');
}

function formatMetric(spec: Spec, status: Status | undefined): string {
  switch (spec.type) {
    case 'External':
    case 'Object': {
      const source = spec.type === 'External' ? 'external' : 'object';
      const target = spec[source]?.target;
      const current = status?.[source]?.current;
      if (target?.averageValue !== undefined) return `${current?.averageValue ?? unknown}/${target.averageValue} (avg)`;
      return `${current ? (current.value ?? '<nil>') : unknown}/${target?.value ?? '<nil>'}`;
    }
    case 'Pods':
      return `${status?.pods?.current.averageValue ?? unknown}/${spec.pods?.target.averageValue ?? '<nil>'}`;
    case 'Resource':
    case 'ContainerResource': {
      const source = spec.type === 'Resource' ? 'resource' : 'containerResource';
      const target = spec[source]?.target;
      const current = status?.[source]?.current;
      const name = spec[source]?.name ?? '';
      if (target?.averageValue !== undefined)
        return `${name}: ${current?.averageValue ?? unknown}/${target.averageValue}`;
      const percent = (value: number | undefined, otherwise: string) => (value === undefined ? otherwise : `${value}%`);
      return `${name}: ${percent(current?.averageUtilization, unknown)}/${percent(target?.averageUtilization, '<auto>')}`;
    }
    default:
      return '<unknown type>';
  }
}
