import { isDNS1123Label, isDNS1123Subdomain, isInRange, nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { PersistentVolumeSpec, Volume } from '../../../kubernetes/objects.ts';
import { type FieldError, invalid, invalidEach, notSupported, required, tooLong } from './field.ts';
import { goValue } from './go-structs.ts';
import { validatePathNoBacksteps } from './paths.ts';

/**
 * Sources of volumes that Pods and PersistentVolumes share, most of them of storage systems gone by; here only because
 * Kubernetes still checks them (pkg/apis/core/validation).
 */

type Sources = Volume & Omit<PersistentVolumeSpec, 'iscsi'>;
type Source<Key extends keyof Sources> = NonNullable<Sources[Key]>;

/** One error for each field that must be there and is not. */
export function requireFields(source: object, path: string, ...fields: string[]): FieldError[] {
  const values = source as Readonly<Record<string, unknown>>;
  const missing = (value: unknown) => !value || (Array.isArray(value) && value.length === 0);
  return fields.filter((field) => missing(values[field])).map((field) => required(`${path}.${field}`));
}

export function validateHostPath({ path: target, type }: Source<'hostPath'>, path: string): FieldError[] {
  if (!target) return [required(`${path}.path`)];
  const errors = validatePathNoBacksteps(target, `${path}.path`);
  if (type && !hostPathTypes.includes(type)) errors.push(notSupported(`${path}.type`, type, hostPathTypes));
  return errors;
}

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

export function validateNFS(nfs: Source<'nfs'>, path: string): FieldError[] {
  const errors = requireFields(nfs, path, 'server', 'path');
  if (!nfs.path?.startsWith('/')) errors.push(invalid(`${path}.path`, nfs.path ?? '', 'must be an absolute path'));
  return errors;
}

/** @param volume how errors about the volume's name and the portal's length speak of it, which differs */
export function validateISCSI(
  iscsi: Source<'iscsi'>,
  path: string,
  volume: { readonly persistent: boolean; readonly name: string },
): FieldError[] {
  const prefixes = volume.persistent ? 'must be valid format' : 'must be valid format starting with iqn, eui, or naa';
  const errors = requireFields(iscsi, path, 'targetPortal');
  if (volume.persistent && iscsi.initiatorName !== undefined && isPortalTooLong(iscsi, volume.name)) {
    errors.push(invalid(`${path}.targetportal`, iscsi.targetPortal ?? '', portalTooLong));
  }
  if (!iscsi.iqn) errors.push(required(`${path}.iqn`));
  else {
    const format = initiatorFormat(iscsi.iqn);
    if (format === undefined) errors.push(invalid(`${path}.iqn`, iscsi.iqn, prefixes));
    else if (!format.test(iscsi.iqn)) errors.push(invalid(`${path}.iqn`, iscsi.iqn, 'must be valid format'));
  }
  errors.push(...invalidEach(`${path}.lun`, iscsi.lun ?? 0, isInRange(iscsi.lun ?? 0, 0, 255)));
  if ((iscsi.chapAuthDiscovery || iscsi.chapAuthSession) && !iscsi.secretRef) {
    errors.push(required(`${path}.secretRef`));
  }
  if (volume.persistent && iscsi.secretRef && !iscsi.secretRef.name) errors.push(required(`${path}.secretRef.name`));
  if (iscsi.initiatorName !== undefined) {
    const format = initiatorFormat(iscsi.initiatorName);
    if (format === undefined) errors.push(invalid(`${path}.initiatorname`, iscsi.initiatorName, prefixes));
    else if (!format.test(iscsi.initiatorName)) {
      errors.push(invalid(`${path}.initiatorname`, iscsi.initiatorName, 'must be valid format'));
    }
  }
  return errors;
}

export const portalTooLong =
  'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';

export function isPortalTooLong(iscsi: Source<'iscsi'>, volumeName: string): boolean {
  return `${volumeName}:${iscsi.targetPortal ?? ''}`.length > 64;
}

function initiatorFormat(name: string): RegExp | undefined {
  if (name.startsWith('iqn')) return /iqn\.\d{4}-\d{2}\.([A-Za-z0-9.-]+)(:[^,;*&$|\s]+)$/;
  if (name.startsWith('eui')) return /^eui.[A-Za-z0-9]{16}$/;
  return name.startsWith('naa') ? /^naa.[A-Za-z0-9]{32}$/ : undefined;
}

export function validateFC({ targetWWNs = [], wwids = [], lun }: Source<'fc'>, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (targetWWNs.length === 0 && wwids.length === 0) {
    errors.push(required(`${path}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both'));
  }
  if (targetWWNs.length === 0) return errors;
  if (wwids.length > 0) {
    const detail = 'targetWWNs and wwids can not be specified simultaneously';
    errors.push(invalid(`${path}.targetWWNs`, goValue('[]string', targetWWNs), detail));
  }
  if (lun === undefined) errors.push(required(`${path}.lun`, 'lun is required if targetWWNs is specified'));
  else errors.push(...invalidEach(`${path}.lun`, lun, isInRange(lun, 0, 255)));
  return errors;
}

/** A disk in a cloud, whole or a partition of it. */
export function validateCloudDisk(source: { partition?: number }, path: string, idField: string): FieldError[] {
  const partition = source.partition ?? 0;
  return [
    ...requireFields(source, path, idField),
    ...(partition < 0 || partition > 255
      ? [invalid(`${path}.partition`, partition, 'must be between 1 and 255, inclusive')]
      : []),
  ];
}

export function validateQuobyte({ registry, tenant, volume }: Source<'quobyte'>, path: string): FieldError[] {
  const pairs = 'must be a host:port pair or multiple pairs separated by commas';
  const errors: FieldError[] = [];
  if (!registry) errors.push(required(`${path}.registry`, pairs));
  else if ((tenant ?? '').length >= 65) {
    errors.push(required(`${path}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'));
  } else {
    const wrong = registry.split(',').filter((pair) => !/^(\[[^[\]]*\]|[^[\]:]*):[^[\]:]*$/.test(pair));
    errors.push(...wrong.map(() => invalid(`${path}.registry`, registry, pairs)));
  }
  if (!volume) errors.push(required(`${path}.volume`));
  return errors;
}

export function validateFlocker({ datasetName = '', datasetUUID = '' }: Source<'flocker'>, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!datasetName && !datasetUUID) errors.push(required(path, 'one of datasetName and datasetUUID is required'));
  if (datasetName && datasetUUID) {
    errors.push(invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  }
  if (datasetName.includes('/')) errors.push(invalid(`${path}.datasetName`, datasetName, "must not contain '/'"));
  return errors;
}

export function validateFlexVolume(
  flex: { driver: string; options?: Record<string, string> },
  path: string,
): FieldError[] {
  const errors = requireFields(flex, path, 'driver');
  for (const key in flex.options) {
    const slash = key.indexOf('/');
    const namespace = `.${(slash < 0 ? key : key.slice(0, slash)).toLowerCase()}`;
    if (!namespace.endsWith('.kubernetes.io') && !namespace.endsWith('.k8s.io')) continue;
    errors.push(invalid(`${path}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved'));
  }
  return errors;
}

export function validateAzureDisk(
  { diskName, diskURI = '', cachingMode, kind }: Source<'azureDisk'>,
  path: string,
): FieldError[] {
  const errors = requireFields({ diskName, diskURI }, path, 'diskName', 'diskURI');
  const cachingModes = ['None', 'ReadOnly', 'ReadWrite'];
  const kinds = ['Dedicated', 'Managed', 'Shared'];
  if (cachingMode !== undefined && !cachingModes.includes(cachingMode)) {
    errors.push(notSupported(`${path}.cachingMode`, cachingMode, cachingModes));
  }
  if (kind !== undefined && !kinds.includes(kind)) errors.push(notSupported(`${path}.kind`, kind, kinds));
  if (kind === 'Managed' && !diskURI.startsWith('/subscriptions/')) {
    const format = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
    errors.push(notSupported(`${path}.diskURI`, diskURI, [format]));
  }
  if (kind !== undefined && kind !== 'Managed' && !diskURI.startsWith('https://')) {
    const format = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';
    errors.push(notSupported(`${path}.diskURI`, diskURI, [format]));
  }
  return errors;
}

/** Cinder and StorageOS: a Secret's name, and in PersistentVolumes its namespace. */
export function validateSecretReference(
  secret: { name?: string; namespace?: string } | undefined,
  path: string,
  { namespaced }: { namespaced: boolean },
): FieldError[] {
  return secret ? requireFields(secret, path, 'name', ...(namespaced ? ['namespace'] : [])) : [];
}

export function validateStorageOS(
  { volumeName, volumeNamespace, secretRef }: Source<'storageos'>,
  path: string,
  rules: { namespaced: boolean },
): FieldError[] {
  return [
    ...(volumeName
      ? invalidEach(`${path}.volumeName`, volumeName, isDNS1123Label(volumeName))
      : [required(`${path}.volumeName`)]),
    ...(volumeNamespace
      ? invalidEach(`${path}.volumeNamespace`, volumeNamespace, isDNS1123Label(volumeNamespace))
      : []),
    ...validateSecretReference(secretRef, `${path}.secretRef`, rules),
  ];
}

export function validateCSIDriverName(name: string | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!name) errors.push(required(path));
  if (name && name.length > 63) errors.push(tooLong(path, 63));
  return [...errors, ...invalidEach(path, name ?? '', isDNS1123Subdomain((name ?? '').toLowerCase()))];
}

/** A volume that lives as long as its Pod. */
export function validateCSIInline(
  { driver, nodePublishSecretRef }: NonNullable<Volume['csi']>,
  path: string,
): FieldError[] {
  const errors = validateCSIDriverName(driver, `${path}.driver`);
  if (!nodePublishSecretRef) return errors;
  const { name } = nodePublishSecretRef;
  if (!name) errors.push(required(`${path}.nodePublishSecretRef.name`));
  else errors.push(...invalidEach(`${path}.name`, name, nameIsDNSSubdomain(name, false)));
  return errors;
}
