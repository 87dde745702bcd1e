import {
  isLinkLocalMulticast,
  isLinkLocalUnicast,
  isLoopback,
  isUnspecified,
  parseIp,
} from '../../../kubernetes/ip.ts';
import { isDNS1123Label, isQualifiedName, isValidPortNumber, nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { EndpointAddress, EndpointSubset, Endpoints } from '../../../kubernetes/objects.ts';
import { semanticEqual } from './equality.ts';
import { type FieldError, invalid, invalidEach, notSupported, required } from './field.ts';
import { validateLegacyIp } from './ip.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';

/** pkg/apis/core/validation, also of the addresses in EndpointSlices and in Services' externalIPs. */

export const portProtocols = ['SCTP', 'TCP', 'UDP'];

export function validateEndpoints(endpoints: Endpoints, current?: Endpoints): FieldError[] {
  const errors = validateObjectMeta(endpoints.metadata, { namespaced: true, validateName: nameIsDNSSubdomain });
  const found = (endpoints.subsets ?? []).flatMap((subset, index) => validateSubset(subset, `subsets[${index}]`));
  // What older versions have accepted may stay.
  if (found.length > 0 && current && semanticEqual(current.subsets, endpoints.subsets)) return errors;
  return [...errors, ...found];
}

export function validateEndpointsUpdate(endpoints: Endpoints, current: Endpoints): FieldError[] {
  return [...validateObjectMetaUpdate(endpoints.metadata, current.metadata), ...validateEndpoints(endpoints, current)];
}

/** Not every address can be reached from a Pod. */
export function validateEndpointIp(value: string, path: string): FieldError[] {
  const address = parseIp(value);
  if (!address) return [invalid(path, value, 'must be a valid IP address')];
  const errors: FieldError[] = [];
  const wrong = (detail: string) => errors.push(invalid(path, value, detail));
  if (isUnspecified(address)) wrong(`may not be unspecified (${value})`);
  if (isLoopback(address)) wrong('may not be in the loopback range (127.0.0.0/8, ::1/128)');
  if (isLinkLocalUnicast(address)) wrong('may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  if (isLinkLocalMulticast(address)) {
    wrong('may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
  }
  return errors;
}

function validateSubset({ addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset, path: string) {
  const errors: FieldError[] = [];
  if (addresses.length + notReadyAddresses.length === 0) {
    errors.push(required(path, 'must specify `addresses` or `notReadyAddresses`'));
  }
  addresses.forEach((address, index) => {
    errors.push(...validateAddress(address, `${path}.addresses[${index}]`));
  });
  notReadyAddresses.forEach((address, index) => {
    errors.push(...validateAddress(address, `${path}.notReadyAddresses[${index}]`));
  });
  ports.forEach(({ name, port = 0, protocol, appProtocol }, index) => {
    const at = `${path}.ports[${index}]`;
    if (name) errors.push(...invalidEach(`${at}.name`, name, isDNS1123Label(name)));
    else if (ports.length > 1) errors.push(required(`${at}.name`));
    errors.push(...invalidEach(`${at}.port`, port, isValidPortNumber(port)));
    if (!protocol) errors.push(required(`${at}.protocol`));
    else if (!portProtocols.includes(protocol)) {
      errors.push(notSupported(`${at}.protocol`, protocol, portProtocols));
    }
    if (appProtocol !== undefined) {
      errors.push(...invalidEach(`${at}.appProtocol`, appProtocol, isQualifiedName(appProtocol)));
    }
  });
  return errors;
}

function validateAddress({ ip = '', hostname, nodeName }: EndpointAddress, path: string): FieldError[] {
  return [
    ...validateLegacyIp(`${path}.ip`, ip),
    ...(hostname ? invalidEach(`${path}.hostname`, hostname, isDNS1123Label(hostname)) : []),
    ...(nodeName === undefined ? [] : invalidEach(`${path}.nodeName`, nodeName, nameIsDNSSubdomain(nodeName, false))),
    ...validateEndpointIp(ip, `${path}.ip`),
  ];
}
