import { goQuote } from '../../../kubernetes/go-format.ts';
import {
  byteLength,
  isDNS1123Label,
  isDNS1123Subdomain,
  labelMaxLength,
  subdomainMaxLength,
} from '../../../kubernetes/names.ts';
import type { CertificateSigningRequest } from '../../../kubernetes/objects.ts';
import { semanticEqual } from './equality.ts';
import { duplicate, type FieldError, forbidden, invalid, notSupported, required, tooLong } from './field.ts';
import { goValue } from './go-structs.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';
import { certificateProblem, requestProblem } from './pkcs10.ts';

/** pkg/apis/certificates/validation. */

type Condition = NonNullable<NonNullable<CertificateSigningRequest['status']>['conditions']>[number];

const usages = [
  ...['any', 'cert sign', 'client auth', 'code signing', 'content commitment', 'crl sign', 'data encipherment'],
  ...['decipher only', 'digital signature', 'email protection', 'encipher only', 'ipsec end system', 'ipsec tunnel'],
  ...['ipsec user', 'key agreement', 'key encipherment', 'microsoft sgc', 'netscape sgc', 'ocsp signing', 's/mime'],
  ...['server auth', 'signing', 'timestamping'],
];
/** Conditions that are true or not there. */
const onlyTrue = ['Approved', 'Denied', 'Failed'];
const maxSignerPathLength = subdomainMaxLength + labelMaxLength + 1;

/** Which part of a request an update may change. */
export type CertificateUpdate = 'request' | 'status' | 'approval';

export function validateCertificateSigningRequest(
  { metadata, spec, status }: CertificateSigningRequest,
  current?: CertificateSigningRequest,
): FieldError[] {
  // Requests may have any name.
  const errors = validateObjectMeta(metadata, { namespaced: false, validateName: () => [] });
  const problem = requestProblem(Buffer.from(spec.request ?? '', 'base64'));
  if (problem !== undefined) {
    errors.push(invalid('spec.request', goValue('[]byte', spec.request ?? ''), problem));
  }
  const requested: readonly string[] = spec.usages ?? [];
  if (requested.length === 0) errors.push(required('spec.usages'));
  requested.forEach((usage, index) => {
    if (!usages.includes(usage)) errors.push(notSupported(`spec.usages[${index}]`, usage, usages));
  });
  requested.forEach((usage, index) => {
    if (requested.indexOf(usage) < index) errors.push(duplicate(`spec.usages[${index}]`, usage));
  });
  if (spec.signerName === 'kubernetes.io/legacy-unknown') {
    const detail = 'the legacy signerName is not allowed via this API version';
    errors.push(invalid('spec.signerName', spec.signerName, detail));
  } else {
    errors.push(...validateSignerName(spec.signerName, 'spec.signerName'));
  }
  const seconds = spec.expirationSeconds;
  if (seconds !== undefined && seconds < 600) {
    const detail = 'may not specify a duration less than 600 seconds (10 minutes)';
    errors.push(invalid('spec.expirationSeconds', seconds, detail));
  }
  errors.push(...validateConditions(status?.conditions, 'status.conditions'));
  const certificate = status?.certificate ?? '';
  if (!current || certificate !== (current.status?.certificate ?? '')) {
    const wrong = certificateProblem(Buffer.from(certificate, 'base64'));
    if (wrong !== undefined) errors.push(invalid('status.certificate', '<certificate data>', wrong));
  }
  return errors;
}

function validateSignerName(name: string | undefined, path: string): FieldError[] {
  if (!name) return [required(path)];
  const [domain = '', signer = '', ...more] = name.split('/');
  if (!name.includes('/') || more.length > 0) {
    const detail = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    return [invalid(path, name, detail)];
  }
  const errors: FieldError[] = [];
  /** Only the first part that is wrong is complained of. */
  const validateParts = (value: string, check: (part: string) => string[]) => {
    const wrong = value.split('.').find((part) => check(part).length > 0);
    if (wrong === undefined) return;
    for (const message of check(wrong)) {
      errors.push(invalid(path, value, `validating label ${goQuote(wrong)}: ${message}`));
    }
  };
  if (byteLength(domain) > subdomainMaxLength) errors.push(tooLong(path, subdomainMaxLength));
  validateParts(domain, isDNS1123Label);
  if (!domain.includes('.')) {
    errors.push(invalid(path, domain, 'should be a domain with at least two segments separated by dots'));
  }
  validateParts(signer, isDNS1123Subdomain);
  if (byteLength(signer) > maxSignerPathLength) errors.push(tooLong(path, maxSignerPathLength));
  return errors;
}

function validateConditions(conditions: readonly Partial<Condition>[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  conditions?.forEach(({ type = '', status = '' }, index) => {
    const at = `${path}[${index}]`;
    if (type === '') errors.push(required(`${at}.type`));
    const valid = onlyTrue.includes(type) ? ['True'] : ['False', 'True', 'Unknown'];
    if (status === '') errors.push(required(`${at}.status`));
    else if (!valid.includes(status)) errors.push(notSupported(`${at}.status`, status, valid));
    if ((type === 'Approved' && seen.has('Denied')) || (type === 'Denied' && seen.has('Approved'))) {
      errors.push(invalid(`${at}.type`, type, 'Approved and Denied conditions are mutually exclusive'));
    }
    if (seen.has(type)) errors.push(duplicate(`${at}.type`, type));
    seen.add(type);
  });
  return errors;
}

export function validateCertificateSigningRequestUpdate(
  request: CertificateSigningRequest,
  current: CertificateSigningRequest,
  update: CertificateUpdate,
): FieldError[] {
  const errors = validateCertificateSigningRequest(request, current);
  const refuse = (field: string, detail: string) => errors.push(forbidden(`status.${field}`, detail));
  const ofType = ({ status }: CertificateSigningRequest, type: string) =>
    status?.conditions?.filter((condition) => condition.type === type) ?? [];
  for (const type of onlyTrue) {
    if (ofType(request, type).length < ofType(current, type).length) {
      refuse('conditions', `updates may not remove a condition of type ${goQuote(type)}`);
    }
  }
  if (update !== 'approval') {
    for (const type of ['Approved', 'Denied']) {
      const [now, before] = [ofType(request, type), ofType(current, type)];
      if (now.length > before.length) {
        refuse('conditions', `updates may not add a condition of type ${goQuote(type)}`);
      } else if (now.length === before.length && !semanticEqual(now, before)) {
        refuse('conditions', `updates may not modify a condition of type ${goQuote(type)}`);
      }
    }
  }
  const before = current.status?.certificate ?? '';
  if ((request.status?.certificate ?? '') !== before) {
    if (update !== 'status') refuse('certificate', 'updates may not set certificate content');
    else if (before !== '') refuse('certificate', 'updates may not modify existing certificate content');
  }
  return [...errors, ...validateObjectMetaUpdate(request.metadata, current.metadata)];
}
