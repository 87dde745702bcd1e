import { type Cidr, contains, network, parseCidr, parseIp } from '../../../kubernetes/ip.ts';
import type { Condition, IPAddress, ServiceCIDR } from '../../../kubernetes/objects.ts';
import type { Client, Controller } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import type { WorkQueue } from '../../client/workqueue.ts';
import { type Clock, timestamp } from '../../clock.ts';
import type { ControllerContext } from '../shared/context.ts';
import { ignoreNotFound } from '../shared/failures.ts';
import { keyOf, reconciler } from '../shared/reconciler.ts';

const name = 'service-cidr-controller';
const finalizer = 'networking.k8s.io/service-cidr-finalizer';
const allocator = 'ipallocator.k8s.io';
/** Milliseconds in which API servers notice that a range is going, so that they allocate nothing more from it. */
const grace = 10_000;

/** Says which ranges of Services' addresses are ready, and keeps those that are in use from being deleted. */
export function serviceCIDRController(context: ControllerContext): Controller {
  const client = context.clientFor('service-cidrs-controller');
  const recorder = new EventRecorder({ client, clock: context.clock, component: name });
  return reconciler({
    name,
    context,
    recorder,
    watch: (queue) => watch(client, queue),
    sync: (key, queue) => sync(client, context.clock, recorder, key, queue),
  });
}

function watch(client: Client, queue: WorkQueue): readonly (() => void)[] {
  const ranges = client.informer(refs.serviceCIDRs);
  /** Whose deletion may go on, or not, now that this range has come or gone. */
  const queueRelated = (changed: ServiceCIDR) => {
    for (const range of ranges.list()) {
      const related = cidrsOf(range).some((one) =>
        cidrsOf(changed).some((other) => covers(one, other) || covers(other, one)),
      );
      if (related) queue.add(keyOf(range));
    }
  };
  return [
    ranges.subscribe({
      added: (range) => {
        queue.add(keyOf(range));
        queueRelated(range);
      },
      updated: (range) => queue.add(keyOf(range)),
      deleted: queueRelated,
    }),
    client.informer(refs.ipAddresses).subscribe({
      deleted: (address) => {
        for (const range of ranges.list()) if (holds(range, address)) queue.add(keyOf(range));
      },
    }),
  ];
}

async function sync(
  client: Client,
  clock: Clock,
  recorder: EventRecorder,
  key: string,
  queue: WorkQueue,
): Promise<void> {
  const range = client.informer(refs.serviceCIDRs).get('', key);
  if (!range) return;
  const { deletionTimestamp, finalizers = [] } = range.metadata;
  const patch = (body: object) =>
    ignoreNotFound(client.resource(refs.serviceCIDRs).patch('', key, body, { type: 'strategic' }));
  if (deletionTimestamp) {
    if (!isSpare(range, client.informer(refs.serviceCIDRs).list(), client.informer(refs.ipAddresses).list())) {
      const message =
        'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR';
      await setReady(client, clock, range, 'False', 'Terminating', message);
      return;
    }
    const wait = Date.parse(deletionTimestamp) + grace - clock.now();
    if (wait > 0) queue.addAfter(key, wait);
    else if (finalizers.includes(finalizer)) {
      await patch({ metadata: { '$deleteFromPrimitiveList/finalizers': [finalizer] } });
    }
    return;
  }
  if (!finalizers.includes(finalizer)) await patch({ metadata: { finalizers: [finalizer] } });
  try {
    await setReady(client, clock, range, 'True', '', 'Kubernetes Service CIDR is ready');
  } catch (error) {
    const message = 'The ServiceCIDR Status can not be set to Ready=True';
    recorder.event(range, 'Warning', 'KubernetesServiceCIDRError', message);
    throw error;
  }
}

async function setReady(
  client: Client,
  clock: Clock,
  { metadata, status }: ServiceCIDR,
  ready: 'True' | 'False',
  reason: string,
  message: string,
): Promise<void> {
  const shown = status?.conditions?.find(({ type }) => type === 'Ready');
  if (shown?.status === ready && shown.message === message) return;
  const condition: Condition = { type: 'Ready', status: ready, reason, message, lastTransitionTime: timestamp(clock) };
  const apply = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name: metadata.name },
    status: { conditions: [condition] },
  };
  const options = { type: 'apply', subresource: 'status', fieldManager: name, force: true } as const;
  await ignoreNotFound(client.resource(refs.serviceCIDRs).patch('', metadata.name, apply, options));
}

/** Whether all its addresses that are in use, and all it could give, belong to another range as well. */
export function isSpare(range: ServiceCIDR, ranges: readonly ServiceCIDR[], addresses: readonly IPAddress[]): boolean {
  const others = ranges.filter(({ metadata }) => metadata.uid !== range.metadata.uid && !metadata.deletionTimestamp);
  const contained = cidrsOf(range).every((cidr) =>
    others.some((other) => cidrsOf(other).some((each) => covers(each, cidr))),
  );
  if (contained) return true;
  return !addresses.some(
    (address) =>
      address.metadata.labels?.['ipaddress.kubernetes.io/managed-by'] === allocator &&
      holds(range, address) &&
      !others.some((other) => holds(other, address)),
  );
}

function cidrsOf({ spec }: ServiceCIDR): Cidr[] {
  return (spec.cidrs ?? []).flatMap((cidr) => parseCidr(cidr) ?? []);
}

function covers(outer: Cidr, inner: Cidr): boolean {
  const { family } = inner.address;
  return (
    outer.prefixLength <= inner.prefixLength && contains(outer, { ...inner.address, family, value: network(inner) })
  );
}

function holds(range: ServiceCIDR, { metadata }: IPAddress): boolean {
  const address = parseIp(metadata.name);
  return address !== undefined && cidrsOf(range).some((cidr) => contains(cidr, address));
}
