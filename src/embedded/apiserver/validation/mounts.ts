import type { Container, Volume, VolumeMount } from '../../../kubernetes/objects.ts';
import { type FieldError, forbidden, invalid, notFound, notSupported, required } from './field.ts';
import { validateLocalDescendingPath, validatePathNoBacksteps } from './paths.ts';

/** Where a container sees the Pod's volumes (pkg/apis/core/validation). */

type Mounting = Pick<Container, 'volumeMounts' | 'volumeDevices' | 'securityContext'>;

export function validateVolumeMounts(
  container: Mounting,
  volumes: ReadonlyMap<string, Volume>,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const taken = new Set<string>();
  // By name: of several devices of one volume the last one counts.
  const devices = new Map(container.volumeDevices?.map((device) => [device.name ?? '', device.devicePath ?? '']));
  container.volumeMounts?.forEach((mount, index) => {
    const at = `${path}[${index}]`;
    const { name = '', mountPath = '', subPath, subPathExpr } = mount;
    if (!name) errors.push(required(`${at}.name`));
    if (!volumes.has(name)) errors.push(notFound(`${at}.name`, name));
    if (!mountPath) errors.push(required(`${at}.mountPath`));
    if (taken.has(mountPath)) errors.push(invalid(`${at}.mountPath`, mountPath, 'must be unique'));
    taken.add(mountPath);
    if (devices.has(name)) {
      errors.push(invalid(`${at}.name`, name, 'must not already exist in volumeDevices'));
    }
    if ([...devices.values()].includes(mountPath)) {
      errors.push(invalid(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'));
    }
    // From here on upstream leaves the index out of some paths.
    if (subPath) errors.push(...validateLocalDescendingPath(subPath, `${path}.subPath`));
    if (subPathExpr) {
      if (subPath) {
        errors.push(invalid(`${at}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
      }
      errors.push(...validateLocalDescendingPath(subPathExpr, `${path}.subPathExpr`));
    }
    errors.push(...validatePropagation(mount, container, `${path}.mountPropagation`));
    errors.push(...validateRecursiveReadOnly(mount, `${path}.recursiveReadOnly`));
  });
  return errors;
}

function validatePropagation({ mountPropagation }: VolumeMount, container: Mounting, path: string): FieldError[] {
  if (mountPropagation === undefined) return [];
  const errors: FieldError[] = [];
  const modes = ['Bidirectional', 'HostToContainer', 'None'];
  if (!modes.includes(mountPropagation)) errors.push(notSupported(path, mountPropagation, modes));
  if (mountPropagation === 'Bidirectional' && !container.securityContext?.privileged) {
    errors.push(forbidden(path, 'Bidirectional mount propagation is available only to privileged containers'));
  }
  return errors;
}

function validateRecursiveReadOnly(mount: VolumeMount, path: string): FieldError[] {
  const { recursiveReadOnly, mountPropagation, readOnly } = mount;
  if (recursiveReadOnly === undefined || recursiveReadOnly === 'Disabled') return [];
  if (recursiveReadOnly !== 'Enabled' && recursiveReadOnly !== 'IfPossible') {
    return [notSupported(path, recursiveReadOnly, ['Disabled', 'Enabled', 'IfPossible'])];
  }
  const errors: FieldError[] = [];
  if (!readOnly) errors.push(forbidden(path, 'may only be specified when readOnly is true'));
  if (mountPropagation !== undefined && mountPropagation !== 'None') {
    errors.push(forbidden(path, 'may only be specified when mountPropagation is None or not specified'));
  }
  return errors;
}

export function validateVolumeDevices(
  container: Mounting,
  volumes: ReadonlyMap<string, Volume>,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const paths = new Set<string>();
  const mounts = new Map(container.volumeMounts?.map((mount) => [mount.name ?? '', mount.mountPath ?? '']));
  container.volumeDevices?.forEach(({ name = '', devicePath = '' }, index) => {
    const at = `${path}[${index}]`;
    const volume = volumes.get(name);
    if (!name) errors.push(required(`${at}.name`));
    if (names.has(name)) errors.push(invalid(`${at}.name`, name, 'must be unique'));
    if (!volume) errors.push(notFound(`${at}.name`, name));
    else if (!volume.persistentVolumeClaim && !volume.ephemeral) {
      const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      errors.push(invalid(`${at}.name`, name, detail));
    }
    if (!devicePath) errors.push(required(`${at}.devicePath`));
    if (paths.has(devicePath)) errors.push(invalid(`${at}.devicePath`, devicePath, 'must be unique'));
    if (validatePathNoBacksteps(devicePath, at).length > 0) {
      errors.push(invalid(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    } else {
      paths.add(devicePath);
    }
    if (mounts.has(name)) {
      errors.push(invalid(`${at}.name`, name, 'must not already exist in volumeMounts'));
    }
    if ([...mounts.values()].includes(devicePath)) {
      errors.push(invalid(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'));
    }
    if (name) names.add(name);
  });
  return errors;
}
