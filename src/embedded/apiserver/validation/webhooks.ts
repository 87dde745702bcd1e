import {
  isDNS1035Label,
  isDNS1123Subdomain,
  isValidPortNumber,
  nameIsDNSSubdomain,
} from '../../../kubernetes/names.ts';
import type { MutatingWebhookConfiguration, ValidatingWebhookConfiguration } from '../../../kubernetes/objects.ts';
import {
  failurePolicies,
  matchPolicies,
  validateMatchConditions,
  validateRuleWithOperations,
} from './admission-rules.ts';
import { duplicate, type FieldError, invalid, invalidEach, notSupported, required } from './field.ts';
import { validateFullyQualifiedName } from './format.ts';
import { goValue } from './go-structs.ts';
import { validateLabelSelector } from './labels.ts';
import { validateObjectMeta } from './object-meta.ts';

/** pkg/apis/admissionregistration/validation: webhook configurations of both kinds. */

type Configuration = ValidatingWebhookConfiguration | MutatingWebhookConfiguration;
type Webhook = NonNullable<MutatingWebhookConfiguration['webhooks']>[number];
type ServiceReference = NonNullable<Webhook['clientConfig']['service']>;

const sideEffects = ['None', 'NoneOnDryRun'];
const reviewVersions = ['v1', 'v1beta1'];
const reinvocationPolicies = ['IfNeeded', 'Never'];

export function validateWebhookConfiguration({ metadata, webhooks }: Configuration): FieldError[] {
  const errors = validateObjectMeta(metadata, { namespaced: false, validateName: nameIsDNSSubdomain });
  const names = new Set<string>();
  (webhooks as Webhook[] | undefined)?.forEach((webhook, index) => {
    const path = `webhooks[${index}]`;
    const name = webhook.name ?? '';
    errors.push(...validateWebhook(webhook, path));
    errors.push(...validateReviewVersions(webhook.admissionReviewVersions ?? [], `${path}.admissionReviewVersions`));
    if (name !== '' && names.has(name)) errors.push(duplicate(`${path}.name`, name));
    names.add(name);
  });
  return errors;
}

function validateWebhook(webhook: Webhook, path: string): FieldError[] {
  const errors = validateFullyQualifiedName(webhook.name, `${path}.name`);
  webhook.rules?.forEach((rule, index) => {
    errors.push(...validateRuleWithOperations(rule, `${path}.rules[${index}]`));
  });
  const oneOf = (field: 'failurePolicy' | 'matchPolicy' | 'sideEffects', valid: readonly string[]) => {
    const value: string | undefined = webhook[field] ?? undefined;
    if (value !== undefined && !valid.includes(value)) errors.push(notSupported(`${path}.${field}`, value, valid));
  };
  oneOf('failurePolicy', failurePolicies);
  oneOf('matchPolicy', matchPolicies);
  if (!webhook.sideEffects && webhook.sideEffects !== '') {
    errors.push(required(`${path}.sideEffects`, `must specify one of ${sideEffects.join(', ')}`));
  }
  oneOf('sideEffects', sideEffects);
  const timeout = webhook.timeoutSeconds;
  if (timeout !== undefined && (timeout > 30 || timeout < 1)) {
    errors.push(invalid(`${path}.timeoutSeconds`, timeout, 'the timeout value must be between 1 and 30 seconds'));
  }
  errors.push(
    ...validateLabelSelector(webhook.namespaceSelector, `${path}.namespaceSelector`),
    ...validateLabelSelector(webhook.objectSelector, `${path}.objectSelector`),
  );
  const reinvocation = webhook.reinvocationPolicy;
  if (reinvocation !== undefined && !reinvocationPolicies.includes(reinvocation)) {
    errors.push(notSupported(`${path}.reinvocationPolicy`, reinvocation, reinvocationPolicies));
  }
  return [
    ...errors,
    ...validateClientConfig(webhook.clientConfig ?? {}, `${path}.clientConfig`),
    ...validateMatchConditions(webhook.matchConditions, `${path}.matchConditions`),
  ];
}

function validateReviewVersions(versions: readonly string[], path: string): FieldError[] {
  if (versions.length === 0) return [required(path, `must specify one of ${reviewVersions.join(', ')}`)];
  const errors: FieldError[] = [];
  versions.forEach((version, index) => {
    const at = `${path}[${index}]`;
    if (versions.indexOf(version) < index) errors.push(invalid(at, version, 'duplicate version'));
    else errors.push(...invalidEach(at, version, isDNS1035Label(version)));
  });
  if (!versions.some((version) => reviewVersions.includes(version))) {
    const detail = `must include at least one of ${reviewVersions.join(', ')}`;
    errors.push(invalid(path, goValue('[]string', versions), detail));
  }
  return errors;
}

function validateClientConfig({ url, service }: Webhook['clientConfig'], path: string): FieldError[] {
  if ((url === undefined) === (service === undefined)) {
    return [required(path, 'exactly one of url or service is required')];
  }
  return service ? validateService(service, `${path}.service`) : validateUrl(url!, `${path}.url`);
}

/** What is shown of a URL is the part that is wrong with it. */
function validateUrl(text: string, path: string): FieldError[] {
  const form = '; desired format: https://host[/path]';
  const parts = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text);
  const [, scheme = '', authority = '', , query = '', fragment = ''] = parts ?? [];
  if (!parts || text.startsWith(':')) {
    return [required(path, `url must be a valid URL: parse ${JSON.stringify(text)}: missing protocol scheme${form}`)];
  }
  const at = authority.lastIndexOf('@');
  const errors: FieldError[] = [];
  if (scheme.toLowerCase() !== 'https') {
    errors.push(invalid(path, scheme.toLowerCase(), `'https' is the only allowed URL scheme${form}`));
  }
  if (authority.slice(at + 1) === '') errors.push(invalid(path, '', `host must be specified${form}`));
  if (at >= 0) errors.push(invalid(path, authority.slice(0, at), 'user information is not permitted in the URL'));
  if (fragment !== '') errors.push(invalid(path, fragment, 'fragments are not permitted in the URL'));
  if (query !== '') errors.push(invalid(path, query, 'query parameters are not permitted in the URL'));
  return errors;
}

function validateService({ name, namespace, port = 443, path: urlPath }: ServiceReference, path: string): FieldError[] {
  const errors: FieldError[] = [];
  // Upstream hands the two over in the wrong order: it is a missing namespace that is called a missing name.
  if (!namespace) errors.push(required(`${path}.name`, 'service name is required'));
  if (!name) errors.push(required(`${path}.namespace`, 'service namespace is required'));
  const wrongPort = isValidPortNumber(port);
  if (wrongPort.length > 0) errors.push(invalid(`${path}.port`, port, `port is not valid: ${wrongPort.join(', ')}`));
  if (!urlPath || urlPath === '/') return errors;
  const complain = (detail: string) => errors.push(invalid(`${path}.path`, urlPath, detail));
  if (urlPath === '//') {
    complain('segment[0] may not be empty');
    return errors;
  }
  if (!urlPath.startsWith('/')) complain("must start with a '/'");
  const segments = urlPath.slice(1).replace(/\/$/, '').split('/');
  segments.forEach((segment, index) => {
    if (segment === '') complain(`segment[${index}] may not be empty`);
    else for (const message of isDNS1123Subdomain(segment)) complain(`segment[${index}]: ${message}`);
  });
  return errors;
}
