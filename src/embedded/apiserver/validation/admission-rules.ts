import { isQualifiedName } from '../../../kubernetes/names.ts';
import type { ValidatingWebhookConfiguration } from '../../../kubernetes/objects.ts';
import { duplicate, type FieldError, invalid, invalidEach, notSupported, required, tooMany } from './field.ts';
import { goValue } from './go-structs.ts';

/** pkg/apis/admissionregistration/validation: what webhooks and admission policies say of the requests they are for. */

type Webhook = NonNullable<ValidatingWebhookConfiguration['webhooks']>[number];
export type RuleWithOperations = NonNullable<Webhook['rules']>[number];
export type MatchCondition = NonNullable<Webhook['matchConditions']>[number];

export const failurePolicies = ['Fail', 'Ignore'];
export const matchPolicies = ['Equivalent', 'Exact'];
const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const scopes = ['*', 'Cluster', 'Namespaced'];
const maxMatchConditions = 64;

export function validateRuleWithOperations(rule: RuleWithOperations, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { apiGroups = [], apiVersions = [], resources = [], scope } = rule;
  const asked: readonly string[] = rule.operations ?? [];
  const all = (field: string, values: readonly string[], what: string, type = '[]string') => {
    const at = `${path}.${field}`;
    if (values.length === 0) errors.push(required(at));
    if (values.length > 1 && values.includes('*')) {
      errors.push(invalid(at, goValue(type, values), `if '*' is present, must not specify other ${what}`));
    }
  };
  all('operations', asked, 'operations', '[]admissionregistration.OperationType');
  asked.forEach((operation, index) => {
    if (!operations.includes(operation)) {
      errors.push(notSupported(`${path}.operations[${index}]`, operation, operations));
    }
  });
  all('apiGroups', apiGroups, 'API groups');
  all('apiVersions', apiVersions, 'API versions');
  apiVersions.forEach((version, index) => {
    if (version === '') errors.push(required(`${path}.apiVersions[${index}]`));
  });
  errors.push(...validateResources(resources, `${path}.resources`));
  if (scope !== undefined && !scopes.includes(scope)) errors.push(notSupported(`${path}.scope`, scope, scopes));
  return errors;
}

// "pods", "pods/status", "pods/*", "*/scale", "*", "*/*".
function validateResources(resources: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (resources.length === 0) errors.push(required(path));
  const allSubresourcesOf = new Set<string>();
  const ofAllResources = new Set<string>();
  let named = false;
  resources.forEach((resource, index) => {
    const at = `${path}[${index}]`;
    if (resource === '') {
      errors.push(required(at));
      return;
    }
    const slash = resource.indexOf('/');
    if (slash < 0) {
      // Upstream only remembers the last of these.
      named = resource !== '*';
      return;
    }
    const [parent, subresource] = [resource.slice(0, slash), resource.slice(slash + 1)];
    const covered = (pattern: string) => `if '${pattern}' is present, must not specify ${resource}`;
    if (allSubresourcesOf.has(parent)) errors.push(invalid(at, resource, covered(`${parent}/*`)));
    if (ofAllResources.has(subresource)) errors.push(invalid(at, resource, covered(`*/${subresource}`)));
    if (subresource === '*') allSubresourcesOf.add(parent);
    if (parent === '*') ofAllResources.add(subresource);
  });
  const complain = (detail: string) => errors.push(invalid(path, goValue('[]string', resources), detail));
  if (resources.length > 1 && resources.includes('*/*')) {
    complain("if '*/*' is present, must not specify other resources");
  }
  if (resources.includes('*') && named) {
    complain("if '*' is present, must not specify other resources without subresources");
  }
  return errors;
}

/** CEL expressions are not compiled: whatever is no blank passes. */
export function validateMatchConditions(conditions: readonly MatchCondition[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!conditions) return errors;
  if (conditions.length > maxMatchConditions) errors.push(tooMany(path, conditions.length, maxMatchConditions));
  const names = new Set<string>();
  conditions.forEach(({ name = '', expression = '' }, index) => {
    const at = `${path}[${index}]`;
    if (expression.trim() === '') errors.push(required(`${at}.expression`));
    if (name === '') errors.push(required(`${at}.name`));
    else errors.push(...invalidEach(`${at}.name`, name, isQualifiedName(name)));
    if (name !== '' && names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
  });
  return errors;
}
