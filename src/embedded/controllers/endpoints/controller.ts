import type { Endpoints } from '../../../kubernetes/objects.ts';
import type { Client, Controller } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import type { WorkQueue } from '../../client/workqueue.ts';
import type { ControllerContext } from '../shared/context.ts';
import { ignoreNotFound, isNamespaceTerminating, messageOf } from '../shared/failures.ts';
import { keyOf, reconciler, splitKey } from '../shared/reconciler.ts';
import { podsOf, watchPods } from '../shared/service-pods.ts';
import { TriggerTimes } from '../shared/trigger-times.ts';
import { nextEndpoints } from './plan.ts';

/** Upstream's leader election used to be kept in Endpoints. */
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';

/** Keeps the Endpoints of Services that have a selector: what there was before EndpointSlices. */
export function endpointsController(context: ControllerContext): Controller {
  const client = context.clientFor('endpoint-controller');
  const recorder = new EventRecorder({ client, clock: context.clock, component: 'endpoint-controller' });
  const triggers = new TriggerTimes();
  const services = client.informer(refs.services);
  return reconciler({
    name: 'endpoints-controller',
    context,
    recorder,
    firstRetry: 1000,
    watch: (queue) => {
      queueLeftovers(client, queue);
      return [
        services.subscribe({
          added: (service) => queue.add(keyOf(service)),
          updated: (service) => queue.add(keyOf(service)),
          deleted: (service) => queue.add(keyOf(service)),
        }),
        watchPods(client.informer(refs.pods), services, (key) => queue.add(key)),
        client.informer(refs.endpoints).subscribe({
          deleted: (endpoints) => queue.add(keyOf(endpoints)),
        }),
      ];
    },
    sync: (key) => sync(client, recorder, triggers, key),
  });
}

/** Services that were deleted while nobody watched have left theirs behind. */
function queueLeftovers(client: Client, queue: WorkQueue): void {
  for (const endpoints of client.informer(refs.endpoints).list()) {
    if (endpoints.metadata.annotations?.[leaderAnnotation] === undefined) queue.add(keyOf(endpoints));
  }
}

async function sync(client: Client, recorder: EventRecorder, triggers: TriggerTimes, key: string): Promise<void> {
  const { namespace, name } = splitKey(key);
  const service = client.informer(refs.services).get(namespace, name);
  if (!service) {
    triggers.forget(key);
    if (!client.informer(refs.endpoints).get(namespace, name)) return;
    await ignoreNotFound(client.resource(refs.endpoints).delete(namespace, name));
    return;
  }
  if (service.spec.type === 'ExternalName' || !service.spec.selector) return;
  const pods = podsOf(client.informer(refs.pods), service);
  const triggerTime = triggers.next(key, service, pods);
  const current = client.informer(refs.endpoints).get(namespace, name);
  const next = nextEndpoints(service, pods, current, triggerTime);
  if (next) await write(client, recorder, next, current === undefined);
}

async function write(client: Client, recorder: EventRecorder, endpoints: Endpoints, isNew: boolean): Promise<void> {
  const key = keyOf(endpoints);
  try {
    if (isNew) await client.resource(refs.endpoints).create(endpoints);
    else await client.resource(refs.endpoints).update(endpoints);
  } catch (error) {
    if (isNew && isNamespaceTerminating(error)) return;
    const [reason, message] = isNew
      ? ['FailedToCreateEndpoint', `Failed to create endpoint for service ${key}: ${messageOf(error)}`]
      : ['FailedToUpdateEndpoint', `Failed to update endpoint ${key}: ${messageOf(error)}`];
    recorder.event(endpoints, 'Warning', reason!, message!);
    throw error;
  }
}
