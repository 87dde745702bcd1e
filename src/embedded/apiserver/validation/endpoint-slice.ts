import { parseIp } from '../../../kubernetes/ip.ts';
import {
  isDNS1123Label,
  isDNS1123Subdomain,
  isQualifiedName,
  isValidLabelValue,
  nameIsDNSSubdomain,
} from '../../../kubernetes/names.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../../kubernetes/objects.ts';
import { portProtocols, validateEndpointIp } from './endpoints.ts';
import { semanticEqual, validateImmutable } from './equality.ts';
import { duplicate, type FieldError, invalid, invalidEach, notSupported, required, tooMany } from './field.ts';
import { validateIp, validateLegacyIp } from './ip.ts';
import { validateObjectMeta } from './object-meta.ts';

/** pkg/apis/discovery/validation. */

const addressTypes = ['FQDN', 'IPv4', 'IPv6'];

const maxEndpoints = 1000;
const maxAddresses = 100;
const maxPorts = 20_000;
const maxHints = 8;

export function validateEndpointSlice(slice: EndpointSlice, current?: EndpointSlice): FieldError[] {
  const { metadata, addressType = '', ports, endpoints } = slice;
  const errors = validateObjectMeta(metadata, { namespaced: true, validateName: nameIsDNSSubdomain });
  if (!addressType) errors.push(required('addressType'));
  else if (!addressTypes.includes(addressType)) errors.push(notSupported('addressType', addressType, addressTypes));
  errors.push(...validatePorts(ports ?? [], 'ports'));
  const found = validateEndpoints(endpoints ?? [], addressType, 'endpoints');
  // What older versions have accepted may stay.
  if (found.length > 0 && current && semanticEqual(current.endpoints, endpoints)) return errors;
  return [...errors, ...found];
}

export function validateEndpointSliceUpdate(slice: EndpointSlice, current: EndpointSlice): FieldError[] {
  return [
    ...validateEndpointSlice(slice, current),
    ...validateImmutable('string', slice.addressType ?? '', current.addressType ?? '', 'addressType'),
  ];
}

function validatePorts(ports: readonly EndpointPort[], path: string): FieldError[] {
  if (ports.length > maxPorts) return [tooMany(path, ports.length, maxPorts)];
  const names = new Set<string>();
  return ports.flatMap(({ name = '', protocol, appProtocol }, index) => {
    const at = `${path}[${index}]`;
    const errors = name ? invalidEach(`${at}.name`, name, isDNS1123Label(name)) : [];
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
    if (protocol === undefined) errors.push(required(`${at}.protocol`));
    else if (!portProtocols.includes(protocol)) {
      errors.push(notSupported(`${at}.protocol`, protocol, portProtocols));
    }
    if (appProtocol === undefined) return errors;
    return [...errors, ...invalidEach(`${at}.appProtocol`, appProtocol, isQualifiedName(appProtocol))];
  });
}

function validateEndpoints(endpoints: readonly Endpoint[], addressType: string, path: string): FieldError[] {
  if (endpoints.length > maxEndpoints) return [tooMany(path, endpoints.length, maxEndpoints)];
  return endpoints.flatMap(({ addresses: listed, nodeName, hostname, hints }, index) => {
    const addresses = listed ?? [];
    const at = `${path}[${index}]`;
    const errors: FieldError[] = [];
    if (addresses.length === 0) errors.push(required(`${at}.addresses`, 'must contain at least 1 address'));
    else if (addresses.length > maxAddresses) {
      errors.push(tooMany(`${at}.addresses`, addresses.length, maxAddresses));
    }
    addresses.forEach((address, position) => {
      errors.push(...validateAddress(address, addressType, `${at}.addresses`, position));
    });
    if (nodeName !== undefined) {
      errors.push(...invalidEach(`${at}.nodeName`, nodeName, nameIsDNSSubdomain(nodeName, false)));
    }
    if (hostname !== undefined) errors.push(...invalidEach(`${at}.hostname`, hostname, isDNS1123Label(hostname)));
    return hints ? [...errors, ...validateHints(hints, `${at}.hints`)] : errors;
  });
}

function validateAddress(address: string, addressType: string, path: string, index: number): FieldError[] {
  const at = `${path}[${index}]`;
  if (addressType === 'FQDN') return validateFullName(address, at);
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return [];
  const errors = addressType === 'IPv4' ? validateLegacyIp(at, address) : validateIp(at, address);
  if (errors.length > 0) return errors;
  const family = parseIp(address)?.family === 6 ? 'IPv6' : 'IPv4';
  if (family !== addressType) errors.push(invalid(path, address, `must be an ${addressType} address`));
  return [...errors, ...validateEndpointIp(address, at)];
}

/** A name of at least two parts, with or without a dot at the end. */
function validateFullName(written: string, path: string): FieldError[] {
  if (!written) return [required(path)];
  const name = written.replace(/\.$/, '');
  const problems = isDNS1123Subdomain(name);
  if (problems.length > 0) return [invalid(path, name, problems.join(','))];
  const labels = name.split('.');
  if (labels.length < 2) {
    return [invalid(path, name, 'should be a domain with at least two segments separated by dots')];
  }
  const wrong = labels.find((label) => isDNS1123Label(label).length > 0);
  return wrong === undefined ? [] : [invalid(path, wrong, isDNS1123Label(wrong).join(','))];
}

function validateHints({ forZones = [] }: NonNullable<Endpoint['hints']>, path: string): FieldError[] {
  const at = `${path}.forZones`;
  if (forZones.length > maxHints) return [tooMany(at, forZones.length, maxHints)];
  const names = new Set<string>();
  return forZones.flatMap(({ name = '' }, index) => {
    const errors = names.has(name) ? [duplicate(`${at}[${index}].name`, name)] : [];
    names.add(name);
    return [...errors, ...invalidEach(`${at}[${index}].name`, name, isValidLabelValue(name))];
  });
}
