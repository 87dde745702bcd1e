import { parseIp } from '../../../kubernetes/ip.ts';
import {
  byteLength,
  isDNS1123Subdomain,
  isValidPortName,
  isValidPortNumber,
  isWildcardDNS1123Subdomain,
  nameIsDNS1035Label,
  nameIsDNSLabel,
  nameIsDNSSubdomain,
  nameIsPathSegment,
} from '../../../kubernetes/names.ts';
import type { Ingress, IngressClass, TypedLocalObjectReference } from '../../../kubernetes/objects.ts';
import { validateImmutable } from './equality.ts';
import { type FieldError, forbidden, invalid, invalidEach, notSupported, required, tooLong } from './field.ts';
import { validateDomainPrefixedPath } from './format.ts';
import { goValue } from './go-structs.ts';
import { validateLegacyIp } from './ip.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';

/** pkg/apis/networking/validation: Ingresses and their classes. */

type Rule = NonNullable<Ingress['spec']['rules']>[number];
type Path = NonNullable<Rule['http']>['paths'][number];
type Backend = Path['backend'];

export const ingressClassAnnotation = 'kubernetes.io/ingress.class';

const maxControllerLength = 250;
const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];
const invalidSequences = ['//', '/./', '/../', '%2f', '%2F'];
const invalidSuffixes = ['/..', '/.'];
const notAnIp = 'must be a DNS name, not an IP address';

export function validateIngressCreate(ingress: Ingress): FieldError[] {
  const errors = validateIngress(ingress);
  const annotation = ingress.metadata.annotations?.[ingressClassAnnotation];
  const className = ingress.spec.ingressClassName;
  if (annotation !== undefined && className !== undefined && annotation !== className) {
    const detail = 'must match `ingressClassName` when both are specified';
    errors.push(invalid(`annotations.${ingressClassAnnotation}`, annotation, detail));
  }
  return errors;
}

export function validateIngressUpdate(ingress: Ingress, current: Ingress): FieldError[] {
  return [...validateObjectMetaUpdate(ingress.metadata, current.metadata), ...validateIngress(ingress)];
}

function validateIngress({ metadata, spec }: Ingress): FieldError[] {
  const errors = validateObjectMeta(metadata, { namespaced: true, validateName: nameIsDNSSubdomain });
  const { rules = [], defaultBackend, tls = [], ingressClassName } = spec;
  if (rules.length === 0 && !defaultBackend) {
    const shown = goValue('[]networking.IngressRule', spec.rules);
    errors.push(invalid('spec', shown, 'either `defaultBackend` or `rules` must be specified'));
  }
  if (defaultBackend) errors.push(...validateBackend(defaultBackend, 'spec.defaultBackend'));
  rules.forEach((rule, index) => {
    errors.push(...validateRule(rule, `spec.rules[${index}]`));
  });
  tls.forEach(({ hosts = [], secretName = '' }, index) => {
    hosts.forEach((host, position) => {
      errors.push(...validateHost(host, `spec.tls[${index}].hosts[${position}]`));
    });
    if (secretName === '') return;
    const messages = nameIsDNSSubdomain(secretName, false);
    errors.push(...invalidEach(`spec.tls[${index}].secretName`, secretName, messages));
  });
  if (ingressClassName !== undefined) {
    const messages = nameIsDNSSubdomain(ingressClassName, false);
    errors.push(...invalidEach('spec.ingressClassName', ingressClassName, messages));
  }
  return errors;
}

function validateHost(host: string, path: string): FieldError[] {
  return invalidEach(path, host, host.includes('*') ? isWildcardDNS1123Subdomain(host) : isDNS1123Subdomain(host));
}

function validateRule({ host = '', http }: Rule, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (host !== '') {
    if (parseIp(host)) errors.push(invalid(`${path}.host`, host, notAnIp));
    errors.push(...validateHost(host, `${path}.host`));
  }
  if (!http) return errors;
  if ((http.paths ?? []).length === 0) errors.push(required(`${path}.http.paths`));
  http.paths?.forEach((each, index) => {
    errors.push(...validatePath(each, `${path}.http.paths[${index}]`));
  });
  return errors;
}

