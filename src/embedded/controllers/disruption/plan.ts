import { type IntOrString, scaledValue } from '../../../kubernetes/int-or-string.ts';
import type { OwnerReference } from '../../../kubernetes/object.ts';
import type { Condition, Pod, PodDisruptionBudget } from '../../../kubernetes/objects.ts';
import { controllerOf } from '../../../kubernetes/owners.ts';
import { isPodReady, isPodTerminal, podCondition } from '../../../kubernetes/readiness.ts';
import type { ControllerScale } from './scale.ts';

/** For how long a Pod that was evicted is expected to go; after that the eviction is taken for lost. */
export const deletionTimeout = 120_000;
/** After how long a Pod that was said to be disrupted, and is still there, is said not to be. */
export const staleTimeout = 120_000;

const allowedType = 'DisruptionAllowed';

type BudgetStatus = NonNullable<PodDisruptionBudget['status']>;
type DisruptedPods = NonNullable<BudgetStatus['disruptedPods']>;

/** How many Pods there should be, and how many of them healthy. */
export interface Expectation {
  readonly expectedPods: number;
  readonly desiredHealthy: number;
  /** Names of Pods that nothing controls: they count for nothing where a count by controllers is asked for. */
  readonly unmanaged: readonly string[];
}

/**
 * @param scaleOf of a Pod's controller; undefined where it is gone
 * @throws Error where a Pod's controller is gone or has no scale, or a percentage is none
 */
export function expectationOf(
  { spec }: PodDisruptionBudget,
  pods: readonly Pod[],
  scaleOf: (reference: OwnerReference) => ControllerScale | undefined,
): Expectation {
  const { minAvailable, maxUnavailable } = spec as { minAvailable?: IntOrString; maxUnavailable?: IntOrString };
  if (maxUnavailable !== undefined) {
    const { expectedPods, unmanaged } = declaredScale(pods, scaleOf);
    const desiredHealthy = Math.max(0, expectedPods - scaledValue(maxUnavailable, expectedPods, true));
    return { expectedPods, desiredHealthy, unmanaged };
  }
  if (minAvailable === undefined) return { expectedPods: 0, desiredHealthy: 0, unmanaged: [] };
  if (typeof minAvailable === 'number') {
    return { expectedPods: pods.length, desiredHealthy: minAvailable, unmanaged: [] };
  }
  const { expectedPods, unmanaged } = declaredScale(pods, scaleOf);
  return { expectedPods, desiredHealthy: scaledValue(minAvailable, expectedPods, true), unmanaged };
}

/** The sum of what the Pods' controllers are to have, each counted once. */
function declaredScale(
  pods: readonly Pod[],
  scaleOf: (reference: OwnerReference) => ControllerScale | undefined,
): Pick<Expectation, 'expectedPods' | 'unmanaged'> {
  const scales = new Map<string, number>();
  const seen = new Set<string>();
  const unmanaged: string[] = [];
  for (const pod of pods) {
    const controller = controllerOf(pod);
    if (!controller) {
      unmanaged.push(pod.metadata.name);
      continue;
    }
    if (seen.has(controller.uid)) continue;
    const scale = scaleOf(controller);
    if (!scale) throw new Error(`found no controllers for pod "${pod.metadata.name}"`);
    seen.add(controller.uid);
    scales.set(scale.uid, scale.replicas);
  }
  return { expectedPods: [...scales.values()].reduce((sum, replicas) => sum + replicas, 0), unmanaged };
}

/** What has become of the Pods whose eviction was allowed. */
export interface Disruptions {
  /** Those that are still expected to go, with the time their eviction was allowed. */
  readonly pending: DisruptedPods;
  /** Those that should have gone by now. */
  readonly overdue: readonly Pod[];
  /** Milliseconds until the next of the pending ones is overdue. */
  readonly recheckAfter?: number;
}

export function followDisruptions({ status }: PodDisruptionBudget, pods: readonly Pod[], now: number): Disruptions {
  const disrupted = status?.disruptedPods ?? {};
  const pending: DisruptedPods = {};
  const overdue: Pod[] = [];
  let next = Number.POSITIVE_INFINITY;
  for (const pod of pods) {
    const { name, deletionTimestamp } = pod.metadata;
    const since = disrupted[name];
    if (deletionTimestamp || since === undefined) continue;
    const until = Date.parse(since) + deletionTimeout;
    if (until < now) {
      overdue.push(pod);
    } else {
      pending[name] = since;
      next = Math.min(next, until);
    }
  }
  return { pending, overdue, ...(next !== Number.POSITIVE_INFINITY && { recheckAfter: next - now }) };
}

