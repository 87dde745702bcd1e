import { isValidLabelValue, nameIsDNSLabel, nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type {
  Affinity,
  LabelSelector,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinityTerm,
  Toleration,
  TopologySpreadConstraint,
} from '../../../kubernetes/objects.ts';
import { mustBePositive } from './compute-resources.ts';
import { duplicate, type FieldError, forbidden, invalid, invalidEach, notSupported, required } from './field.ts';
import { validateLabelName, validateLabelSelector } from './labels.ts';

/** Where a Pod may run: affinity, tolerations, topology (pkg/apis/core/validation). */

export const taintEffects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export function validateAffinity(affinity: Affinity | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const node = affinity?.nodeAffinity;
  const requiredName = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferredName = 'preferredDuringSchedulingIgnoredDuringExecution';
  if (node?.[requiredName]) {
    errors.push(...validateNodeSelector(node[requiredName], `${path}.nodeAffinity.${requiredName}`));
  }
  node?.[preferredName]?.forEach(({ weight = 0, preference }, index) => {
    const at = `${path}.nodeAffinity.${preferredName}[${index}]`;
    errors.push(...validateWeight(weight, at));
    errors.push(...validateNodeSelectorTerm(preference ?? {}, `${at}.preference`, { anyLabelValue: true }));
  });
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    const pod = affinity?.[kind];
    pod?.[requiredName]?.forEach((term, index) => {
      errors.push(...validatePodAffinityTerm(term, `${path}.${kind}.${requiredName}[${index}]`));
    });
    pod?.[preferredName]?.forEach(({ weight = 0, podAffinityTerm }, index) => {
      const at = `${path}.${kind}.${preferredName}[${index}]`;
      errors.push(...validateWeight(weight, at));
      const term = podAffinityTerm ?? { topologyKey: '' };
      errors.push(...validatePodAffinityTerm(term, `${at}.podAffinityTerm`));
    });
  }
  return errors;
}

function validateWeight(weight: number, path: string): FieldError[] {
  return weight >= 1 && weight <= 100 ? [] : [invalid(`${path}.weight`, weight, 'must be in the range 1-100')];
}

export function validateNodeSelector({ nodeSelectorTerms }: NodeSelector, path: string): FieldError[] {
  if (!nodeSelectorTerms?.length) {
    return [required(`${path}.nodeSelectorTerms`, 'must have at least one node selector term')];
  }
  return nodeSelectorTerms.flatMap((term, index) =>
    validateNodeSelectorTerm(term, `${path}.nodeSelectorTerms[${index}]`),
  );
}

function validateNodeSelectorTerm(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  path: string,
  options: { anyLabelValue?: boolean } = {},
): FieldError[] {
  return [
    ...matchExpressions.flatMap((requirement, index) =>
      validateNodeSelectorRequirement(requirement, `${path}.matchExpressions[${index}]`, options),
    ),
    ...matchFields.flatMap((requirement, index) =>
      validateNodeFieldRequirement(requirement, `${path}.matchFields[${index}]`),
    ),
  ];
}

function validateNodeSelectorRequirement(
  { key = '', operator, values = [] }: NodeSelectorRequirement,
  path: string,
  { anyLabelValue = false }: { anyLabelValue?: boolean },
): FieldError[] {
  const errors: FieldError[] = [];
  const at = `${path}.values`;
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) errors.push(required(at, "must be specified when `operator` is 'In' or 'NotIn'"));
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        errors.push(forbidden(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      }
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) {
        errors.push(required(at, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
      }
      break;
    default:
      errors.push(invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator'));
  }
  errors.push(...validateLabelName(key, `${path}.key`));
  if (anyLabelValue) return errors;
  return [
    ...errors,
    ...values.flatMap((value, index) => invalidEach(`${at}[${index}]`, value, isValidLabelValue(value))),
  ];
}

function validateNodeFieldRequirement(
  { key = '', operator, values = [] }: NodeSelectorRequirement,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const at = `${path}.values`;
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator'));
  } else if (values.length !== 1) {
    const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(at, detail));
  }
  if (key !== 'metadata.name') {
    return [...errors, invalid(`${path}.key`, key, 'not a valid field selector key')];
  }
  return [
    ...errors,
    ...values.flatMap((value, index) => invalidEach(`${at}[${index}]`, value, nameIsDNSSubdomain(value, false))),
  ];
}

