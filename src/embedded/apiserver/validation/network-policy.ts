import { contains, parseCidr } from '../../../kubernetes/ip.ts';
import { isValidPortName, isValidPortNumber, nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { NetworkPolicy } from '../../../kubernetes/objects.ts';
import { type FieldError, forbidden, invalid, invalidEach, notSupported, required } from './field.ts';
import { goValue } from './go-structs.ts';
import { cidrWarnings, validateLegacyCidr } from './ip.ts';
import { validateLabelSelector } from './labels.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';

/** pkg/apis/networking/validation: NetworkPolicies. */

type Spec = NonNullable<NetworkPolicy['spec']>;
type Peer = NonNullable<NonNullable<Spec['ingress']>[number]['from']>[number];
type Port = NonNullable<NonNullable<Spec['ingress']>[number]['ports']>[number];
type IPBlock = NonNullable<Peer['ipBlock']>;

const protocols = ['TCP', 'UDP', 'SCTP'];
const policyTypes = ['Ingress', 'Egress'];

export function validateNetworkPolicy({ metadata, spec }: NetworkPolicy): FieldError[] {
  return [
    ...validateObjectMeta(metadata, { namespaced: true, validateName: nameIsDNSSubdomain }),
    ...validateSpec(spec),
  ];
}

export function validateNetworkPolicyUpdate(policy: NetworkPolicy, current: NetworkPolicy): FieldError[] {
  return [
    ...validateNetworkPolicy(policy),
    ...validateObjectMetaUpdate(policy.metadata, current.metadata),
    ...validateSpec(policy.spec),
  ];
}

export function networkPolicyWarnings({ spec }: NetworkPolicy): string[] {
  return rules(spec).flatMap(({ peers, path }) =>
    peers.flatMap(({ ipBlock }, index) => {
      if (!ipBlock) return [];
      const at = `${path}[${index}].ipBlock`;
      return [
        ...cidrWarnings(`${at}.cidr`, ipBlock.cidr ?? ''),
        ...(ipBlock.except ?? []).flatMap((except, position) => cidrWarnings(`${at}.except[${position}]`, except)),
      ];
    }),
  );
}

/** Both directions' rules, whose peers are called `from` in one and `to` in the other. */
function rules(spec: Spec) {
  return [
    ...(spec.ingress ?? []).map((rule, index) => ({
      ports: rule.ports ?? [],
      peers: rule.from ?? [],
      portsPath: `spec.ingress[${index}].ports`,
      path: `spec.ingress[${index}].from`,
    })),
    ...(spec.egress ?? []).map((rule, index) => ({
      ports: rule.ports ?? [],
      peers: rule.to ?? [],
      portsPath: `spec.egress[${index}].ports`,
      path: `spec.egress[${index}].to`,
    })),
  ];
}

function validateSpec(spec: Spec): FieldError[] {
  const errors = validateLabelSelector(spec.podSelector, 'spec.podSelector');
  for (const { ports, peers, portsPath, path } of rules(spec)) {
    ports.forEach((port, index) => {
      errors.push(...validatePort(port, `${portsPath}[${index}]`));
    });
    peers.forEach((peer, index) => {
      errors.push(...validatePeer(peer, `${path}[${index}]`));
    });
  }
  const types: readonly string[] = spec.policyTypes ?? [];
  if (types.length > policyTypes.length) {
    const shown = goValue('[]networking.PolicyType', types);
    return [...errors, invalid('spec.policyTypes', shown, 'may not specify more than two policyTypes')];
  }
  types.forEach((type, index) => {
    if (!policyTypes.includes(type)) errors.push(notSupported(`spec.policyTypes[${index}]`, type, policyTypes));
  });
  return errors;
}

function validatePort({ protocol, port, endPort }: Port, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (protocol !== undefined && !protocols.includes(protocol)) {
    errors.push(notSupported(`${path}.protocol`, protocol, protocols));
  }
  if (port === undefined) {
    if (endPort === undefined) return errors;
    return [...errors, invalid(`${path}.endPort`, endPort, 'may not be specified when `port` is not specified')];
  }
  if (typeof port === 'string') {
    if (endPort !== undefined) {
      errors.push(invalid(`${path}.endPort`, endPort, 'may not be specified when `port` is non-numeric'));
    }
    return [...errors, ...invalidEach(`${path}.port`, port, isValidPortName(port))];
  }
  errors.push(...invalidEach(`${path}.port`, port, isValidPortNumber(port)));
  if (endPort === undefined) return errors;
  if (endPort < port) errors.push(invalid(`${path}.endPort`, port, 'must be greater than or equal to `port`'));
  return [...errors, ...invalidEach(`${path}.endPort`, endPort, isValidPortNumber(endPort))];
}

function validatePeer({ podSelector, namespaceSelector, ipBlock }: Peer, path: string): FieldError[] {
  const errors = [
    ...validateLabelSelector(podSelector, `${path}.podSelector`),
    ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`),
    ...(ipBlock ? validateIPBlock(ipBlock, `${path}.ipBlock`) : []),
  ];
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(required(path, 'must specify a peer'));
  else if (ipBlock && (podSelector || namespaceSelector)) {
    errors.push(forbidden(path, 'may not specify both ipBlock and another peer'));
  }
  return errors;
}

function validateIPBlock({ cidr: text = '', except = [] }: IPBlock, path: string): FieldError[] {
  if (text === '') return [required(`${path}.cidr`)];
  const errors = validateLegacyCidr(`${path}.cidr`, text);
  const cidr = parseCidr(text);
  if (!cidr) return errors;
  except.forEach((exception, index) => {
    const at = `${path}.except[${index}]`;
    errors.push(...validateLegacyCidr(at, exception));
    const inner = parseCidr(exception);
    if (inner && !(contains(cidr, inner.address) && cidr.prefixLength < inner.prefixLength)) {
      errors.push(invalid(at, exception, 'must be a strict subset of `cidr`'));
    }
  });
  return errors;
}
