import { isConfigMapKey, isQualifiedName, isRelaxedEnvVarName, nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { EnvFromSource, EnvVar, ObjectFieldSelector, ResourceFieldSelector } from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import { type FieldError, invalid, invalidEach, notSupported, required } from './field.ts';

/** Environment variables, and what they and volumes may take from the Pod (pkg/apis/core/validation). */

const envFieldPaths = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

export const volumeFieldPaths = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];

/** What the API knows of a Pod's fields at all: other paths fail before it is asked whether they may stand here. */
const knownFieldPaths = new Set([
  ...envFieldPaths,
  ...volumeFieldPaths,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);

const resourcePaths = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const hugePages = /^(limits|requests)\.hugepages-/;
const byteDivisors = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

export function validateEnv(variables: readonly EnvVar[] | undefined, path: string): FieldError[] {
  return (variables ?? []).flatMap((variable, index) => {
    const at = `${path}[${index}]`;
    const errors = variable.name
      ? invalidEach(`${at}.name`, variable.name, isRelaxedEnvVarName(variable.name))
      : [required(`${at}.name`)];
    return [...errors, ...validateValueFrom(variable, `${at}.valueFrom`)];
  });
}

function validateValueFrom({ value, valueFrom }: EnvVar, path: string): FieldError[] {
  if (!valueFrom) return [];
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  const errors: FieldError[] = [];
  if (fieldRef) errors.push(...validateObjectFieldSelector(fieldRef, envFieldPaths, `${path}.fieldRef`));
  if (resourceFieldRef) {
    errors.push(...validateResourceFieldSelector(resourceFieldRef, `${path}.resourceFieldRef`, { volume: false }));
  }
  if (configMapKeyRef) errors.push(...validateKeySelector(configMapKeyRef, `${path}.configMapKeyRef`));
  if (secretKeyRef) errors.push(...validateKeySelector(secretKeyRef, `${path}.secretKeyRef`));
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter(Boolean).length;
  if (sources === 0) {
    const detail = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`';
    errors.push(invalid(path, '', detail));
  } else if (value) {
    errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  } else if (sources > 1) {
    errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  }
  return errors;
}

export function validateEnvFrom(sources: readonly EnvFromSource[] | undefined, path: string): FieldError[] {
  return (sources ?? []).flatMap(({ prefix, configMapRef, secretRef }, index) => {
    const at = `${path}[${index}]`;
    const errors = prefix ? invalidEach(`${at}.prefix`, prefix, isRelaxedEnvVarName(prefix)) : [];
    if (configMapRef) errors.push(...validateSourceName(configMapRef.name, `${at}.configMapRef.name`));
    if (secretRef) errors.push(...validateSourceName(secretRef.name, `${at}.secretRef.name`));
    if (!configMapRef && !secretRef) {
      errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (configMapRef && secretRef) {
      errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    }
    return errors;
  });
}

function validateSourceName(name: string | undefined, path: string): FieldError[] {
  return name ? invalidEach(path, name, nameIsDNSSubdomain(name, true)) : [required(path)];
}

function validateKeySelector({ name = '', key }: { name?: string; key?: string }, path: string): FieldError[] {
  return [
    ...invalidEach(`${path}.name`, name, nameIsDNSSubdomain(name, false)),
    ...(key ? invalidEach(`${path}.key`, key, isConfigMapKey(key)) : [required(`${path}.key`)]),
  ];
}

/** @param allowed the paths that may stand here without a subscript, sorted */
export function validateObjectFieldSelector(
  { apiVersion, fieldPath }: ObjectFieldSelector,
  allowed: readonly string[],
  path: string,
): FieldError[] {
  if (!apiVersion) return [required(`${path}.apiVersion`)];
  if (!fieldPath) return [required(`${path}.fieldPath`)];
  const [, base, subscript] = /^([\s\S]+?)\['([\s\S]*)'\]$/.exec(fieldPath) ?? [];
  const unconvertible = conversionError(apiVersion, fieldPath, base);
  if (unconvertible) {
    return [invalid(`${path}.fieldPath`, fieldPath, `error converting fieldPath: ${unconvertible}`)];
  }
  if (subscript !== undefined) {
    const key = base === 'metadata.annotations' ? subscript.toLowerCase() : subscript;
    return invalidEach(path, key, isQualifiedName(key));
  }
  const current = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath;
  return allowed.includes(current) ? [] : [notSupported(`${path}.fieldPath`, current, allowed)];
}

function conversionError(apiVersion: string, fieldPath: string, subscripted: string | undefined): string | undefined {
  if (apiVersion !== 'v1') return `unsupported pod version: ${apiVersion}`;
  if (subscripted !== undefined) {
    const may = subscripted === 'metadata.annotations' || subscripted === 'metadata.labels';
    return may ? undefined : `field label does not support subscript: ${fieldPath}`;
  }
  if (fieldPath === 'spec.host' || knownFieldPaths.has(fieldPath)) return undefined;
  return `field label not supported: ${fieldPath}`;
}

/** @param volume a volume's file must say which container it speaks of */
export function validateResourceFieldSelector(
  { containerName, resource, divisor }: ResourceFieldSelector,
  path: string,
  { volume }: { volume: boolean },
): FieldError[] {
  const errors: FieldError[] = [];
  if (volume && !containerName) errors.push(required(`${path}.containerName`));
  else if (!resource) errors.push(required(`${path}.resource`));
  else if (!resourcePaths.includes(resource) && !hugePages.test(resource)) {
    errors.push(notSupported(`${path}.resource`, resource, resourcePaths));
  }
  const amount = Quantity.tryParse(divisor);
  if (!amount || amount.isZero) return errors;
  const name = resource ?? '';
  const wrong = (allowed: string, what: string) =>
    errors.push(invalid(`${path}.divisor`, name, `only divisor's values ${allowed} are supported with the ${what}`));
  if (name === 'limits.cpu' || name === 'requests.cpu') {
    if (!['1m', '1'].includes(amount.toString())) wrong('1m and 1', 'cpu resource');
  } else if (!byteDivisors.includes(amount.toString())) {
    if (name.endsWith('.memory')) wrong(byteDivisors.join(', '), 'memory resource');
    else if (name.endsWith('.ephemeral-storage')) wrong(byteDivisors.join(', '), 'local ephemeral storage resource');
    else if (hugePages.test(name)) wrong(byteDivisors.join(', '), 'hugepages resource');
  }
  return errors;
}
