import type { Pod } from '../../../kubernetes/objects.ts';
import type { Client } from '../../client/client.ts';
import * as refs from '../../client/refs.ts';
import { type Clock, timestamp } from '../../clock.ts';

/** Why a Pod is about to be made to go: the DisruptionTarget condition. */
export interface Disruption {
  readonly reason: string;
  readonly message: string;
}

/** Writes the condition, and anything else of the status, unless the Pod says so already. @throws ApiError NotFound, Conflict */
export async function markDisrupted(
  client: Client,
  clock: Clock,
  pod: Pod,
  disruption: Disruption | undefined,
  status: object = {},
): Promise<void> {
  const { namespace = '', name, uid } = pod.metadata;
  const known = pod.status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
  const same =
    known?.status === 'True' && known.reason === disruption?.reason && known?.message === disruption?.message;
  const lastTransitionTime = (known?.status === 'True' && known.lastTransitionTime) || timestamp(clock);
  const conditions = disruption &&
    !same && { conditions: [{ type: 'DisruptionTarget', status: 'True', ...disruption, lastTransitionTime }] };
  if (!conditions && Object.keys(status).length === 0) return;
  const patch = { metadata: { uid }, status: { ...status, ...conditions } };
  await client.resource(refs.pods).patch(namespace, name, patch, { type: 'strategic', subresource: 'status' });
}
