import { posix } from 'node:path';
import { isDNS1123Label, isDNS1123Subdomain, nameIsDNSLabel, nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { PersistentVolume, PersistentVolumeSpec, VolumeNodeAffinity } from '../../../kubernetes/objects.ts';
import { quantities, validateBasicResource, validatePositiveQuantity } from './compute-resources.ts';
import { semanticEqual, validateImmutable } from './equality.ts';
import { type FieldError, forbidden, invalid, invalidEach, notSupported, required } from './field.ts';
import { goDiff } from './go-diff.ts';
import { goValue } from './go-structs.ts';
import { immutableField, validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';
import { validatePathNoBacksteps } from './paths.ts';
import { validateAccessModes, volumeModes } from './persistent-volume-claim-spec.ts';
import { validateNodeSelector } from './scheduling.ts';
import * as sources from './volume-sources.ts';

/** pkg/apis/core/validation and pkg/volume/validation. */

const reclaimPolicies = ['Delete', 'Recycle', 'Retain'];
const mountOptionsAnnotation = 'volume.beta.kubernetes.io/mount-options';

type Spec = PersistentVolumeSpec;

type SourceKey = Exclude<
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
  validate(source: NonNullable<Spec[Key]>, path: string, volume: PersistentVolume): FieldError[];
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
    validate: (source, path, { metadata }) =>
      sources.validateISCSI(source, path, { persistent: true, name: metadata.name ?? '' }),
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

/** Volumes of these kinds may be mounted with options. */
const mountable: readonly SourceKey[] = [
  ...(['gcePersistentDisk', 'awsElasticBlockStore', 'glusterfs', 'nfs', 'rbd', 'quobyte', 'iscsi', 'cinder'] as const),
  ...(['cephfs', 'azureFile', 'vsphereVolume', 'azureDisk', 'photonPersistentDisk'] as const),
];

export function validatePersistentVolume(volume: PersistentVolume): FieldError[] {
  const { metadata, spec } = volume;
  const errors = validateCore(volume);
  if (!mountable.some((key) => spec[key]) && Object.hasOwn(metadata.annotations ?? {}, mountOptionsAnnotation)) {
    const detail = 'may not specify mount options for this volume type';
    errors.push(forbidden(`metadata.annotations.${mountOptionsAnnotation}`, detail));
  }
  return errors;
}

export function validatePersistentVolumeUpdate(volume: PersistentVolume, current: PersistentVolume): FieldError[] {
  const errors = [...validatePersistentVolume(volume), ...validateCore(volume)];
  const before = sourcesOf(current.spec);
  const after = sourcesOf(volume.spec);
  if (before.csi && !before.csi.controllerExpandSecretRef && after.csi?.controllerExpandSecretRef) {
    const { controllerExpandSecretRef: _, ...csi } = after.csi;
    after.csi = csi;
  }
  if (!semanticEqual(after, before)) {
    const diff = goDiff('core.PersistentVolumeSource', before, after);
    const detail = `spec.persistentvolumesource is immutable after creation\n${diff}`;
    errors.push(forbidden('spec.persistentvolumesource', detail));
  }
  errors.push(...validateImmutable('string', volume.spec.volumeMode, current.spec.volumeMode, 'volumeMode'));
  if (current.spec.nodeAffinity && !isSameAffinity(volume.spec.nodeAffinity, current.spec.nodeAffinity)) {
    const { nodeAffinity } = volume.spec;
    const value = nodeAffinity && goValue('core.VolumeNodeAffinity', nodeAffinity);
    const detail = `${immutableField}, except for updating from beta label to GA`;
    errors.push(invalid('nodeAffinity', value, detail));
  }
  if (volume.spec.volumeAttributesClassName !== current.spec.volumeAttributesClassName) {
    const detail = 'update is forbidden when the VolumeAttributesClass feature gate is disabled';
    errors.push(forbidden('spec.volumeAttributesClassName', detail));
  }
  return errors;
}

export function validatePersistentVolumeStatusUpdate(
  volume: PersistentVolume,
  current: PersistentVolume,
): FieldError[] {
  return [
    ...validateObjectMetaUpdate(volume.metadata, current.metadata),
    ...(volume.metadata.resourceVersion ? [] : [required('resourceVersion')]),
  ];
}

function validateCore(volume: PersistentVolume): FieldError[] {
  return [
    ...validateObjectMeta(volume.metadata, { namespaced: false, validateName: nameIsDNSSubdomain }),
    ...validateSpec(volume),
  ];
}

function validateSpec(volume: PersistentVolume): FieldError[] {
  const { spec } = volume;
  const { persistentVolumeReclaimPolicy: policy, nodeAffinity, storageClassName, volumeMode } = spec;
  const errors = spec.accessModes?.length
    ? validateAccessModes(spec.accessModes, 'spec.accessModes')
    : [required('spec.accessModes')];
  errors.push(...validateCapacity(spec));
  if (policy && !reclaimPolicies.includes(policy)) {
    errors.push(notSupported('spec.persistentVolumeReclaimPolicy', policy, reclaimPolicies));
  }
  if (nodeAffinity) errors.push(...validateNodeAffinity(nodeAffinity, 'spec.nodeAffinity'));
  errors.push(...validateSource(volume));
  if (spec.hostPath && posix.normalize(spec.hostPath.path ?? '') === '/' && policy === 'Recycle') {
    const detail = "may not be 'recycle' for a hostPath mount of '/'";
    errors.push(forbidden('spec.persistentVolumeReclaimPolicy', detail));
  }
  if (storageClassName) {
    errors.push(...invalidEach('spec.storageClassName', storageClassName, nameIsDNSSubdomain(storageClassName, false)));
  }
  if (volumeMode !== undefined && !volumeModes.includes(volumeMode)) {
    errors.push(notSupported('spec.volumeMode', volumeMode, volumeModes));
  }
  return errors;
}

function validateCapacity({ capacity = {} }: Spec): FieldError[] {
  const path = 'spec.capacity';
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

function validateSource(volume: PersistentVolume): FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  for (const key of Object.keys(checks) as SourceKey[]) {
    const source = volume.spec[key];
    if (source === undefined || source === null) continue;
    const check = checks[key] as Check<SourceKey>;
    // Upstream does not mind a flexVolume beside another source.
    if (count > 0 && key !== 'flexVolume') {
      errors.push(forbidden(`spec.${check.secondPath ?? key}`, 'may not specify more than 1 volume type'));
      continue;
    }
    count++;
    errors.push(...check.validate(source as never, `spec.${check.path ?? key}`, volume));
    if (key === 'local' && !volume.spec.nodeAffinity) {
      errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
    }
  }
  return count === 0 ? [required('spec', 'must specify a volume type')] : errors;
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
function sourcesOf(spec: Spec): Pick<Spec, SourceKey> {
  return Object.fromEntries(
    (Object.keys(checks) as SourceKey[]).filter((key) => spec[key]).map((key) => [key, spec[key]]),
  );
}

/** The labels that a stored affinity may change to, whose meaning they have. */
const stableLabels: ReadonlyMap<string, string> = new Map([
  ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'],
  ['beta.kubernetes.io/os', 'kubernetes.io/os'],
  ['beta.kubernetes.io/arch', 'kubernetes.io/arch'],
  ['beta.kubernetes.io/instance-type', 'node.kubernetes.io/instance-type'],
]);

function isSameAffinity(affinity: VolumeNodeAffinity | undefined, stored: VolumeNodeAffinity): boolean {
  const former = structuredClone(stored);
  former.required?.nodeSelectorTerms?.forEach((term, index) => {
    const wanted = affinity?.required?.nodeSelectorTerms?.[index];
    for (const field of ['matchExpressions', 'matchFields'] as const) {
      term[field]?.forEach((requirement, position) => {
        const key = wanted?.[field]?.[position]?.key;
        if (key !== undefined && stableLabels.get(requirement.key) === key) requirement.key = key;
      });
    }
  });
  return semanticEqual(affinity, former);
}
