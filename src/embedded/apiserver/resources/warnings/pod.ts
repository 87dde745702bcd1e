import { goQuote } from '../../../../kubernetes/go-format.ts';
import { isDNS1123Label } from '../../../../kubernetes/names.ts';
import type {
  Container,
  ContainerPort,
  EnvVar,
  EphemeralContainer,
  Pod,
  PodSpec,
  PodTemplateSpec,
  Volume,
} from '../../../../kubernetes/objects.ts';
import { ipWarnings } from '../../validation/ip.ts';
import { visitContainers } from '../../validation/windows.ts';
import { amountWarning } from './amounts.ts';
import { claimWarnings } from './claim.ts';
import { deprecatedLabel, nodeSelectorTermWarnings } from './node-labels.ts';
import { overlappingPathWarnings } from './overlapping-paths.ts';

/** pkg/api/pod/warnings.go: what a Pod's spec may say, and had better not. */

type Meta = { readonly annotations?: Readonly<Record<string, string>> } | undefined;

export function podWarnings(pod: Pod): string[] {
  const warnings = podSpecWarnings(pod.spec, pod.metadata, '');
  const messages = isDNS1123Label(pod.metadata.name);
  if (messages.length === 0) return warnings;
  const surprise = "this is used in the Pod's hostname, which can result in surprising behavior";
  return [`metadata.name: ${surprise}; a DNS label is recommended: [${messages.join(' ')}]`, ...warnings];
}

/** @param path of the template */
export function podTemplateWarnings(template: PodTemplateSpec | undefined, path: string): string[] {
  return template?.spec ? podSpecWarnings(template.spec, template.metadata, `${path}.`) : [];
}

/** @param prefix of paths into the Pod or template, "" or "spec.template." */
function podSpecWarnings(spec: PodSpec, meta: Meta, prefix: string): string[] {
  const path = `${prefix}spec`;
  return [
    ...nodeLabelWarnings(spec, path),
    ...annotationWarnings(meta, prefix),
    ...(spec.volumes ?? []).flatMap((volume, index) => volumeWarnings(volume, `${path}.volumes[${index}]`)),
    ...overlappingPathWarnings(spec.volumes),
    ...referenceWarnings(spec, path),
    ...amountWarning(spec.overhead?.memory, `${path}.overhead[memory]`),
    ...amountWarning(spec.overhead?.['ephemeral-storage'], `${path}.overhead[ephemeral-storage]`),
    ...seccompWarnings(spec, meta, prefix),
    ...containersWarnings(spec, meta, prefix),
    ...portWarnings(spec, path),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...affinityWarnings(spec, `${path}.affinity`),
    ...(spec.dnsConfig?.nameservers ?? []).flatMap((address, index) =>
      ipWarnings(`${path}.dnsConfig.nameservers[${index}]`, address),
    ),
    ...(spec.hostAliases ?? []).flatMap(({ ip }, index) => ipWarnings(`${path}.hostAliases[${index}].ip`, ip ?? '')),
  ];
}

const matchesNothing = 'a null labelSelector results in matching no pod';
const requiredTerms = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferredTerms = 'preferredDuringSchedulingIgnoredDuringExecution';

function nodeLabelWarnings({ nodeSelector, affinity, topologySpreadConstraints }: PodSpec, path: string): string[] {
  const warnings: string[] = [];
  for (const key in nodeSelector) {
    const message = deprecatedLabel(key);
    if (message) warnings.push(`${path}.nodeSelector[${key}]: ${message}`);
  }
  const node = affinity?.nodeAffinity;
  node?.[requiredTerms]?.nodeSelectorTerms?.forEach((term, index) => {
    const at = `${path}.affinity.nodeAffinity.${requiredTerms}.nodeSelectorTerms[${index}]`;
    warnings.push(...nodeSelectorTermWarnings(term, at));
  });
  node?.[preferredTerms]?.forEach(({ preference }, index) => {
    const at = `${path}.affinity.nodeAffinity.${preferredTerms}[${index}].preference`;
    warnings.push(...nodeSelectorTermWarnings(preference, at, { checkValues: true }));
  });
  topologySpreadConstraints?.forEach(({ topologyKey, labelSelector }, index) => {
    const at = `${path}.topologySpreadConstraints[${index}]`;
    const message = deprecatedLabel(topologyKey);
    if (message) warnings.push(`${at}.topologyKey: ${topologyKey} is ${message}`);
    if (!labelSelector) warnings.push(`${at}.labelSelector: ${matchesNothing}`);
  });
  return warnings;
}

