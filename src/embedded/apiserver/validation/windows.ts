import { isDNS1123Subdomain } from '../../../kubernetes/names.ts';
import type { Container, EphemeralContainer, PodSpec, SecurityContext } from '../../../kubernetes/objects.ts';
import { type FieldError, forbidden, invalid, invalidEach, notSupported, required } from './field.ts';

/** Operating systems of Pods, and what only Windows knows (pkg/apis/core/validation). */

const credentialSpecMaxKiB = 64;
const domainMaxLength = 256;
const userMaxLength = 104;
const netBios = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const dnsLabel = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const dnsDomain = new RegExp(`^${dnsLabel}(?:\\.${dnsLabel})*$`);

export function validateWindowsOptions(options: SecurityContext['windowsOptions'], path: string): FieldError[] {
  if (!options) return [];
  const { gmsaCredentialSpecName: specName, gmsaCredentialSpec: spec, runAsUserName } = options;
  const errors: FieldError[] = [];
  if (specName !== undefined) {
    errors.push(...invalidEach(`${path}.gmsaCredentialSpecName`, specName, isDNS1123Subdomain(specName)));
  }
  if (spec === '') {
    errors.push(invalid(`${path}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec cannot be an empty string'));
  } else if (spec !== undefined && spec.length > credentialSpecMaxKiB * 1024) {
    const detail = `gmsaCredentialSpec size must be under ${credentialSpecMaxKiB} KiB`;
    errors.push(invalid(`${path}.gmsaCredentialSpec`, spec, detail));
  }
  if (runAsUserName !== undefined) {
    const messages = userNameErrors(runAsUserName).map((message) => `runAsUserName${message}`);
    errors.push(...invalidEach(`${path}.runAsUserName`, runAsUserName, messages));
  }
  return errors;
}

/** "DOMAIN\user", the domain being optional. */
function userNameErrors(name: string): string[] {
  if (!name) return [' cannot be an empty string'];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\x00-\x1f\x7f]/.test(name)) return [' cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return [' cannot contain more than one backslash'];
  const user = parts.at(-1)!;
  const domain = parts.length === 2 ? parts[0]! : undefined;
  const errors: string[] = [];
  if (domain !== undefined && domain.length >= domainMaxLength) {
    errors.push(`'s Domain length must be under ${domainMaxLength} characters`);
  }
  if (domain !== undefined && !netBios.test(domain) && !dnsDomain.test(domain)) {
    errors.push("'s Domain doesn't match the NetBios nor the DNS format");
  }
  if (!user) errors.push("'s User cannot be empty");
  else if (user.length > userMaxLength) {
    errors.push(`'s User length must not be longer than ${userMaxLength} characters`);
  }
  if (/^[. ]+$/.test(user)) errors.push("'s User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) {
    errors.push('\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]');
  }
  return errors;
}

/** All containers of a Pod with their paths, in the order upstream visits them. */
export function visitContainers(
  spec: PodSpec,
  path: string,
  visit: (container: Container | EphemeralContainer, path: string) => void,
): void {
  for (const field of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    spec[field]?.forEach((container, index) => {
      visit(container, `${path}.${field}[${index}]`);
    });
  }
}

/** Containers that run on the node itself: all of them or none. */
export function validateHostProcess(spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const pod = spec.securityContext?.windowsOptions?.hostProcess;
  let all = 0;
  let hostProcess = 0;
  visitContainers(spec, path, (container, at) => {
    all++;
    const own = container.securityContext?.windowsOptions?.hostProcess;
    if (pod !== undefined && own !== undefined && pod !== own) {
      const detail = `pod hostProcess value must be identical if both are specified, was ${pod}`;
      errors.push(invalid(`${at}.securityContext.windowsOptions.hostProcess`, own, detail));
    }
    if (own ?? pod) hostProcess++;
  });
  if (hostProcess === 0) return errors;
  if (hostProcess !== all) {
    const detail = 'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    errors.push(invalid(path, '', detail));
  }
  if (!spec.hostNetwork) {
    const detail = 'hostNetwork must be true if pod contains any hostProcess containers';
    errors.push(invalid(`${path}.hostNetwork`, false, detail));
  }
  return errors;
}

const podFieldsOfLinux = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
] as const;
const containerFieldsOfLinux = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const;

/** What a Pod says that its operating system does not know. */
export function validateOS(spec: PodSpec, path: string): FieldError[] {
  if (!spec.os) return [];
  const { name } = spec.os;
  if (!name) return [required(`${path}.os.name`, 'cannot be empty')];
  if (name !== 'linux' && name !== 'windows') return [notSupported(`${path}.os`, name, ['linux', 'windows'])];
  const errors: FieldError[] = [];
  const context = spec.securityContext;
  if (name === 'linux') {
    const refuse = (at: string) =>
      errors.push(forbidden(`${at}.securityContext.windowsOptions`, 'windows options cannot be set for a linux pod'));
    if (context?.windowsOptions) refuse(path);
    visitContainers(spec, path, (container, at) => {
      if (container.securityContext?.windowsOptions) refuse(at);
    });
    return errors;
  }
  const refuse = (at: string) => errors.push(forbidden(at, 'cannot be set for a windows pod'));
  for (const field of podFieldsOfLinux) {
    const value = context?.[field];
    if (value !== undefined && !(field === 'sysctls' && context?.sysctls?.length === 0)) {
      refuse(`${path}.securityContext.${field}`);
    }
  }
  for (const field of ['hostUsers', 'shareProcessNamespace'] as const) {
    if (spec[field] !== undefined) refuse(`${path}.${field}`);
  }
  for (const field of ['hostPID', 'hostIPC'] as const) {
    if (spec[field]) refuse(`${path}.${field}`);
  }
  visitContainers(spec, path, ({ securityContext }, at) => {
    for (const field of containerFieldsOfLinux) {
      if (securityContext?.[field] !== undefined) refuse(`${at}.securityContext.${field}`);
    }
  });
  return errors;
}
