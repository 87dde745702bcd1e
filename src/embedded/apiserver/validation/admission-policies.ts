import {
  isDNS1035Label,
  isDNS1123Subdomain,
  isQualifiedName,
  nameIsDNSSubdomain,
  nameIsPathSegment,
} from '../../../kubernetes/names.ts';
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '../../../kubernetes/objects.ts';
import {
  failurePolicies,
  matchPolicies,
  validateMatchConditions,
  validateRuleWithOperations,
} from './admission-rules.ts';
import { duplicate, type FieldError, forbidden, invalid, invalidEach, notSupported, required } from './field.ts';
import { goValue } from './go-structs.ts';
import { validateLabelSelector } from './labels.ts';
import { validateObjectMeta } from './object-meta.ts';

/** pkg/apis/admissionregistration/validation: policies in CEL and their bindings. Expressions are not compiled. */

type Spec = NonNullable<ValidatingAdmissionPolicy['spec']>;
type BindingSpec = NonNullable<ValidatingAdmissionPolicyBinding['spec']>;
type MatchResources = NonNullable<Spec['matchConstraints']>;
type NamedRule = NonNullable<MatchResources['resourceRules']>[number];

const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const actions = ['Audit', 'Deny', 'Warn'];
const maxAuditAnnotations = 20;
const maxValueExpressionLength = 5 * 1024;

export function validateValidatingAdmissionPolicy({ metadata, spec = {} }: ValidatingAdmissionPolicy): FieldError[] {
  const errors = validateObjectMeta(metadata, { namespaced: false, validateName: nameIsDNSSubdomain });
  const { failurePolicy, paramKind, matchConstraints, validations = [], auditAnnotations = [] } = spec;
  if (failurePolicy === undefined) errors.push(required('spec.failurePolicy'));
  else if (!failurePolicies.includes(failurePolicy)) {
    errors.push(notSupported('spec.failurePolicy', failurePolicy, failurePolicies));
  }
  if (paramKind) errors.push(...validateParamKind(paramKind, 'spec.paramKind'));
  if (!matchConstraints) errors.push(required('spec.matchConstraints'));
  else {
    errors.push(...validateMatchResources(matchConstraints, 'spec.matchConstraints'));
    if ((matchConstraints.resourceRules ?? []).length === 0) {
      errors.push(required('spec.matchConstraints.resourceRules'));
    }
  }
  errors.push(...validateMatchConditions(spec.matchConditions, 'spec.matchConditions'));
  spec.variables?.forEach(({ name = '', expression = '' }, index) => {
    const at = `spec.variables[${index}]`;
    if (name.trim() === '') errors.push(required(`${at}.name`, 'name is not specified'));
    else if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      errors.push(invalid(`${at}.name`, name, 'name is not a valid CEL identifier'));
    }
    if (expression.trim() === '') errors.push(required(`${at}.expression`, 'expression is not specified'));
  });
  if (validations.length === 0 && auditAnnotations.length === 0) {
    const detail = 'validations or auditAnnotations must contain at least one item';
    return [...errors, required('spec.validations', detail), required('spec.auditAnnotations', detail)];
  }
  return [...errors, ...validateValidations(spec), ...validateAuditAnnotations(spec, metadata.name)];
}

function validateValidations({ validations }: Spec): FieldError[] {
  const errors: FieldError[] = [];
  validations?.forEach(({ expression = '', message, messageExpression, reason }, index) => {
    const at = `spec.validations[${index}]`;
    if (expression.trim() === '') errors.push(required(`${at}.expression`, 'expression is not specified'));
    if (messageExpression && messageExpression.trim() === '') {
      errors.push(invalid(`${at}.messageExpression`, messageExpression, 'must be non-empty if specified'));
    }
    if (message && message.trim() === '') {
      errors.push(invalid(`${at}.message`, message, 'message must be non-empty if specified'));
    } else if (message && /[\n\r]/.test(message.trim())) {
      errors.push(invalid(`${at}.message`, message, 'message must not contain line breaks'));
    }
    if (reason !== undefined && !reasons.includes(reason)) errors.push(notSupported(`${at}.reason`, reason, reasons));
  });
  return errors;
}

function validateAuditAnnotations({ auditAnnotations = [] }: Spec, policy: string): FieldError[] {
  const errors: FieldError[] = [];
  const path = 'spec.auditAnnotations';
  if (auditAnnotations.length > maxAuditAnnotations) {
    const shown = goValue('[]admissionregistration.AuditAnnotation', auditAnnotations);
    errors.push(invalid(path, shown, `must not have more than ${maxAuditAnnotations} auditAnnotations`));
  }
  const keys = new Set<string>();
  auditAnnotations.forEach(({ key = '', valueExpression = '' }, index) => {
    const at = `${path}[${index}]`;
    const qualified = `${policy}/${key}`;
    errors.push(...invalidEach(`${at}.key`, qualified, isQualifiedName(qualified)));
    const expression = valueExpression.trim();
    if (expression === '') errors.push(required(`${at}.valueExpression`, 'valueExpression is not specified'));
    else if (Buffer.byteLength(expression) > maxValueExpressionLength) {
      errors.push(required(`${at}.valueExpression`, `must not exceed ${maxValueExpressionLength} bytes in length`));
    }
    if (keys.has(key)) errors.push(duplicate(`${at}.key`, key));
    keys.add(key);
  });
  return errors;
}