function validatePath({ path = '', pathType, backend }: Path, at: string): FieldError[] {
  if (!pathType && pathType !== '') return [required(`${at}.pathType`, 'pathType must be specified')];
  const errors: FieldError[] = [];
  const complain = (detail: string) => errors.push(invalid(`${at}.path`, path, detail));
  switch (pathType as string) {
    case 'Exact':
    case 'Prefix':
      if (!path.startsWith('/')) complain('must be an absolute path');
      for (const sequence of invalidSequences) {
        if (path.includes(sequence)) complain(`must not contain '${sequence}'`);
      }
      for (const suffix of invalidSuffixes) if (path.endsWith(suffix)) complain(`cannot end with '${suffix}'`);
      break;
    case 'ImplementationSpecific':
      if (path !== '' && !path.startsWith('/')) complain('must be an absolute path');
      break;
    default:
      errors.push(notSupported(`${at}.pathType`, pathType, pathTypes));
  }
  return [...errors, ...validateBackend(backend ?? {}, `${at}.backend`)];
}

function validateBackend({ resource, service }: Backend, path: string): FieldError[] {
  if (resource && service) return [invalid(path, '', 'cannot set both resource and service backends')];
  if (resource) return validateReference(resource, `${path}.resource`);
  if (!service) return [invalid(path, '', 'resource or service backend is required')];
  const errors: FieldError[] = [];
  const at = `${path}.service`;
  if (!service.name) errors.push(required(`${at}.name`));
  else errors.push(...invalidEach(`${at}.name`, service.name, nameIsDNS1035Label(service.name, false)));
  const { name = '', number = 0 } = service.port ?? {};
  if (name && number) errors.push(invalid(path, '', 'cannot set both port name & port number'));
  else if (name) errors.push(...invalidEach(`${at}.port.name`, name, isValidPortName(name)));
  else if (number) errors.push(...invalidEach(`${at}.port.number`, number, isValidPortNumber(number)));
  else errors.push(required(path, 'port name or number is required'));
  return errors;
}

function validateReference({ apiGroup, kind, name }: TypedLocalObjectReference, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (typeof apiGroup === 'string')
    errors.push(...invalidEach(`${path}.apiGroup`, apiGroup, isDNS1123Subdomain(apiGroup)));
  for (const [field, value] of Object.entries({ kind, name })) {
    const at = `${path}.${field}`;
    if (!value) errors.push(required(at, `${field} is required`));
    else errors.push(...invalidEach(at, value, nameIsPathSegment(value, false)));
  }
  return errors;
}

export function validateIngressStatusUpdate(ingress: Ingress, current: Ingress): FieldError[] {
  const errors = validateObjectMetaUpdate(ingress.metadata, current.metadata);
  ingress.status?.loadBalancer?.ingress?.forEach(({ ip, hostname }, index) => {
    const path = `status.loadBalancer.ingress[${index}]`;
    if (ip) errors.push(...validateLegacyIp(`${path}.ip`, ip));
    if (!hostname) return;
    errors.push(...invalidEach(`${path}.hostname`, hostname, isDNS1123Subdomain(hostname)));
    if (parseIp(hostname)) errors.push(invalid(`${path}.hostname`, hostname, notAnIp));
  });
  return errors;
}

export function validateIngressClass({ metadata, spec }: IngressClass): FieldError[] {
  const errors = validateObjectMeta(metadata, { namespaced: false, validateName: nameIsDNSSubdomain });
  const { controller, parameters } = spec;
  if (byteLength(controller ?? '') > maxControllerLength) {
    errors.push(tooLong('spec.controller', maxControllerLength));
  }
  errors.push(...validateDomainPrefixedPath(controller, 'spec.controller'));
  if (!parameters) return errors;
  const path = 'spec.parameters';
  const { scope, namespace } = parameters;
  errors.push(...validateReference(parameters, path));
  switch (scope) {
    case undefined:
      errors.push(required(`${path}.scope`));
      break;
    case 'Namespace':
      if (namespace === undefined) {
        errors.push(required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'"));
      } else {
        errors.push(...invalidEach(`${path}.namespace`, namespace, nameIsDNSLabel(namespace, false)));
      }
      break;
    case 'Cluster':
      if (namespace !== undefined) {
        errors.push(forbidden(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'"));
      }
      break;
    default:
      errors.push(notSupported(`${path}.scope`, scope, ['Cluster', 'Namespace']));
  }
  return errors;
}

export function validateIngressClassUpdate(ingressClass: IngressClass, current: IngressClass): FieldError[] {
  return [
    ...validateObjectMetaUpdate(ingressClass.metadata, current.metadata),
    ...validateImmutable('string', ingressClass.spec.controller, current.spec.controller, 'spec.controller'),
    ...validateIngressClass(ingressClass),
  ];
}
