import { isDNS1123Label, isValidPortName, isValidPortNumber } from '../../../kubernetes/names.ts';
import type { Container, ContainerPort, EphemeralContainer, PodSpec, Volume } from '../../../kubernetes/objects.ts';
import { shown, validateResourceRequirements } from './compute-resources.ts';
import { validateEnv, validateEnvFrom } from './env.ts';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  notFound,
  notSupported,
  required,
} from './field.ts';
import { validateVolumeDevices, validateVolumeMounts } from './mounts.ts';
import { validateProbesAndHooks } from './probes.ts';
import { validateSecurityContext } from './security-context.ts';

/** Containers, init containers and ephemeral containers (pkg/apis/core/validation). */

/** What a container's fields are checked against. */
export interface ContainerSurroundings {
  readonly spec: PodSpec;
  readonly volumes: ReadonlyMap<string, Volume>;
  /** Of the Pod's resourceClaims. */
  readonly claimNames: ReadonlySet<string>;
}

const pullPolicies = ['Always', 'IfNotPresent', 'Never'];
const protocols = ['SCTP', 'TCP', 'UDP'];

export function validateContainers(around: ContainerSurroundings, path: string): FieldError[] {
  const { terminationGracePeriodSeconds } = around.spec;
  const containers = around.spec.containers ?? [];
  if (!containers?.length) return [required(path)];
  const names = new Set<string>();
  const errors = containers.flatMap((container, index) => {
    const at = `${path}[${index}]`;
    const own = validateContainer(container, around, at);
    const name = container.name ?? '';
    if (names.has(name)) own.push(duplicate(`${at}.name`, name));
    names.add(name);
    own.push(...validateProbesAndHooks(container, terminationGracePeriodSeconds, at));
    if (container.restartPolicy !== undefined) {
      own.push(forbidden(`${at}.restartPolicy`, 'may not be set for non-init containers'));
    }
    return own;
  });
  return [...errors, ...hostPortConflicts(containers, path)];
}

export function validateInitContainers(around: ContainerSurroundings, path: string): FieldError[] {
  const { containers, initContainers, terminationGracePeriodSeconds } = around.spec;
  const names = new Set(containers?.map(({ name }) => name ?? ''));
  return (initContainers ?? []).flatMap((container, index) => {
    const at = `${path}[${index}]`;
    const { name = '', restartPolicy } = container;
    const errors = validateContainer(container, around, at);
    if (restartPolicy !== undefined && restartPolicy !== 'Always') {
      errors.push(notSupported(`${at}.restartPolicy`, restartPolicy, ['Always']));
    }
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    else if (name) names.add(name);
    // One at a time: init containers run one after the other.
    errors.push(...hostPortConflicts([container], path));
    if (restartPolicy === 'Always') {
      return [...errors, ...validateProbesAndHooks(container, terminationGracePeriodSeconds, at)];
    }
    for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
      if (!container[field]) continue;
      errors.push(forbidden(`${at}.${field}`, 'may not be set for init containers without restartPolicy=Always'));
    }
    return errors;
  });
}

/** What an ephemeral container may not have. */
const fieldsOfServices = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;

export function validateEphemeralContainers(around: ContainerSurroundings, path: string): FieldError[] {
  // The list of containers is written as null where there is none.
  const { containers, initContainers, ephemeralContainers } = around.spec;
  const targets = new Set([...(containers ?? []), ...(initContainers ?? [])].map(({ name }) => name));
  const names = new Set(targets);
  return (ephemeralContainers ?? []).flatMap((container, index) => {
    const at = `${path}[${index}]`;
    const { name = '', targetContainerName } = container;
    const errors = [...validateContainer(container, around, at), ...validateImageOfPod(container, at)];
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
    if (targetContainerName && !targets.has(targetContainerName)) {
      errors.push(notFound(`${at}.targetContainerName`, targetContainerName));
    }
    const refuse = (where: string) => errors.push(forbidden(where, 'cannot be set for an Ephemeral Container'));
    for (const field of fieldsOfServices) {
      if (isSet(container[field])) refuse(`${at}.${field}`);
    }
    container.volumeMounts?.forEach(({ subPath, subPathExpr }, mount) => {
      if (subPath) refuse(`${at}.volumeMounts[${mount}].subPath`);
      if (subPathExpr) refuse(`${at}.volumeMounts[${mount}].subPathExpr`);
    });
    return errors;
  });
}

