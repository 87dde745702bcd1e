import type { Container, Pod } from '../../../kubernetes/objects.ts';
import { isRestartableInitContainer } from '../../../kubernetes/readiness.ts';
import { sleep } from '../../clock.ts';
import { runHook } from '../hooks.ts';
import type { NodeContext } from '../node/node-context.ts';
import type { KillReason } from './actions.ts';
import type { PodMachine } from './machine.ts';
import { type ContainerRecord, runningRecords } from './state.ts';

/** Seconds that every container gets, whatever grace period it has. */
const leastGrace = 2;

export interface KillOptions {
  /** The event's text; "Stopping container NAME" when absent. */
  readonly message?: string;
  readonly reason?: KillReason;
  /** Seconds; the Pod's own grace period when absent. */
  readonly grace?: number;
  /** Resolves when it is the container's turn to be told. */
  readonly turn?: Promise<unknown>;
}

/**
 * Runs the preStop hook, asks the container to end, and ends it when its time is up (kuberuntime's killContainer).
 * Rejects when `signal` is aborted: the container is then still about to be killed, by someone with another grace period.
 */
export async function killContainer(
  node: NodeContext,
  machine: PodMachine,
  record: ContainerRecord,
  { message, reason, grace, turn }: KillOptions,
  signal: AbortSignal,
): Promise<void> {
  const { clock, events } = node;
  const { pod } = machine;
  const spec = declared(pod, record.name);
  const container = record.container!;
  if (!record.stopping) {
    events.container(pod, record.name, 'Normal', 'Killing', message ?? `Stopping container ${record.name}`);
  }
  const deadline = clock.now() + (grace ?? gracePeriod(pod, spec, reason)) * 1000;
  const left = () => Math.max(0, deadline - clock.now());
  const hook = spec?.lifecycle?.preStop;
  if (hook && !record.stopping && left() > 0) {
    const stop = new AbortController();
    const target = {
      pod,
      spec,
      container,
      podAddress: machine.addresses[0] ?? '',
      clock,
      dial: (host: string | undefined) => machine.dial(host),
    };
    const run = runHook(hook, target, stop.signal).catch(() => {
      if (!stop.signal.aborted)
        events.container(pod, record.name, 'Warning', 'FailedPreStopHook', 'PreStopHook failed');
    });
    await within(node, Promise.race([run, container.exited]), left(), signal).finally(() => stop.abort());
  }
  record.stopping = true;
  if (turn && left() > 0) await within(node, turn, left(), signal);
  signal.throwIfAborted();
  container.signal('SIGTERM');
  await within(node, container.exited, Math.max(left(), leastGrace * 1000), signal);
  container.signal('SIGKILL');
  await record.ended;
}

/** Waits for `event`, `milliseconds` at most. Rejects when the signal is aborted. */
async function within({ clock }: NodeContext, event: Promise<unknown>, milliseconds: number, signal: AbortSignal) {
  signal.throwIfAborted();
  const waiting = new AbortController();
  const stop = () => waiting.abort();
  signal.addEventListener('abort', stop, { once: true });
  await Promise.race([event, sleep(clock, milliseconds, waiting.signal).catch(() => {})]);
  signal.removeEventListener('abort', stop);
  stop();
  signal.throwIfAborted();
}

function declared({ spec }: Pod, name: string): Container | undefined {
  const ephemeral = (spec.ephemeralContainers ?? []) as Container[];
  return [...spec.containers, ...(spec.initContainers ?? []), ...ephemeral].find((each) => each.name === name);
}

/** Seconds. A probe that failed may bring a grace period of its own. */
function gracePeriod({ metadata, spec }: Pod, container: Container | undefined, reason: KillReason): number {
  if (metadata.deletionGracePeriodSeconds !== undefined) return metadata.deletionGracePeriodSeconds;
  const probe =
    reason === 'startup' ? container?.startupProbe : reason === 'liveness' ? container?.livenessProbe : undefined;
  return probe?.terminationGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
}

/**
 * Kills all containers at once, except that sidecars wait for the others, and for the sidecars after them.
 * @param grace seconds; the Pod's own when absent
 */
export async function killAll(
  node: NodeContext,
  machine: PodMachine,
  grace: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const running = runningRecords(machine.state);
  const ended = new Map(running.map(({ name, container }) => [name, container!.exited]));
  const { spec } = machine.pod;
  const sidecars = (spec.initContainers ?? []).filter(isRestartableInitContainer).map(({ name }) => name);
  const turnOf = (name: string) => {
    const position = sidecars.indexOf(name);
    if (position < 0) return undefined;
    const before = [...spec.containers.map((each) => each.name), ...sidecars.slice(position + 1)];
    return Promise.all(before.map((each) => ended.get(each)));
  };
  await Promise.all(
    running.map((record) => killContainer(node, machine, record, { grace, turn: turnOf(record.name) }, signal)),
  );
}