function validateParamKind({ apiVersion = '', kind = '' }: NonNullable<Spec['paramKind']>, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const parts = apiVersion.split('/');
  if (apiVersion === '') errors.push(required(`${path}.apiVersion`));
  else if (parts.length > 2) {
    errors.push(invalid(`${path}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  } else {
    const version = parts.at(-1)!;
    const group = parts.length === 2 ? parts[0]! : '';
    const complain = (value: string, messages: readonly string[]) => {
      if (messages.length > 0) errors.push(invalid(`${path}.apiVersion`, value, messages.join(',')));
    };
    if (group !== '') complain(group, isDNS1123Subdomain(group));
    complain(version || apiVersion, version ? isDNS1035Label(version) : ['version must be specified']);
  }
  if (kind === '') errors.push(required(`${path}.kind`));
  else {
    const messages = isDNS1035Label(kind.toLowerCase());
    const detail = `may have mixed case, but should otherwise match: ${messages.join(',')}`;
    if (messages.length > 0) errors.push(invalid(`${path}.kind`, kind, detail));
  }
  return errors;
}

function validateMatchResources(match: MatchResources, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { matchPolicy, namespaceSelector, objectSelector } = match;
  if (matchPolicy === undefined) errors.push(required(`${path}.matchPolicy`));
  else if (!matchPolicies.includes(matchPolicy)) {
    errors.push(notSupported(`${path}.matchPolicy`, matchPolicy, matchPolicies));
  }
  if (!namespaceSelector) errors.push(required(`${path}.namespaceSelector`));
  errors.push(...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`));
  if (!objectSelector) errors.push(required(`${path}.objectSelector`));
  errors.push(...validateLabelSelector(objectSelector, `${path}.objectSelector`));
  for (const field of ['resourceRules', 'excludeResourceRules'] as const) {
    match[field]?.forEach((rule, index) => {
      errors.push(...validateNamedRule(rule, `${path}.${field}[${index}]`));
    });
  }
  return errors;
}

function validateNamedRule(rule: NamedRule, path: string): FieldError[] {
  const names = rule.resourceNames ?? [];
  const errors = names.flatMap((name, index) => {
    const at = `${path}.resourceNames[${index}]`;
    const wrong = invalidEach(at, name, nameIsPathSegment(name, false));
    return names.indexOf(name) < index ? [...wrong, duplicate(at, name)] : wrong;
  });
  return [...errors, ...validateRuleWithOperations(rule as Parameters<typeof validateRuleWithOperations>[0], path)];
}

export function validateValidatingAdmissionPolicyBinding({
  metadata,
  spec = {},
}: ValidatingAdmissionPolicyBinding): FieldError[] {
  const errors = validateObjectMeta(metadata, { namespaced: false, validateName: nameIsDNSSubdomain });
  const { policyName = '', paramRef, matchResources } = spec;
  if (policyName === '') errors.push(required('spec.policyName'));
  else errors.push(...invalidEach('spec.policyName', policyName, nameIsDNSSubdomain(policyName, false)));
  if (paramRef) errors.push(...validateParamRef(paramRef, 'spec.paramRef'));
  if (matchResources) errors.push(...validateMatchResources(matchResources, 'spec.matchResources'));
  return [...errors, ...validateActions(spec.validationActions ?? [], 'spec.validationActions')];
}

function validateParamRef(reference: NonNullable<BindingSpec['paramRef']>, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { name = '', selector, parameterNotFoundAction = '' } = reference;
  const exclusive = 'name and selector are mutually exclusive';
  if (name !== '') {
    errors.push(...invalidEach(`${path}.name`, name, nameIsPathSegment(name, false)));
    if (selector) errors.push(forbidden(`${path}.name`, exclusive));
  }
  if (selector) {
    errors.push(...validateLabelSelector(selector, `${path}.selector`));
    if (name !== '') errors.push(forbidden(`${path}.selector`, exclusive));
  }
  if (name === '' && !selector) errors.push(required(path, 'one of name or selector must be specified'));
  const at = `${path}.parameterNotFoundAction`;
  if (parameterNotFoundAction === '') errors.push(required(at));
  else if (!['Deny', 'Allow'].includes(parameterNotFoundAction)) {
    errors.push(notSupported(at, parameterNotFoundAction, ['Deny', 'Allow']));
  }
  return errors;
}

function validateActions(asked: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  asked.forEach((action, index) => {
    if (!actions.includes(action)) errors.push(notSupported(`${path}[${index}]`, action, actions));
    if (asked.indexOf(action) < index) errors.push(duplicate(`${path}[${index}]`, action));
  });
  if (asked.includes('Deny') && asked.includes('Warn')) {
    const detail =
      'must not contain both Deny and Warn (repeating the same validation failure information in the API response ' +
      'and headers serves no purpose)';
    errors.push(invalid(path, goValue('[]admissionregistration.ValidationAction', asked), detail));
  }
  if (asked.length === 0) errors.push(required(path, 'at least one validation action is required'));
  return errors;
}
