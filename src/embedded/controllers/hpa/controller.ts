import type { HorizontalPodAutoscaler, Scale } from '../../../kubernetes/objects.ts';
import type { Controller } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import { timestamp } from '../../clock.ts';
import type { ControllerContext } from '../shared/context.ts';
import { messageOf } from '../shared/failures.ts';
import { canonicalJson } from '../shared/hash.ts';
import { keyOf, reconciler, splitKey } from '../shared/reconciler.ts';
import { askFor } from './metrics.ts';
import { type Target, targetOf } from './target.ts';

type Status = NonNullable<HorizontalPodAutoscaler['status']>;
type Condition = NonNullable<Status['conditions']>[number];

/** How often each autoscaler is looked at, in milliseconds. */
const period = 15_000;

/**
 * Keeps the targets of HorizontalPodAutoscalers within their limits, and says why it can do no more: there are no
 * metrics, as in any cluster without the add-on that gathers them.
 */
export function horizontalPodAutoscalerController(context: ControllerContext): Controller {
  const { clock, resources } = context;
  const client = context.clientFor('horizontal-pod-autoscaler');
  const recorder = new EventRecorder({ client, clock, component: 'horizontal-pod-autoscaler' });
  const autoscalers = client.informer(refs.horizontalPodAutoscalers);
  const autoscalerClient = client.resource(refs.horizontalPodAutoscalers);
  const pods = client.informer(refs.pods);

  async function sync(key: string): Promise<void> {
    const { namespace, name } = splitKey(key);
    const autoscaler = autoscalers.get(namespace, name);
    if (!autoscaler) return;
    const status = await reconcile(autoscaler);
    if (canonicalJson(status) === canonicalJson(autoscaler.status ?? {})) return;
    await autoscalerClient.updateStatus({ ...autoscaler, status });
  }

  async function reconcile(autoscaler: HorizontalPodAutoscaler): Promise<Status> {
    const { spec, status = {} as Status } = autoscaler;
    let target: Target;
    try {
      target = targetOf(client, resources, autoscaler);
    } catch (error) {
      recorder.event(autoscaler, 'Warning', 'FailedGetScale', messageOf(error));
      const message = `the HPA controller was unable to get the target's current scale: ${messageOf(error)}`;
      return withCondition(status, 'AbleToScale', 'False', 'FailedGetScale', message);
    }
    const able = withCondition(
      status,
      'AbleToScale',
      'True',
      'SucceededGetScale',
      "the HPA controller was able to get the target's current scale",
    );
    const { replicas } = target;
    const { minReplicas = 1, maxReplicas } = spec;
    if (replicas === 0 && minReplicas !== 0) {
      const message = 'scaling is disabled since the replica count of the target is zero';
      return counted(withCondition(able, 'ScalingActive', 'False', 'ScalingDisabled', message), 0, 0);
    }
    if (replicas > maxReplicas) {
      return rescale(autoscaler, able, target, maxReplicas, 'Current number of replicas above Spec.MaxReplicas');
    }
    if (replicas < minReplicas) {
      return rescale(autoscaler, able, target, minReplicas, 'Current number of replicas below Spec.MinReplicas');
    }
    return measure(autoscaler, able, target);
  }

  async function rescale(
    autoscaler: HorizontalPodAutoscaler,
    status: Status,
    { resource, name, replicas: current }: Target,
    replicas: number,
    reason: string,
  ): Promise<Status> {
    const { namespace } = autoscaler.metadata;
    const { group, version, plural } = resource;
    const scale: Scale = {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name, namespace },
      spec: { replicas },
    };
    try {
      await client.resource<Scale>({ group, version, plural }).update(scale, { subresource: 'scale' });
    } catch (error) {
      const failure = `New size: ${replicas}; reason: ${reason}; error: ${messageOf(error)}`;
      recorder.event(autoscaler, 'Warning', 'FailedRescale', failure);
      const message = `the HPA controller was unable to update the target scale: ${messageOf(error)}`;
      return counted(withCondition(status, 'AbleToScale', 'False', 'FailedUpdateScale', message), current);
    }
    recorder.event(autoscaler, 'Normal', 'SuccessfulRescale', `New size: ${replicas}; reason: ${reason}`);
    const message = `the HPA controller was able to update the target scale to ${replicas}`;
    const scaled = withCondition(status, 'AbleToScale', 'True', 'SucceededRescale', message);
    return { ...counted(scaled, current, replicas), lastScaleTime: timestamp(clock) };
  }

  /** What it would scale by is not to be had: there is only to say why. */
  function measure(autoscaler: HorizontalPodAutoscaler, able: Status, target: Target): Status {
    const { metadata, spec } = autoscaler;
    const fail = (reason: string, message: string, summary: string, metrics: number) => {
      recorder.event(autoscaler, 'Warning', 'FailedComputeMetricsReplicas', summary);
      const status = counted(withCondition(able, 'ScalingActive', 'False', reason, message), target.replicas);
      // One entry for each metric, which says nothing since nothing is known.
      return {
        ...status,
        currentMetrics: metrics > 0 ? Array.from({ length: metrics }, () => ({ type: '' })) : null,
      } as Status;
    };
    const rivals = controlling(autoscaler, target);
    if (rivals.length > 1) {
      const message = `pods by selector ${target.selector} are controlled by multiple HPAs: [${rivals.join(' ')}]`;
      recorder.event(autoscaler, 'Warning', 'AmbiguousSelector', message);
      return fail('AmbiguousSelector', message, message, 0);
    }
    const metrics = spec.metrics ?? [];
    const failures = metrics.map((metric) => askFor(metric, metadata.namespace ?? ''));
    for (const { reason, message } of failures) recorder.event(autoscaler, 'Warning', reason, message);
    const [first] = failures;
    if (!first) return able;
    const summary = `invalid metrics (${failures.length} invalid out of ${metrics.length}), first error is: ${first.summary}`;
    const message = `the HPA was unable to compute the replica count: ${first.message}`;
    return fail(first.reason, message, summary, metrics.length);
  }

  /** The autoscalers, by namespace and name, that select any of the target's Pods. */
  function controlling({ metadata }: HorizontalPodAutoscaler, { selector }: Target): string[] {
    const { namespace } = metadata;
    const selected = pods.list(namespace).filter((pod) => selector.matches(pod.metadata.labels));
    return autoscalers
      .list(namespace)
      .filter((each) => {
        try {
          const other = targetOf(client, resources, each).selector;
          return selected.some((pod) => other.matches(pod.metadata.labels));
        } catch {
          return false;
        }
      })
      .map(keyOf);
  }

  function withCondition(
    status: Status,
    type: string,
    value: Condition['status'],
    reason: string,
    message: string,
  ): Status {
    const { conditions = [] } = status;
    const known = conditions.find((condition) => condition.type === type);
    const lastTransitionTime = known?.status === value ? known.lastTransitionTime : timestamp(clock);
    const next: Condition = { type, status: value, reason, message, lastTransitionTime };
    return {
      ...status,
      conditions: known ? conditions.map((each) => (each === known ? next : each)) : [...conditions, next],
    };
  }

  return reconciler({
    name: 'horizontal-pod-autoscaler',
    context,
    recorder,
    watch: (queue) => [autoscalers.subscribe({ added: (autoscaler) => queue.addAfter(keyOf(autoscaler), period) })],
    async sync(key, queue) {
      const { namespace, name } = splitKey(key);
      if (autoscalers.get(namespace, name)) queue.addAfter(key, period);
      await sync(key);
    },
  });
}

/** @param desired as it was before when absent */
function counted(status: Status, current: number, desired?: number): Status {
  const { currentReplicas: _, ...others } = status;
  return {
    ...others,
    ...(current > 0 && { currentReplicas: current }),
    ...(desired !== undefined && { desiredReplicas: desired, currentMetrics: null as never }),
  };
}
