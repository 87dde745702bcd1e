import type { Service } from '../../../kubernetes/objects.ts';
import type { Client, Controller } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import type { WorkQueue } from '../../client/workqueue.ts';
import type { ControllerContext } from '../shared/context.ts';
import { writeSlices } from '../shared/endpoint-slices.ts';
import { messageOf } from '../shared/failures.ts';
import { ManagedSlices } from '../shared/managed-slices.ts';
import { keyOf, reconciler, splitKey } from '../shared/reconciler.ts';
import { podsOf, watchPods } from '../shared/service-pods.ts';
import { TriggerTimes } from '../shared/trigger-times.ts';
import { controllerName, plan } from './plan.ts';

/** Keeps the EndpointSlices of Services that have a selector. */
export function endpointSliceController(context: ControllerContext): Controller {
  const client = context.clientFor('endpointslice-controller');
  const recorder = new EventRecorder({ client, clock: context.clock, component: 'endpoint-slice-controller' });
  const slices = new ManagedSlices(client, controllerName);
  const triggers = new TriggerTimes();
  return reconciler({
    name: 'endpointslice-controller',
    context,
    recorder,
    firstRetry: 1000,
    watch: (queue) => watch(client, slices, queue),
    sync: (key) => sync(client, recorder, slices, triggers, key),
  });
}

function watch(client: Client, slices: ManagedSlices, queue: WorkQueue): readonly (() => void)[] {
  const services = client.informer(refs.services);
  return [
    services.subscribe({
      added: (service) => queue.add(keyOf(service)),
      updated: (service) => queue.add(keyOf(service)),
      deleted: (service) => queue.add(keyOf(service)),
    }),
    watchPods(client.informer(refs.pods), services, (key) => queue.add(key)),
    slices.watch(queue),
  ];
}

async function sync(
  client: Client,
  recorder: EventRecorder,
  managed: ManagedSlices,
  triggers: TriggerTimes,
  key: string,
): Promise<void> {
  const { namespace, name } = splitKey(key);
  const service = client.informer(refs.services).get(namespace, name);
  if (!service) triggers.forget(key);
  else if (service.spec.type !== 'ExternalName' && service.spec.selector) {
    try {
      await reconcile(client, service, managed, triggers);
    } catch (error) {
      const message = `Error updating Endpoint Slices for Service ${key}: ${messageOf(error)}`;
      recorder.event(service, 'Warning', 'FailedToUpdateEndpointSlices', message);
      throw error;
    }
  }
}

async function reconcile(
  client: Client,
  service: Service,
  managed: ManagedSlices,
  triggers: TriggerTimes,
): Promise<void> {
  const { namespace = '', name, deletionTimestamp } = service.metadata;
  const pods = podsOf(client.informer(refs.pods), service);
  const slices = managed.of(namespace, name).filter(({ metadata }) => !metadata.deletionTimestamp);
  const triggerTime = triggers.next(keyOf(service), service, pods);
  const { lost, ...changes } = plan({
    service,
    pods,
    slices,
    node: (node) => client.informer(refs.nodes).get('', node),
  });
  const owner = `Service ${namespace}/${name}`;
  const mayCreate = !deletionTimestamp;
  await writeSlices(client.resource(refs.endpointSlices), changes, { owner, mayCreate, triggerTime });
  const missing = lost.map(
    ({ metadata, spec }) => `skipping Pod ${metadata.name} for ${owner}: Node ${spec.nodeName} Not Found`,
  );
  if (missing.length > 0) throw new Error(missing.join(', '));
}
