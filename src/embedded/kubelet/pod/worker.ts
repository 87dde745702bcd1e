import type { Pod, PodStatus } from '../../../kubernetes/objects.ts';
import { isPodTerminal } from '../../../kubernetes/readiness.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import { equal } from '../../apiserver/json.ts';
import type { ResourceClient } from '../../client/client.ts';
import { sleep, type Timer, timestamp } from '../../clock.ts';
import { NodeStopped } from '../gate.ts';
import type { NodeContext } from '../node/node-context.ts';
import type { Readiness } from '../status/container-statuses.ts';
import { finalStatus, podStatus } from '../status/pod-status.ts';
import { PodVolumes } from '../volumes/pod-volumes.ts';
import { killAll } from './killer.ts';
import { PodMachine } from './machine.ts';
import { type ContainerRecord, type PodState, runningRecords } from './state.ts';
import { StatusWriter } from './status-writer.ts';
import { releaseSandbox, syncPod } from './sync.ts';

export interface PodWorkerOptions {
  readonly node: NodeContext;
  readonly pods: ResourceClient<Pod>;
  readonly state: PodState;
  /** The Pod as it is stored now; undefined where it is gone, or another one has its name. */
  current(): Pod | undefined;
  /** The Pod has ended and is not in the API any more: the worker can be forgotten. */
  gone(): void;
  failed(error: unknown): void;
}

/** How often a real kubelet looks for what others have written (syncPeriod in pkg/kubelet/status/status_manager.go). */
const reconcilePeriod = 10_000;

const deadlineExceeded = {
  reason: 'DeadlineExceeded',
  message: 'Pod was active on the node longer than the specified deadline',
};

const teardownTurns = 25;

/**
 * Takes one Pod from its first container to its deletion. What happens to it (a new version of the object, a container's
 * end, a probe's verdict, a time that has come) only wakes the worker, which then does one thing after the other:
 * first it keeps the Pod as its spec says, then it terminates it, then it has it deleted.
 */
export class PodWorker {
  readonly machine: PodMachine;
  readonly #options: PodWorkerOptions;
  readonly #writer: StatusWriter;
  #phase: 'syncing' | 'terminating' | 'terminated' = 'syncing';
  #working: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #removed = false;
  #abort = new AbortController();
  #retry: Timer | undefined;
  #deadline: Timer | undefined;
  #reconcile: Timer | undefined;
  #failure: { readonly reason: string; readonly message: string } | undefined;

