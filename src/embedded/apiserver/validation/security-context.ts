import { byteLength, isInRange, isValidUnixId } from '../../../kubernetes/names.ts';
import type { PodSecurityContext, PodSpec, SecurityContext } from '../../../kubernetes/objects.ts';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  notSupported,
  required,
  tooLong,
} from './field.ts';
import { goValue } from './go-structs.ts';
import { validateLocalDescendingPath } from './paths.ts';
import { validateWindowsOptions } from './windows.ts';

/** Security contexts of Pods and containers (pkg/apis/core/validation). */

const sysctlFormat = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
const sysctlMaxLength = 253;
const ipcSysctls = new Set([
  'kernel.sem',
  ...['', 'all', 'max', 'mni', '_rmid_forced'].map((suffix) => `kernel.shm${suffix}`),
  ...['', 'max', 'mnb', 'mni'].map((suffix) => `kernel.msg${suffix}`),
]);

/** @param hostUsers whether the Pod runs in the node's user namespace */
export function validateSecurityContext(
  context: SecurityContext | undefined,
  hostUsers: boolean,
  path: string,
): FieldError[] {
  if (!context) return [];
  const { runAsUser, runAsGroup, procMount, allowPrivilegeEscalation, privileged, capabilities } = context;
  const errors: FieldError[] = [];
  if (runAsUser !== undefined) errors.push(...validateId(runAsUser, `${path}.runAsUser`));
  if (runAsGroup !== undefined) errors.push(...validateId(runAsGroup, `${path}.runAsGroup`));
  if (procMount !== undefined) {
    const types = ['Default', 'Unmasked'];
    if (!types.includes(procMount)) errors.push(notSupported(`${path}.procMount`, procMount, types));
    if (hostUsers && procMount === 'Unmasked') {
      errors.push(invalid(`${path}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`'));
    }
  }
  errors.push(...validateSeccompProfile(context.seccompProfile, `${path}.seccompProfile`));
  if (allowPrivilegeEscalation === false) {
    const shown = goValue('core.SecurityContext', context);
    if (privileged) {
      errors.push(invalid(path, shown, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'));
    }
    for (const capability of capabilities?.add ?? []) {
      if (capability !== 'CAP_SYS_ADMIN') continue;
      const detail = 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN';
      errors.push(invalid(path, shown, detail));
    }
  }
  return [
    ...errors,
    ...validateWindowsOptions(context.windowsOptions, `${path}.windowsOptions`),
    ...validateAppArmorProfile(context.appArmorProfile, `${path}.appArmorProfile`),
  ];
}

export function validatePodSecurityContext(
  context: PodSecurityContext | undefined,
  spec: PodSpec,
  path: string,
): FieldError[] {
  if (!context) return [];
  const { fsGroup, runAsUser, runAsGroup, fsGroupChangePolicy, supplementalGroupsPolicy } = context;
  const errors: FieldError[] = [];
  if (fsGroup !== undefined) errors.push(...validateId(fsGroup, `${path}.fsGroup`));
  if (runAsUser !== undefined) errors.push(...validateId(runAsUser, `${path}.runAsUser`));
  if (runAsGroup !== undefined) errors.push(...validateId(runAsGroup, `${path}.runAsGroup`));
  context.supplementalGroups?.forEach((group, index) => {
    errors.push(...validateId(group, `${path}.supplementalGroups[${index}]`));
  });
  if (spec.shareProcessNamespace && spec.hostPID) {
    const detail = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalid(`${path}.shareProcessNamespace`, true, detail));
  }
  errors.push(...validateSysctls(context.sysctls, spec, `${path}.sysctls`));
  const oneOf = (field: string, value: string | undefined, valid: string[]) => {
    if (value !== undefined && !valid.includes(value)) errors.push(notSupported(`${path}.${field}`, value, valid));
  };
  oneOf('fsGroupChangePolicy', fsGroupChangePolicy, ['Always', 'OnRootMismatch']);
  errors.push(
    ...validateSeccompProfile(context.seccompProfile, `${path}.seccompProfile`),
    ...validateWindowsOptions(context.windowsOptions, `${path}.windowsOptions`),
    ...validateAppArmorProfile(context.appArmorProfile, `${path}.appArmorProfile`),
  );
  oneOf('supplementalGroupsPolicy', supplementalGroupsPolicy, ['Merge', 'Strict']);
  oneOf('seLinuxChangePolicy', context.seLinuxChangePolicy, ['Recursive']);
  return errors;
}

/** A user's or a group's. */
function validateId(id: number, path: string): FieldError[] {
  return invalidEach(path, id, isValidUnixId(id));
}

function validateSysctls(
  sysctls: PodSecurityContext['sysctls'],
  { hostNetwork, hostIPC }: PodSpec,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  sysctls?.forEach(({ name = '' }, index) => {
    const at = `${path}[${index}].name`;
    if (!name) errors.push(required(at));
    else if (name.length > sysctlMaxLength || !new RegExp(sysctlFormat).test(name)) {
      const detail = `must have at most ${sysctlMaxLength} characters and match regex ${sysctlFormat}`;
      errors.push(invalid(at, name, detail));
    } else if (names.has(name)) errors.push(duplicate(at, name));
    const namespace = sysctlNamespace(name);
    if (hostNetwork && namespace === 'net') {
      errors.push(invalid(at, name, "may not be specified when 'hostNetwork' is true"));
    } else if (hostIPC && namespace === 'ipc') {
      errors.push(invalid(at, name, "may not be specified when 'hostIPC' is true"));
    }
    names.add(name);
  });
  return errors;
}

/** The Linux namespace that a kernel parameter belongs to. */
function sysctlNamespace(name: string): 'net' | 'ipc' | undefined {
  // Of the two separators the first one found says which way round they are meant.
  const separator = /[./]/.exec(name)?.[0];
  const normal = separator === '/' ? name.replaceAll(/[./]/g, (character) => (character === '/' ? '.' : '/')) : name;
  const base = normal.split('*')[0]!;
  if (base.startsWith('net.')) return 'net';
  return base.startsWith('fs.mqueue.') || ipcSysctls.has(base) ? 'ipc' : undefined;
}

export function validateSeccompProfile(profile: SecurityContext['seccompProfile'], path: string): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  const errors: FieldError[] = [];
  const types = ['Localhost', 'RuntimeDefault', 'Unconfined'];
  if (!type) errors.push(required(`${path}.type`, 'type is required when seccompProfile is set'));
  else if (!types.includes(type)) errors.push(notSupported(`${path}.type`, type, types));
  const at = `${path}.localhostProfile`;
  if (type === 'Localhost') {
    if (localhostProfile === undefined) errors.push(required(at, 'must be set when seccomp type is Localhost'));
    else errors.push(...validateLocalDescendingPath(localhostProfile, at));
  } else if (localhostProfile !== undefined) {
    const shown = goValue('core.SeccompProfile', profile);
    errors.push(invalid(at, shown, 'can only be set when seccomp type is Localhost'));
  }
  return errors;
}

function validateAppArmorProfile(profile: SecurityContext['appArmorProfile'], path: string): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  const at = `${path}.localhostProfile`;
  switch (type as string) {
    case 'Localhost': {
      const missing = required(at, 'must be set when AppArmor type is Localhost');
      if (localhostProfile === undefined) return [missing];
      const errors: FieldError[] = [];
      if (localhostProfile.trim() !== localhostProfile) {
        errors.push(invalid(at, localhostProfile, 'must not be padded with whitespace'));
      } else if (!localhostProfile) errors.push(missing);
      if (isInRange(byteLength(localhostProfile), 0, 4095).length > 0) errors.push(tooLong(at, 4095));
      return errors;
    }
    case 'RuntimeDefault':
    case 'Unconfined':
      if (localhostProfile === undefined) return [];
      return [invalid(at, localhostProfile, 'can only be set when AppArmor type is Localhost')];
    case '':
    case 'undefined':
      return [required(`${path}.type`, 'type is required when appArmorProfile is set')];
    default:
      return [notSupported(`${path}.type`, type, ['Localhost', 'RuntimeDefault', 'Unconfined'])];
  }
}

/** A Pod that keeps its users to itself shares none of the node's other namespaces. */
export function validateHostUsers({ hostUsers, hostNetwork, hostPID, hostIPC }: PodSpec, path: string): FieldError[] {
  if (hostUsers !== false) return [];
  const fields = [hostNetwork && 'hostNetwork', hostPID && 'HostPID', hostIPC && 'HostIPC'];
  return fields.flatMap((field) =>
    field ? [forbidden(`${path}.${field}`, 'when `pod.Spec.HostUsers` is false')] : [],
  );
}
