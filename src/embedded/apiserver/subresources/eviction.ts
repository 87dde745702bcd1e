import { badRequest, tooManyRequests } from '../../../kubernetes/errors.ts';
import type { Eviction, Pod, PodCondition, PodDisruptionBudget } from '../../../kubernetes/objects.ts';
import { isPodReady, withPodCondition } from '../../../kubernetes/readiness.ts';
import { LabelSelector } from '../../../kubernetes/selectors.ts';
import { ApiError, type Status } from '../../../kubernetes/status.ts';
import { timestamp } from '../../clock.ts';
import { decodeBody } from '../engine/decoding.ts';
import { deleteOptionsIn } from '../engine/delete-options.ts';
import type { Engine } from '../engine/engine.ts';
import type { Body, DeleteOptions, WriteOptions } from '../engine/request.ts';
import { transact } from '../engine/transaction.ts';
import { forbidden, notFound } from '../failures.ts';
import { member } from '../json.ts';
import type { SubresourceCall, SubresourceHandler } from './handler.ts';

const evictionKind = { group: 'policy', version: 'v1', kind: 'Eviction', schema: 'io.k8s.api.policy.v1.Eviction' };
const refusal = "Cannot evict pod as it would violate the pod's disruption budget.";
/** Pods whose disruption a budget's controller has yet to see, before no further one is allowed. */
const mostDisrupted = 2000;

/** POST pods/NAME/eviction: deletes a Pod unless its PodDisruptionBudget says that this would be one too many. */
export function evictionHandler(engine: Engine): SubresourceHandler {
  return { ...evictionKind, create: (call, body, options) => evict(engine, call, body, options) };
}

async function evict(engine: Engine, call: SubresourceCall, body: Body, options: WriteOptions): Promise<Status> {
  const { caller, definition, namespace, name } = call;
  const eviction = decodeBody(engine.parts, evictionKind, currentVersion(body), options, caller) as Eviction;
  if (eviction.metadata.name !== name) throw badRequest('name in URL does not match name in Eviction object');
  const asked = deleteOptionsIn(eviction.deleteOptions ?? {});
  const deletion: DeleteOptions = { ...asked, dryRun: asked.dryRun || (options.dryRun ?? false) };
  engine.admit(caller, {
    operation: 'CREATE',
    definition,
    namespace,
    name,
    subresource: 'eviction',
    object: eviction,
    dryRun: deletion.dryRun ?? false,
  });
  const pod = engine.get(definition, { namespace, name }) as Pod;
  if (needsPermission(pod)) {
    const budgets = budgetsOf(engine, pod);
    if (budgets.length > 1) {
      throw new ApiError(
        500,
        'InternalError',
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      );
    }
    const [budget] = budgets;
    if (budget && !isUnhealthyAnyway(pod, budget)) await take(engine, call, budget, deletion.dryRun ?? false);
  }
  await disrupt(engine, call, deletion);
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
}

/** Evictions of an older version say the same: it is only here that they are still understood. */
function currentVersion(body: Body): Body {
  if (member(body.value, 'apiVersion') !== 'policy/v1beta1') return body;
  return { ...body, value: { ...(body.value as object), apiVersion: 'policy/v1' } };
}

/** Whether the Pod does anything that its going could disrupt. */
function needsPermission({ status, metadata }: Pod): boolean {
  return !['Succeeded', 'Failed', 'Pending'].includes(status?.phase ?? '') && !metadata.deletionTimestamp;
}

function budgetsOf(engine: Engine, { metadata }: Pod): PodDisruptionBudget[] {
  const definition = engine.registry.named('poddisruptionbudgets.policy');
  if (!definition) return [];
  const budgets = engine.list(definition, metadata.namespace).items as readonly PodDisruptionBudget[];
  return budgets.filter(({ spec }) => LabelSelector.from(spec.selector).matches(metadata.labels));
}

/** A Pod that is not ready does not count towards the healthy ones: it may go while there are enough of those. */
function isUnhealthyAnyway(pod: Pod, { spec, status }: PodDisruptionBudget): boolean {
  if (isPodReady(pod)) return false;
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

/** Takes one of the disruptions that the budget allows. @throws ApiError TooManyRequests, Forbidden */
async function take(
  engine: Engine,
  call: SubresourceCall,
  budget: PodDisruptionBudget,
  dryRun: boolean,
): Promise<void> {
  const definition = engine.registry.named('poddisruptionbudgets.policy')!;
  const { name } = budget.metadata;
  const at = { namespace: call.namespace, name };
  await transact(engine.parts, call.caller, definition, at, dryRun, (current) => {
    if (!current) throw notFound(definition, name);
    const found = current as PodDisruptionBudget;
    checkAllowed(found);
    const status = found.status!;
    const disruptionsAllowed = status.disruptionsAllowed - 1;
    const now = timestamp(engine.clock);
    return {
      next: {
        ...found,
        status: {
          ...status,
          disruptionsAllowed,
          disruptedPods: { ...status.disruptedPods, [call.name]: now },
          ...(disruptionsAllowed === 0 && { conditions: exhausted(found, now) }),
        },
      } as PodDisruptionBudget,
    };
  });
}

function checkAllowed({ metadata, status }: PodDisruptionBudget): void {
  const { name, generation = 0 } = metadata;
  const { observedGeneration = 0, disruptionsAllowed = 0, disruptedPods = {} } = status ?? {};
  const denied = (message: string, retryAfterSeconds: number) =>
    tooManyRequests(refusal, retryAfterSeconds, [{ reason: 'DisruptionBudget', message }]);
  if (observedGeneration < generation) {
    throw denied(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  const resource = { group: 'policy', plural: 'poddisruptionbudget' };
  if (disruptionsAllowed < 0) throw forbidden(resource, name, 'pdb disruptions allowed is negative');
  if (Object.keys(disruptedPods).length > mostDisrupted) {
    throw forbidden(resource, name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  if (disruptionsAllowed === 0) {
    const { desiredHealthy = 0, currentHealthy = 0 } = status ?? {};
    throw denied(
      `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
      0,
    );
  }
}

function exhausted({ metadata, status }: PodDisruptionBudget, now: string) {
  const condition = {
    type: 'DisruptionAllowed',
    status: 'False',
    reason: 'InsufficientPods',
    message: '',
    observedGeneration: metadata.generation,
    lastTransitionTime: now,
  };
  const others = (status?.conditions ?? []).filter(({ type }) => type !== condition.type);
  const known = status?.conditions?.find(({ type }) => type === condition.type);
  const lastTransitionTime = known?.status === 'False' ? known.lastTransitionTime : now;
  return [...others, { ...condition, lastTransitionTime }];
}

/** Notes on the Pod why it goes, then deletes it; nothing comes between the two. */
async function disrupt(engine: Engine, { caller, definition, ...at }: SubresourceCall, options: DeleteOptions) {
  const { preconditions } = options;
  if (options.dryRun || preconditions?.resourceVersion) {
    await engine.delete(caller, definition, at, options);
    return;
  }
  const marking = transact(engine.parts, caller, definition, at, false, (current) => {
    if (!current) throw notFound(definition, at.name);
    if (preconditions?.uid && preconditions.uid !== current.metadata.uid) return { next: current };
    const pod = current as Pod;
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      lastProbeTime: null,
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
    } as unknown as PodCondition;
    const conditions = withPodCondition(pod.status?.conditions, condition, timestamp(engine.clock));
    return { next: { ...pod, status: { ...pod.status, conditions } } as Pod };
  });
  await Promise.all([marking, engine.delete(caller, definition, at, options)]);
}
