import type { Pod } from '../../../kubernetes/objects.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import type { Clock } from '../../clock.ts';
import { ignoreNotFound, settleAll } from '../shared/failures.ts';
import { markDisrupted } from '../shared/pod-conditions.ts';

/** Makes Pods go so that a more important one can have their place. */
export class Preemptor {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #recorder: EventRecorder;
  readonly #busy = new Set<string>();

  constructor(client: Client, clock: Clock, recorder: EventRecorder) {
    this.#client = client;
    this.#clock = clock;
    this.#recorder = recorder;
  }

  /** Whether Pods are being told to leave for this one: until all have been there is no use in trying it again. */
  isBusy({ metadata }: Pod): boolean {
    return this.#busy.has(metadata.uid!);
  }

  async evict(pod: Pod, node: string, victims: readonly Pod[]): Promise<void> {
    const uid = pod.metadata.uid!;
    this.#busy.add(uid);
    try {
      await settleAll(victims.slice(0, -1).map((victim) => this.#evictOne(pod, node, victim)));
    } finally {
      this.#busy.delete(uid);
    }
    // The last one's going has the Pod tried again.
    const last = victims.at(-1);
    if (last) await this.#evictOne(pod, node, last);
  }

  async #evictOne({ metadata, spec }: Pod, node: string, victim: Pod): Promise<void> {
    const { namespace = '', name, uid } = victim.metadata;
    const disruption = {
      reason: 'PreemptionByScheduler',
      message: `${spec.schedulerName}: preempting to accommodate a higher priority pod`,
    };
    await ignoreNotFound(markDisrupted(this.#client, this.#clock, victim, disruption));
    await ignoreNotFound(
      this.#client.resource(refs.pods).delete(namespace, name, uid ? { preconditions: { uid } } : {}),
    );
    const message = `Preempted by pod ${metadata.uid} on node ${node}`;
    this.#recorder.event(victim, 'Normal', 'Preempted', message);
  }
}
