import { GoLiteral, goStrings } from '../../../kubernetes/go-format.ts';
import {
  byteLength,
  isDNS1123Label,
  isDNS1123Subdomain,
  isDNS1123SubdomainWithUnderscore,
  isInRange,
  isQualifiedName,
  nameIsDNSSubdomain,
} from '../../../kubernetes/names.ts';
import type { PodSpec } from '../../../kubernetes/objects.ts';
import { validateResourceRequirements } from './compute-resources.ts';
import {
  validateContainers,
  validateEphemeralContainers,
  validateInitContainers,
  validateOneOf,
} from './containers.ts';
import { duplicate, type FieldError, forbidden, invalid, invalidEach, required } from './field.ts';
import { validateLegacyIp } from './ip.ts';
import { validateLabels } from './labels.ts';
import { validateAffinity, validateTolerations, validateTopologySpreadConstraints } from './scheduling.ts';
import { validateHostUsers, validatePodSecurityContext } from './security-context.ts';
import { validateVolumes } from './volumes.ts';
import { validateHostProcess, validateOS } from './windows.ts';

export interface PodSpecRules {
  /** A Pod's own spec rather than a template's. */
  readonly pod?: { readonly name: string };
}

/** Resource claims need a feature that is off in 1.33: the fields are dropped before anybody looks at them. */
const claimNames: ReadonlySet<string> = new Set();

