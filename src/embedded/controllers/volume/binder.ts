import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../../kubernetes/objects.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import type { Client, Controller, Informer } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import type { WorkQueue } from '../../client/workqueue.ts';
import type { ControllerContext } from '../shared/context.ts';
import { keyOf, reconciler, splitKey } from '../shared/reconciler.ts';
import { claimClass } from '../shared/volume-matching.ts';
import { BindingWriter } from './binding-writer.ts';
import { type ClaimDecision, decideClaim, type Notice } from './claim-plan.ts';
import { podsUsing } from './pods.ts';
import { decideReclaim, decideVolume } from './volume-plan.ts';

/** Milliseconds until what waits is looked at again, and said again to wait: upstream's resync period. */
const resync = 15_000;

const claimPrefix = 'claim:';
const volumePrefix = 'volume:';

/** Binds claims to volumes and releases volumes whose claims are gone: upstream's persistentvolume-binder-controller. */
export function volumeBinder(context: ControllerContext): Controller {
  const client = context.clientFor('persistent-volume-binder');
  const recorder = new EventRecorder({ client, clock: context.clock, component: 'persistentvolume-controller' });
  const binder = new Binder(client, recorder);
  return reconciler({
    name: 'persistentvolume-binder-controller',
    context,
    recorder,
    // Two claims at a time might take the same volume.
    concurrency: 1,
    watch: (queue) => watch(client, queue),
    async sync(key, queue) {
      const waits = key.startsWith(claimPrefix)
        ? await binder.syncClaim(key.slice(claimPrefix.length))
        : await binder.syncVolume(key.slice(volumePrefix.length), queue);
      if (waits) queue.addAfter(key, resync);
    },
  });
}

function watch(client: Client, queue: WorkQueue): readonly (() => void)[] {
  const claims = client.informer(refs.persistentVolumeClaims);
  const addClaim = (claim: PersistentVolumeClaim) => queue.add(claimPrefix + keyOf(claim));
  const addVolume = (name: string | undefined) => name && queue.add(volumePrefix + name);
  const offer = (suits: (claim: PersistentVolumeClaim) => boolean) => {
    for (const claim of claims.list()) if (claim.status?.phase === 'Pending' && suits(claim)) addClaim(claim);
  };
  return [
    claims.subscribe({
      added: addClaim,
      updated: addClaim,
      deleted: ({ spec }) => addVolume(spec.volumeName),
    }),
    client.informer(refs.persistentVolumes).subscribe({
      added: ({ metadata }) => addVolume(metadata.name),
      updated(volume, previous) {
        const { name } = volume.metadata;
        addVolume(name);
        // Upstream leaves it to the next resync that a claim finds the volume.
        if (volume.status?.phase === 'Available' && previous.status?.phase !== 'Available') {
          offer(({ spec }) => (spec.volumeName ?? name) === name);
        }
      },
      deleted({ spec: { claimRef } }) {
        const claim = claimRef && claims.get(claimRef.namespace ?? '', claimRef.name ?? '');
        if (claim) addClaim(claim);
      },
    }),
    client.informer(refs.storageClasses).subscribe({
      added: ({ metadata }) => offer((claim) => claimClass(claim) === metadata.name),
    }),
  ];
}

/** Each sync resolves with whether there is something to wait for. */
class Binder {
  readonly #claims: Informer<PersistentVolumeClaim>;
  readonly #volumes: Informer<PersistentVolume>;
  readonly #classes: Informer<StorageClass>;
  readonly #pods: Informer<Pod>;
  readonly #writer: BindingWriter;
  readonly #recorder: EventRecorder;

  constructor(client: Client, recorder: EventRecorder) {
    this.#claims = client.informer(refs.persistentVolumeClaims);
    this.#volumes = client.informer(refs.persistentVolumes);
    this.#classes = client.informer(refs.storageClasses);
    this.#pods = client.informer(refs.pods);
    this.#writer = new BindingWriter(client);
    this.#recorder = recorder;
  }

