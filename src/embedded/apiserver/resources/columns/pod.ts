import { since } from '../../../../kubernetes/durations.ts';
import type { ContainerStatus, Pod } from '../../../../kubernetes/objects.ts';
import { isPodTerminal, isRestartableInitContainer, podCondition } from '../../../../kubernetes/readiness.ts';
import type { Column } from '../../resource.ts';
import { ageColumn, column, wideColumn } from './common.ts';

/** pkg/printers/internalversion.printPod: what `kubectl get pods` makes of a Pod. */

export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  /** "Running", "Init:0/2", "CrashLoopBackOff", "Completed", … */
  readonly status: string;
  readonly restarts: number;
  /** RFC 3339; absent where no container has restarted. */
  readonly lastRestart: string | undefined;
}

export function summarizePod(pod: Pod): PodSummary {
  const { status = {} } = pod;
  const sidecars = new Set((pod.spec.initContainers ?? []).filter(isRestartableInitContainer).map(({ name }) => name));
  const init = summarizeInitContainers(pod, sidecars);
  const total = (pod.spec.containers ?? []).length + sidecars.size;
  const gated = status.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated');
  let text = gated ? 'SchedulingGated' : status.reason || status.phase || '';
  let counted = init.all;
  let ready = init.ready;
  if (init.status !== undefined) text = init.status;
  if (init.status === undefined || podCondition(status, 'Initialized')?.status === 'True') {
    const main = summarizeContainers(status.containerStatuses ?? []);
    ready += main.ready;
    counted = add(init.sidecars, main.restarts);
    text = main.status ?? text;
    if (text === 'Completed' && main.running) {
      text = podCondition(status, 'Ready')?.status === 'True' ? 'Running' : 'NotReady';
    }
  }
  if (pod.metadata.deletionTimestamp) {
    if (status.reason === 'NodeLost') text = 'Unknown';
    else if (!isPodTerminal(pod)) text = 'Terminating';
  }
  return { ready, total, status: text, restarts: counted.count, lastRestart: counted.last };
}

interface Restarts {
  readonly count: number;
  readonly last: string | undefined;
}

function restartsOf({ restartCount, lastState }: ContainerStatus): Restarts {
  return { count: restartCount ?? 0, last: lastState?.terminated?.finishedAt ?? undefined };
}

function add(a: Restarts, b: Restarts): Restarts {
  const last = !a.last || (b.last && Date.parse(b.last) > Date.parse(a.last)) ? b.last : a.last;
  return { count: a.count + b.count, last };
}

const none: Restarts = { count: 0, last: undefined };

function summarizeInitContainers(pod: Pod, sidecars: ReadonlySet<string>) {
  let all = none;
  let ofSidecars = none;
  let ready = 0;
  const statuses = pod.status?.initContainerStatuses ?? [];
  for (const [index, container] of statuses.entries()) {
    const { state, name } = container;
    all = add(all, restartsOf(container));
    if (sidecars.has(name)) ofSidecars = add(ofSidecars, restartsOf(container));
    if (state?.terminated?.exitCode === 0) continue;
    if (sidecars.has(name) && container.started) {
      if (container.ready) ready++;
      continue;
    }
    const status = `Init:${initStatus(container, index, pod)}`;
    return { all, sidecars: ofSidecars, ready, status };
  }
  return { all, sidecars: ofSidecars, ready, status: undefined };
}

function initStatus({ state }: ContainerStatus, index: number, pod: Pod): string {
  if (state?.terminated) return ending(state.terminated);
  const waiting = state?.waiting?.reason;
  if (waiting && waiting !== 'PodInitializing') return waiting;
  return `${index}/${pod.spec.initContainers?.length ?? 0}`;
}

function ending({ reason, signal, exitCode }: { reason?: string; signal?: number; exitCode: number }): string {
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode ?? 0}`);
}

/** The first container that is not well says how the Pod is. */
function summarizeContainers(statuses: readonly ContainerStatus[]) {
  let restarts = none;
  let ready = 0;
  let running = false;
  let status: string | undefined;
  for (const container of [...statuses].reverse()) {
    const { state } = container;
    restarts = add(restarts, restartsOf(container));
    if (state?.waiting?.reason) status = state.waiting.reason;
    else if (state?.terminated) status = ending(state.terminated);
    else if (container.ready && state?.running) {
      running = true;
      ready++;
    }
  }
  return { restarts, ready, running, status };
}

function readinessGates({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const met = gates.filter(({ conditionType }) => podCondition(status, conditionType)?.status === 'True');
  return `${met.length}/${gates.length}`;
}

export const podColumns: readonly Column<Pod>[] = [
  column('Ready', 'string', 'The aggregate readiness state of this pod for accepting traffic.', (pod) => {
    const { ready, total } = summarizePod(pod);
    return `${ready}/${total}`;
  }),
  column('Status', 'string', 'The aggregate status of the containers in this pod.', (pod) => summarizePod(pod).status),
  column(
    'Restarts',
    'string',
    'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
    (pod, now) => {
      const { restarts, lastRestart } = summarizePod(pod);
      return restarts > 0 && lastRestart ? `${restarts} (${since(lastRestart, now)} ago)` : String(restarts);
    },
  ),
  ageColumn(),
  wideColumn(
    'IP',
    'podIP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated.',
    ({ status }) => status?.podIPs?.[0]?.ip || status?.podIP || '<none>',
  ),
  wideColumn(
    'Node',
    'NodeName indicates in which node this pod is scheduled. If empty, this pod is a candidate for scheduling by the scheduler defined in schedulerName. Once this field is set, the kubelet for this node becomes responsible for the lifecycle of this pod. This field should not be used to express a desire for the pod to be scheduled on a specific node. https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename',
    ({ spec }) => spec.nodeName || '<none>',
  ),
  wideColumn(
    'Nominated Node',
    'nominatedNodeName is set only when this pod preempts other pods on the node, but it cannot be scheduled right away as preemption victims receive their graceful termination periods. This field does not guarantee that the pod will be scheduled on this node. Scheduler may decide to place the pod elsewhere if other nodes become available sooner. Scheduler may also decide to give the resources on this node to a higher priority pod that is created after preemption. As a result, this field may be different than PodSpec.nodeName when the pod is scheduled.',
    ({ status }) => status?.nominatedNodeName || '<none>',
  ),
  wideColumn(
    'Readiness Gates',
    'If specified, all readiness gates will be evaluated for pod readiness. A pod is ready when all its containers are ready AND all conditions specified in the readiness gates have status equal to "True" More info: https://git.k8s.io/enhancements/keps/sig-network/580-pod-readiness-gates',
    readinessGates,
  ),
];