const deprecatedAnnotations: readonly (readonly [string, string])[] = [
  ['scheduler.alpha.kubernetes.io/critical-pod', 'v1.16+; use the "priorityClassName" field instead'],
  ['security.alpha.kubernetes.io/sysctls', 'v1.11+; use the "sysctls" field instead'],
  ['security.alpha.kubernetes.io/unsafe-sysctls', 'v1.11+; use the "sysctls" field instead'],
];

function annotationWarnings(meta: Meta, prefix: string): string[] {
  return deprecatedAnnotations
    .filter(([key]) => hasAnnotation(meta, key))
    .map(([key, message]) => `${prefix}metadata.annotations[${key}]: non-functional in ${message}`);
}

function hasAnnotation(meta: Meta, key: string): boolean {
  return Object.hasOwn(meta?.annotations ?? {}, key);
}

const deprecatedVolumes: readonly (readonly [keyof Volume, string, string?])[] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+', 'storageOS'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
];
const laterDeprecatedVolumes: typeof deprecatedVolumes = [
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

function volumeWarnings(volume: Volume, path: string): string[] {
  const warn = (list: typeof deprecatedVolumes) =>
    list.filter(([key]) => volume[key]).map(([key, message, name]) => `${path}.${name ?? key}: ${message}`);
  const claim = volume.ephemeral?.volumeClaimTemplate;
  return [
    ...warn(deprecatedVolumes),
    ...(claim ? claimWarnings(claim.spec, `${path}.ephemeral.volumeClaimTemplate.spec`) : []),
    ...warn(laterDeprecatedVolumes),
  ];
}

function referenceWarnings({ hostAliases, imagePullSecrets }: PodSpec, path: string): string[] {
  const names = imagePullSecrets?.map(({ name }) => name ?? '') ?? [];
  const addresses = hostAliases?.map(({ ip }) => ip ?? '') ?? [];
  return [
    ...duplicates(addresses).map(
      (index) => `${path}.hostAliases[${index}].ip: duplicate ip ${goQuote(addresses[index]!)}`,
    ),
    ...duplicates(names).map(
      (index) => `${path}.imagePullSecrets[${index}].name: duplicate name ${goQuote(names[index]!)}`,
    ),
    ...names.flatMap((name, index) => (name ? [] : [`${path}.imagePullSecrets[${index}].name: invalid empty name ""`])),
  ];
}

/** The indices of values that have come before. */
function duplicates(values: readonly string[]): number[] {
  return values.flatMap((value, index) => (values.indexOf(value) < index ? [index] : []));
}

const seccompPod = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompContainer = 'container.seccomp.security.alpha.kubernetes.io/';
const appArmorContainer = 'container.apparmor.security.beta.kubernetes.io/';

function seccompWarnings({ securityContext }: PodSpec, meta: Meta, prefix: string): string[] {
  if (securityContext?.seccompProfile || !hasAnnotation(meta, seccompPod)) return [];
  return [noSeccompAnnotation(seccompPod, prefix)];
}

function noSeccompAnnotation(key: string, prefix: string): string {
  return `${prefix}metadata.annotations[${key}]: non-functional in v1.27+; use the "seccompProfile" field instead`;
}

function containersWarnings(spec: PodSpec, meta: Meta, prefix: string): string[] {
  const warnings: string[] = [];
  const isTemplate = prefix !== '';
  visitContainers(spec, `${prefix}spec`, ({ name, securityContext, resources, env }, path) => {
    const seccomp = `${seccompContainer}${name}`;
    if (!securityContext?.seccompProfile && hasAnnotation(meta, seccomp)) {
      warnings.push(noSeccompAnnotation(seccomp, prefix));
    }
    const appArmor = `${appArmorContainer}${name}`;
    const profile = spec.securityContext?.appArmorProfile ?? securityContext?.appArmorProfile;
    if (isTemplate && !profile && hasAnnotation(meta, appArmor)) {
      const message = 'deprecated since v1.30; use the "appArmorProfile" field instead';
      warnings.push(`${prefix}metadata.annotations[${appArmor}]: ${message}`);
    }
    for (const resource of ['memory', 'ephemeral-storage']) {
      for (const list of ['limits', 'requests'] as const) {
        warnings.push(...amountWarning(resources?.[list]?.[resource], `${path}.resources.${list}[${resource}]`));
      }
    }
    warnings.push(...envWarnings(env, `${path}.env`));
  });
  return warnings;
}

/** A variable given twice is fine where the second value builds on the first. */
function envWarnings(env: readonly EnvVar[] | undefined, path: string): string[] {
  const seen = new Set<string>();
  return (env ?? []).flatMap(({ name, value = '', valueFrom }, index) => {
    const reference = `$(${name})`;
    const hides = seen.has(name) && (valueFrom || value === reference || !value.includes(reference));
    seen.add(name);
    if (!hides) return [];
    return [`${path}[${index}]: hides previous definition of ${goQuote(name)}, which may be dropped when using apply`];
  });
}

function portWarnings(spec: PodSpec, path: string): string[] {
  const warnings: string[] = [];
  const byPort = new Map<string, { path: string; port: ContainerPort }[]>();
  eachPort(spec, path, (port, at) => {
    const { hostIP = '', hostPort = 0 } = port;
    if (hostIP && hostPort === 0) warnings.push(`${at}: hostIP set without hostPort: ${goPort(port)}`);
    const key = `${port.containerPort}/${port.protocol}`;
    const others = byPort.get(key) ?? [];
    for (const other of others) {
      const { hostIP: otherIP = '', hostPort: otherPort = 0 } = other.port;
      if (hostIP === otherIP && hostPort === otherPort) {
        warnings.push(`${at}: duplicate port definition with ${other.path}`);
      } else if (hostPort === 0 || otherPort === 0) {
        warnings.push(`${at}: overlapping port definition with ${other.path}`);
      } else if (hostPort === otherPort && (hostIP === '') !== (otherIP === '')) {
        warnings.push(`${at}: dangerously ambiguous port definition with ${other.path}`);
      }
    }
    byPort.set(key, [...others, { path: at, port }]);
  });
  const byName = new Map<string, string>();
  eachPort(spec, path, ({ name }, at) => {
    if (!name) return;
    const other = byName.get(name);
    if (other === undefined) byName.set(name, at);
    else {
      const consequence = `services and probes that select ports by name will use ${other}`;
      warnings.push(`${at}: duplicate port name ${goQuote(name)} with ${other}, ${consequence}`);
    }
  });
  return warnings;
}

function eachPort(spec: PodSpec, path: string, visit: (port: ContainerPort, path: string) => void): void {
  visitContainers(spec, path, ({ ports }: Container | EphemeralContainer, at) => {
    ports?.forEach((port, index) => {
      visit(port, `${at}.ports[${index}]`);
    });
  });
}

/** %+v. */
function goPort({ name = '', hostPort = 0, containerPort, protocol, hostIP = '' }: ContainerPort): string {
  return `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
}

function affinityWarnings({ affinity }: PodSpec, path: string): string[] {
  const warnings: string[] = [];
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    affinity?.[kind]?.[requiredTerms]?.forEach(({ labelSelector }, index) => {
      if (labelSelector) return;
      warnings.push(`${path}.${kind}.${requiredTerms}[${index}].labelSelector: ${matchesNothing}`);
    });
    affinity?.[kind]?.[preferredTerms]?.forEach(({ podAffinityTerm }, index) => {
      if (podAffinityTerm?.labelSelector) return;
      warnings.push(`${path}.${kind}.${preferredTerms}[${index}].podAffinityTerm.labelSelector: ${matchesNothing}`);
    });
  }
  return warnings;
}
