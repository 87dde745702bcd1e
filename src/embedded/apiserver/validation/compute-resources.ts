import { GoLiteral } from '../../../kubernetes/go-format.ts';
import { isDNS1123Label, isQualifiedName } from '../../../kubernetes/names.ts';
import type { ResourceList, ResourceRequirements } from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import { duplicate, type FieldError, forbidden, invalid, invalidEach, notFound, required } from './field.ts';
import { goValue } from './go-structs.ts';
import { mustNotBeNegative } from './object-meta.ts';

/** Names and amounts of resources (pkg/apis/core/helper and validation). */

export const mustBePositive = 'must be greater than zero';

const hugePagesPrefix = 'hugepages-';
const containerResources = new Set(['cpu', 'memory', 'ephemeral-storage']);

/** Counted, so not divisible. */
const countedResources = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];
const quotaResources = new Set([
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  ...countedResources,
]);

/** In the kubernetes.io/ namespace, where names without a prefix are, too. */
export function isNativeResource(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

/** A device or the like: "example.com/gpu". */
export function isExtendedResource(name: string): boolean {
  return !isNativeResource(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0;
}

export function isHugePages(name: string): boolean {
  return name.startsWith(hugePagesPrefix);
}

/** More may be promised than there is. */
export function isOvercommitAllowed(name: string): boolean {
  return isNativeResource(name) && !isHugePages(name);
}

function isQuotaHugePages(name: string): boolean {
  return isHugePages(name) || name.startsWith('requests.hugepages-');
}

/** What a ResourceQuota limits under a plain name; others are "count/…" or have a prefix. */
export function isStandardQuotaResource(name: string): boolean {
  return quotaResources.has(name) || isQuotaHugePages(name);
}

/** Names of resources stand in messages without quotes. */
export function shown(name: string): GoLiteral {
  return new GoLiteral(name);
}

/** What a name must be anywhere: known, or prefixed. */
export function validateResourceName(name: string, path: string): FieldError[] {
  const errors = invalidEach(path, shown(name), isQualifiedName(name));
  if (errors.length > 0 || name.includes('/')) return errors;
  if (name === 'storage' || isStandardQuotaResource(name)) return [];
  return [invalid(path, shown(name), 'must be a standard resource type or fully qualified')];
}

export function validateContainerResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path);
  if (!name.includes('/')) {
    if (containerResources.has(name) || isHugePages(name)) return errors;
    return [...errors, invalid(path, shown(name), 'must be a standard resource for containers')];
  }
  if (isNativeResource(name) || isExtendedResource(name)) return errors;
  return [...errors, invalid(path, shown(name), "doesn't follow extended resource name standard")];
}

/** What a ResourceQuota may limit. */
export function validateQuotaResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path);
  if (name.includes('/') || isStandardQuotaResource(name)) return errors;
  return [...errors, invalid(path, shown(name), 'must be a standard resource for quota')];
}

/** Not negative, and whole where the resource is counted. An amount that is no quantity never gets this far. */
export function validateResourceQuantity(name: string, amount: Quantity, path: string): FieldError[] {
  const errors = validateNonnegativeQuantity(amount, path);
  if ((countedResources.includes(name) || isExtendedResource(name)) && amount.milliValue() % 1000 !== 0) {
    errors.push(invalid(path, goValue('resource.Quantity', amount.toString()), 'must be an integer'));
  }
  return errors;
}

export function validateNonnegativeQuantity(amount: Quantity, path: string): FieldError[] {
  return amount.sign < 0 ? [invalid(path, amount.toString(), mustNotBeNegative)] : [];
}

export function validatePositiveQuantity(amount: Quantity, path: string): FieldError[] {
  return amount.sign <= 0 ? [invalid(path, amount.toString(), mustBePositive)] : [];
}

/** Amounts as a status reports them. */
export function validateBasicResource(amount: Quantity, path: string): FieldError[] {
  return amount.sign < 0 ? [invalid(path, amount.value(), 'must be a valid resource quantity')] : [];
}

/** A list's amounts. */
export function quantities(list: ResourceList | undefined): [name: string, amount: Quantity][] {
  return Object.entries(list ?? {}).flatMap(([name, written]) => {
    const amount = Quantity.tryParse(written);
    return amount ? [[name, amount] as [string, Quantity]] : [];
  });
}

/** @param claimNames of the Pod's resourceClaims, which containers may refer to */
export function validateResourceRequirements(
  requirements: Pick<ResourceRequirements, 'limits' | 'requests' | 'claims'> | undefined,
  claimNames: ReadonlySet<string>,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const limits = new Map(quantities(requirements?.limits));
  const requests = new Map(quantities(requirements?.requests));
  const check = (name: string, amount: Quantity, at: string) => {
    errors.push(...validateContainerResourceName(name, at), ...validateResourceQuantity(name, amount, at));
  };
  const checkPages = (name: string, amount: Quantity, at: string) => {
    if (!isHugePages(name) || isDivisible(name, amount)) return;
    errors.push(invalid(at, amount.toString(), `${amount} is not positive integer multiple of ${name}`));
  };
  for (const [name, amount] of limits) {
    check(name, amount, `${path}.limits[${name}]`);
    checkPages(name, amount, `${path}.limits[${name}]`);
  }
  for (const [name, amount] of requests) {
    check(name, amount, `${path}.requests[${name}]`);
    const limit = limits.get(name);
    if (limit) {
      const order = amount.compare(limit);
      const fixed = !isOvercommitAllowed(name);
      if (order > 0 || (order < 0 && fixed)) {
        const relation = fixed ? 'equal to' : 'less than or equal to';
        errors.push(invalid(`${path}.requests`, amount.toString(), `must be ${relation} ${name} limit of ${limit}`));
      }
    } else if (!isOvercommitAllowed(name)) {
      errors.push(required(`${path}.limits`, 'Limit must be set for non overcommitable resources'));
    }
    checkPages(name, amount, `${path}.requests[${name}]`);
  }
  const names = [...limits.keys(), ...requests.keys()];
  if (names.some(isHugePages) && !names.some((name) => name === 'cpu' || name === 'memory')) {
    errors.push(forbidden(path, 'HugePages require cpu or memory'));
  }
  return [...errors, ...validateClaimNames(requirements?.claims, claimNames, `${path}.claims`)];
}

function isDivisible(name: string, amount: Quantity): boolean {
  const page = Quantity.tryParse(name.slice(hugePagesPrefix.length));
  return !!page && page.sign > 0 && page.isInteger && amount.scaled(0) % page.scaled(0) === 0n;
}

function validateClaimNames(
  claims: readonly { name?: string; request?: string }[] | undefined,
  known: ReadonlySet<string>,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  claims?.forEach(({ name, request }, index) => {
    const at = `${path}[${index}]`;
    if (!name) {
      errors.push(required(at));
      return;
    }
    if (seen.has(name)) errors.push(duplicate(at, name));
    else {
      if (request) errors.push(...invalidEach(`${at}.request`, request, isDNS1123Label(request)));
      const key = request ? `${name}/${request}` : name;
      if (seen.has(key)) errors.push(duplicate(at, key));
      else if (!request) {
        errors.push(...[...seen].filter((other) => other.startsWith(`${name}/`)).map(() => duplicate(at, name)));
      }
      seen.add(key);
    }
    if (known.has(name)) return;
    const which = known.size === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`;
    errors.push({ ...notFound(at, name), detail: `must be one of the names in pod.spec.resourceClaims${which}` });
  });
  return errors;
}
