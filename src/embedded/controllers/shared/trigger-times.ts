import type { Pod, Service } from '../../../kubernetes/objects.ts';
import { podCondition } from '../../../kubernetes/readiness.ts';

/** On Endpoints and EndpointSlices: when what they last changed for happened, in RFC 3339. */
export const triggerTimeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';

interface Known {
  readonly service: string;
  readonly pods: ReadonlyMap<string, string>;
}

/** Remembers when Services and their Pods changed, to tell the earliest change that a sync answers. */
export class TriggerTimes {
  readonly #known = new Map<string, Known>();

  /** @returns undefined where neither the Service nor a Pod's readiness changed since the last time */
  next(key: string, service: Service, pods: readonly Pod[]): string | undefined {
    const known = this.#known.get(key);
    const { creationTimestamp: created = '' } = service.metadata;
    const ready = new Map<string, string>();
    for (const { metadata, status } of pods) {
      const time = podCondition(status, 'Ready')?.lastTransitionTime;
      if (time) ready.set(metadata.name, time);
    }
    this.#known.set(key, { service: created, pods: ready });
    if (!known) return created || undefined;
    const changes = [...ready].flatMap(([name, time]) => (time > (known.pods.get(name) ?? '') ? [time] : []));
    if (created > known.service) changes.push(created);
    return changes.sort()[0];
  }

  forget(key: string): void {
    this.#known.delete(key);
  }
}
