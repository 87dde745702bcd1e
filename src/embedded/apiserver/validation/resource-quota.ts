import { GoLiteral, goStrings } from '../../../kubernetes/go-format.ts';
import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { ResourceList, ResourceQuota } from '../../../kubernetes/objects.ts';
import {
  isStandardQuotaResource,
  quantities,
  validateQuotaResourceName,
  validateResourceQuantity,
} from './compute-resources.ts';
import { type FieldError, invalid, required } from './field.ts';
import { goValue } from './go-structs.ts';
import { immutableField, validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';

/** pkg/apis/core/validation. */

type Spec = ResourceQuota['spec'];

const countedPods = new Set(['pods']);
const podResources = new Set([
  ...countedPods,
  ...['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'],
]);

/** What may be limited within each scope. */
const scopes: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['BestEffort', countedPods],
  ['CrossNamespacePodAffinity', podResources],
  ['NotBestEffort', podResources],
  ['NotTerminating', podResources],
  ['PriorityClass', podResources],
  ['Terminating', podResources],
  ['VolumeAttributesClass', new Set(['persistentvolumeclaims', 'requests.storage'])],
]);
const opposites = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;
const existingScopes = new Set([...opposites.flat(), 'CrossNamespacePodAffinity'] as string[]);

export function validateResourceQuota({ metadata, spec, status }: ResourceQuota): FieldError[] {
  return [
    ...validateObjectMeta(metadata, { namespaced: true, validateName: nameIsDNSSubdomain }),
    ...validateResourceQuotaSpec(spec),
    ...validateAmounts(status?.hard, 'status.hard'),
    ...validateAmounts(status?.used, 'status.used'),
  ];
}

export function validateResourceQuotaUpdate(quota: ResourceQuota, current: ResourceQuota): FieldError[] {
  const errors = [
    ...validateObjectMetaUpdate(quota.metadata, current.metadata),
    ...validateResourceQuotaSpec(quota.spec),
  ];
  const before = new Set<string>(current.spec.scopes);
  const after = new Set<string>(quota.spec.scopes);
  if (before.size !== after.size || [...before].some((scope) => !after.has(scope))) {
    errors.push(invalid('spec.scopes', goScopes(quota.spec), immutableField));
  }
  return errors;
}

export function validateResourceQuotaStatusUpdate(quota: ResourceQuota, current: ResourceQuota): FieldError[] {
  return [
    ...validateObjectMetaUpdate(quota.metadata, current.metadata),
    ...(quota.metadata.resourceVersion ? [] : [required('resourceVersion')]),
    ...validateAmounts(quota.status?.hard, 'status.hard'),
    ...validateAmounts(quota.status?.used, 'status.used'),
  ];
}

function validateResourceQuotaSpec(spec: Spec): FieldError[] {
  return [...validateAmounts(spec.hard, 'spec.hard'), ...validateScopes(spec), ...validateScopeSelector(spec)];
}

function validateAmounts(list: ResourceList | undefined, path: string): FieldError[] {
  return quantities(list).flatMap(([name, amount]) => [
    ...validateQuotaResourceName(name, `${path}[${name}]`),
    ...validateResourceQuantity(name, amount, `${path}[${name}]`),
  ]);
}

function validateScopes(spec: Spec): FieldError[] {
  const errors: FieldError[] = [];
  const wrong = (detail: string) => errors.push(invalid('spec.scopes', goScopes(spec), detail));
  for (const scope of spec.scopes ?? []) {
    if (!scopes.has(scope)) wrong('unsupported scope');
    for (const _ of outOfScope(spec, scope)) wrong('unsupported scope applied to resource');
  }
  return [...errors, ...validateConflicts(spec, spec.scopes ?? [], 'spec.scopes')];
}

function validateScopeSelector(spec: Spec): FieldError[] {
  const path = 'spec.scopeSelector.matchExpressions';
  const errors: FieldError[] = [];
  const expressions = spec.scopeSelector?.matchExpressions ?? [];
  for (const { scopeName = '', operator = '', values = [] } of expressions) {
    if (!scopes.has(scopeName)) errors.push(invalid(`${path}.scopeName`, scopeName, 'unsupported scope'));
    for (const _ of outOfScope(spec, scopeName)) {
      const shown = goValue('core.ScopeSelector', spec.scopeSelector);
      errors.push(invalid(path, shown, 'unsupported scope applied to resource'));
    }
    if (existingScopes.has(scopeName) && operator !== 'Exists') {
      const detail =
        "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, " +
        'ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity';
      errors.push(invalid(`${path}.operator`, operator, detail));
    }
    errors.push(...validateScopeValues(operator, values, path));
  }
  return [
    ...errors,
    ...validateConflicts(
      spec,
      expressions.map(({ scopeName }) => scopeName),
      path,
    ),
  ];
}

function validateScopeValues(operator: string, values: readonly string[], path: string): FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length > 0) return [];
      return [
        required(`${path}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"),
      ];
    case 'Exists':
    case 'DoesNotExist': {
      if (values.length === 0) return [];
      const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
      return [invalid(`${path}.values`, new GoLiteral(goStrings(values)), detail)];
    }
    default:
      return [invalid(`${path}.operator`, operator, 'not a valid selector operator')];
  }
}

function validateConflicts(spec: Spec, named: readonly string[], path: string): FieldError[] {
  return opposites
    .filter((pair) => pair.every((scope) => named.includes(scope)))
    .map(() => invalid(path, goScopes(spec), 'conflicting scopes'));
}

/** The limited resources that do not exist within a scope. */
function outOfScope({ hard }: Spec, scope: string): string[] {
  const within = scopes.get(scope);
  return within ? Object.keys(hard ?? {}).filter((name) => isStandardQuotaResource(name) && !within.has(name)) : [];
}

function goScopes({ scopes: listed }: Spec): GoLiteral {
  return new GoLiteral(goStrings(listed, '[]core.ResourceQuotaScope'));
}
