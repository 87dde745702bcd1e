import type { Event } from '../../kubernetes/objects.ts';
import type { Clock } from '../clock.ts';

/** What to do about an event that has happened. */
export interface Observation {
  readonly event: Event;
  /** The one that was written the first time, where this is a repeat … */
  readonly recorded?: Event;
  /** … and how often it has happened by now. */
  readonly count: number;
}

/** Similar events, other than in their message, within `similarPeriod` milliseconds before they are combined. */
const similarLimit = 10;
const similarPeriod = 600_000;
/** Events about one object before they are dropped, and milliseconds until another is allowed. */
const spamBurst = 25;
const spamRefill = 300_000;
/** Milliseconds without a repeat after which a series is over. */
const seriesPeriod = 360_000;
/** Milliseconds after which a subject that was silent may have as many events again as one never heard of. */
const spamForgotten = spamBurst * spamRefill;
/** Entries that each memory keeps, the least recently used forgotten first. */
const capacity = 4096;

/** client-go's tools/record EventCorrelator, and the series of tools/events. */
export class EventCorrelator {
  readonly #clock: Clock;
  readonly #series: boolean;
  readonly #recorded = new Memory<{ event: Event; count: number; at: number }>();
  readonly #similar = new Memory<{ readonly messages: Set<string>; at: number }>(similarPeriod);
  readonly #allowances = new Memory<{ tokens: number; at: number }>(spamForgotten);

  constructor(clock: Clock, series: boolean) {
    this.#clock = clock;
    this.#series = series;
  }

  /** Undefined for an event that is to be dropped. */
  observe(event: Event): Observation | undefined {
    const now = this.#clock.now();
    const { key, message } = this.#series ? { key: seriesKey(event), message: event.message } : this.#combine(event);
    if (!this.#series && !this.#allow(subjectKey(event))) return undefined;
    const observed: Event = { ...event, message };
    const known = this.#recorded.get(key);
    if (!known || (this.#series && now - known.at > seriesPeriod)) {
      this.#recorded.set(key, { event: observed, count: 1, at: now }, now);
      return { event: observed, count: 1 };
    }
    known.count++;
    known.at = now;
    return { event: { ...observed, count: known.count }, recorded: known.event, count: known.count };
  }

  /** Upstream's EventAggregate: beyond so many different messages, all further ones count as one event. */
  #combine(event: Event): { key: string; message: string | undefined } {
    const now = this.#clock.now();
    const group = reasonKey(event);
    let similar = this.#similar.get(group);
    if (!similar || now - similar.at > similarPeriod) similar = { messages: new Set(), at: now };
    similar.messages.add(event.message ?? '');
    similar.at = now;
    this.#similar.set(group, similar, now);
    if (similar.messages.size < similarLimit) {
      return {
        key: join(group, event.involvedObject.fieldPath, event.message),
        message: event.message,
      };
    }
    const [oldest] = similar.messages;
    similar.messages.delete(oldest!);
    return { key: group, message: `(combined from similar events): ${event.message}` };
  }

  /** Upstream's EventSourceObjectSpamFilter: a token bucket for each object. */
  #allow(subject: string): boolean {
    const now = this.#clock.now();
    const known = this.#allowances.get(subject) ?? { tokens: spamBurst, at: now };
    const tokens = Math.min(spamBurst, known.tokens + (now - known.at) / spamRefill);
    const allowed = tokens >= 1;
    this.#allowances.set(subject, { tokens: allowed ? tokens - 1 : tokens, at: now }, now);
    return allowed;
  }
}

function subjectKey({ source, involvedObject: { kind, namespace, name, uid, apiVersion } }: Event): string {
  return join(source?.component, source?.host, kind, namespace, name, uid, apiVersion);
}

function reasonKey(event: Event): string {
  return join(subjectKey(event), event.type, event.reason, event.reportingComponent, event.reportingInstance);
}

function seriesKey(event: Event): string {
  return join(reasonKey(event), event.action);
}

function join(...parts: (string | undefined)[]): string {
  return parts.map((part) => part ?? '').join('\0');
}

/** What was used last stands last. */
class Memory<V extends { readonly at: number }> {
  readonly #values = new Map<string, V>();
  readonly #period: number;

  /** @param period milliseconds without use after which a value is as good as none. */
  constructor(period = Number.POSITIVE_INFINITY) {
    this.#period = period;
  }

  get(key: string): V | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) {
      this.#values.delete(key);
      this.#values.set(key, value);
    }
    return value;
  }

  set(key: string, value: V, now: number): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    for (const [oldest, { at }] of this.#values) {
      if (this.#values.size <= capacity && now - at <= this.#period) break;
      this.#values.delete(oldest);
    }
  }
}
