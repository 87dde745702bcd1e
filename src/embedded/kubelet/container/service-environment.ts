import type { Service } from '../../../kubernetes/objects.ts';

/**
 * The variables that tell a container where the Services of its namespace are (pkg/kubelet/envvars). The Service
 * "kubernetes" is always among them.
 * @param links the Pod's enableServiceLinks
 */
export function serviceEnvironment(
  services: readonly Service[],
  namespace: string,
  links: boolean,
): Record<string, string> {
  const environment: Record<string, string> = {};
  const isMaster = ({ metadata }: Service) => metadata.namespace === 'default' && metadata.name === 'kubernetes';
  const wanted = new Map<string, Service>();
  for (const service of services.filter(hasAddress)) {
    const { name } = service.metadata;
    if (isMaster(service)) {
      if (!wanted.has(name)) wanted.set(name, service);
    } else if (links && service.metadata.namespace === namespace) wanted.set(name, service);
  }
  for (const service of wanted.values()) Object.assign(environment, variablesOf(service));
  return environment;
}

function hasAddress({ spec }: Service): boolean {
  return !!spec.clusterIP && spec.clusterIP !== 'None';
}

function variablesOf({ metadata, spec }: Service): Record<string, string> {
  const prefix = variableName(metadata.name);
  const address = spec.clusterIP!;
  const ports = spec.ports ?? [];
  const variables: Record<string, string> = { [`${prefix}_SERVICE_HOST`]: address };
  if (ports[0]) variables[`${prefix}_SERVICE_PORT`] = String(ports[0].port);
  for (const { name, port } of ports) {
    if (name) variables[`${prefix}_SERVICE_PORT_${variableName(name)}`] = String(port);
  }
  ports.forEach(({ port, protocol = 'TCP' }, index) => {
    const url = `${protocol.toLowerCase()}://${address}:${port}`;
    if (index === 0) variables[`${prefix}_PORT`] = url;
    const each = `${prefix}_PORT_${port}_${protocol}`;
    variables[each] = url;
    variables[`${each}_PROTO`] = protocol.toLowerCase();
    variables[`${each}_PORT`] = String(port);
    variables[`${each}_ADDR`] = address;
  });
  return variables;
}

function variableName(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}
