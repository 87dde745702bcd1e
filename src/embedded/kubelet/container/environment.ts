import type { ConfigMap, Container, EnvVar, Secret } from '../../../kubernetes/objects.ts';
import { expand, lookupIn } from './expansion.ts';
import { type DownwardContext, fieldValue, resourceValue } from './field-refs.ts';

/** Where variables' values come from besides the Pod itself. */
export interface ConfigSource {
  configMap(namespace: string, name: string): ConfigMap | undefined;
  secret(namespace: string, name: string): Secret | undefined;
}

/**
 * A container's variables (the kubelet's makeEnvironmentVariables): first those of envFrom, then those of env in the
 * order they are declared in, each of which may refer to those before it, then those of Services.
 * @param services what serviceEnvironment says
 * @throws Error in the kubelet's words where something is missing: the container then waits with CreateContainerConfigError
 */
export function containerEnvironment(
  container: Container,
  context: DownwardContext,
  services: Readonly<Record<string, string>>,
  source: ConfigSource,
): Record<string, string> {
  const namespace = context.pod.metadata.namespace ?? '';
  const variables: Record<string, string> = {};
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const data = configMapRef
      ? configMapData(source, namespace, configMapRef)
      : secretRef && secretData(source, namespace, secretRef);
    for (const [key, value] of Object.entries(data ?? {})) variables[prefix + key] = value;
  }
  for (const variable of container.env ?? []) {
    const value = variable.value
      ? expand(variable.value, lookupIn(variables, services))
      : variable.valueFrom
        ? referredValue(variable.valueFrom, container, context, source)
        : '';
    if (value !== undefined) variables[variable.name] = value;
  }
  return { ...services, ...variables };
}

/** Undefined where an optional reference leads nowhere: the variable is left out. */
function referredValue(
  { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef }: NonNullable<EnvVar['valueFrom']>,
  container: Container,
  context: DownwardContext,
  source: ConfigSource,
): string | undefined {
  const namespace = context.pod.metadata.namespace ?? '';
  if (fieldRef) return fieldValue(fieldRef.fieldPath, context);
  if (resourceFieldRef) return resourceValue(resourceFieldRef, container, context);
  const reference = configMapKeyRef ?? secretKeyRef;
  if (!reference) return '';
  const { name = '', key, optional } = reference;
  const data = configMapKeyRef
    ? configMapData(source, namespace, configMapKeyRef)
    : secretData(source, namespace, secretKeyRef!);
  if (!data) return undefined;
  if (Object.hasOwn(data, key)) return data[key];
  if (optional) return undefined;
  throw new Error(`couldn't find key ${key} in ${configMapKeyRef ? 'ConfigMap' : 'Secret'} ${namespace}/${name}`);
}

interface Reference {
  readonly name?: string;
  readonly optional?: boolean;
}

function configMapData(source: ConfigSource, namespace: string, { name = '', optional }: Reference) {
  const found = source.configMap(namespace, name);
  if (!found && !optional) throw new Error(`configmap "${name}" not found`);
  return found && (found.data ?? {});
}

function secretData(source: ConfigSource, namespace: string, { name = '', optional }: Reference) {
  const found = source.secret(namespace, name);
  if (!found && !optional) throw new Error(`secret "${name}" not found`);
  if (!found) return undefined;
  const decode = ([key, value]: [string, string]) => [key, Buffer.from(value, 'base64').toString('utf8')] as const;
  return Object.fromEntries(Object.entries(found.data ?? {}).map(decode));
}
