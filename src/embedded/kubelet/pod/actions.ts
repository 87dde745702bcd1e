import type { Container, Pod } from '../../../kubernetes/objects.ts';
import { initContainerActions } from './init-actions.ts';
import { hasSucceeded, restartsOnFailure, shouldBeRestarted } from './restart.ts';
import { type ContainerRecord, findRecord, type PodState } from './state.ts';

/** What a probe has come to for one container; undefined while it has not. */
export type ProbeVerdict = (id: string, probe: 'startup' | 'liveness') => 'success' | 'failure' | undefined;

/** Why a container is killed: a probe may bring a grace period of its own. */
export type KillReason = 'startup' | 'liveness' | 'postStart' | undefined;

export interface Kill {
  readonly record: ContainerRecord;
  /** The event's text. */
  readonly message: string;
  readonly reason: KillReason;
}

/** What is to be done to make a Pod's containers what its spec says. */
export interface PodActions {
  /** Stop every container and the sandbox. */
  killPod: boolean;
  createSandbox: boolean;
  readonly kill: Kill[];
  /** Names in the order of starting. */
  readonly startEphemeral: string[];
  readonly startInit: string[];
  readonly start: string[];
  /** Running containers whose resources the spec has changed. */
  readonly resize: ContainerRecord[];
}

/** kuberuntime's computePodActions. */
export function podActions(pod: Pod, state: PodState, verdict: ProbeVerdict): PodActions {
  const create = !state.sandbox?.ready;
  const actions: PodActions = {
    killPod: create,
    createSandbox: create,
    kill: [],
    startEphemeral: [],
    startInit: [],
    start: [],
    resize: [],
  };
  if (create) return afresh(pod, state, actions);
  for (const { name } of pod.spec.ephemeralContainers ?? []) {
    if (!findRecord(state, name)) actions.startEphemeral.push(name);
  }
  const initialized = initContainerActions(pod, state, verdict, actions);
  if (actions.killPod || !initialized) return actions;
  let kept = 0;
  for (const container of pod.spec.containers) {
    if (containerActions(container, pod, state, verdict, actions)) kept++;
  }
  if (kept === 0 && actions.start.length === 0) {
    actions.killPod = true;
    // Sidecars alone do not keep a Pod going.
    actions.startInit.length = 0;
  }
  return actions;
}

/** There is no sandbox, or it has been stopped: everything begins anew, unless the Pod is done. */
function afresh(pod: Pod, state: PodState, actions: PodActions): PodActions {
  const { containers, initContainers = [], restartPolicy } = pod.spec;
  if (!restartsOnFailure(pod) && state.sandboxes > 0 && state.containers.length > 0) {
    actions.createSandbox = false;
    return actions;
  }
  const start = containers.filter(({ name }) => !(restartPolicy === 'OnFailure' && hasSucceeded(name, state)));
  if (start.length === 0 && containers.some(({ name }) => findRecord(state, name))) {
    actions.createSandbox = false;
    return actions;
  }
  if (initContainers.length > 0) actions.startInit.push(initContainers[0]!.name);
  else actions.start.push(...start.map(({ name }) => name));
  return actions;
}

/** Returns whether the container runs and goes on running. */
function containerActions(
  container: Container,
  pod: Pod,
  state: PodState,
  verdict: ProbeVerdict,
  actions: PodActions,
): boolean {
  const { name } = container;
  const record = findRecord(state, name);
  if (record?.state !== 'running') {
    if (shouldBeRestarted(container, pod, state)) actions.start.push(name);
    return false;
  }
  const cause = causeOfDeath(container, record, verdict);
  if (!cause) {
    if (!sameResources(container, record)) actions.resize.push(record);
    return true;
  }
  const restart = cause.always || restartsOnFailure(pod);
  if (restart) actions.start.push(name);
  actions.kill.push({
    record,
    message: restart ? `${cause.message}, will be restarted` : cause.message,
    reason: cause.reason,
  });
  return false;
}

interface Cause {
  readonly message: string;
  readonly reason: KillReason;
  /** The container is started again whatever the restart policy. */
  readonly always: boolean;
}

function causeOfDeath(container: Container, record: ContainerRecord, verdict: ProbeVerdict): Cause | undefined {
  const { name } = container;
  if (container.image !== record.requestedImage) {
    return { message: `Container ${name} definition changed`, reason: undefined, always: true };
  }
  if (verdict(record.id, 'liveness') === 'failure') {
    return { message: `Container ${name} failed liveness probe`, reason: 'liveness', always: false };
  }
  if (verdict(record.id, 'startup') === 'failure') {
    return { message: `Container ${name} failed startup probe`, reason: 'startup', always: false };
  }
  if (resizeNeedsRestart(container, record)) {
    return { message: `Container ${name} resize requires restart`, reason: undefined, always: true };
  }
  return undefined;
}

/** CPU or memory has changed, and the container's resizePolicy for it says RestartContainer. */
export function resizeNeedsRestart({ resources, resizePolicy }: Container, { resources: actual }: ContainerRecord) {
  return (resizePolicy ?? []).some(
    ({ resourceName, restartPolicy }) =>
      restartPolicy === 'RestartContainer' &&
      (['requests', 'limits'] as const).some(
        (list) => String(resources?.[list]?.[resourceName] ?? '') !== String(actual[list]?.[resourceName] ?? ''),
      ),
  );
}

export function sameResources({ resources }: Container, { resources: actual }: ContainerRecord): boolean {
  return (['requests', 'limits'] as const).every((list) => {
    const wanted = resources?.[list] ?? {};
    const present = actual[list] ?? {};
    return (
      Object.keys(wanted).length === Object.keys(present).length &&
      Object.entries(wanted).every(([name, amount]) => String(amount) === String(present[name]))
    );
  });
}