/** ValidatePodSpec (pkg/apis/core/validation): `spec` has its defaults already. */
export function validatePodSpec(spec: PodSpec, path: string, { pod }: PodSpecRules = {}): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.terminationGracePeriodSeconds === undefined) {
    errors.push(required(`${path}.terminationGracePeriodSeconds`));
  }
  const { errors: volumeErrors, volumes } = validateVolumes(spec.volumes, pod?.name, `${path}.volumes`);
  const around = { spec, volumes, claimNames };
  errors.push(
    ...volumeErrors,
    ...validateContainers(around, `${path}.containers`),
    ...validateInitContainers(around, `${path}.initContainers`),
    ...validateEphemeralContainers(around, `${path}.ephemeralContainers`),
    ...validateHostPorts(spec, path, pod !== undefined),
    ...validateOneOf(spec.restartPolicy, ['Always', 'OnFailure', 'Never'], `${path}.restartPolicy`),
    ...validateOneOf(spec.dnsPolicy, dnsPolicies, `${path}.dnsPolicy`),
    ...validateLabels(spec.nodeSelector, `${path}.nodeSelector`),
    ...validatePodSecurityContext(spec.securityContext, spec, `${path}.securityContext`),
    ...validateAffinity(spec.affinity, `${path}.affinity`),
    ...validateDNSConfig(spec, `${path}.dnsConfig`),
    ...(spec.readinessGates ?? []).flatMap(({ conditionType = '' }, index) =>
      invalidEach(`${path}.readinessGates[${index}].conditionType`, conditionType, isQualifiedName(conditionType)),
    ),
    ...validateSchedulingGates(spec.schedulingGates, `${path}.schedulingGates`),
    ...validateTopologySpreadConstraints(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`),
    ...validateHostProcess(spec, path),
    ...validateHostUsers(spec, path),
    ...validateNames(spec, path),
    ...validateTolerations(spec.tolerations, `${path}.tolerations`),
    ...validateHostAliases(spec.hostAliases, `${path}.hostAliases`),
  );
  const { priorityClassName, runtimeClassName, preemptionPolicy, overhead } = spec;
  if (priorityClassName) {
    const messages = nameIsDNSSubdomain(priorityClassName, false);
    errors.push(...invalidEach(`${path}.priorityClassName`, priorityClassName, messages));
  }
  if (runtimeClassName !== undefined) {
    const messages = nameIsDNSSubdomain(runtimeClassName, false);
    errors.push(...invalidEach(`${path}.runtimeClassName`, runtimeClassName, messages));
  }
  if (preemptionPolicy !== undefined) {
    errors.push(...validateOneOf(preemptionPolicy, ['PreemptLowerPriority', 'Never'], `${path}.preemptionPolicy`));
  }
  if (overhead) errors.push(...validateResourceRequirements({ limits: overhead }, claimNames, `${path}.overhead`));
  return [...errors, ...validateOS(spec, path)];
}

const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

function validateNames(spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ['serviceAccountName', 'nodeName'] as const) {
    const name = spec[field];
    if (name) errors.push(...invalidEach(`${path}.${field}`, name, nameIsDNSSubdomain(name, false)));
  }
  const { activeDeadlineSeconds: deadline } = spec;
  if (deadline !== undefined) {
    errors.push(...invalidEach(`${path}.activeDeadlineSeconds`, deadline, isInRange(deadline, 1, 2 ** 31 - 1)));
  }
  for (const field of ['hostname', 'subdomain'] as const) {
    const name = spec[field];
    if (name) errors.push(...invalidEach(`${path}.${field}`, name, isDNS1123Label(name)));
  }
  return errors;
}

/** On the node's network a port is the node's. In a template it may be left out: the Pod's default fills it in. */
function validateHostPorts({ hostNetwork, containers }: PodSpec, path: string, isPod: boolean): FieldError[] {
  if (!hostNetwork) return [];
  return (containers ?? []).flatMap(({ ports }, container) =>
    (ports ?? []).flatMap(({ hostPort = 0, containerPort = 0 }, port) => {
      if (hostPort === containerPort || (hostPort === 0 && !isPod)) return [];
      const at = `${path}.containers[${container}].ports[${port}].hostPort`;
      return [invalid(at, hostPort, 'must match `containerPort` when `hostNetwork` is true')];
    }),
  );
}

const maximumNameservers = 3;
const maximumSearchPaths = 32;
const maximumSearchCharacters = 2048;

function validateDNSConfig({ dnsConfig, dnsPolicy }: PodSpec, path: string): FieldError[] {
  if (dnsPolicy === 'None' && !dnsConfig) {
    return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
  }
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  if (dnsPolicy === 'None' && nameservers.length === 0) {
    const detail = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
    return [required(`${path}.nameservers`, detail)];
  }
  const errors: FieldError[] = [];
  const refuse = (field: string, values: readonly string[], limit: string) =>
    errors.push(invalid(`${path}.${field}`, new GoLiteral(goStrings(values)), `must not have more than ${limit}`));
  if (nameservers.length > maximumNameservers) refuse('nameservers', nameservers, `${maximumNameservers} nameservers`);
  nameservers.forEach((address, index) => {
    errors.push(...validateLegacyIp(`${path}.nameservers[${index}]`, address));
  });
  if (searches.length > maximumSearchPaths) refuse('searches', searches, `${maximumSearchPaths} search paths`);
  if (byteLength(searches.join(' ')) > maximumSearchCharacters) {
    refuse('searches', searches, `${maximumSearchCharacters} characters (including spaces) in the search list`);
  }
  searches.forEach((search, index) => {
    if (search === '.') return;
    const domain = search.replace(/\.$/, '');
    errors.push(...invalidEach(`${path}.searches[${index}]`, domain, isDNS1123SubdomainWithUnderscore(domain)));
  });
  options.forEach(({ name }, index) => {
    if (!name) errors.push(required(`${path}.options[${index}]`, 'must not be empty'));
  });
  return errors;
}

function validateSchedulingGates(gates: PodSpec['schedulingGates'], path: string): FieldError[] {
  const seen = new Set<string>();
  return (gates ?? []).flatMap(({ name = '' }, index) => {
    const at = `${path}[${index}]`;
    const errors = invalidEach(at, name, isQualifiedName(name));
    if (seen.has(name)) errors.push(duplicate(at, name));
    seen.add(name);
    return errors;
  });
}

function validateHostAliases(aliases: PodSpec['hostAliases'], path: string): FieldError[] {
  return (aliases ?? []).flatMap(({ ip = '', hostnames }, index) => [
    ...validateLegacyIp(`${path}[${index}].ip`, ip),
    ...(hostnames ?? []).flatMap((hostname, position) =>
      invalidEach(`${path}[${index}].hostnames[${position}]`, hostname, isDNS1123Subdomain(hostname)),
    ),
  ]);
}

/** Ephemeral containers come by their own subresource and never by a template or on creation. */
export function forbidEphemeralContainers(spec: PodSpec, path: string, detail: string): FieldError[] {
  return spec.ephemeralContainers?.length ? [forbidden(`${path}.ephemeralContainers`, detail)] : [];
}
