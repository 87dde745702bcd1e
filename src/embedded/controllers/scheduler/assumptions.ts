import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../../kubernetes/objects.ts';
import { isReservedFor } from '../shared/volume-matching.ts';
import { boundByController, selectedNode } from '../volume/annotations.ts';
import type { VolumePlan } from './volumes.ts';

/** A Pod that has been promised a node which the API does not say yet. */
export interface Assumption {
  readonly pod: Pod;
  readonly node: string;
  readonly plan: VolumePlan;
}

/** What the scheduler has decided and not written yet: other Pods are scheduled as if it had been. */
export class Assumptions {
  readonly #pods = new Map<string, Assumption>();
  readonly #claims = new Map<string, PersistentVolumeClaim>();
  readonly #volumes = new Map<string, PersistentVolume>();

  add(assumption: Assumption): void {
    const { pod, node, plan } = assumption;
    this.#pods.set(pod.metadata.uid!, assumption);
    for (const { volume, claim } of plan.bindings) this.#volumes.set(volume.metadata.name, withClaim(volume, claim));
    for (const claim of plan.provisions) this.#claims.set(claimKey(claim), withSelectedNode(claim, node));
  }

  /** The claims and volumes are as the API says again. */
  releaseVolumes({ plan }: Assumption): void {
    for (const { volume } of plan.bindings) this.#volumes.delete(volume.metadata.name);
    for (const claim of plan.provisions) this.#claims.delete(claimKey(claim));
  }

  release(assumption: Assumption): void {
    this.releaseVolumes(assumption);
    this.#pods.delete(assumption.pod.metadata.uid!);
  }

  has(pod: Pod): boolean {
    return this.#pods.has(pod.metadata.uid!);
  }

  podsOn(node: string): Pod[] {
    return [...this.#pods.values()].filter((each) => each.node === node).map(({ pod }) => pod);
  }

  claim(namespace: string, name: string): PersistentVolumeClaim | undefined {
    return this.#claims.get(`${namespace}/${name}`);
  }

  volume(name: string): PersistentVolume | undefined {
    return this.#volumes.get(name);
  }
}

export function withSelectedNode(claim: PersistentVolumeClaim, node: string): PersistentVolumeClaim {
  const annotations = { ...claim.metadata.annotations, [selectedNode]: node };
  return { ...claim, metadata: { ...claim.metadata, annotations } };
}

function claimKey({ metadata: { namespace, name } }: PersistentVolumeClaim): string {
  return `${namespace}/${name}`;
}

/** A volume that refers to its claim; the same object where it does already. */
export function withClaim(volume: PersistentVolume, claim: PersistentVolumeClaim): PersistentVolume {
  const { claimRef } = volume.spec;
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  if (claimRef?.uid === uid && isReservedFor(volume, claim)) return volume;
  const annotations = claimRef ? {} : { annotations: { ...volume.metadata.annotations, [boundByController]: 'yes' } };
  const reference = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid, resourceVersion };
  return {
    ...volume,
    metadata: { ...volume.metadata, ...annotations },
    spec: { ...volume.spec, claimRef: reference as NonNullable<typeof claimRef> },
  };
}
