import { goQuote } from '../../../kubernetes/go-format.ts';
import type { Container, ContainerStatus, Pod, PodCondition } from '../../../kubernetes/objects.ts';
import { isRestartableInitContainer } from '../../../kubernetes/readiness.ts';
import type { PodPhase } from './phase.ts';

/** The conditions that the kubelet writes (pkg/kubelet/status/generate.go); all others are left as they are. */
const owned: ReadonlySet<string> = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
  'PodResizePending',
  'PodResizeInProgress',
]);

export function isOwnCondition({ type }: PodCondition): boolean {
  return owned.has(type);
}

/** Without its lastTransitionTime, which depends on what was said before. */
export function condition(type: string, status: 'True' | 'False', reason?: string, message?: string): PodCondition {
  return {
    type,
    status,
    // The type does not know it, but a real kubelet writes the null.
    lastProbeTime: null as unknown as undefined,
    ...(reason && { reason }),
    ...(message && { message }),
  };
}

/** @param statuses of regular and init containers */
export function initialized({ spec }: Pod, statuses: readonly ContainerStatus[], phase: PodPhase): PodCondition {
  const byName = new Map(statuses.map((status) => [status.name, status]));
  const unknown: string[] = [];
  const incomplete: string[] = [];
  for (const container of spec.initContainers ?? []) {
    const status = byName.get(container.name);
    if (!status) unknown.push(container.name);
    else if (!isInitialized(container, status)) incomplete.push(container.name);
  }
  if (phase === 'Succeeded' && unknown.length === 0) return condition('Initialized', 'True', 'PodCompleted');
  const started = spec.containers.some(({ name }) => {
    const state = byName.get(name)?.state;
    return state?.running || state?.terminated;
  });
  if (started) return condition('Initialized', 'True');
  const message = sentences(unknown, incomplete, 'incomplete');
  return message
    ? condition('Initialized', 'False', 'ContainersNotInitialized', message)
    : condition('Initialized', 'True');
}

function isInitialized(container: Container, { started, ready }: ContainerStatus): boolean {
  return isRestartableInitContainer(container) ? started === true : ready;
}

export function containersReady({ spec }: Pod, statuses: readonly ContainerStatus[], phase: PodPhase): PodCondition {
  const byName = new Map(statuses.map((status) => [status.name, status]));
  const watched = [...(spec.initContainers ?? []).filter(isRestartableInitContainer), ...spec.containers];
  const unknown = watched.filter(({ name }) => !byName.has(name)).map(({ name }) => name);
  const unready = watched.filter(({ name }) => byName.get(name)?.ready === false).map(({ name }) => name);
  if (phase === 'Succeeded' && unknown.length === 0) return condition('ContainersReady', 'False', 'PodCompleted');
  if (phase === 'Failed') return condition('ContainersReady', 'False', 'PodFailed');
  const message = sentences(unknown, unready, 'unready');
  return message
    ? condition('ContainersReady', 'False', 'ContainersNotReady', message)
    : condition('ContainersReady', 'True');
}

/** @param others the Pod's conditions that its readiness gates may ask for */
export function ready({ spec }: Pod, containers: PodCondition, others: readonly PodCondition[]): PodCondition {
  if (containers.status !== 'True') return { ...containers, type: 'Ready' };
  const closed = (spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const found = others.find(({ type }) => type === conditionType);
    if (!found) return [`corresponding condition of pod readiness gate ${goQuote(conditionType)} does not exist.`];
    if (found.status === 'True') return [];
    return [`the status of pod readiness gate ${goQuote(conditionType)} is not "True", but ${found.status}`];
  });
  return closed.length > 0
    ? condition('Ready', 'False', 'ReadinessGatesNotReady', closed.join(', '))
    : condition('Ready', 'True');
}

function sentences(unknown: readonly string[], others: readonly string[], what: string): string {
  return [
    ...(unknown.length > 0 ? [`containers with unknown status: [${unknown.join(' ')}]`] : []),
    ...(others.length > 0 ? [`containers with ${what} status: [${others.join(' ')}]`] : []),
  ].join(', ');
}
