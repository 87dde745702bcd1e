import { parseIp } from '../../../kubernetes/ip.ts';
import {
  isDNS1123Label,
  isDNS1123Subdomain,
  isQualifiedName,
  isValidPortNumber,
  nameIsDNS1035Label,
} from '../../../kubernetes/names.ts';
import type { Service, ServicePort, ServiceSpec } from '../../../kubernetes/objects.ts';
import { portProtocols, validateEndpointIp } from './endpoints.ts';
import { duplicate, type FieldError, forbidden, invalid, invalidEach, notSupported, required } from './field.ts';
import { goValue } from './go-structs.ts';
import { validateLegacyCidr } from './ip.ts';
import { validateLabels } from './labels.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';
import { validatePortNumberOrName } from './probes.ts';
import { isHeadless, validateClusterIps, validateClusterIpsUpdate, validateNewIp } from './service-addresses.ts';

/** pkg/apis/core/validation. */

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const trafficPolicies = ['Cluster', 'Local'];
const affinities = ['ClientIP', 'None'];
const ipModes = ['Proxy', 'VIP'];

const maxAffinitySeconds = 86_400;
const onlyLoadBalancer = "may only be used when `type` is 'LoadBalancer'";

const topologyHints = 'service.kubernetes.io/topology-aware-hints';
const topologyMode = 'service.kubernetes.io/topology-mode';
const sourceRangesAnnotation = 'service.beta.kubernetes.io/load-balancer-source-ranges';