function validatePodAffinityTerm(term: PodAffinityTerm, path: string): FieldError[] {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [], topologyKey = '' } = term;
  const errors = [
    ...validateLabelSelector(labelSelector, `${path}.labelSelector`),
    ...validateLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`),
    ...(term.namespaces ?? []).flatMap((name) => invalidEach(`${path}.namespace`, name, nameIsDNSLabel(name, false))),
    ...validateLabelKeys(matchLabelKeys, labelSelector, `${path}.matchLabelKeys`),
    ...validateLabelKeys(mismatchLabelKeys, labelSelector, `${path}.mismatchLabelKeys`),
  ];
  // The server itself adds an expression for each of the keys: a key met before in the selector is the learner's own.
  const seen = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const { key } of labelSelector?.matchExpressions ?? []) {
    const index = matchLabelKeys.lastIndexOf(key);
    if (index >= 0 && seen.has(key)) {
      errors.push(invalid(`${path}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector'));
    }
    seen.add(key);
  }
  matchLabelKeys.forEach((key, index) => {
    if (!mismatchLabelKeys.includes(key)) return;
    const detail = 'exists in both matchLabelKeys and mismatchLabelKeys';
    errors.push(invalid(`${path}.matchLabelKeys[${index}]`, key, detail));
  });
  if (!topologyKey) errors.push(required(`${path}.topologyKey`, 'can not be empty'));
  return [...errors, ...validateLabelName(topologyKey, `${path}.topologyKey`)];
}

function validateLabelKeys(keys: readonly string[], selector: LabelSelector | undefined, path: string): FieldError[] {
  if (keys.length === 0) return [];
  if (!selector) return [forbidden(path, 'must not be specified when labelSelector is not set')];
  return keys.flatMap((key, index) => validateLabelName(key, `${path}[${index}]`));
}

export function validateTolerations(tolerations: readonly Toleration[] | undefined, path: string): FieldError[] {
  return (tolerations ?? []).flatMap(({ key, operator = '', value = '', effect, tolerationSeconds }, index) => {
    const at = `${path}[${index}]`;
    const errors: FieldError[] = key ? validateLabelName(key, `${at}.key`) : [];
    if (!key && operator !== 'Exists') {
      const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalid(`${at}.operator`, operator, detail));
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      errors.push(invalid(`${at}.effect`, effect ?? '', detail));
    }
    if (operator === '' || operator === 'Equal') {
      const messages = isValidLabelValue(value);
      if (messages.length > 0) errors.push(invalid(`${at}.operator`, value, messages.join(';')));
    } else if (operator === 'Exists') {
      if (value) errors.push(invalid(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'"));
    } else {
      errors.push(notSupported(`${at}.operator`, operator, ['Equal', 'Exists']));
    }
    if (effect) errors.push(...validateTaintEffect(effect, `${at}.effect`));
    return errors;
  });
}

export function validateTaintEffect(effect: string, path: string): FieldError[] {
  return taintEffects.includes(effect) ? [] : [notSupported(path, effect, taintEffects)];
}

export function validateTopologySpreadConstraints(
  constraints: readonly TopologySpreadConstraint[] | undefined,
  path: string,
): FieldError[] {
  return (constraints ?? []).flatMap((constraint, index) => {
    const at = `${path}[${index}]`;
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable = '', minDomains, matchLabelKeys = [] } = constraint;
    const errors: FieldError[] = [];
    if (maxSkew <= 0) errors.push(invalid(`${at}.maxSkew`, maxSkew, mustBePositive));
    if (!topologyKey) errors.push(required(`${at}.topologyKey`, 'can not be empty'));
    const actions = ['DoNotSchedule', 'ScheduleAnyway'];
    if (!actions.includes(whenUnsatisfiable)) {
      errors.push(notSupported(`${at}.whenUnsatisfiable`, whenUnsatisfiable, actions));
    }
    const repeated = constraints!
      .slice(index + 1)
      .some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable);
    if (repeated) {
      const tuple = `{${topologyKey}, ${whenUnsatisfiable}}`;
      errors.push(duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, tuple));
    }
    if (minDomains !== undefined) {
      if (minDomains <= 0) errors.push(invalid(`${at}.minDomains`, minDomains, mustBePositive));
      if (whenUnsatisfiable !== 'DoNotSchedule') {
        const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
        errors.push(invalid(`${at}.minDomains`, minDomains, detail));
      }
    }
    for (const field of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
      const policy = constraint[field];
      const policies = ['Honor', 'Ignore'];
      if (policy !== undefined && !policies.includes(policy)) {
        errors.push(notSupported(`${at}.${field}`, policy, policies));
      }
    }
    return [
      ...errors,
      ...validateSpreadLabelKeys(matchLabelKeys, constraint.labelSelector, `${at}.matchLabelKeys`),
      ...validateLabelSelector(constraint.labelSelector, `${at}.labelSelector`),
    ];
  });
}

function validateSpreadLabelKeys(
  keys: readonly string[],
  selector: LabelSelector | undefined,
  path: string,
): FieldError[] {
  if (keys.length === 0) return [];
  const selected = new Set([
    ...Object.keys(selector?.matchLabels ?? {}),
    ...(selector?.matchExpressions ?? []).map(({ key }) => key),
  ]);
  const errors = selector ? [] : [forbidden(path, 'must not be specified when labelSelector is not set')];
  keys.forEach((key, index) => {
    errors.push(...validateLabelName(key, `${path}[${index}]`));
    if (selected.has(key)) {
      errors.push(invalid(`${path}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector'));
    }
  });
  return errors;
}