function isSet(value: unknown): boolean {
  return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : value !== undefined;
}

/** Only of Pods: " " has a meaning in some distributions' templates. */
export function validateImageOfPod({ image = '' }: Pick<Container, 'image'>, path: string): FieldError[] {
  if (image.trim() === image) return [];
  return [invalid(`${path}.image`, image, 'must not have leading or trailing whitespace')];
}

function validateContainer(
  container: Container | EphemeralContainer,
  { spec, volumes, claimNames }: ContainerSurroundings,
  path: string,
): FieldError[] {
  const { name, image, terminationMessagePolicy, imagePullPolicy } = container;
  const errors = name ? invalidEach(`${path}.name`, name, isDNS1123Label(name)) : [required(`${path}.name`)];
  if (!image) errors.push(required(`${path}.image`));
  const messagePolicies = ['File', 'FallbackToLogsOnError'];
  errors.push(...validateOneOf(terminationMessagePolicy, messagePolicies, `${path}.terminationMessagePolicy`));
  return [
    ...errors,
    ...validatePorts(container.ports, `${path}.ports`),
    ...validateEnv(container.env, `${path}.env`),
    ...validateEnvFrom(container.envFrom, `${path}.envFrom`),
    ...validateVolumeMounts(container, volumes, `${path}.volumeMounts`),
    ...validateVolumeDevices(container, volumes, `${path}.volumeDevices`),
    ...validateOneOf(imagePullPolicy, pullPolicies, `${path}.imagePullPolicy`),
    ...validateResourceRequirements(container.resources, claimNames, `${path}.resources`),
    ...validateResizePolicy(container.resizePolicy, spec.restartPolicy, `${path}.resizePolicy`),
    ...validateSecurityContext(container.securityContext, spec.hostUsers !== false, `${path}.securityContext`),
  ];
}

/** Present, and one of a few. */
export function validateOneOf(value: string | undefined, valid: readonly string[], path: string): FieldError[] {
  if (!value) return [required(path)];
  return valid.includes(value) ? [] : [notSupported(path, value, valid)];
}

function validatePorts(ports: readonly ContainerPort[] | undefined, path: string): FieldError[] {
  const names = new Set<string>();
  return (ports ?? []).flatMap(({ name, containerPort, hostPort, protocol }, index) => {
    const at = `${path}[${index}]`;
    const errors: FieldError[] = [];
    if (name) {
      const messages = isValidPortName(name);
      errors.push(...invalidEach(`${at}.name`, name, messages));
      if (messages.length === 0 && names.has(name)) errors.push(duplicate(`${at}.name`, name));
      if (messages.length === 0) names.add(name);
    }
    if (!containerPort) errors.push(required(`${at}.containerPort`));
    else errors.push(...invalidEach(`${at}.containerPort`, containerPort, isValidPortNumber(containerPort)));
    if (hostPort) errors.push(...invalidEach(`${at}.hostPort`, hostPort, isValidPortNumber(hostPort)));
    return [...errors, ...validateOneOf(protocol, protocols, `${at}.protocol`)];
  });
}

function hostPortConflicts(containers: readonly Container[], path: string): FieldError[] {
  const taken = new Set<string>();
  return containers.flatMap(({ ports }, container) =>
    (ports ?? []).flatMap(({ hostPort, hostIP, protocol }, index) => {
      if (!hostPort) return [];
      const address = `${protocol ?? ''}/${hostIP ?? ''}/${hostPort}`;
      if (taken.has(address)) return [duplicate(`${path}[${container}].ports[${index}].hostPort`, address)];
      taken.add(address);
      return [];
    }),
  );
}

function validateResizePolicy(
  policies: Container['resizePolicy'],
  podRestartPolicy: string | undefined,
  path: string,
): FieldError[] {
  const names = new Set<string>();
  return (policies ?? []).flatMap(({ resourceName = '', restartPolicy = '' }, index) => {
    const errors: FieldError[] = [];
    if (names.has(resourceName)) errors.push(duplicate(`${path}[${index}]`, shown(resourceName)));
    names.add(resourceName);
    if (!resourceName) errors.push(required(path));
    else if (!['cpu', 'memory'].includes(resourceName)) {
      errors.push(notSupported(path, shown(resourceName), ['cpu', 'memory']));
    }
    errors.push(...validateOneOf(restartPolicy, ['NotRequired', 'RestartContainer'], path));
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      errors.push(invalid(path, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'"));
    }
    return errors;
  });
}