/** @param current on an update: what it holds already is not looked at again */
export function validateService(service: Service, current?: Service): FieldError[] {
  const { metadata, spec } = service;
  const { type = '' } = spec;
  const ports = spec.ports ?? [];
  const errors = validateObjectMeta(metadata, { namespaced: true, validateName: nameIsDNS1035Label });
  const { [topologyMode]: mode, [topologyHints]: hints } = metadata.annotations ?? {};
  if (mode !== undefined && hints !== undefined && mode !== hints) {
    const detail = `must match annotations[${topologyHints}] when both are specified`;
    errors.push(invalid(`metadata.annotations[${topologyMode}]`, mode, detail));
  }
  if (ports.length === 0 && !isHeadless(service) && type !== 'ExternalName') errors.push(required('spec.ports'));
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(service)) {
    errors.push(invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`));
  }
  if (type === 'ExternalName') errors.push(...validateExternalName(spec));
  errors.push(
    ...validatePorts(ports),
    ...validateLabels(spec.selector, 'spec.selector'),
    ...validateAffinity(spec),
    ...validateClusterIps(service, current),
    ...(spec.externalIPs ?? []).flatMap((address, index) => {
      const path = `spec.externalIPs[${index}]`;
      const found = validateNewIp(path, address, current?.spec.externalIPs);
      return found.length > 0 ? found : validateEndpointIp(address, path);
    }),
  );
  if (!type) errors.push(required('spec.type'));
  else if (!types.includes(type)) errors.push(notSupported('spec.type', type, types));
  errors.push(...validateNodePorts(spec), ...validateSourceRanges(service, current));
  if (spec.allocateLoadBalancerNodePorts !== undefined && type !== 'LoadBalancer') {
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', onlyLoadBalancer));
  }
  if (type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts === undefined) {
    errors.push(required('allocateLoadBalancerNodePorts'));
  }
  return [...errors, ...validateLoadBalancerClass(spec), ...validateTraffic(spec)];
}

export function validateServiceUpdate(service: Service, current: Service): FieldError[] {
  const errors = [
    ...validateObjectMetaUpdate(service.metadata, current.metadata),
    ...validateClusterIpsUpdate(service, current),
  ];
  const { spec } = service;
  const { spec: stored } = current;
  if (spec.type === 'LoadBalancer' && stored.type === 'LoadBalancer') {
    if (spec.loadBalancerClass !== stored.loadBalancerClass) {
      errors.push(invalid('spec.loadBalancerClass', spec.loadBalancerClass, 'may not change once set'));
    }
  }
  errors.push(...validateLoadBalancerClass(spec));
  if (checksHealth(spec) && checksHealth(stored) && spec.healthCheckNodePort !== stored.healthCheckNodePort) {
    errors.push(forbidden('spec.healthCheckNodePort', 'field is immutable'));
  }
  return [...errors, ...validateService(service, current)];
}

export function validateServiceStatusUpdate(service: Service, current: Service): FieldError[] {
  const errors = validateObjectMetaUpdate(service.metadata, current.metadata);
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  const path = 'status.loadBalancer.ingress';
  if (service.spec.type !== 'LoadBalancer' && ingress.length > 0) {
    return [...errors, forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  const stored = (current.status?.loadBalancer?.ingress ?? []).map(({ ip = '' }) => ip);
  ingress.forEach(({ ip, ipMode, hostname }, index) => {
    const at = `${path}[${index}]`;
    if (ip) errors.push(...validateNewIp(`${at}.ip`, ip, stored));
    if (ipMode === undefined) {
      if (ip) errors.push(required(`${at}.ipMode`, 'must be specified when `ip` is set'));
    } else if (!ip) {
      errors.push(forbidden(`${at}.ipMode`, 'may not be specified when `ip` is not set'));
    } else if (!ipModes.includes(ipMode)) {
      errors.push(notSupported(`${at}.ipMode`, ipMode, ipModes));
    }
    if (!hostname) return;
    errors.push(...invalidEach(`${at}.hostname`, hostname, isDNS1123Subdomain(hostname)));
    if (parseIp(hostname)) errors.push(invalid(`${at}.hostname`, hostname, 'must be a DNS name, not an IP address'));
  });
  return errors;
}

/** Whether it can be reached from outside of the cluster. */
export function isExternallyAccessible({ type, externalIPs = [] }: ServiceSpec): boolean {
  return type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && externalIPs.length > 0);
}

function checksHealth({ type, externalTrafficPolicy }: ServiceSpec): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
}

function validateExternalName(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const detail = 'may not be set for ExternalName services';
  if (spec.clusterIPs?.length) errors.push(forbidden('spec.clusterIPs', detail));
  if (spec.ipFamilies?.length) errors.push(forbidden('spec.ipFamilies', detail));
  if (spec.ipFamilyPolicy !== undefined) errors.push(forbidden('spec.ipFamilyPolicy', detail));
  // A dot at the end says that the name is complete.
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  if (!name) return [...errors, required('spec.externalName')];
  return [...errors, ...invalidEach('spec.externalName', name, isDNS1123Subdomain(name))];
}

function validatePorts(ports: readonly ServicePort[]): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap(({ name, port = 0, protocol, targetPort, appProtocol }, index) => {
    const path = `spec.ports[${index}]`;
    const errors: FieldError[] = [];
    if (name) {
      errors.push(...invalidEach(`${path}.name`, name, isDNS1123Label(name)));
      if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
      names.add(name);
    } else if (ports.length > 1) {
      errors.push(required(`${path}.name`));
    }
    errors.push(...invalidEach(`${path}.port`, port, isValidPortNumber(port)));
    if (!protocol) errors.push(required(`${path}.protocol`));
    else if (!portProtocols.includes(protocol)) {
      errors.push(notSupported(`${path}.protocol`, protocol, portProtocols));
    }
    errors.push(...validatePortNumberOrName(targetPort, `${path}.targetPort`));
    if (appProtocol === undefined) return errors;
    return [...errors, ...invalidEach(`${path}.appProtocol`, appProtocol, isQualifiedName(appProtocol))];
  });
}

function validateNodePorts({ type, ports = [] }: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const at = (index: number) => `spec.ports[${index}]`;
  if (type === 'ClusterIP') {
    ports.forEach(({ nodePort }, index) => {
      if (nodePort) errors.push(forbidden(`${at(index)}.nodePort`, "may not be used when `type` is 'ClusterIP'"));
    });
  }
  const nodePorts = new Set<string>();
  ports.forEach(({ protocol, nodePort }, index) => {
    if (!nodePort) return;
    if (nodePorts.has(`${protocol}/${nodePort}`)) errors.push(duplicate(`${at(index)}.nodePort`, nodePort));
    nodePorts.add(`${protocol}/${nodePort}`);
  });
  const numbers = new Set<string>();
  ports.forEach(({ protocol, port = 0 }, index) => {
    const key = `${protocol}/${port}`;
    if (numbers.has(key)) errors.push(duplicate(at(index), goValue('core.ServicePort', { protocol, port })));
    numbers.add(key);
  });
  return errors;
}

function validateAffinity({ sessionAffinity, sessionAffinityConfig }: ServiceSpec): FieldError[] {
  const path = 'spec.sessionAffinityConfig';
  if (!sessionAffinity) return [required('spec.sessionAffinity')];
  if (!affinities.includes(sessionAffinity)) {
    return [notSupported('spec.sessionAffinity', sessionAffinity, affinities)];
  }
  if (sessionAffinity === 'None') {
    return sessionAffinityConfig ? [forbidden(path, 'must not be set when session affinity is None')] : [];
  }
  const detail = 'when session affinity type is ClientIP';
  if (!sessionAffinityConfig) return [required(path, detail)];
  const { clientIP } = sessionAffinityConfig;
  if (!clientIP) return [required(`${path}.clientIP`, detail)];
  const { timeoutSeconds } = clientIP;
  const at = `${path}.clientIP.timeoutSeconds`;
  if (timeoutSeconds === undefined) return [required(at, detail)];
  if (timeoutSeconds > 0 && timeoutSeconds <= maxAffinitySeconds) return [];
  return [invalid(at, timeoutSeconds, `must be greater than 0 and less than ${maxAffinitySeconds}`)];
}

function validateSourceRanges({ metadata, spec }: Service, current: Service | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const check = (path: string) => {
    if (spec.type !== 'LoadBalancer') errors.push(forbidden(path, onlyLoadBalancer));
  };
  if (spec.loadBalancerSourceRanges?.length) {
    const path = 'spec.LoadBalancerSourceRanges';
    check(path);
    const stored = new Set(current?.spec.loadBalancerSourceRanges?.map((range) => range.trim()));
    spec.loadBalancerSourceRanges.forEach((written, index) => {
      const range = written.trim();
      if (!stored.has(range)) errors.push(...validateLegacyCidr(`${path}[${index}]`, range));
    });
    return errors;
  }
  const annotation = metadata.annotations?.[sourceRangesAnnotation];
  if (annotation === undefined) return errors;
  const path = `metadata.annotations[${sourceRangesAnnotation}]`;
  check(path);
  if (current?.metadata.annotations?.[sourceRangesAnnotation] === annotation || !annotation.trim()) return errors;
  return [...errors, ...annotation.split(',').flatMap((range) => validateLegacyCidr(path, range.trim()))];
}

function validateLoadBalancerClass({ type, loadBalancerClass }: ServiceSpec): FieldError[] {
  if (loadBalancerClass === undefined) return [];
  const path = 'spec.loadBalancerClass';
  if (type !== 'LoadBalancer') return [forbidden(path, onlyLoadBalancer)];
  return invalidEach(path, loadBalancerClass, isQualifiedName(loadBalancerClass));
}

function validateTraffic(spec: ServiceSpec): FieldError[] {
  const { type, externalTrafficPolicy: external, internalTrafficPolicy: internal, trafficDistribution } = spec;
  const errors: FieldError[] = [];
  if (!isExternallyAccessible(spec)) {
    const detail = 'may only be set for externally-accessible services';
    if (external) errors.push(invalid('spec.externalTrafficPolicy', external, detail));
  } else if (!external) {
    errors.push(required('spec.externalTrafficPolicy'));
  } else if (!trafficPolicies.includes(external)) {
    errors.push(notSupported('spec.externalTrafficPolicy', external, trafficPolicies));
  }
  const port = spec.healthCheckNodePort ?? 0;
  const path = 'spec.healthCheckNodePort';
  if (checksHealth(spec)) {
    if (port === 0) errors.push(required(path));
    else errors.push(...invalidEach(path, port, isValidPortNumber(port)));
  } else if (port !== 0) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalid(path, port, detail));
  }
  if (internal === undefined) {
    if (type !== 'ExternalName' && types.includes(type ?? '')) errors.push(required('spec.internalTrafficPolicy'));
  } else if (!trafficPolicies.includes(internal)) {
    errors.push(notSupported('spec.internalTrafficPolicy', internal, trafficPolicies));
  }
  if (trafficDistribution !== undefined && trafficDistribution !== 'PreferClose') {
    errors.push(notSupported('spec.trafficDistribution', trafficDistribution, ['PreferClose']));
  }
  return errors;
}
