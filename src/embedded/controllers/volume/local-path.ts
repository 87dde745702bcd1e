import { randomUUID } from 'node:crypto';
import type { Node, PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../../kubernetes/objects.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import type { Client, Controller, Informer } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import type { WorkQueue } from '../../client/workqueue.ts';
import { type Clock, sleep } from '../../clock.ts';
import { localPathVolumeId } from '../../kubelet/volumes/node-disk.ts';
import type { VolumeStore } from '../../storage/filesystem.ts';
import type { ControllerContext } from '../shared/context.ts';
import { ignoreNotFound } from '../shared/failures.ts';
import { keyOf, reconciler, splitKey } from '../shared/reconciler.ts';
import { claimClass } from '../shared/volume-matching.ts';
import { selectedNode } from './annotations.ts';
import {
  isToDelete,
  isToProvision,
  localPath,
  placeOf,
  provisionedVolume,
  volumeFolder,
  volumeName,
  whyRefused,
} from './local-path-volume.ts';

/** Milliseconds before what was refused is tried again; each time twice as long, up to the second. */
const firstRetry = 15_000;
const lastRetry = 1_000_000;
/** Milliseconds that the provisioner gives its helper on a node. */
const patience = 120_000;

const claimPrefix = 'claim:';
const volumePrefix = 'volume:';

export interface LocalPathOptions {
  readonly volumes: VolumeStore;
  /** Milliseconds that making a volume takes. None when absent. */
  readonly latency?: number;
}

/** Makes folders on nodes into volumes, and removes them: local-path-provisioner as kind runs it. */
export function localPathProvisioner(context: ControllerContext, options: LocalPathOptions): Controller {
  const { clock } = context;
  const client = context.clientFor('persistent-volume-binder');
  const component = `${localPath}_local-path-provisioner_${randomUUID()}`;
  const recorder = new EventRecorder({ client, clock, component });
  const provisioner = new LocalPathProvisioner(client, clock, recorder, options);
  return reconciler({
    name: 'local-path-provisioner',
    context,
    recorder,
    concurrency: 4,
    firstRetry,
    lastRetry,
    watch: (queue) => watch(client, queue),
    sync: (key, queue) =>
      key.startsWith(claimPrefix)
        ? provisioner.provision(key.slice(claimPrefix.length))
        : provisioner.delete(key.slice(volumePrefix.length), queue),
  });
}

function watch(client: Client, queue: WorkQueue): readonly (() => void)[] {
  const volumes = client.informer(refs.persistentVolumes);
  const addClaim = (claim: PersistentVolumeClaim) => {
    if (!claim.spec.volumeName) queue.add(claimPrefix + keyOf(claim));
  };
  const addVolume = (volume: PersistentVolume) => {
    if (isToDelete(volume)) queue.add(volumePrefix + volume.metadata.name);
  };
  return [
    client.informer(refs.persistentVolumeClaims).subscribe({ added: addClaim, updated: addClaim }),
    volumes.subscribe({ added: addVolume, updated: addVolume }),
    client.informer(refs.nodes).subscribe({
      updated(node, previous) {
        if (isReady(node) && !isReady(previous)) {
          for (const volume of volumes.list()) addVolume(volume);
        }
      },
    }),
  ];
}

class LocalPathProvisioner {
  readonly #claims: Informer<PersistentVolumeClaim>;
  readonly #volumes: Informer<PersistentVolume>;
  readonly #classes: Informer<StorageClass>;
  readonly #nodes: Informer<Node>;
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #recorder: EventRecorder;
  readonly #options: LocalPathOptions;
  /** Since when the deletion of a volume waits for its node, by the volume's name. */
  readonly #stalled = new Map<string, number>();

  constructor(client: Client, clock: Clock, recorder: EventRecorder, options: LocalPathOptions) {
    this.#claims = client.informer(refs.persistentVolumeClaims);
    this.#volumes = client.informer(refs.persistentVolumes);
    this.#classes = client.informer(refs.storageClasses);
    this.#nodes = client.informer(refs.nodes);
    this.#client = client;
    this.#clock = clock;
    this.#recorder = recorder;
    this.#options = options;
  }

  /** @throws Error where it is to be tried again later */
  async provision(key: string): Promise<void> {
    const { namespace, name } = splitKey(key);
    const claim = this.#claims.get(namespace, name);
    const storageClass = claim && this.#classes.get('', claimClass(claim));
    if (!storageClass || !isToProvision(claim, storageClass)) return;
    if (this.#volumes.get('', volumeName(claim))) return;
    if (claim.spec.volumeMode === 'Block') {
      this.#fail(claim, `${localPath} does not support block volume provisioning`);
      return;
    }
    this.#event(claim, 'Provisioning', `External provisioner is provisioning volume for claim "${key}"`);
    const failed = `failed to provision volume with StorageClass "${storageClass.metadata.name}"`;
    const refusal = whyRefused(claim);
    if (refusal) throw this.#fail(claim, `${failed}: ${refusal}`);
    const nodeName = claim.metadata.annotations?.[selectedNode] ?? '';
    const node = this.#nodes.get('', nodeName);
    if (!node) {
      this.#fail(claim, `${failed}: failed to get target node: nodes "${nodeName}" not found`);
      return this.#reschedule(claim);
    }
    await this.#create(claim, storageClass, node);
  }

  async #create(claim: PersistentVolumeClaim, storageClass: StorageClass, node: Node): Promise<void> {
    const { volumes, latency = 0 } = this.#options;
    if (latency > 0) await sleep(this.#clock, latency);
    const { name, labels } = node.metadata;
    const files = volumes.open(localPathVolumeId(name, volumeFolder(claim)));
    await files.chmod('/', 0o777);
    const volume = provisionedVolume(claim, storageClass, name, labels?.['kubernetes.io/hostname'] ?? name);
    try {
      await this.#client.resource(refs.persistentVolumes).create(volume);
    } catch (error) {
      if (!ApiError.is(error, 'AlreadyExists')) throw error;
    }
    this.#event(claim, 'ProvisioningSucceeded', `Successfully provisioned volume ${volume.metadata.name}`);
  }

  /** The scheduler chooses again. */
  async #reschedule(claim: PersistentVolumeClaim): Promise<void> {
    const { [selectedNode]: _, ...annotations } = claim.metadata.annotations ?? {};
    const metadata = { ...claim.metadata, annotations };
    await this.#client.resource(refs.persistentVolumeClaims).update({ ...claim, metadata });
  }

  async delete(name: string, queue: WorkQueue): Promise<void> {
    const volume = this.#volumes.get('', name);
    if (!volume || !isToDelete(volume)) {
      this.#stalled.delete(name);
      return;
    }
    const place = placeOf(volume);
    if (place) {
      const node = this.#nodes.get('', place.node);
      // What a node holds can only be removed by somebody who runs there.
      if (!node || !isReady(node)) return this.#stall(volume, queue);
      await this.#options.volumes.remove(localPathVolumeId(place.node, place.folder));
    }
    this.#stalled.delete(name);
    await ignoreNotFound(this.#client.resource(refs.persistentVolumes).delete('', name));
  }

  #stall(volume: PersistentVolume, queue: WorkQueue): void {
    const { name } = volume.metadata;
    const now = this.#clock.now();
    const since = this.#stalled.get(name) ?? now;
    const due = since + patience <= now;
    if (due) {
      const message = `failed to delete volume ${name}: delete process timeout after ${patience / 1000} seconds`;
      this.#recorder.event(volume, 'Warning', 'VolumeFailedDelete', message);
    }
    const start = due ? now : since;
    this.#stalled.set(name, start);
    queue.addAfter(volumePrefix + name, start + patience - now);
  }

  #event(claim: PersistentVolumeClaim, reason: string, message: string): void {
    this.#recorder.event(claim, 'Normal', reason, message);
  }

  #fail(claim: PersistentVolumeClaim, message: string): Error {
    this.#recorder.event(claim, 'Warning', 'ProvisioningFailed', message);
    return new Error(message);
  }
}

function isReady({ status }: Node): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}