  async syncClaim(key: string): Promise<boolean> {
    const { namespace, name } = splitKey(key);
    const claim = this.#claims.get(namespace, name);
    if (!claim) return false;
    const decision = decideClaim(claim, {
      volumes: () => this.#volumes.list(),
      volume: (volume) => this.#volumes.get('', volume),
      storageClass: (storageClass) => this.#classes.get('', storageClass),
      storageClasses: () => this.#classes.list(),
      pods: () => podsUsing(this.#pods, key),
    });
    await this.#carryOut(claim, decision);
    return decision.do === 'wait' || decision.do === 'provision' || decision.do === 'complain';
  }

  async #carryOut(claim: PersistentVolumeClaim, decision: ClaimDecision): Promise<void> {
    switch (decision.do) {
      case 'bind':
        return this.#writer.bind(decision.volume, claim);
      case 'wait':
        this.#notify(claim, decision.notice);
        await this.#writer.setClaimStatus(claim, 'Pending');
        return;
      case 'assign-class':
        return this.#writer.assignClass(claim, decision.name);
      case 'provision': {
        const { provisioner } = decision;
        await this.#writer.setProvisioner(claim, provisioner);
        this.#recorder.event(
          claim,
          'Normal',
          'ExternalProvisioning',
          `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the ` +
            'system administrator. If volume creation is delayed, please verify that the provisioner is running and ' +
            'correctly registered.',
        );
        return;
      }
      case 'complain':
        return this.#notify(claim, decision.notice);
      case 'lose':
        if (claim.status?.phase === 'Lost') return;
        await this.#writer.setClaimStatus(claim, 'Lost');
        this.#notify(claim, decision.notice);
    }
  }

  async syncVolume(name: string, queue: WorkQueue): Promise<boolean> {
    const volume = this.#volumes.get('', name);
    if (!volume) return false;
    const { claimRef } = volume.spec;
    const decision = decideVolume(volume, claimRef && this.#claims.get(claimRef.namespace ?? '', claimRef.name ?? ''));
    switch (decision.do) {
      case 'settle':
        await this.#writer.setVolumePhase(volume, decision.phase);
        return false;
      case 'unbind':
        await this.#writer.unbind(volume);
        return false;
      case 'hand-over':
        queue.add(claimPrefix + keyOf(decision.claim));
        return false;
      case 'refuse':
        this.#refuse(volume, decision.claim);
        return true;
      case 'reclaim':
        return this.#reclaim(volume);
    }
  }

  #refuse(volume: PersistentVolume, claim: PersistentVolumeClaim): void {
    const why = 'due to incompatible volumeMode.';
    const reason = 'VolumeMismatch';
    const to = `to requested PersistentVolumeClaim "${claim.metadata.name}" ${why}`;
    const from = `Cannot bind PersistentVolume "${volume.metadata.name}" to requested PersistentVolumeClaim ${why}`;
    this.#notify(volume, { type: 'Warning', reason, message: `Cannot bind PersistentVolume ${to}` });
    this.#notify(claim, { type: 'Warning', reason, message: from });
  }

  async #reclaim(found: PersistentVolume): Promise<boolean> {
    const { phase } = found.status ?? {};
    // A failure stays visible while it is tried again.
    const volume = phase === 'Failed' ? found : await this.#writer.setVolumePhase(found, 'Released');
    const reclaim = decideReclaim(volume);
    if (reclaim.do === 'keep') return false;
    if (reclaim.do === 'delete') {
      await this.#writer.deleteVolume(volume).catch((error: unknown) => {
        if (!ApiError.is(error, 'NotFound')) throw error;
      });
      return false;
    }
    if (volume.status?.phase !== 'Failed') {
      const { reason, message } = reclaim;
      const failed = await this.#writer.setVolumePhase(volume, 'Failed', message);
      this.#notify(failed, { type: 'Warning', reason, message });
    }
    return false;
  }

  #notify(object: PersistentVolume | PersistentVolumeClaim, notice: Notice | undefined): void {
    if (notice) this.#recorder.event(object, notice.type, notice.reason, notice.message);
  }
}
