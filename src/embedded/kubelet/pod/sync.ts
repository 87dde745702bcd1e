import type { Container } from '../../../kubernetes/objects.ts';
import { sleep } from '../../clock.ts';
import { podDns } from '../container/network-files.ts';
import type { NodeContext } from '../node/node-context.ts';
import { type PodActions, podActions } from './actions.ts';
import { killAll, killContainer } from './killer.ts';
import type { PodMachine } from './machine.ts';
import { ContainerStartError } from './start-failure.ts';
import { startContainer } from './starter.ts';
import { type ContainerExit, dropRecords, findRecord, lastExits } from './state.ts';

/** Milliseconds before something that failed is looked at again: the kubelet's backOffPeriod. */
const retryPeriod = 10_000;

export interface SyncResult {
  /** Containers are not what they were, so that there may be more to do at once. */
  readonly again: boolean;
  /** Milliseconds until something that failed should be tried again. */
  readonly retryAfter?: number;
}

/**
 * Does what brings a Pod's containers closer to its spec (kuberuntime's SyncPod): stops what must not run, then starts
 * what must, one container after the other. Rejects when `signal` is aborted.
 */
export async function syncPod(node: NodeContext, machine: PodMachine, signal: AbortSignal): Promise<SyncResult> {
  const verdict = (id: string, kind: 'startup' | 'liveness') => machine.probesOf(id)?.verdict(kind);
  const actions = podActions(machine.pod, machine.state, verdict);
  // As the kubelet sees it, a container that is killed now has not failed yet: it may start again at once.
  const exits = lastExits(machine.state);
  let changed = await stop(node, machine, actions, signal);
  let died = false;
  if (actions.createSandbox) {
    await createSandbox(node, machine, signal);
    changed = true;
  }
  const { initContainers = [], containers, ephemeralContainers = [] } = machine.pod.spec;
  const waits: number[] = [];
  /** Returns whether to go on with what comes after. */
  const start = async (list: readonly Container[], names: readonly string[], inOrder: boolean) => {
    for (const name of names) {
      const spec = list.find((each) => each.name === name)!;
      const before = findRecord(machine.state, name);
      const wait = await startOne(node, machine, spec, exits.get(name), signal);
      const record = findRecord(machine.state, name);
      if (record !== before) changed = true;
      if (wait === 0) continue;
      waits.push(wait);
      if (record !== before) died = true;
      if (inOrder && spec.restartPolicy !== 'Always') return false;
    }
    return true;
  };
  await start(ephemeralContainers as Container[], actions.startEphemeral, false);
  if (await start(initContainers, actions.startInit, true)) await start(containers, actions.start, false);
  if (waits.length === 0) return { again: changed };
  return { again: died, retryAfter: Math.min(retryPeriod, ...waits) };
}

/** Returns whether anything was there to stop. */
async function stop(node: NodeContext, machine: PodMachine, actions: PodActions, signal: AbortSignal) {
  if (actions.killPod) {
    const had = machine.state.sandbox?.ready ?? false;
    await killAll(node, machine, undefined, signal);
    releaseSandbox(node, machine);
    if (actions.createSandbox) {
      dropRecords(machine.state, new Set(machine.pod.spec.initContainers?.map(({ name }) => name)));
    }
    return had;
  }
  for (const { record, message, reason } of actions.kill) {
    await killContainer(node, machine, record, { message, reason }, signal);
  }
  for (const record of actions.resize) {
    const spec = [...machine.pod.spec.containers, ...(machine.pod.spec.initContainers ?? [])].find(
      ({ name }) => name === record.name,
    );
    record.resources = spec?.resources ?? {};
  }
  return actions.kill.length > 0 || actions.resize.length > 0;
}

async function createSandbox(node: NodeContext, machine: PodMachine, signal: AbortSignal): Promise<void> {
  const { pod, state } = machine;
  if (state.sandboxes > 0) {
    node.events.pod(pod, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
  }
  const { sandbox } = node.latencies;
  if (sandbox > 0) await sleep(node.clock, sandbox, signal);
  const mappings = pod.spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, containerPort, hostIP, protocol = 'TCP' }) =>
      hostPort ? [{ hostPort, containerPort, protocol, ...(hostIP && { hostIP }) }] : [],
    ),
  );
  const network = node.network.createSandbox(node.name, pod.spec.hostNetwork ?? false, mappings);
  state.sandbox = { network, attempt: state.sandboxes++, ready: true };
  machine.stack = node.network.stack(network, podDns(pod, node.dns));
}

/** Its addresses are given back; the status goes on naming them. */
export function releaseSandbox(node: NodeContext, { state }: PodMachine): void {
  if (!state.sandbox?.ready) return;
  state.sandbox.ready = false;
  node.network.releaseSandbox(state.sandbox.network);
}

/** Returns in how many milliseconds it should be tried again; 0 where it has been started. */
async function startOne(
  node: NodeContext,
  machine: PodMachine,
  spec: Container,
  last: ContainerExit | undefined,
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted();
  try {
    await startContainer(node, machine, spec, last, signal);
    machine.failures.delete(spec.name);
    return 0;
  } catch (error) {
    if (!(error instanceof ContainerStartError)) throw error;
    machine.failures.set(spec.name, error.failure);
    return error.retryAfter ?? retryPeriod;
  }
}
