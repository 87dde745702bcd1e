import type { PolicyRule } from '../../../kubernetes/objects.ts';
import type { Attributes } from './authorizer.ts';

/** rbac.authorization.k8s.io rules: what they allow, and when one covers another. */

const all = '*';

export function ruleAllows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!matches(rule.verbs, attributes.verb)) return false;
  if (attributes.resource === '') return urlMatches(rule.nonResourceURLs ?? [], attributes.path ?? '');
  return (
    matches(rule.apiGroups, attributes.group) &&
    resourceMatches(rule.resources ?? [], attributes.resource, attributes.subresource) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(attributes.name))
  );
}

function matches(allowed: readonly string[] | undefined, wanted: string): boolean {
  return allowed?.some((each) => each === all || each === wanted) ?? false;
}

function resourceMatches(allowed: readonly string[], resource: string, subresource: string): boolean {
  const wanted = subresource ? `${resource}/${subresource}` : resource;
  return allowed.some(
    (each) => each === all || each === wanted || (subresource !== '' && each === `${all}/${subresource}`),
  );
}

function urlMatches(allowed: readonly string[], path: string): boolean {
  return allowed.some(
    (each) => each === all || each === path || (each.endsWith(all) && path.startsWith(each.replace(/\*+$/, ''))),
  );
}

/** The parts of `wanted` that `held` together do not allow: k8s.io/component-helpers/auth/rbac/validation.Covers. */
export function uncovered(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakdown).filter((part) => !held.some((rule) => covers(rule, part)));
}

/** A rule as rules of one verb, one group, one resource and one name each. */
function breakdown(rule: PolicyRule): PolicyRule[] {
  const parts: PolicyRule[] = [];
  for (const apiGroup of rule.apiGroups ?? []) {
    for (const resource of rule.resources ?? []) {
      for (const verb of rule.verbs ?? []) {
        const part = { apiGroups: [apiGroup], resources: [resource], verbs: [verb] };
        if (!rule.resourceNames?.length) parts.push(part);
        for (const name of rule.resourceNames ?? []) parts.push({ ...part, resourceNames: [name] });
      }
    }
  }
  for (const url of rule.nonResourceURLs ?? []) {
    for (const verb of rule.verbs ?? []) parts.push({ nonResourceURLs: [url], verbs: [verb] });
  }
  return parts;
}

function covers(rule: PolicyRule, part: PolicyRule): boolean {
  const has = (allowed: readonly string[] | undefined, wanted: readonly string[] | undefined) =>
    allowed?.includes(all) || (wanted ?? []).every((each) => allowed?.includes(each));
  if (!has(rule.verbs, part.verbs)) return false;
  if (part.nonResourceURLs) return part.nonResourceURLs.every((url) => urlMatches(rule.nonResourceURLs ?? [], url));
  const [resource] = part.resources!;
  const subresource = resource!.split('/')[1];
  return (
    has(rule.apiGroups, part.apiGroups) === true &&
    (has(rule.resources, part.resources) === true ||
      (subresource !== undefined && (rule.resources ?? []).includes(`${all}/${subresource}`))) &&
    (!rule.resourceNames?.length || part.resourceNames?.every((name) => rule.resourceNames!.includes(name)) === true)
  );
}

/** As upstream prints a rule that somebody must not grant: {APIGroups:[""], Resources:["pods"], Verbs:["get"]}. */
export function printRule(rule: PolicyRule): string {
  const field = (name: string, values: readonly string[] | undefined) =>
    values?.length ? [`${name}:[${values.map((value) => JSON.stringify(value)).join(' ')}]`] : [];
  return `{${[
    ...field('APIGroups', rule.apiGroups),
    ...field('Resources', rule.resources),
    ...field('ResourceNames', rule.resourceNames),
    ...field('NonResourceURLs', rule.nonResourceURLs),
    ...field('Verbs', rule.verbs),
  ].join(', ')}}`;
}

/** Rules that differ in their verb alone, as one. */
export function compactRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const merged = new Map<string, PolicyRule>();
  for (const rule of rules) {
    const key = JSON.stringify({ ...rule, verbs: undefined });
    const known = merged.get(key);
    merged.set(key, known ? { ...known, verbs: [...new Set([...known.verbs, ...rule.verbs])] } : rule);
  }
  return [...merged.values()];
}
