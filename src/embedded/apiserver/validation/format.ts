import { isDNS1123Subdomain, isHTTPPath } from '../../../kubernetes/names.ts';
import { type FieldError, invalid, invalidEach, required } from './field.ts';

/** Formats of whole fields: k8s.io/apimachinery/pkg/util/validation. */

/** "example.com/path". */
export function validateDomainPrefixedPath(value: string | undefined, path: string): FieldError[] {
  if (!value) return [required(path)];
  const slash = value.indexOf('/');
  const [host, rest] = slash < 0 ? ['', ''] : [value.slice(0, slash), value.slice(slash + 1)];
  if (!host || !rest) return [invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  return [...invalidEach(path, host, isDNS1123Subdomain(host)), ...invalidEach(path, rest, isHTTPPath(rest))];
}

/** A domain of three segments or more. */
export function validateFullyQualifiedName(value: string | undefined, path: string): FieldError[] {
  if (!value) return [required(path)];
  const messages = isDNS1123Subdomain(value);
  if (messages.length > 0) return [invalid(path, value, messages.join(','))];
  if (value.split('.').length >= 3) return [];
  return [invalid(path, value, 'should be a domain with at least three segments separated by dots')];
}
