import type { ContainerStatus, Pod, PodCondition, PodStatus } from '../../../kubernetes/objects.ts';
import { isPodTerminal } from '../../../kubernetes/readiness.ts';
import { podQOSClass } from '../../apiserver/resources/defaults/qos.ts';
import { condition, containersReady, initialized, isOwnCondition, ready } from './conditions.ts';
import { containerStatuses, lostContainer, type StatusInput } from './container-statuses.ts';
import { type PodPhase, podPhase } from './phase.ts';

export interface PodStatusInput extends StatusInput {
  /** What was reported last; the stored status where nothing has been since the kubelet started. */
  readonly previous: PodStatus | undefined;
  readonly hostAddress: string;
  /** The containers will not run again. */
  readonly terminal: boolean;
  /** The kubelet has given the Pod up: DeadlineExceeded and the like. */
  readonly failure?: { readonly reason: string; readonly message: string };
  /** RFC 3339 */
  readonly now: string;
}

/** What the kubelet reports of a Pod: generateAPIPodStatus and the status manager's rules. */
export function podStatus(input: PodStatusInput): PodStatus {
  const { pod, state, previous, hostAddress } = input;
  const regular = containerStatuses(input, 'containers', previous?.containerStatuses);
  const init = containerStatuses(input, 'initContainers', previous?.initContainerStatuses);
  const ephemeral = containerStatuses(input, 'ephemeralContainers', previous?.ephemeralContainerStatuses);
  const all = [...regular, ...init];
  const running = state.containers.some((record) => record.state === 'running');
  const { computed, phase, reason, message } = phaseOf(input, all, running);
  const others = (pod.status?.conditions ?? []).filter((each) => !isOwnCondition(each));
  const containers = containersReady(pod, all, computed);
  const conditions = [
    condition('PodReadyToStartContainers', state.sandbox?.ready ? 'True' : 'False'),
    initialized(pod, all, computed),
    ready(pod, containers, others),
    containers,
    condition('PodScheduled', 'True'),
  ].map((each) => withTransitionTime(each, previous, input.now));
  const addresses = state.sandbox?.network.addresses ?? (pod.spec.hostNetwork ? [hostAddress] : []);
  return {
    conditions: [...others, ...conditions],
    containerStatuses: regular,
    ...(ephemeral.length > 0 && { ephemeralContainerStatuses: ephemeral }),
    hostIP: hostAddress,
    hostIPs: [{ ip: hostAddress }],
    ...(init.length > 0 && { initContainerStatuses: init }),
    ...(message && { message }),
    ...(pod.status?.nominatedNodeName && { nominatedNodeName: pod.status.nominatedNodeName }),
    phase,
    ...(addresses.length > 0 && { podIP: addresses[0], podIPs: addresses.map((ip) => ({ ip })) }),
    qosClass: pod.status?.qosClass ?? podQOSClass(pod.spec),
    ...(reason && { reason }),
    startTime: previous?.startTime ?? input.now,
  };
}

interface PhaseAndWhy {
  /** What the conditions are made for. */
  readonly computed: PodPhase;
  readonly phase: PodPhase;
  readonly reason?: string;
  readonly message?: string;
}

/** A Pod never leaves its last phase, and is not said to be in it while a container may still be running. */
function phaseOf(input: PodStatusInput, all: readonly ContainerStatus[], running: boolean): PhaseAndWhy {
  const { pod, state, previous, failure, terminal } = input;
  const why = { reason: previous?.reason ?? pod.status?.reason, message: previous?.message ?? pod.status?.message };
  if (isPodTerminal(pod)) {
    const phase = pod.status!.phase as PodPhase;
    return { computed: phase, phase, ...why };
  }
  const regular = new Set(pod.spec.containers.map(({ name }) => name));
  const started =
    state.sandbox?.ready === true && state.containers.some((each) => each.container && regular.has(each.name));
  const before = (previous?.phase ?? 'Pending') as PodPhase;
  const computed = failure ? 'Failed' : podPhase(pod, all, terminal, started);
  if ((computed === 'Failed' || computed === 'Succeeded') && running) return { computed, phase: before, ...why };
  if (failure) return { computed, phase: computed, ...failure };
  return computed === before ? { computed, phase: computed, ...why } : { computed, phase: computed };
}

function withTransitionTime(next: PodCondition, previous: PodStatus | undefined, now: string): PodCondition {
  const before = previous?.conditions?.find(({ type }) => type === next.type);
  const unchanged = before?.status === next.status;
  return { ...next, lastTransitionTime: unchanged ? (before.lastTransitionTime ?? now) : now };
}

/**
 * The last status of a Pod whose containers have stopped for good: a container of which nothing is known counts as
 * failed, and so does a Pod that has come to no end of its own (the status manager's TerminatePod).
 */
export function finalStatus({ spec }: Pod, status: PodStatus): PodStatus {
  const lost = { terminated: lostContainer('terminated') };
  const init = status.initContainerStatuses ?? [];
  let begun = init.length - 1;
  while (begun > 0 && init[begun]!.state?.waiting && !init[begun]!.lastState?.terminated) begun--;
  const last = init.at(-1);
  const initialized =
    !spec.initContainers?.length ||
    status.containerStatuses?.some(({ state, lastState }) => lastState?.terminated || !state?.waiting) ||
    last?.state?.terminated?.exitCode === 0 ||
    last?.lastState?.terminated?.exitCode === 0;
  const phase = status.phase === 'Succeeded' ? 'Succeeded' : 'Failed';
  return {
    ...status,
    ...(initialized && {
      containerStatuses: status.containerStatuses?.map((each) =>
        each.state?.terminated ? each : { ...each, state: lost },
      ),
    }),
    ...(init.length > 0 && {
      initContainerStatuses: init.map((each, index) =>
        index > begun || each.state?.terminated ? each : { ...each, state: lost },
      ),
    }),
    phase,
  };
}
