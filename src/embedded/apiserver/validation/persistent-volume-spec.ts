import { posix } from 'node:path';
import { isDNS1123Label, isDNS1123Subdomain, nameIsDNSLabel, nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { PersistentVolumeSpec, VolumeNodeAffinity } from '../../../kubernetes/objects.ts';
import { quantities, validateBasicResource, validatePositiveQuantity } from './compute-resources.ts';
import { type FieldError, forbidden, invalid, invalidEach, notSupported, required } from './field.ts';
import { goValue } from './go-structs.ts';
import { validatePathNoBacksteps } from './paths.ts';
import { validateAccessModes, volumeModes } from './persistent-volume-claim-spec.ts';
import { validateNodeSelector } from './scheduling.ts';
import * as sources from './volume-sources.ts';

/** What a PersistentVolume is, of itself or inside a VolumeAttachment (pkg/apis/core/validation). */

const reclaimPolicies = ['Delete', 'Recycle', 'Retain'];

type Spec = PersistentVolumeSpec;

export type SourceKey = Exclude<
  keyof Spec,
  | 'accessModes'
  | 'capacity'
  | 'claimRef'
  | 'mountOptions'
  | 'nodeAffinity'
  | 'persistentVolumeReclaimPolicy'
  | 'storageClassName'
  | 'volumeAttributesClassName'
  | 'volumeMode'
>;

interface Check<Key extends SourceKey> {
  /** How the path is called where it differs from the field. */
  readonly path?: string;
  readonly secondPath?: string;
  validate(source: NonNullable<Spec[Key]>, path: string, name: string): FieldError[];
}

/** In upstream's order: the first of several sources is the one that may stay. */
const checks: { readonly [Key in SourceKey]-?: Check<Key> } = {
  hostPath: { validate: sources.validateHostPath },
  gcePersistentDisk: {
    path: 'persistentDisk',
    validate: (source, path) => sources.validateCloudDisk(source, path, 'pdName'),
  },
  awsElasticBlockStore: { validate: (source, path) => sources.validateCloudDisk(source, path, 'volumeID') },
  glusterfs: { validate: validateGlusterfs },
  flocker: { validate: sources.validateFlocker },
  nfs: { validate: sources.validateNFS },
  rbd: { validate: (source, path) => sources.requireFields(source, path, 'monitors', 'image') },
  quobyte: { validate: sources.validateQuobyte },
  cephfs: { secondPath: 'cephFS', validate: (source, path) => sources.requireFields(source, path, 'monitors') },
  iscsi: {
    validate: (source, path, name) => sources.validateISCSI(source, path, { persistent: true, name }),
  },
  cinder: {
    validate: (source, path) => [
      ...sources.requireFields(source, path, 'volumeID'),
      ...sources.validateSecretReference(source.secretRef, `${path}.secretRef`, { namespaced: true }),
    ],
  },
  fc: { validate: sources.validateFC },
  flexVolume: { validate: sources.validateFlexVolume },
  azureFile: {
    validate: (source, path) => [
      ...sources.requireFields(source, path, 'secretName', 'shareName'),
      ...(source.secretNamespace === '' ? [required(`${path}.secretNamespace`)] : []),
    ],
  },
  vsphereVolume: { validate: (source, path) => sources.requireFields(source, path, 'volumePath') },
  photonPersistentDisk: { validate: (source, path) => sources.requireFields(source, path, 'pdID') },
  portworxVolume: { validate: (source, path) => sources.requireFields(source, path, 'volumeID') },
  azureDisk: { validate: sources.validateAzureDisk },
  scaleIO: { validate: (source, path) => sources.requireFields(source, path, 'gateway', 'system', 'volumeName') },
  local: { validate: validateLocal },
  storageos: { validate: (source, path) => sources.validateStorageOS(source, path, { namespaced: true }) },
  csi: { validate: validateCSI },
};

/** @param name of the volume */
export function validatePersistentVolumeSpec(spec: Spec, name: string, path: string): FieldError[] {
  const { persistentVolumeReclaimPolicy: policy, nodeAffinity, storageClassName, volumeMode } = spec;
  const errors = [...validateModes(spec, path), ...validateCapacity(spec, `${path}.capacity`)];
  if (policy && !reclaimPolicies.includes(policy)) {
    errors.push(notSupported(`${path}.persistentVolumeReclaimPolicy`, policy, reclaimPolicies));
  }
  if (nodeAffinity) errors.push(...validateNodeAffinity(nodeAffinity, `${path}.nodeAffinity`));
  errors.push(...validateSource(spec, name, path), ...validateRecycling(spec, path));
  if (storageClassName) {
    const at = `${path}.storageClassName`;
    errors.push(...invalidEach(at, storageClassName, nameIsDNSSubdomain(storageClassName, false)));
  }
  if (volumeMode !== undefined && !volumeModes.includes(volumeMode)) {
    errors.push(notSupported(`${path}.volumeMode`, volumeMode, volumeModes));
  }
  return errors;
}

/** A volume that is not an object of its own. */
export function validateInlineVolumeSpec(spec: Spec, path: string): FieldError[] {
  const context = 'in the context of inline volumes';
  const errors: FieldError[] = [];
  const unwanted = (field: keyof Spec, isSet: boolean) => {
    if (isSet) errors.push(forbidden(`${path}.${field}`, `may not be specified ${context}`));
  };
  unwanted('claimRef', spec.claimRef !== undefined);
  unwanted('capacity', Object.keys(spec.capacity ?? {}).length > 0);
  if (!spec.csi) errors.push(required(`${path}.csi`, `has to be specified ${context}`));
  errors.push(...validateModes(spec, path));
  const policy = spec.persistentVolumeReclaimPolicy;
  if (policy && policy !== 'Retain') {
    errors.push(forbidden(`${path}.persistentVolumeReclaimPolicy`, `may only be Retain ${context}`));
  }
  unwanted('nodeAffinity', spec.nodeAffinity !== undefined);
  const { nodeAffinity: _, ...rest } = spec;
  errors.push(...validateSource(rest, '', path), ...validateRecycling(spec, path));
  unwanted('storageClassName', !!spec.storageClassName);
  if (spec.volumeMode !== undefined && spec.volumeMode !== 'Filesystem') {
    errors.push(forbidden(`${path}.volumeMode`, `may not specify volumeMode other than Filesystem ${context}`));
  }
  return errors;
}

function validateModes({ accessModes }: Spec, path: string): FieldError[] {
  const at = `${path}.accessModes`;
  return accessModes?.length ? validateAccessModes(accessModes, at) : [required(at)];
}

function validateRecycling({ hostPath, persistentVolumeReclaimPolicy }: Spec, path: string): FieldError[] {
  if (!hostPath || posix.normalize(hostPath.path ?? '') !== '/') return [];
  if (persistentVolumeReclaimPolicy !== 'Recycle') return [];
  const detail = "may not be 'recycle' for a hostPath mount of '/'";
  return [forbidden(`${path}.persistentVolumeReclaimPolicy`, detail)];
}

function validateCapacity({ capacity = {} }: Spec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = Object.keys(capacity);
  if (names.length === 0) errors.push(required(path));
  if (names.length !== 1 || names[0] !== 'storage') {
    const value = goValue('core.ResourceList', names.length > 0 ? capacity : undefined);
    errors.push(notSupported(path, value, ['storage']));
  }
  for (const [name, amount] of quantities(capacity)) {
    errors.push(
      ...validateBasicResource(amount, `${path}[${name}]`),
      ...validatePositiveQuantity(amount, `${path}[${name}]`),
    );
  }
  return errors;
}

function validateNodeAffinity({ required: selector }: VolumeNodeAffinity, path: string): FieldError[] {
  if (!selector) return [required(`${path}.required`, 'must specify required node constraints')];
  return validateNodeSelector(selector, `${path}.required`);
}

function validateSource(spec: Spec, name: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  for (const key of Object.keys(checks) as SourceKey[]) {
    const source = spec[key];
    if (source === undefined || source === null) continue;
    const check = checks[key] as Check<SourceKey>;
    // Upstream does not mind a flexVolume beside another source.
    if (count > 0 && key !== 'flexVolume') {
      errors.push(forbidden(`${path}.${check.secondPath ?? key}`, 'may not specify more than 1 volume type'));
      continue;
    }
    count++;
    errors.push(...check.validate(source as never, `${path}.${check.path ?? key}`, name));
    if (key === 'local' && !spec.nodeAffinity) {
      errors.push(required(`${path}.nodeAffinity`, 'Local volume requires node affinity'));
    }
  }
  return count === 0 ? [required(path, 'must specify a volume type')] : errors;
}

function validateGlusterfs(source: NonNullable<Spec['glusterfs']>, path: string): FieldError[] {
  const errors = sources.requireFields(source, path, 'endpoints', 'path');
  const { endpointsNamespace: namespace } = source;
  if (namespace === undefined) return errors;
  const at = `${path}.endpointsNamespace`;
  if (namespace) return [...errors, ...invalidEach(at, namespace, nameIsDNSLabel(namespace, false))];
  return [...errors, invalid(at, '', 'if the endpointnamespace is set, it must be a valid namespace name')];
}

function validateLocal({ path: target }: NonNullable<Spec['local']>, path: string): FieldError[] {
  return target ? validatePathNoBacksteps(target, `${path}.path`) : [required(`${path}.path`)];
}

function validateCSI(source: NonNullable<Spec['csi']>, path: string): FieldError[] {
  const errors = [
    ...sources.validateCSIDriverName(source.driver, `${path}.driver`),
    ...sources.requireFields(source, path, 'volumeHandle'),
  ];
  for (const field of [
    ...(['controllerPublishSecretRef', 'controllerExpandSecretRef'] as const),
    ...(['nodePublishSecretRef', 'nodeExpandSecretRef'] as const),
  ]) {
    const secret = source[field];
    if (!secret) continue;
    const { name, namespace } = secret;
    const at = `${path}.${field}`;
    errors.push(
      ...(name ? invalidEach(`${at}.name`, name, isDNS1123Subdomain(name)) : [required(`${at}.name`)]),
      ...(namespace
        ? invalidEach(`${at}.namespace`, namespace, isDNS1123Label(namespace))
        : [required(`${at}.namespace`)]),
    );
  }
  return errors;
}

/** Where the data are, of all that a spec says. */
export function sourcesOf(spec: Spec): Pick<Spec, SourceKey> {
  return Object.fromEntries(
    (Object.keys(checks) as SourceKey[]).filter((key) => spec[key]).map((key) => [key, spec[key]]),
  );
}
