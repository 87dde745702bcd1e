import type { PersistentVolume, PersistentVolumeClaim } from '../../../kubernetes/objects.ts';
import { equal } from '../../apiserver/json.ts';
import type { Client, ResourceClient } from '../../client/client.ts';
import * as refs from '../../client/refs.ts';
import { capacityOf, isReservedFor } from '../shared/volume-matching.ts';
import {
  betaStorageProvisioner,
  bindCompleted,
  boundByController,
  isAnnotated,
  storageProvisioner,
} from './annotations.ts';
import { unbound } from './volume-plan.ts';

/** Writes of the binder. Each resolves with the object as it is stored then, and writes nothing that is so already. */
export class BindingWriter {
  readonly #volumes: ResourceClient<PersistentVolume>;
  readonly #claims: ResourceClient<PersistentVolumeClaim>;

  constructor(client: Client) {
    this.#volumes = client.resource(refs.persistentVolumes);
    this.#claims = client.resource(refs.persistentVolumeClaims);
  }

  /** The volume first: whoever is interrupted after that finds it reserved for the claim, and goes on. */
  async bind(volume: PersistentVolume, claim: PersistentVolumeClaim): Promise<void> {
    const reserved = await this.#bindVolume(volume, claim);
    const bound = await this.setVolumePhase(reserved, 'Bound');
    await this.setClaimStatus(await this.#bindClaim(claim, bound), 'Bound', bound);
  }

  async unbind(volume: PersistentVolume): Promise<void> {
    await this.setVolumePhase(await this.#volumes.update(unbound(volume)), 'Available');
  }

  async setVolumePhase(volume: PersistentVolume, phase: string, message?: string): Promise<PersistentVolume> {
    if (volume.status?.phase === phase) return volume;
    const { message: _, ...status } = volume.status ?? {};
    return this.#volumes.updateStatus({
      ...volume,
      status: { ...status, phase: phase as 'Bound', ...(message && { message }) },
    });
  }

  /** @param volume whose capacity and modes the claim's status shows */
  async setClaimStatus(
    claim: PersistentVolumeClaim,
    phase: 'Pending' | 'Bound' | 'Lost',
    volume?: PersistentVolume,
  ): Promise<PersistentVolumeClaim> {
    const { accessModes: _, capacity: before, ...rest } = claim.status ?? {};
    // Once bound, a capacity that differs tells of an expansion under way.
    const capacity = claim.status?.phase === phase ? before : volume?.spec.capacity;
    const status = {
      ...rest,
      phase,
      ...(volume && { accessModes: volume.spec.accessModes, ...(capacity && { capacity }) }),
    };
    if (equal(status, claim.status)) return claim;
    if (volume && capacityOf(volume).isZero) {
      throw new Error(`PersistentVolume "${volume.metadata.name}" is without a storage capacity`);
    }
    return this.#claims.updateStatus({ ...claim, status });
  }

  async assignClass(claim: PersistentVolumeClaim, storageClassName: string): Promise<void> {
    await this.#claims.update({ ...claim, spec: { ...claim.spec, storageClassName } });
  }

  async setProvisioner(claim: PersistentVolumeClaim, provisioner: string): Promise<void> {
    const { annotations } = claim.metadata;
    if (annotations?.[storageProvisioner] === provisioner) return;
    await this.#claims.update(
      annotated(claim, { [betaStorageProvisioner]: provisioner, [storageProvisioner]: provisioner }),
    );
  }

  async deleteVolume({ metadata }: PersistentVolume): Promise<void> {
    await this.#volumes.delete('', metadata.name);
  }

  async #bindVolume(volume: PersistentVolume, claim: PersistentVolumeClaim): Promise<PersistentVolume> {
    const { claimRef } = volume.spec;
    const mark = !isReservedFor(volume, claim) && !isAnnotated(volume, boundByController);
    const { name, namespace, uid, resourceVersion } = claim.metadata;
    if (!mark && claimRef?.name === name && claimRef?.namespace === namespace && claimRef?.uid === uid) return volume;
    const reference = { kind: claim.kind, apiVersion: claim.apiVersion, name, namespace, uid, resourceVersion };
    return this.#volumes.update({
      ...(mark ? annotated(volume, { [boundByController]: 'yes' }) : volume),
      spec: { ...volume.spec, claimRef: reference },
    });
  }

  async #bindClaim(claim: PersistentVolumeClaim, volume: PersistentVolume): Promise<PersistentVolumeClaim> {
    const volumeName = volume.metadata.name;
    const chosen = claim.spec.volumeName !== volumeName;
    if (!chosen && isAnnotated(claim, bindCompleted)) return claim;
    const annotations = { ...(chosen && { [boundByController]: 'yes' }), [bindCompleted]: 'yes' };
    return this.#claims.update({ ...annotated(claim, annotations), spec: { ...claim.spec, volumeName } });
  }
}

function annotated<T extends PersistentVolume | PersistentVolumeClaim>(
  object: T,
  annotations: Readonly<Record<string, string>>,
): T {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } };
}
