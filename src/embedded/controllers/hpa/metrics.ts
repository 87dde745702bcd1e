import type { HorizontalPodAutoscaler } from '../../../kubernetes/objects.ts';
import { selectorText } from '../shared/selector-text.ts';

type Metric = NonNullable<HorizontalPodAutoscaler['spec']['metrics']>[number];

/** Why there is no value for a metric. */
export interface MetricFailure {
  /** That of the event and of the condition. */
  readonly reason: string;
  /** What the event says, and the condition. */
  readonly message: string;
  /** What is said of it together with the other metrics. */
  readonly summary: string;
}

const fromResources =
  'unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)';
const fromCustom =
  'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered';

/**
 * What asking for a metric comes to in a cluster that serves none of the metrics APIs, as this one and any fresh one:
 * they are served by add-ons.
 */
export function askFor(metric: Metric, namespace: string): MetricFailure {
  switch (metric.type) {
    case 'Resource': {
      const { name, target } = metric.resource!;
      const message = resourceFailure(name, target);
      const summary = `failed to get ${name} resource metric value: ${message}`;
      return { reason: 'FailedGetResourceMetric', message, summary };
    }
    case 'ContainerResource': {
      const { name, target, container } = metric.containerResource!;
      const message = resourceFailure(name, target);
      const summary = `failed to get ${container} container metric value: ${message}`;
      return { reason: 'FailedGetContainerResourceMetric', message, summary };
    }
    case 'Pods': {
      const message = `unable to get metric ${metric.pods!.metric.name}: ${fromCustom}`;
      return { reason: 'FailedGetPodsMetric', message, summary: `failed to get pods metric value: ${message}` };
    }
    case 'Object': {
      const { describedObject, metric: of, target } = metric.object!;
      const message = `unable to get metric ${of.name}: ${describedObject.kind} on ${namespace} ${describedObject.name}/${fromCustom}`;
      const inner = target.type === 'AverageValue' ? `failed to get ${of.name} object metric: ${message}` : message;
      return { reason: 'FailedGetObjectMetric', message, summary: `failed to get object metric value: ${inner}` };
    }
    case 'External': {
      const { metric: of, target } = metric.external!;
      const selector = selectorText(of.selector);
      const message = `unable to get external metric ${namespace}/${of.name}/${selector}: unable to fetch metrics from external metrics API: the server could not find the requested resource (get ${of.name}.external.metrics.k8s.io)`;
      const what = target.type === 'AverageValue' ? `${of.name} external metric` : `external metric ${of.name}`;
      const summary = `failed to get ${of.name} external metric value: failed to get ${what}: ${message}`;
      return { reason: 'FailedGetExternalMetric', message, summary };
    }
    default: {
      const message = `unknown metric source type "${metric.type}"`;
      return { reason: 'InvalidMetricSourceType', message, summary: message };
    }
  }
}

function resourceFailure(name: string, target: { readonly averageValue?: unknown }): string {
  const what = target.averageValue === undefined ? 'utilization' : 'usage';
  return `failed to get ${name} ${what}: unable to get metrics for resource ${name}: ${fromResources}`;
}