export function countHealthy(pods: readonly Pod[], pending: DisruptedPods): number {
  return pods.filter((pod) => !pod.metadata.deletionTimestamp && !(pod.metadata.name in pending) && isPodReady(pod))
    .length;
}

/** @param now RFC 3339 */
export function statusOf(
  budget: PodDisruptionBudget,
  { expectedPods, desiredHealthy }: Expectation,
  currentHealthy: number,
  disruptedPods: DisruptedPods,
  now: string,
): BudgetStatus {
  const { generation = 0 } = budget.metadata;
  // A budget of no Pods allows nothing, so that its first Pods are safe before they have been counted.
  const disruptionsAllowed = expectedPods > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0;
  const allowed = disruptionsAllowed > 0;
  return {
    observedGeneration: generation,
    ...(Object.keys(disruptedPods).length > 0 && { disruptedPods }),
    disruptionsAllowed,
    currentHealthy,
    desiredHealthy,
    expectedPods,
    conditions: withCondition(
      budget.status?.conditions,
      {
        type: allowedType,
        status: allowed ? 'True' : 'False',
        reason: allowed ? 'SufficientPods' : 'InsufficientPods',
        message: '',
        observedGeneration: generation,
      },
      now,
    ),
  };
}

/** Allows nothing, for what the Pods are to be could not be found out. @param now RFC 3339 */
export function failedStatus({ status }: PodDisruptionBudget, message: string, now: string): BudgetStatus {
  const { observedGeneration, currentHealthy = 0, desiredHealthy = 0, expectedPods = 0, disruptedPods } = status ?? {};
  return {
    ...(observedGeneration !== undefined && { observedGeneration }),
    ...(disruptedPods && { disruptedPods }),
    disruptionsAllowed: 0,
    currentHealthy,
    desiredHealthy,
    expectedPods,
    conditions: withCondition(
      status?.conditions,
      {
        type: allowedType,
        status: 'False',
        reason: 'SyncFailed',
        message,
        ...(observedGeneration !== undefined && { observedGeneration }),
      },
      now,
    ),
  };
}

/** Whether the budget does not show the status yet. */
export function isStatusNews({ status: shown }: PodDisruptionBudget, status: BudgetStatus): boolean {
  const known = shown?.conditions?.find(({ type }) => type === allowedType);
  const wanted = status.conditions?.find(({ type }) => type === allowedType);
  return (
    shown?.currentHealthy !== status.currentHealthy ||
    shown.desiredHealthy !== status.desiredHealthy ||
    shown.expectedPods !== status.expectedPods ||
    shown.disruptionsAllowed !== status.disruptionsAllowed ||
    shown.observedGeneration !== status.observedGeneration ||
    !sameDisruptions(shown.disruptedPods ?? {}, status.disruptedPods ?? {}) ||
    known?.status !== wanted?.status ||
    known?.reason !== wanted?.reason ||
    known?.message !== wanted?.message ||
    known?.observedGeneration !== wanted?.observedGeneration
  );
}

/**
 * Milliseconds until a Pod that was said to be disrupted, and is not going, is taken for undisturbed; undefined where
 * that is not so. What a kubelet says of its Pods is left to it.
 */
export function untilStale({ metadata, status }: Pod, now: number): number | undefined {
  const condition = podCondition(status, 'DisruptionTarget');
  if (metadata.deletionTimestamp || condition?.status !== 'True') return undefined;
  if (condition.reason === 'TerminationByKubelet' || isPodTerminal({ metadata, status } as Pod)) return undefined;
  return Math.max(0, Date.parse(condition.lastTransitionTime ?? '') + staleTimeout - now);
}

function withCondition(
  conditions: readonly Condition[] | undefined,
  condition: Omit<Condition, 'lastTransitionTime'>,
  now: string,
): Condition[] {
  const known = conditions?.find(({ type }) => type === condition.type);
  const next: Condition = {
    ...condition,
    lastTransitionTime: known?.status === condition.status ? known.lastTransitionTime : now,
  };
  if (!known) return [...(conditions ?? []), next];
  return conditions!.map((each) => (each === known ? next : each));
}

function sameDisruptions(one: DisruptedPods, other: DisruptedPods): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
