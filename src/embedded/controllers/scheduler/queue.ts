import type { Pod } from '../../../kubernetes/objects.ts';
import type { Clock, Timer } from '../../clock.ts';

/** Milliseconds a Pod waits after its first failed attempt; each further one doubles it … */
const firstBackoff = 1000;
/** … up to this. */
const lastBackoff = 10_000;
/** After this long Pods are tried again whatever has changed. */
const longestWait = 300_000;

/** A Pod without a node, between and during attempts to find one. */
export interface QueuedPod {
  pod: Pod;
  /** How often it has been tried. */
  attempts: number;
  /** Names of the plugins that objected last time: what may change their minds makes it worth another try. */
  objectors: ReadonlySet<string>;
  /** Since when it has been where it is. */
  since: number;
}

/**
 * Pods that need a node: those to be tried next (the most important first, then the oldest), those that wait for
 * something to change, and those that failed for a reason of the scheduler's own and wait for a while.
 */
export class SchedulingQueue {
  readonly #clock: Clock;
  readonly #wake: () => void;
  readonly #active = new Map<string, QueuedPod>();
  /** Something changed for them, but they were tried only just now. They are next where nothing else is. */
  readonly #backingOff = new Map<string, QueuedPod>();
  readonly #unschedulable = new Map<string, QueuedPod>();
  readonly #errors = new Map<string, { readonly entry: QueuedPod; readonly timer: Timer }>();
  /** Being tried, or bound. */
  readonly #inFlight = new Map<string, QueuedPod>();
  #flush: Timer | undefined;

  /** @param wake called when there is something to pop */
  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  get(pod: Pod): QueuedPod | undefined {
    const uid = pod.metadata.uid!;
    return (
      this.#active.get(uid) ??
      this.#backingOff.get(uid) ??
      this.#unschedulable.get(uid) ??
      this.#errors.get(uid)?.entry ??
      this.#inFlight.get(uid)
    );
  }

  add(pod: Pod): void {
    this.#activate({ pod, attempts: 0, objectors: new Set(), since: this.#clock.now() });
  }

  /** Where it was being tried or bound, it is not taken up again. */
  delete(pod: Pod): void {
    const uid = pod.metadata.uid!;
    for (const part of [this.#active, this.#backingOff, this.#unschedulable, this.#inFlight]) part.delete(uid);
    this.#errors.get(uid)?.timer.cancel();
    this.#errors.delete(uid);
    this.#armFlush();
  }

  pop(): QueuedPod | undefined {
    const part = this.#active.size > 0 ? this.#active : this.#backingOff;
    let next: QueuedPod | undefined;
    for (const entry of part.values()) if (!next || isBefore(entry, next)) next = entry;
    if (!next) return undefined;
    const uid = next.pod.metadata.uid!;
    part.delete(uid);
    this.#inFlight.set(uid, next);
    next.attempts++;
    return next;
  }

  /** It has a node. */
  done({ pod }: QueuedPod): void {
    this.#inFlight.delete(pod.metadata.uid!);
  }

  /** No node would do. */
  putAside(entry: QueuedPod, objectors: ReadonlySet<string>): void {
    if (!this.#land(entry)) return;
    entry.objectors = objectors;
    this.#unschedulable.set(entry.pod.metadata.uid!, entry);
    this.#armFlush();
  }

  /** Something went wrong: it is tried again after a while. */
  putOff(entry: QueuedPod): void {
    if (!this.#land(entry)) return;
    const uid = entry.pod.metadata.uid!;
    const timer = this.#clock.schedule(backoff(entry), () => {
      this.#errors.delete(uid);
      this.#activate(entry);
    });
    this.#errors.set(uid, { entry, timer });
  }

  /** Tries those again that wait for something to change and to whom it matters. */
  retry(matters: (entry: QueuedPod) => boolean): void {
    for (const [uid, entry] of [...this.#unschedulable]) {
      if (!matters(entry)) continue;
      this.#unschedulable.delete(uid);
      if (this.#clock.now() < entry.since + backoff(entry)) {
        this.#backingOff.set(uid, entry);
        this.#wake();
      } else {
        this.#activate(entry);
      }
    }
    this.#armFlush();
  }

  stop(): void {
    for (const { timer } of this.#errors.values()) timer.cancel();
    this.#flush?.cancel();
    this.#flush = undefined;
    for (const part of [this.#active, this.#backingOff, this.#unschedulable, this.#errors, this.#inFlight])
      part.clear();
  }

  #activate(entry: QueuedPod): void {
    entry.since = this.#clock.now();
    this.#active.set(entry.pod.metadata.uid!, entry);
    this.#wake();
  }

  /** False where the Pod has gone meanwhile. */
  #land(entry: QueuedPod): boolean {
    entry.since = this.#clock.now();
    return this.#inFlight.delete(entry.pod.metadata.uid!);
  }

  #armFlush(): void {
    this.#flush?.cancel();
    this.#flush = undefined;
    if (this.#unschedulable.size === 0) return;
    const oldest = Math.min(...[...this.#unschedulable.values()].map(({ since }) => since));
    this.#flush = this.#clock.schedule(oldest + longestWait - this.#clock.now(), () => {
      const limit = this.#clock.now() - longestWait;
      this.retry(({ since }) => since <= limit);
    });
  }
}

function backoff({ attempts }: QueuedPod): number {
  return Math.min(firstBackoff * 2 ** Math.max(0, attempts - 1), lastBackoff);
}

export function priorityOf({ spec }: Pod): number {
  return spec.priority ?? 0;
}

function isBefore(one: QueuedPod, other: QueuedPod): boolean {
  const difference = priorityOf(one.pod) - priorityOf(other.pod);
  return difference !== 0 ? difference > 0 : one.since < other.since;
}
