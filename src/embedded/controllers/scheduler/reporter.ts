import type { Pod } from '../../../kubernetes/objects.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import { type Clock, timestamp } from '../../clock.ts';

/** The longest note an event may have. */
const longestNote = 1024;

/** Tells in events and in Pods' status how scheduling went. */
export class Reporter {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #recorder: EventRecorder;

  constructor(client: Client, clock: Clock, recorder: EventRecorder) {
    this.#client = client;
    this.#clock = clock;
    this.#recorder = recorder;
  }

  scheduled(pod: Pod, node: string): void {
    const { namespace, name } = pod.metadata;
    const message = `Successfully assigned ${namespace}/${name} to ${node}`;
    this.#recorder.event(pod, 'Normal', 'Scheduled', message);
  }

  beingDeleted(pod: Pod): void {
    const { namespace, name } = pod.metadata;
    this.#event(pod, `skip schedule deleting pod: ${namespace}/${name}`);
  }

  /**
   * @param reason "Unschedulable", or "SchedulerError" where something went wrong
   * @param nominated the node that others leave for the Pod; '' where there is none any more; undefined to keep what it is
   */
  async failed(pod: Pod, reason: string, message: string, nominated?: string): Promise<void> {
    this.#event(pod, message);
    const { conditions = [], nominatedNodeName = '' } = pod.status ?? {};
    const known = conditions.find(({ type }) => type === 'PodScheduled');
    const changesNode = nominated !== undefined && nominated !== nominatedNodeName;
    const same = known?.status === 'False' && known.reason === reason && known.message === message;
    if (same && !changesNode) return;
    const since = known?.status === 'False' ? known.lastTransitionTime : undefined;
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason,
      message,
      lastTransitionTime: since ?? timestamp(this.#clock),
    };
    await this.#patchStatus(pod, {
      conditions: [condition],
      ...(changesNode && { nominatedNodeName: nominated || null }),
    });
  }

  async clearNomination(pod: Pod): Promise<void> {
    await this.#patchStatus(pod, { nominatedNodeName: null });
  }

  #event(pod: Pod, message: string): void {
    const note = message.length <= longestNote ? message : `${message.slice(0, longestNote - 4)} ...`;
    this.#recorder.event(pod, 'Warning', 'FailedScheduling', note);
  }

  async #patchStatus({ metadata: { namespace = '', name, uid } }: Pod, status: object): Promise<void> {
    try {
      const patch = { metadata: { uid }, status };
      await this.#client
        .resource(refs.pods)
        .patch(namespace, name, patch, { type: 'strategic', subresource: 'status' });
    } catch (error) {
      // A Pod that has gone, or come anew, has nothing to be told.
      if (!ApiError.is(error, 'NotFound') && !ApiError.is(error, 'Conflict')) throw error;
    }
  }
}
