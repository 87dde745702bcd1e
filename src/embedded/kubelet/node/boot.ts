import type { KubeObject } from '../../../kubernetes/object.ts';
import type { Client, ResourceRef } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import type { DnsConfig } from '../../network/network.ts';
import { Gate, GatedClient, NodeStopped } from '../gate.ts';
import { ImagePuller } from '../image-puller.ts';
import type { KubeletOptions } from '../kubelet.ts';
import { BackOff } from '../pod/back-off.ts';
import { PodEvents } from '../pod-events.ts';
import { requestToken } from '../tokens.ts';
import { NodeDisk } from '../volumes/node-disk.ts';
import { NodeImages } from './images.ts';
import type { NodeContext } from './node-context.ts';
import { nodeCapacity } from './node-object.ts';
import { NodeReporter } from './node-reporter.ts';

/** What a node has from its start to its end. */
export interface BootedNode {
  readonly gate: Gate;
  /** Through the gate. */
  readonly client: Client;
  readonly context: NodeContext;
  readonly reporter: NodeReporter;
  readonly disk: NodeDisk;
  /** Passes on what went wrong, unless it is that the node has been stopped. */
  failed(error: unknown): void;
}

/** Puts together what a node needs to run. Nothing runs yet. */
export function boot(options: KubeletOptions): BootedNode {
  const { config, cluster, clock, runtime, network, volumes } = options;
  const gate = new Gate();
  const client = new GatedClient(options.client, gate);
  const failed = (error: unknown) => {
    if (!(error instanceof NodeStopped)) options.failed(error);
  };
  const recorder = new EventRecorder({ client, clock, component: 'kubelet', host: config.name });
  const images = new NodeImages();
  const events = new PodEvents(recorder);
  const reporter = new NodeReporter({ config, cluster, client, clock, recorder, images, failed });
  const disk = new NodeDisk(config.name, volumes);
  const allocatable = nodeCapacity(config);
  const read = <T extends KubeObject>(ref: ResourceRef<T>, namespace: string, name: string) =>
    client.informer(ref).get(namespace, name);
  const sources = {
    node: () => reporter.node,
    configMap: (namespace: string, name: string) => read(refs.configMaps, namespace, name),
    secret: (namespace: string, name: string) => read(refs.secrets, namespace, name),
    claim: (namespace: string, name: string) => read(refs.persistentVolumeClaims, namespace, name),
    volume: (name: string) => read(refs.persistentVolumes, '', name),
  };
  const context: NodeContext = {
    ...sources,
    name: config.name,
    address: config.address,
    clock,
    runtime,
    network,
    puller: new ImagePuller({ clock, runtime, node: config.name, images, events }),
    events,
    crashes: new BackOff(clock),
    dns: { domain: 'cluster.local', address: '10.96.0.10', ...options.dns, node: nodeDns(config.address) },
    allocatable,
    latencies: options.latencies ?? { sandbox: 0, teardown: 0 },
    services: () => client.informer(refs.services).list(),
    missingPullSecrets: ({ metadata, spec }) =>
      (spec.imagePullSecrets ?? [])
        .map(({ name = '' }) => name)
        .filter((name) => !sources.secret(metadata.namespace ?? '', name)),
    volumes: {
      ...sources,
      clock,
      disk,
      hostAddress: config.address,
      allocatable,
      token: (pod, audience, seconds) => requestToken(client, clock, pod, audience, seconds),
      failed: (pod, message) => events.pod(pod, 'Warning', 'FailedMount', message),
    },
  };
  return { gate, client, context, reporter, disk, failed };
}

/** A kind node asks Docker's resolver, behind its own address. */
function nodeDns(address: string): DnsConfig {
  const gateway = address.replace(/\d+$/, '1');
  return { nameservers: [gateway], searches: [], options: [{ name: 'ndots', value: '0' }] };
}
