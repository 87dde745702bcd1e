import { isQualifiedName, nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { PersistentVolumeClaim } from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import {
  isNativeResource,
  quantities,
  shown,
  validateBasicResource,
  validateResourceQuantity,
} from './compute-resources.ts';
import { semanticEqual, validateImmutable } from './equality.ts';
import { type FieldError, forbidden, invalid, invalidEach, notSupported, required } from './field.ts';
import { goDiff } from './go-diff.ts';
import { immutableField, validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';
import { validatePersistentVolumeClaimSpec } from './persistent-volume-claim-spec.ts';

/** pkg/apis/core/validation. */

export const storageClassAnnotation = 'volume.beta.kubernetes.io/storage-class';

const resizeStatuses = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
].sort();

export function validatePersistentVolumeClaim(
  { metadata, spec }: PersistentVolumeClaim,
  current?: PersistentVolumeClaim,
): FieldError[] {
  const { dataSource, dataSourceRef } = current?.spec ?? {};
  return [
    ...validateObjectMeta(metadata, { namespaced: true, validateName: nameIsDNSSubdomain }),
    ...validatePersistentVolumeClaimSpec(spec, 'spec', {
      anyDataSourceGroup: dataSource?.apiGroup !== undefined || dataSourceRef?.apiGroup !== undefined,
    }),
  ];
}

export function validatePersistentVolumeClaimUpdate(
  claim: PersistentVolumeClaim,
  current: PersistentVolumeClaim,
): FieldError[] {
  const own = validatePersistentVolumeClaim(claim, current);
  const errors = [
    ...own,
    ...validateObjectMetaUpdate(claim.metadata, current.metadata),
    // Upstream looks twice.
    ...own,
    ...validateSpecUpdate(claim, current),
  ];
  const size = storageOf(claim.spec.resources?.requests);
  if (size.compare(storageOf(current.spec.resources?.requests)) < 0) {
    // A claim whose volume could not be made larger may ask for less again, but not for less than there is.
    if (size.compare(storageOf(current.status?.capacity)) <= 0) {
      errors.push(forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity'));
    }
  }
  errors.push(...validateImmutable('string', claim.spec.volumeMode, current.spec.volumeMode, 'volumeMode'));
  if (claim.spec.volumeAttributesClassName !== current.spec.volumeAttributesClassName) {
    const detail = 'update is forbidden when the VolumeAttributesClass feature gate is disabled';
    errors.push(forbidden('spec.volumeAttributesClassName', detail));
  }
  return errors;
}

export function validatePersistentVolumeClaimStatusUpdate(
  claim: PersistentVolumeClaim,
  current: PersistentVolumeClaim,
): FieldError[] {
  const errors = validateObjectMetaUpdate(claim.metadata, current.metadata);
  if (!claim.metadata.resourceVersion) errors.push(required('resourceVersion'));
  if (!claim.spec.accessModes?.length) errors.push(required('Spec.accessModes'));
  const { capacity, allocatedResourceStatuses = {}, allocatedResources } = claim.status ?? {};
  for (const [name, amount] of quantities(capacity)) {
    errors.push(...validateBasicResource(amount, `status.capacity[${name}]`));
  }
  const statusPath = 'status.allocatedResourceStatus';
  for (const [name, status] of Object.entries(allocatedResourceStatuses)) {
    errors.push(...validateResourceKey(name, statusPath));
    if (!resizeStatuses.includes(status)) errors.push(notSupported(statusPath, shown(name), resizeStatuses));
  }
  const path = 'status.allocatedResources';
  for (const [name, amount] of quantities(allocatedResources)) {
    const wrong = [validateResourceKey(name, path), validateBasicResource(amount, `${path}[${name}]`)];
    const found = wrong.find((each) => each.length > 0);
    errors.push(...(found ?? validateResourceQuantity('storage', amount, `${path}[${name}]`)));
  }
  return errors;
}

/** Of what a claim asks for, only the size changes, once it is bound; and the volume and the class are filled in once. */
function validateSpecUpdate(claim: PersistentVolumeClaim, current: PersistentVolumeClaim): FieldError[] {
  const errors: FieldError[] = [];
  const spec = structuredClone(claim.spec);
  const stored = structuredClone(current.spec);
  if (!stored.volumeName && spec.volumeName) stored.volumeName = spec.volumeName;
  const annotation = claim.metadata.annotations?.[storageClassAnnotation];
  const former = current.metadata.annotations?.[storageClassAnnotation];
  const wasUnset = stored.storageClassName === undefined && spec.storageClassName !== undefined;
  const fits = former === spec.storageClassName;
  if (wasUnset && former !== undefined && fits && (annotation === undefined || annotation === former)) {
    delete spec.storageClassName;
  } else {
    if ((annotation ?? '') !== (former ?? '')) {
      errors.push(invalid(`metadata.annotations.${storageClassAnnotation}`, annotation ?? '', immutableField));
    }
    if (wasUnset && (former === undefined || fits)) delete spec.storageClassName;
  }
  if (claim.status?.phase === 'Bound') {
    if (spec.resources?.requests) {
      spec.resources.requests.storage = stored.resources?.requests?.storage ?? '0';
    }
    if (spec.volumeAttributesClassName !== undefined) {
      spec.volumeAttributesClassName = stored.volumeAttributesClassName;
    }
  }
  if (semanticEqual(spec, stored)) return errors;
  const detail =
    'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
  return [...errors, forbidden('spec', `${detail}\n${goDiff('core.PersistentVolumeClaimSpec', stored, spec)}`)];
}

/** Whose size a claim can report: its storage, or something of a driver's own. */
function validateResourceKey(name: string, path: string): FieldError[] {
  const errors = invalidEach(path, name, isQualifiedName(name));
  if (errors.length > 0 || !isNativeResource(name) || name === 'storage') return errors;
  return [notSupported(path, name, ['storage'])];
}

function storageOf(list: { readonly [name: string]: string | number } | undefined): Quantity {
  return Quantity.tryParse(list?.storage) ?? Quantity.parse('0');
}
