import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../../../../kubernetes/objects.ts';
import { defaultPersistentVolumeClaimSpec } from './volumes.ts';

/** What a claim has in common with a StatefulSet's claim template. */
interface ClaimLike {
  spec?: PersistentVolumeClaimSpec;
  status?: PersistentVolumeClaim['status'];
}

/** SetDefaults_PersistentVolumeClaim and SetDefaults_PersistentVolumeClaimSpec (pkg/apis/core/v1). */
export function defaultPersistentVolumeClaim(claim: ClaimLike): void {
  claim.spec ??= {};
  defaultPersistentVolumeClaimSpec(claim.spec);
  claim.status ??= {};
  claim.status.phase ||= 'Pending';
}
