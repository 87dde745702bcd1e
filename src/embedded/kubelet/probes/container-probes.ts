import type { Container, Probe } from '../../../kubernetes/objects.ts';
import type { Clock, Timer } from '../../clock.ts';
import type { ProbeOutcome } from './prober.ts';

export type ProbeKind = 'startup' | 'liveness' | 'readiness';

export interface ContainerProbesOptions {
  readonly clock: Clock;
  readonly spec: Container;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  probe(probe: Probe): Promise<ProbeOutcome>;
  /** A probe did not succeed: for the event. */
  complain(kind: ProbeKind, outcome: ProbeOutcome): void;
  /** A verdict has changed. */
  changed(): void;
}

const names: Readonly<Record<ProbeKind, 'startupProbe' | 'livenessProbe' | 'readinessProbe'>> = {
  startup: 'startupProbe',
  liveness: 'livenessProbe',
  readiness: 'readinessProbe',
};
/** How often a probe that could not be carried out is tried before it counts as no result. */
const attempts = 3;

/** The probes of one running container, from its start to its end (pkg/kubelet/prober). */
export class ContainerProbes {
  readonly #options: ContainerProbesOptions;
  readonly #verdicts = new Map<ProbeKind, 'success' | 'failure'>();
  readonly #timers = new Map<ProbeKind, Timer>();
  readonly #runs = new Map<ProbeKind, { result: 'success' | 'failure'; times: number }>();
  readonly #stopped = new Set<ProbeKind>();

  constructor(options: ContainerProbesOptions) {
    this.#options = options;
    if (options.spec.startupProbe) this.#begin('startup');
    else this.#beginOthers();
  }

  /** Undefined where a probe has not come to a verdict yet, or there is none of that kind. */
  verdict(kind: ProbeKind): 'success' | 'failure' | undefined {
    return this.#verdicts.get(kind);
  }

  get started(): boolean {
    return !this.#options.spec.startupProbe || this.verdict('startup') === 'success';
  }

  get ready(): boolean {
    return this.started && (!this.#options.spec.readinessProbe || this.verdict('readiness') === 'success');
  }

  /** A container that is about to be stopped is not asked any more whether it lives. */
  stopLiveness(): void {
    this.#stop('startup');
    this.#stop('liveness');
  }

  stop(): void {
    this.stopLiveness();
    this.#stop('readiness');
  }

  #begin(kind: ProbeKind): void {
    const { clock, startedAt, spec } = this.#options;
    const probe = spec[names[kind]];
    if (!probe || this.#stopped.has(kind)) return;
    const delay = startedAt + (probe.initialDelaySeconds ?? 0) * 1000 - clock.now();
    this.#schedule(kind, probe, Math.max(0, delay));
  }

  #beginOthers(): void {
    this.#begin('liveness');
    this.#begin('readiness');
  }

  #schedule(kind: ProbeKind, probe: Probe, delay: number): void {
    const { clock } = this.#options;
    this.#timers.set(
      kind,
      clock.schedule(delay, () => {
        const began = clock.now();
        void this.#run(kind, probe).then((again) => {
          if (!again || this.#stopped.has(kind)) return;
          const period = (probe.periodSeconds ?? 10) * 1000;
          this.#schedule(kind, probe, Math.max(0, began + period - clock.now()));
        });
      }),
    );
  }

  /** Returns whether the probe goes on. */
  async #run(kind: ProbeKind, probe: Probe): Promise<boolean> {
    let outcome = await this.#options.probe(probe);
    for (let attempt = 1; attempt < attempts && outcome.result === 'unknown'; attempt++) {
      outcome = await this.#options.probe(probe);
    }
    if (this.#stopped.has(kind)) return false;
    if (outcome.result !== 'success') this.#options.complain(kind, outcome);
    if (outcome.result === 'unknown') return true;
    const result = outcome.result === 'failure' ? 'failure' : 'success';
    const run = this.#runs.get(kind);
    const times = run?.result === result ? run.times + 1 : 1;
    this.#runs.set(kind, { result, times });
    const threshold = result === 'success' ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
    return times < threshold || this.#settle(kind, result);
  }

  /** Returns whether the probe goes on after this verdict. */
  #settle(kind: ProbeKind, result: 'success' | 'failure'): boolean {
    const before = this.#verdicts.get(kind);
    this.#verdicts.set(kind, result);
    if (before !== result) this.#options.changed();
    if (kind === 'startup') {
      if (result === 'success') this.#beginOthers();
      return false;
    }
    return kind === 'readiness' || result === 'success';
  }

  #stop(kind: ProbeKind): void {
    this.#stopped.add(kind);
    this.#timers.get(kind)?.cancel();
    this.#timers.delete(kind);
  }
}