  constructor(pod: Pod, options: PodWorkerOptions) {
    const { node, state, pods, current, failed } = options;
    this.#options = options;
    const volumes = new PodVolumes(pod, node.volumes, () => this.wake());
    this.machine = new PodMachine(node, pod, state, volumes, (what) => this.#noticed(what));
    this.#writer = new StatusWriter({ pods, current, failed });
    if (isPodTerminal(pod)) this.#phase = 'terminated';
  }

  /** The status as it was reported last, or is stored. */
  get status(): PodStatus | undefined {
    return this.#writer.last ?? this.machine.pod.status;
  }

  /** Its containers have stopped, or will be: it takes none of the node's resources any more. */
  get finished(): boolean {
    return this.#phase === 'terminated';
  }

  /** A new version of the object. */
  update(pod: Pod): void {
    const before = this.machine.pod;
    this.machine.pod = pod;
    this.machine.volumes.update(pod);
    const sooner =
      pod.metadata.deletionGracePeriodSeconds !== undefined &&
      pod.metadata.deletionGracePeriodSeconds !== before.metadata.deletionGracePeriodSeconds;
    if (sooner && !this.finished) this.#interrupt();
    if (concernsKubelet(before, pod)) this.wake();
    if (this.#phase === 'syncing' && !this.#writer.isSaidBy(pod)) this.#reportLater();
  }

  /** Others write a Pod's status too, as the node controller does while the node is silent: what they wrote is put back. */
  #reportLater(): void {
    this.#reconcile ??= this.#options.node.clock.schedule(reconcilePeriod, () => {
      this.#reconcile = undefined;
      this.#writer.writeAgain();
    });
  }

  /** The object is gone from the API, by force where the Pod still runs. */
  remove(): void {
    if (this.#removed) return;
    this.#removed = true;
    if (this.#phase === 'syncing') this.#interrupt();
    this.wake();
  }

  /** The kubelet does not take the Pod: it has failed before it began. */
  reject(reason: string, message: string): void {
    const { node } = this.#options;
    node.events.pod(this.machine.pod, 'Warning', reason, message);
    this.#phase = 'terminated';
    const { qosClass } = this.machine.pod.status ?? {};
    this.#writer.set({
      message: `Pod was rejected: ${message}`,
      phase: 'Failed',
      ...(qosClass && { qosClass }),
      reason,
      startTime: timestamp(node.clock),
    });
    this.wake();
  }

  /** The object has been made anew, and knows nothing of what has been reported. */
  reportAgain(): void {
    this.#writer.writeAgain();
  }

  wake(): void {
    this.#again = true;
    if (this.#stopped) return;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      if (this.#again) this.wake();
    });
  }

  /** The node stops: nothing is said or waited for any more, and all containers are gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#again = false;
    this.#cancelTimers();
    this.#abort.abort(new NodeStopped());
    this.machine.stopProbes();
    const { containers } = this.machine.state;
    for (const { container } of containers) container?.signal('SIGKILL');
    for (const { container } of containers) container?.remove();
    releaseSandbox(this.#options.node, this.machine);
    const logged = containers.map(async ({ container, closeLog }) => {
      // Its last words come with its end.
      await container?.exited;
      await closeLog?.();
    });
    await Promise.all([this.#working, this.machine.volumes.close(), ...logged]);
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        await this.#step();
      } catch (error) {
        if (this.#stopped || error instanceof NodeStopped) return;
        // What was interrupted begins anew, with what has changed since.
        if (!this.#abort.signal.aborted) this.#options.failed(error);
      }
    }
  }

  async #step(): Promise<void> {
    if (this.#abort.signal.aborted) this.#abort = new AbortController();
    if (this.#phase === 'syncing' && this.#mustEnd()) this.#phase = 'terminating';
    if (this.#phase === 'syncing') await this.#sync();
    if (this.#phase === 'terminating') await this.#terminate();
    if (this.#phase === 'terminated') await this.#finish();
  }

  #mustEnd(): boolean {
    const { pod } = this.machine;
    return (
      this.#removed || this.#failure !== undefined || pod.metadata.deletionTimestamp !== undefined || isPodTerminal(pod)
    );
  }

  async #sync(): Promise<void> {
    const { node } = this.#options;
    const { machine } = this;
    const status = this.#report(false);
    this.#watchDeadline(status);
    if (status.phase === 'Succeeded' || status.phase === 'Failed') {
      this.#phase = 'terminating';
      return;
    }
    if (!(await machine.volumes.mount())) return;
    const missing = node.missingPullSecrets(machine.pod);
    if (missing.length > 0) {
      const names = missing.join(', ');
      const text = `Unable to retrieve some image pull secrets (${names}); attempting to pull the image may not succeed.`;
      node.events.pod(machine.pod, 'Warning', 'FailedToRetrieveImagePullSecret', text);
    }
    this.#retry?.cancel();
    const { again, retryAfter } = await syncPod(node, machine, this.#abort.signal);
    if (again) this.#again = true;
    else this.#report(false);
    if (retryAfter !== undefined) this.#retry = node.clock.schedule(retryAfter, () => this.wake());
  }

  async #terminate(): Promise<void> {
    const { node } = this.#options;
    const { machine } = this;
    this.#cancelTimers();
    this.#report(false);
    machine.stopLiveness();
    await killAll(node, machine, undefined, this.#abort.signal);
    machine.stopProbes();
    releaseSandbox(node, machine);
    await machine.volumes.close();
    this.#phase = 'terminated';
    this.#writer.set(finalStatus(machine.pod, this.#report(true)));
  }

  /** Once the API knows how the Pod ended, it may be deleted; what it had on the node goes when it has been. */
  async #finish(): Promise<void> {
    const { pods, current } = this.#options;
    const { namespace = '', name, uid } = this.machine.pod.metadata;
    await this.#writer.flush();
    const stored = this.#removed ? undefined : current();
    if (!stored) {
      for (const { container } of this.machine.state.containers) container?.remove();
      this.#options.gone();
      return;
    }
    if (!stored.metadata.deletionTimestamp) return;
    const { clock, latencies } = this.#options.node;
    // In many turns: on a busy machine each comes late, as do the looks of the client for whom this takes its time.
    for (let turn = 0; turn < teardownTurns && latencies.teardown > 0; turn++) {
      await sleep(clock, latencies.teardown / teardownTurns, this.#abort.signal);
    }
    const preconditions = uid ? { uid } : undefined;
    await pods.delete(namespace, name, { gracePeriodSeconds: 0, preconditions }).catch((error) => {
      if (!ApiError.is(error, 'NotFound') && !ApiError.is(error, 'Conflict')) throw error;
    });
  }

  #noticed(what: 'containers' | 'probes'): void {
    if (this.#stopped) return;
    // While the worker is busy with one container, the readiness of the others is reported all the same.
    if (what === 'probes' && this.#phase !== 'terminated') this.#report(false);
    this.wake();
  }

  #report(terminal: boolean): PodStatus {
    const { machine } = this;
    const { node } = this.#options;
    const status = podStatus({
      pod: machine.pod,
      state: machine.state,
      previous: this.status,
      failures: machine.failures,
      readiness: (record) => this.#readiness(record),
      hostAddress: node.address,
      terminal,
      failure: this.#failure,
      now: timestamp(node.clock),
    });
    if (!terminal) this.#writer.set(status);
    return status;
  }

  #readiness({ id }: ContainerRecord): Readiness {
    const probes = this.machine.probesOf(id);
    return probes ? { started: probes.started, ready: probes.ready } : { started: true, ready: true };
  }

  #watchDeadline({ startTime }: PodStatus): void {
    const { clock, events } = this.#options.node;
    const seconds = this.machine.pod.spec.activeDeadlineSeconds;
    this.#deadline?.cancel();
    if (seconds === undefined || !startTime) return;
    const left = Date.parse(startTime) + seconds * 1000 - clock.now();
    this.#deadline = clock.schedule(left, () => {
      this.#failure = deadlineExceeded;
      events.pod(this.machine.pod, 'Normal', deadlineExceeded.reason, deadlineExceeded.message);
      this.#interrupt();
      this.wake();
    });
  }

  #interrupt(): void {
    this.#abort.abort(new Error('the Pod has to end'));
  }

  #cancelTimers(): void {
    this.#retry?.cancel();
    this.#deadline?.cancel();
    this.#reconcile?.cancel();
  }

  /** For the streams into it: the containers that run. */
  get running(): readonly ContainerRecord[] {
    return runningRecords(this.machine.state);
  }
}

/** Not the kubelet's own report, when it comes back. */
function concernsKubelet(before: Pod, { metadata, spec, status }: Pod): boolean {
  const old = before.metadata;
  return (
    metadata.generation !== old.generation ||
    metadata.deletionTimestamp !== old.deletionTimestamp ||
    metadata.deletionGracePeriodSeconds !== old.deletionGracePeriodSeconds ||
    metadata.finalizers?.length !== old.finalizers?.length ||
    !equal(metadata.labels, old.labels) ||
    !equal(metadata.annotations, old.annotations) ||
    status?.phase !== before.status?.phase ||
    (spec.readinessGates?.length ? !equal(status?.conditions, before.status?.conditions) : false)
  );
}
