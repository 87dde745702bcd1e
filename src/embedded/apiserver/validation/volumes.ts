import { goQuote } from '../../../kubernetes/go-format.ts';
import { isDNS1123Label, nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { KeyToPath, ProjectedVolumeSource, Volume } from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import { validateObjectFieldSelector, validateResourceFieldSelector, volumeFieldPaths } from './env.ts';
import { duplicate, type FieldError, forbidden, invalid, invalidEach, required } from './field.ts';
import { validateFileMode, validateLocalDescendingPath, validateLocalNonReservedPath } from './paths.ts';
import { validatePersistentVolumeClaimTemplate } from './persistent-volume-claim-spec.ts';
import * as sources from './volume-sources.ts';

/** The volumes of a Pod or of a template (pkg/apis/core/validation). */

export interface ValidatedVolumes {
  readonly errors: FieldError[];
  /** Those without errors, by name: what containers may mount. */
  readonly volumes: ReadonlyMap<string, Volume>;
}

/** @param podName of a Pod that has its name already; ephemeral volumes' claims are named after it */
export function validateVolumes(
  volumes: readonly Volume[] | undefined,
  podName: string | undefined,
  path: string,
): ValidatedVolumes {
  const valid = new Map<string, Volume>();
  const errors: FieldError[] = [];
  const created = new Set(
    podName ? (volumes ?? []).filter((volume) => volume.ephemeral).map(({ name }) => `${podName}-${name}`) : [],
  );
  volumes?.forEach((volume, index) => {
    const at = `${path}[${index}]`;
    const { name, persistentVolumeClaim } = volume;
    const own = validateSource(volume, podName, at);
    if (!name) own.push(required(`${at}.name`));
    else own.push(...invalidEach(`${at}.name`, name, isDNS1123Label(name)));
    if (name && valid.has(name)) own.push(duplicate(`${at}.name`, name));
    if (own.length === 0) valid.set(name, volume);
    errors.push(...own);
    if (persistentVolumeClaim && created.has(persistentVolumeClaim.claimName)) {
      const detail = 'must not reference a PVC that gets created for an ephemeral volume';
      errors.push(invalid(`${at}.persistentVolumeClaim.claimName`, persistentVolumeClaim.claimName, detail));
    }
  });
  return { errors, volumes: valid };
}

type SourceKey = Exclude<keyof Volume, 'name'>;

interface Check<Key extends SourceKey> {
  /** How the path is called where it differs from the field. */
  readonly path?: string;
  readonly secondPath?: string;
  validate(source: NonNullable<Volume[Key]>, path: string, volume: Volume): FieldError[];
}

/** In upstream's order: the first of several sources is the one that may stay. */
const checks: { readonly [Key in SourceKey]?: Check<Key> } = {
  emptyDir: { validate: validateEmptyDir },
  hostPath: { validate: sources.validateHostPath },
  gitRepo: {
    validate: (source, path) => [
      ...sources.requireFields(source, path, 'repository'),
      ...validateLocalDescendingPath(source.directory ?? '', `${path}.directory`),
    ],
  },
  gcePersistentDisk: {
    path: 'persistentDisk',
    validate: (source, path) => sources.validateCloudDisk(source, path, 'pdName'),
  },
  awsElasticBlockStore: { validate: (source, path) => sources.validateCloudDisk(source, path, 'volumeID') },
  secret: {
    validate: (source, path) => [
      ...sources.requireFields(source, path, 'secretName'),
      ...validateFileMode(source.defaultMode, `${path}.defaultMode`),
      ...validateItems(source.items, `${path}.items`),
    ],
  },
  nfs: { validate: sources.validateNFS },
  iscsi: {
    validate: (source, path, { name }) => sources.validateISCSI(source, path, { persistent: false, name: name ?? '' }),
  },
  glusterfs: { validate: (source, path) => sources.requireFields(source, path, 'endpoints', 'path') },
  flocker: { validate: sources.validateFlocker },
  persistentVolumeClaim: { validate: (source, path) => sources.requireFields(source, path, 'claimName') },
  rbd: { validate: (source, path) => sources.requireFields(source, path, 'monitors', 'image') },
  cinder: {
    validate: (source, path) => [
      ...sources.requireFields(source, path, 'volumeID'),
      ...sources.validateSecretReference(source.secretRef, `${path}.secretRef`, { namespaced: false }),
    ],
  },
  cephfs: { secondPath: 'cephFS', validate: (source, path) => sources.requireFields(source, path, 'monitors') },
  quobyte: { validate: sources.validateQuobyte },
  downwardAPI: {
    // Upstream's own spelling.
    secondPath: 'downwarAPI',
    validate: (source, path) => [
      ...validateFileMode(source.defaultMode, `${path}.defaultMode`),
      ...(source.items ?? []).flatMap((file) => validateDownwardFile(file, path)),
    ],
  },
  fc: { validate: sources.validateFC },
  flexVolume: { validate: sources.validateFlexVolume },
  configMap: {
    validate: (source, path) => [
      ...sources.requireFields(source, path, 'name'),
      ...validateFileMode(source.defaultMode, `${path}.defaultMode`),
      ...validateItems(source.items, `${path}.items`),
    ],
  },
  azureFile: { validate: (source, path) => sources.requireFields(source, path, 'secretName', 'shareName') },
  vsphereVolume: { validate: (source, path) => sources.requireFields(source, path, 'volumePath') },
  photonPersistentDisk: { validate: (source, path) => sources.requireFields(source, path, 'pdID') },
  portworxVolume: { validate: (source, path) => sources.requireFields(source, path, 'volumeID') },
  azureDisk: { validate: sources.validateAzureDisk },
  storageos: { validate: (source, path) => sources.validateStorageOS(source, path, { namespaced: false }) },
  projected: { validate: validateProjected },
  scaleIO: { validate: (source, path) => sources.requireFields(source, path, 'gateway', 'system', 'volumeName') },
  csi: { validate: sources.validateCSIInline },
  ephemeral: {
    validate: ({ volumeClaimTemplate: template }, path) =>
      template
        ? validatePersistentVolumeClaimTemplate(template, `${path}.volumeClaimTemplate`)
        : [required(`${path}.volumeClaimTemplate`)],
  },
};

function validateSource(volume: Volume, podName: string | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  for (const key of Object.keys(checks) as SourceKey[]) {
    const source = volume[key];
    if (source === undefined || source === null) continue;
    const check = checks[key] as Check<SourceKey>;
    if (count > 0) {
      errors.push(forbidden(`${path}.${check.secondPath ?? key}`, 'may not specify more than 1 volume type'));
    } else {
      count++;
      errors.push(...check.validate(source as never, `${path}.${check.path ?? key}`, volume));
      if (key === 'ephemeral') errors.push(...validateClaimName(volume, podName, path));
    }
    if (key === 'iscsi' && volume.iscsi?.initiatorName !== undefined) {
      if (sources.isPortalTooLong(volume.iscsi, volume.name ?? '')) {
        errors.push(invalid(`${path}.name`, volume.name ?? '', sources.portalTooLong));
      }
    }
  }
  if (count === 0) errors.push(required(path, 'must specify a volume type'));
  return errors;
}

function validateEmptyDir({ sizeLimit }: NonNullable<Volume['emptyDir']>, path: string): FieldError[] {
  const limit = Quantity.tryParse(sizeLimit);
  if (!limit || limit.sign >= 0) return [];
  return [forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')];
}

/** The claim of an ephemeral volume is called "<pod>-<volume>". */
function validateClaimName({ name }: Volume, podName: string | undefined, path: string): FieldError[] {
  if (!podName || !name) return [];
  const claim = `${podName}-${name}`;
  return nameIsDNSSubdomain(claim, false).map((message) =>
    invalid(`${path}.name`, name, `PVC name ${goQuote(claim)}: ${message}`),
  );
}

function validateItems(items: readonly KeyToPath[] | undefined, path: string): FieldError[] {
  return (items ?? []).flatMap((item, index) => validateKeyToPath(item, `${path}[${index}]`));
}

function validateKeyToPath(item: KeyToPath, path: string): FieldError[] {
  return [
    ...sources.requireFields(item, path, 'key', 'path'),
    ...validateLocalNonReservedPath(item.path ?? '', `${path}.path`),
    ...validateFileMode(item.mode, `${path}.mode`),
  ];
}

type DownwardFile = NonNullable<NonNullable<Volume['downwardAPI']>['items']>[number];

function validateDownwardFile(file: DownwardFile, path: string): FieldError[] {
  const errors = sources.requireFields(file, path, 'path');
  errors.push(...validateLocalNonReservedPath(file.path ?? '', `${path}.path`));
  if (file.fieldRef) {
    errors.push(...validateObjectFieldSelector(file.fieldRef, volumeFieldPaths, `${path}.fieldRef`));
    if (file.resourceFieldRef) {
      errors.push(invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
    }
  } else if (file.resourceFieldRef) {
    errors.push(...validateResourceFieldSelector(file.resourceFieldRef, `${path}.resourceFieldRef`, { volume: true }));
  } else {
    errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  }
  return [...errors, ...validateFileMode(file.mode, `${path}.mode`)];
}

function validateProjected(projected: ProjectedVolumeSource, path: string): FieldError[] {
  const errors = validateFileMode(projected.defaultMode, `${path}.defaultMode`);
  const taken = new Set<string>();
  /** @param value what the error shows: the source's name, or the path itself */
  const take = (target: string | undefined, value: string | undefined) => {
    if (!target) return;
    if (taken.has(target)) errors.push(invalid(path, value ?? '', 'conflicting duplicate paths'));
    taken.add(target);
  };
  projected.sources?.forEach((source, index) => {
    const at = `${path}.sources[${index}]`;
    const { secret, configMap, downwardAPI, serviceAccountToken: token } = source;
    for (const [key, named] of [
      ['secret', secret],
      ['configMap', configMap],
    ] as const) {
      if (!named) continue;
      errors.push(...sources.requireFields(named, `${at}.${key}`, 'name'));
      named.items?.forEach((item, position) => {
        errors.push(...validateKeyToPath(item, `${at}.${key}.items[${position}]`));
        take(item.path, named.name);
      });
    }
    for (const file of downwardAPI?.items ?? []) {
      errors.push(...validateDownwardFile(file, `${at}.downwardAPI`));
      take(file.path, file.path);
    }
    if (token) {
      const expiration = `${at}.serviceAccountToken.expirationSeconds`;
      const seconds = token.expirationSeconds ?? 0;
      if (seconds < 600) errors.push(invalid(expiration, seconds, 'may not specify a duration less than 10 minutes'));
      if (seconds > 2 ** 32) {
        errors.push(invalid(expiration, seconds, 'may not specify a duration larger than 2^32 seconds'));
      }
      if (!token.path) errors.push(required(`${path}.path`));
      else errors.push(...validateLocalNonReservedPath(token.path, `${path}.path`));
    }
    if ([secret, configMap, downwardAPI, token].filter(Boolean).length > 1) {
      errors.push(forbidden(at, 'may not specify more than 1 volume type per source'));
    }
  });
  return errors;
}
