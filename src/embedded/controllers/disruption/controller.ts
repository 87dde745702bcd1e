import type { Pod, PodDisruptionBudget } from '../../../kubernetes/objects.ts';
import { withPodCondition } from '../../../kubernetes/readiness.ts';
import { LabelSelector } from '../../../kubernetes/selectors.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import type { Controller } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import type { WorkQueue } from '../../client/workqueue.ts';
import { timestamp } from '../../clock.ts';
import type { ControllerContext } from '../shared/context.ts';
import { messageOf } from '../shared/failures.ts';
import { keyOf, reconciler, splitKey } from '../shared/reconciler.ts';
import { selectorText } from '../shared/selector-text.ts';
import {
  countHealthy,
  type Expectation,
  expectationOf,
  failedStatus,
  followDisruptions,
  isStatusNews,
  statusOf,
  untilStale,
} from './plan.ts';
import { ScaleFinder } from './scale.ts';

/** Keys of Pods whose condition is to be looked at, among those of budgets. */
const podPrefix = 'pod:';

/** Keeps the status of PodDisruptionBudgets, by which evictions are allowed. */
export function disruptionController(context: ControllerContext): Controller {
  const { clock } = context;
  const client = context.clientFor('disruption-controller');
  const recorder = new EventRecorder({ client, clock, component: 'controllermanager' });
  const budgets = client.informer(refs.podDisruptionBudgets);
  const budgetClient = client.resource(refs.podDisruptionBudgets);
  const pods = client.informer(refs.pods);
  const podClient = client.resource(refs.pods);
  const scales = new ScaleFinder(client, context.resources);

  function budgetsOf({ metadata: { namespace, labels } }: Pod): readonly PodDisruptionBudget[] {
    return budgets.list(namespace).filter(({ spec }) => LabelSelector.from(spec.selector).matches(labels));
  }

  function podChanged(queue: WorkQueue, pod: Pod): void {
    const matching = budgetsOf(pod);
    if (matching.length > 1) {
      const { namespace, name } = pod.metadata;
      recorder.event(
        pod,
        'Warning',
        'MultiplePodDisruptionBudgets',
        `Pod "${namespace}"/"${name}" matches multiple PodDisruptionBudgets.  Chose "${matching[0]!.metadata.name}" arbitrarily.`,
      );
    }
    for (const budget of matching) queue.add(keyOf(budget));
  }

  function watchStaleness(queue: WorkQueue, pod: Pod): void {
    const wait = untilStale(pod, clock.now());
    if (wait !== undefined) queue.addAfter(podPrefix + keyOf(pod), wait);
  }

  async function sync(key: string, queue: WorkQueue): Promise<void> {
    if (key.startsWith(podPrefix)) return undisturb(key.slice(podPrefix.length), queue);
    const { namespace, name } = splitKey(key);
    const budget = budgets.get(namespace, name);
    if (!budget) return;
    try {
      const recheckAfter = await observe(budget);
      if (recheckAfter !== undefined) queue.addAfter(key, recheckAfter + 1);
    } catch (error) {
      if (ApiError.is(error, 'Conflict')) throw error;
      const status = failedStatus(budget, messageOf(error), timestamp(clock));
      if (isStatusNews(budget, status)) await budgetClient.updateStatus({ ...budget, status });
    }
  }

  /** @returns the milliseconds after which to look again */
  async function observe(budget: PodDisruptionBudget): Promise<number | undefined> {
    const { namespace = '' } = budget.metadata;
    const selector = LabelSelector.from(budget.spec.selector);
    const selected = pods.list(namespace).filter(({ metadata }) => selector.matches(metadata.labels));
    if (selected.length === 0) recorder.event(budget, 'Normal', 'NoPods', 'No matching pods found');
    const expectation = expect(budget, selected);
    const { pending, overdue, recheckAfter } = followDisruptions(budget, selected, clock.now());
    for (const pod of overdue) {
      // Upstream names the namespace twice.
      const message = `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`;
      recorder.event(pod, 'Warning', 'NotDeleted', message);
    }
    const status = statusOf(budget, expectation, countHealthy(selected, pending), pending, timestamp(clock));
    if (isStatusNews(budget, status)) await budgetClient.updateStatus({ ...budget, status });
    return recheckAfter;
  }

  function expect(budget: PodDisruptionBudget, selected: readonly Pod[]): Expectation {
    const { namespace = '' } = budget.metadata;
    try {
      const expectation = expectationOf(budget, selected, (reference) => scales.scaleOf(namespace, reference));
      if (expectation.unmanaged.length > 0) {
        const selector = selectorText(budget.spec.selector);
        recorder.event(
          budget,
          'Warning',
          'UnmanagedPods',
          `Pods selected by this PodDisruptionBudget (selector: ${selector}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`,
        );
      }
      return expectation;
    } catch (error) {
      const message = `Failed to calculate the number of expected pods: ${messageOf(error)}`;
      recorder.event(budget, 'Warning', 'CalculateExpectedPodCountFailed', message);
      throw error;
    }
  }

  /** A Pod that was to go, and after a while has not, is said not to be disrupted. */
  async function undisturb(key: string, queue: WorkQueue): Promise<void> {
    const { namespace, name } = splitKey(key);
    const pod = pods.get(namespace, name);
    const wait = pod && untilStale(pod, clock.now());
    if (!pod || wait === undefined) return;
    if (wait > 0) {
      queue.addAfter(podPrefix + key, wait);
      return;
    }
    const condition = { type: 'DisruptionTarget', status: 'False' } as const;
    const conditions = withPodCondition(pod.status?.conditions, condition, timestamp(clock));
    await podClient.updateStatus({ ...pod, status: { ...pod.status, conditions } });
  }

  return reconciler({
    name: 'disruption-controller',
    context,
    recorder,
    concurrency: 1,
    sync,
    watch: (queue) => [
      budgets.subscribe({
        added: (budget) => queue.add(keyOf(budget)),
        updated: (budget) => queue.add(keyOf(budget)),
      }),
      pods.subscribe({
        added: (pod) => {
          podChanged(queue, pod);
          watchStaleness(queue, pod);
        },
        updated: (pod, previous) => {
          for (const budget of budgetsOf(previous)) queue.add(keyOf(budget));
          podChanged(queue, pod);
          watchStaleness(queue, pod);
        },
        deleted: (pod) => podChanged(queue, pod),
      }),
    ],
  });
}
