import type { Event } from '../../kubernetes/objects.ts';
import { ApiError } from '../../kubernetes/status.ts';
import { type Clock, microTimestamp, timestamp } from '../clock.ts';
import type { Client, ResourceClient } from './client.ts';
import { EventCorrelator, type Observation } from './event-correlator.ts';
import { events } from './refs.ts';

/**
 * Names of events tell when they were made, in finer steps than the clock has: so they are counted on for all recorders
 * of a clock. Lists are in the order of names, and what happens within a millisecond is read in the order it happened.
 */
const lastNames = new WeakMap<Clock, bigint>();

export interface EventRecorderOptions {
  readonly client: Client;
  readonly clock: Clock;
  /** "statefulset-controller", "kubelet", "default-scheduler". */
  readonly component: string;
  /** The node, for a kubelet's events. */
  readonly host?: string;
  /**
   * Written as a client of events.k8s.io/v1 writes them (the scheduler): with eventTime and an action, and repeats
   * counted in a series, whatever their message.
   */
  readonly series?: boolean;
}

export interface EventTarget {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
  };
}

export interface EventOptions {
  /** The part of the object it is about: "spec.containers{kubia}". */
  readonly fieldPath?: string;
  /** With `series`: what was done, "Scheduling", "Binding". */
  readonly action?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Records what happened as Events, as client-go's recorder does: the same event again counts up the one there is, many
 * similar ones are combined, a flood about one object is cut off. Events are a courtesy: one that cannot be written is
 * dropped.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #events: ResourceClient<Event>;
  readonly #correlator: EventCorrelator;
  /** Writes happen one after the other, so that a count is patched onto an event that exists. */
  #writing: Promise<void> = Promise.resolve();

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#events = options.client.resource(events);
    this.#correlator = new EventCorrelator(options.clock, options.series ?? false);
  }

  event(
    object: EventTarget,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    options: EventOptions = {},
  ): void {
    const draft = this.#draft(object, type, reason, message, options);
    const observation = this.#correlator.observe(draft);
    if (!observation) return;
    this.#writing = this.#writing.then(() => this.#write(observation)).catch(() => {});
  }

  /** Resolves once everything recorded so far has been written or dropped. */
  flush(): Promise<void> {
    return this.#writing;
  }

  async #write({ event, recorded, count }: Observation): Promise<void> {
    if (recorded) {
      try {
        return await this.#repeat(recorded, event, count);
      } catch (error) {
        // It has expired since: the event begins anew.
        if (!ApiError.is(error, 'NotFound')) throw error;
      }
    }
    await this.#events.create(event);
  }

  async #repeat(recorded: Event, event: Event, count: number): Promise<void> {
    const { namespace = '', name } = recorded.metadata;
    const change = this.#options.series
      ? { series: { count, lastObservedTime: microTimestamp(this.#options.clock) } }
      : { count, lastTimestamp: event.lastTimestamp, message: event.message };
    await this.#events.patch(namespace, name, change, { type: 'strategic' });
  }

  #draft(object: EventTarget, type: string, reason: string, message: string, options: EventOptions): Event {
    const { clock, component, host = '', series } = this.#options;
    const { name, namespace, uid, resourceVersion } = object.metadata;
    const now = timestamp(clock);
    const instance = series ? `${component}-${host || component}` : host;
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {
        name: `${name}.${this.#unique()}`,
        namespace: namespace || 'default',
        ...(options.annotations && { annotations: { ...options.annotations } }),
      },
      involvedObject: {
        apiVersion: object.apiVersion,
        kind: object.kind,
        name,
        ...(namespace && { namespace }),
        ...(uid && { uid }),
        ...(resourceVersion && { resourceVersion }),
        ...(options.fieldPath && { fieldPath: options.fieldPath }),
      },
      type,
      reason,
      message,
      reportingComponent: component,
      reportingInstance: instance,
      ...(series
        ? { eventTime: microTimestamp(clock), action: options.action ?? reason }
        : {
            source: { component, ...(host && { host }) },
            firstTimestamp: now,
            lastTimestamp: now,
            count: 1,
          }),
    };
  }

  /** The time in nanoseconds, in hexadecimal digits, as client-go ends an event's name. */
  #unique(): string {
    const { clock } = this.#options;
    const now = BigInt(clock.now()) * 1_000_000n;
    const last = lastNames.get(clock) ?? 0n;
    const name = now > last ? now : last + 1n;
    lastNames.set(clock, name);
    return name.toString(16);
  }
}
