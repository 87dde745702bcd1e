import type { Container, Pod } from '../../../kubernetes/objects.ts';
import { isRestartableInitContainer } from '../../../kubernetes/readiness.ts';
import type { Exit } from '../../containers/runtime.ts';
import type { NetworkStack } from '../../network/network.ts';
import type { TerminationMessage } from '../container/termination-message.ts';
import type { NodeContext } from '../node/node-context.ts';
import { ContainerProbes, type ProbeKind } from '../probes/container-probes.ts';
import type { Dial } from '../probes/http-request.ts';
import { type ProbeOutcome, probeOnce } from '../probes/prober.ts';
import { isStatic } from '../static-pods.ts';
import type { StartFailure } from '../status/container-statuses.ts';
import type { PodVolumes } from '../volumes/pod-volumes.ts';
import type { ContainerRecord, PodState } from './state.ts';

/** One Pod as it runs on a node: its containers with their probes, its network and its volumes. */
export class PodMachine {
  pod: Pod;
  readonly state: PodState;
  readonly volumes: PodVolumes;
  /** Why containers wait, by name. */
  readonly failures = new Map<string, StartFailure>();
  stack: NetworkStack | undefined;
  readonly #node: NodeContext;
  readonly #probes = new Map<string, ContainerProbes>();
  readonly #changed: (what: 'containers' | 'probes') => void;

  /** @param changed called when a container has ended or a probe has come to another verdict */
  constructor(
    node: NodeContext,
    pod: Pod,
    state: PodState,
    volumes: PodVolumes,
    changed: (what: 'containers' | 'probes') => void,
  ) {
    this.#node = node;
    this.pod = pod;
    this.state = state;
    this.volumes = volumes;
    this.#changed = changed;
  }

  get addresses(): readonly string[] {
    return this.state.sandbox?.network.addresses ?? [];
  }

  /** Into the Pod itself, or to another host as the Pod would reach it. */
  dial(host: string | undefined): Dial {
    return (port, signal) => {
      if (host) {
        return this.stack ? this.stack.dial(host, port, signal) : Promise.reject(new Error('the Pod has no network'));
      }
      const { sandbox } = this.state;
      if (!sandbox?.ready)
        return Promise.reject(Object.assign(new Error('no route to host'), { code: 'EHOSTUNREACH' }));
      return this.#node.network.dialSandbox(sandbox.network, port);
    };
  }

  probesOf(id: string): ContainerProbes | undefined {
    return this.#probes.get(id);
  }

  /** Looks after a container that has just been started, until it ends. */
  follow(record: ContainerRecord, spec: Container, termination: TerminationMessage): void {
    const container = record.container!;
    this.#probe(record, spec);
    record.ended = container.exited.then(async (exit) => {
      const message = exit.message ?? (await termination.read(exit.code, container.log).catch(() => ''));
      this.#ended(record, exit, message);
    });
  }

  stopLiveness(): void {
    for (const probes of this.#probes.values()) probes.stopLiveness();
  }

  stopProbes(): void {
    for (const probes of this.#probes.values()) probes.stop();
    this.#probes.clear();
  }

  #ended(record: ContainerRecord, exit: Exit, message: string): void {
    this.#probes.get(record.id)?.stop();
    this.#probes.delete(record.id);
    record.state = 'exited';
    record.exit = {
      code: exit.code,
      reason: exit.oomKilled ? 'OOMKilled' : exit.code === 0 ? 'Completed' : 'Error',
      ...(message && { message }),
      finishedAt: this.#node.clock.now(),
    };
    this.#changed('containers');
  }

  #probe(record: ContainerRecord, spec: Container): void {
    const init = this.pod.spec.initContainers?.includes(spec);
    if (init && !isRestartableInitContainer(spec)) return;
    // Static Pods are the control plane, which is this program: where anybody can ask, it is well.
    if (isStatic(this.pod)) return;
    if (!spec.startupProbe && !spec.livenessProbe && !spec.readinessProbe) return;
    const { clock } = this.#node;
    const probes = new ContainerProbes({
      clock,
      spec,
      startedAt: record.startedAt,
      probe: (probe) =>
        probeOnce(probe, {
          spec,
          container: record.container!,
          podAddress: this.addresses[0] ?? '',
          clock,
          dial: (host) => this.dial(host),
        }),
      complain: (kind, outcome) => this.#complain(record, kind, outcome),
      changed: () => this.#changed('probes'),
    });
    this.#probes.set(record.id, probes);
  }

  #complain({ name, id }: ContainerRecord, kind: ProbeKind, { result, message }: ProbeOutcome): void {
    const probe = `${kind[0]!.toUpperCase()}${kind.slice(1)} probe`;
    const say = (reason: string, text: string) =>
      this.#node.events.container(this.pod, name, 'Warning', reason, text, id);
    if (result === 'warning') say('ProbeWarning', `${probe} warning: ${message}`);
    else if (result === 'failure') say('Unhealthy', `${probe} failed: ${message}`);
    else say('Unhealthy', `${probe} errored and resulted in unknown state: ${message}`);
  }
}
