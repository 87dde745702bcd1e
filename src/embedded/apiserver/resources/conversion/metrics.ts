import type { HorizontalPodAutoscaler, LabelSelector } from '../../../../kubernetes/objects.ts';
import { Quantity } from '../../../../kubernetes/quantity.ts';
import type { JsonFields } from './json-fields.ts';

/** Metrics of autoscaling/v2 in the form that autoscaling/v1 keeps in annotations, and back (pkg/apis/autoscaling/v1). */

export type Metric = NonNullable<HorizontalPodAutoscaler['spec']['metrics']>[number];
export type MetricStatus = NonNullable<NonNullable<HorizontalPodAutoscaler['status']>['currentMetrics']>[number];
type Reference = HorizontalPodAutoscaler['spec']['scaleTargetRef'];
type Target = NonNullable<Metric['pods']>['target'];
type Amount = string | number;

/** The order of fields is the order they are written in. */
export function metricToV1(metric: Metric): object {
  const { object, pods, resource, containerResource, external } = metric;
  return {
    type: metric.type,
    object: object && {
      target: reference(object.describedObject),
      metricName: object.metric.name,
      targetValue: object.target.value ?? '0',
      selector: object.metric.selector,
      averageValue: object.target.averageValue,
    },
    pods: pods && {
      metricName: pods.metric.name,
      targetAverageValue: pods.target.averageValue ?? '0',
      selector: pods.metric.selector,
    },
    resource: resource && {
      name: resource.name,
      targetAverageUtilization: resource.target.averageUtilization,
      targetAverageValue: resource.target.averageValue,
    },
    containerResource: containerResource && {
      name: containerResource.name,
      targetAverageUtilization: containerResource.target.averageUtilization,
      targetAverageValue: containerResource.target.averageValue,
      container: containerResource.container,
    },
    external: external && {
      metricName: external.metric.name,
      metricSelector: external.metric.selector,
      targetValue: external.target.value,
      targetAverageValue: external.target.averageValue,
    },
  };
}

export function metricFromV1(fields: JsonFields): Metric {
  const object = fields.object('object');
  const pods = fields.object('pods');
  const resource = fields.object('resource');
  const container = fields.object('containerResource');
  const external = fields.object('external');
  const utilization = (source: JsonFields): Target => {
    const averageUtilization = source.integer('targetAverageUtilization');
    const averageValue = amount(source, 'targetAverageValue');
    return present({
      type: averageUtilization === undefined ? 'AverageValue' : 'Utilization',
      averageValue,
      averageUtilization,
    });
  };
  return present({
    type: (fields.string('type') ?? '') as Metric['type'],
    object: object && {
      describedObject: readReference(object),
      metric: metricName(object, 'selector'),
      target: present({
        type: amount(object, 'averageValue') === undefined ? 'Value' : 'AverageValue',
        value: amount(object, 'targetValue') ?? '0',
        averageValue: amount(object, 'averageValue'),
      }),
    },
    pods: pods && {
      metric: metricName(pods, 'selector'),
      target: { type: 'AverageValue', averageValue: amount(pods, 'targetAverageValue') ?? '0' },
    },
    resource: resource && { name: resource.string('name') ?? '', target: utilization(resource) },
    containerResource: container && {
      name: container.string('name') ?? '',
      container: container.string('container') ?? '',
      target: utilization(container),
    },
    external: external && {
      metric: metricName(external, 'metricSelector'),
      target: present({
        type: amount(external, 'targetValue') === undefined ? 'AverageValue' : 'Value',
        value: amount(external, 'targetValue'),
        averageValue: amount(external, 'targetAverageValue'),
      }),
    },
  });
}

export function statusToV1(metric: MetricStatus): object {
  const { object, pods, resource, containerResource, external } = metric;
  return {
    type: metric.type,
    object: object && {
      target: reference(object.describedObject),
      metricName: object.metric.name,
      currentValue: object.current.value ?? '0',
      selector: object.metric.selector,
      averageValue: object.current.averageValue,
    },
    pods: pods && {
      metricName: pods.metric.name,
      currentAverageValue: pods.current.averageValue ?? '0',
      selector: pods.metric.selector,
    },
    resource: resource && {
      name: resource.name,
      currentAverageUtilization: resource.current.averageUtilization,
      currentAverageValue: resource.current.averageValue ?? '0',
    },
    containerResource: containerResource && {
      name: containerResource.name,
      currentAverageUtilization: containerResource.current.averageUtilization,
      currentAverageValue: containerResource.current.averageValue ?? '0',
      container: containerResource.container,
    },
    external: external && {
      metricName: external.metric.name,
      metricSelector: external.metric.selector,
      currentValue: external.current.value ?? '0',
      currentAverageValue: external.current.averageValue,
    },
  };
}

export function statusFromV1(fields: JsonFields): MetricStatus {
  const object = fields.object('object');
  const pods = fields.object('pods');
  const resource = fields.object('resource');
  const container = fields.object('containerResource');
  const external = fields.object('external');
  const usage = (source: JsonFields) =>
    present({
      averageValue: amount(source, 'currentAverageValue') ?? '0',
      averageUtilization: source.integer('currentAverageUtilization'),
    });
  return present({
    type: fields.string('type') ?? '',
    object: object && {
      describedObject: readReference(object),
      metric: metricName(object, 'selector'),
      current: present({
        value: amount(object, 'currentValue') ?? '0',
        averageValue: amount(object, 'averageValue'),
      }),
    },
    pods: pods && {
      metric: metricName(pods, 'selector'),
      current: { averageValue: amount(pods, 'currentAverageValue') ?? '0' },
    },
    resource: resource && { name: resource.string('name') ?? '', current: usage(resource) },
    containerResource: container && {
      name: container.string('name') ?? '',
      container: container.string('container') ?? '',
      current: usage(container),
    },
    external: external && {
      metric: metricName(external, 'metricSelector'),
      current: present({
        value: amount(external, 'currentValue') ?? '0',
        averageValue: amount(external, 'currentAverageValue'),
      }),
    },
  });
}

function reference({ kind, name, apiVersion }: Reference): object {
  return { kind, name, apiVersion };
}

function readReference(source: JsonFields): Reference {
  const target = source.object('target');
  return present({
    kind: target?.string('kind') ?? '',
    name: target?.string('name') ?? '',
    apiVersion: target?.string('apiVersion'),
  });
}

function metricName(source: JsonFields, selector: string): NonNullable<Metric['pods']>['metric'] {
  return present({
    name: source.string('metricName') ?? '',
    selector: source.object(selector) && (source.get(selector) as LabelSelector),
  });
}

/** In its canonical form. @throws QuantityError */
function amount(source: JsonFields, name: string): string | undefined {
  const value = source.get(name);
  return value === undefined ? undefined : Quantity.parse(value as Amount).toString();
}

/** Without the members that are undefined, as objects are stored. */
export function present<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
