import type { Endpoints, Service } from '../../../kubernetes/objects.ts';
import type { Client, Controller } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import type { WorkQueue } from '../../client/workqueue.ts';
import type { ControllerContext } from '../shared/context.ts';
import { writeSlices } from '../shared/endpoint-slices.ts';
import { ignoreNotFound, settleAll } from '../shared/failures.ts';
import { ManagedSlices } from '../shared/managed-slices.ts';
import { keyOf, reconciler, splitKey } from '../shared/reconciler.ts';
import { controllerName, limit, plan } from './plan.ts';

const skipLabel = 'endpointslice.kubernetes.io/skip-mirror';
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';

/** Mirrors Endpoints that people write by hand, for Services without a selector, into EndpointSlices. */
export function endpointSliceMirroringController(context: ControllerContext): Controller {
  const client = context.clientFor('endpointslicemirroring-controller');
  const slices = new ManagedSlices(client, controllerName);
  const recorder = new EventRecorder({
    client,
    clock: context.clock,
    component: 'endpoint-slice-mirroring-controller',
  });
  return reconciler({
    name: 'endpointslice-mirroring-controller',
    context,
    recorder,
    firstRetry: 1000,
    lastRetry: 100_000,
    watch: (queue) => watch(client, slices, queue),
    sync: (key) => sync(client, recorder, slices, key),
  });
}

function watch(client: Client, slices: ManagedSlices, queue: WorkQueue): readonly (() => void)[] {
  const consider = (endpoints: Endpoints) => {
    if (isMirrored(endpoints)) queue.add(keyOf(endpoints));
  };
  const considerService = (service: Service) => {
    if (!service.spec.selector) queue.add(keyOf(service));
  };
  return [
    client.informer(refs.endpoints).subscribe({
      added: consider,
      updated: (endpoints, previous) => {
        if (isMirrored(endpoints) || isMirrored(previous)) queue.add(keyOf(endpoints));
      },
      deleted: consider,
    }),
    client.informer(refs.services).subscribe({
      added: considerService,
      updated: (service, previous) => {
        if (!service.spec.selector !== !previous.spec.selector) queue.add(keyOf(service));
      },
      deleted: considerService,
    }),
    slices.watch(queue),
  ];
}

function isMirrored({ metadata: { labels, annotations } }: Endpoints): boolean {
  return labels?.[skipLabel] !== 'true' && annotations?.[leaderAnnotation] === undefined;
}

async function sync(client: Client, recorder: EventRecorder, managed: ManagedSlices, key: string): Promise<void> {
  const { namespace, name } = splitKey(key);
  const slices = managed.of(namespace, name);
  const endpoints = client.informer(refs.endpoints).get(namespace, name);
  const service = client.informer(refs.services).get(namespace, name);
  const resource = client.resource(refs.endpointSlices);
  if (!endpoints || !isMirrored(endpoints) || !service || service.spec.selector) {
    await settleAll(slices.map(({ metadata }) => ignoreNotFound(resource.delete(namespace, metadata.name))));
    return;
  }
  const { invalid, skipped, ...changes } = plan(endpoints, slices);
  report(recorder, endpoints, invalid, skipped);
  await writeSlices(resource, changes, {
    owner: `Endpoints ${key}`,
    mayCreate: !endpoints.metadata.deletionTimestamp,
    triggerTime: undefined,
  });
}

function report(recorder: EventRecorder, endpoints: Endpoints, invalid: number, skipped: number): void {
  if (invalid > 0) {
    const message = `Skipped ${invalid} invalid IP addresses when mirroring to EndpointSlices`;
    recorder.event(endpoints, 'Warning', 'InvalidIPAddress', message);
  }
  if (skipped > invalid) {
    const message =
      `A max of ${limit} addresses can be mirrored to EndpointSlices per Endpoints subset. ` +
      `${skipped} addresses were skipped`;
    recorder.event(endpoints, 'Warning', 'TooManyAddressesToMirror', message);
  }
}
