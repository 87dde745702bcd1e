import type { KubeObject } from '../../../kubernetes/object.ts';
import type { Pod, ResourceQuota } from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import { qualifiedName } from '../registry.ts';
import type { AdmissionPlugin, AdmissionRequest, ClusterView } from './chain.ts';
import { type Amounts, toAmounts } from './pod-resources.ts';
import { countedNames, isInScope, missingAmounts, usageOf, usedOf } from './quota-usage.ts';
import { isAbout, refuse } from './requests.ts';

/**
 * Refuses what would go beyond a ResourceQuota. Usage is counted anew for each request, writes that are still on their
 * way to disk included: so two that come at once cannot both take the last of it.
 */
export function resourceQuota(): AdmissionPlugin {
  const pending = new PendingWrites();
  return {
    name: 'ResourceQuota',
    validate(request: AdmissionRequest, cluster: ClusterView): void {
      if (!changesUsage(request)) return;
      const quotas = cluster.list('resourcequotas', request.namespace) as readonly ResourceQuota[];
      if (quotas.length === 0) return;
      const resource = qualifiedName(request.definition);
      for (const quota of quotas) check(request, quota, resource, cluster, pending);
      if (!request.dryRun) pending.add(resource, request.namespace, request.object!, cluster);
    },
  };
}

function changesUsage(request: AdmissionRequest): boolean {
  const { operation, subresource, namespace } = request;
  if (!namespace || !request.definition.namespaced) return false;
  if (operation === 'CREATE') return subresource === '';
  if (operation !== 'UPDATE') return false;
  if (isAbout(request, 'pods')) {
    const deadline = (object: KubeObject | undefined) => (object as Pod).spec.activeDeadlineSeconds !== undefined;
    if (subresource === '') return deadline(request.object) !== deadline(request.previous);
    return subresource === 'resize';
  }
  return subresource === '' && (isAbout(request, 'services') || isAbout(request, 'persistentvolumeclaims'));
}

function check(
  request: AdmissionRequest,
  quota: ResourceQuota,
  resource: string,
  cluster: ClusterView,
  pending: PendingWrites,
): void {
  const object = request.object!;
  const hard = toAmounts(quota.spec.hard);
  const names = countedNames(resource, hard.keys());
  if (names.length === 0 || !isInScope(quota, resource, object)) return;
  const { name } = quota.metadata;
  const missing = resource === 'pods' ? missingAmounts(names, object as Pod) : undefined;
  if (missing) throw refuse(request, `failed quota: ${name}: ${missing}`);
  const requested = requestedOf(request, quota, resource, names, cluster.clock.now());
  if (requested.size === 0) return;
  const used = usedOf(
    quota,
    (each) => pending.overlay(each, request.namespace, cluster.list(each, request.namespace)),
    cluster.clock.now(),
  );
  const exceeded = [...requested.keys()].filter((each) => {
    const total = requested.get(each)!.plus(used.get(each) ?? Quantity.zero);
    return total.compare(hard.get(each)!) > 0;
  });
  if (exceeded.length === 0) return;
  throw refuse(
    request,
    `exceeded quota: ${name}, requested: ${print(requested, exceeded)}, used: ${print(used, exceeded)}, limited: ${print(hard, exceeded)}`,
  );
}

/** What the write adds to the quota's usage. */
function requestedOf(
  { operation, object, previous }: AdmissionRequest,
  quota: ResourceQuota,
  resource: string,
  names: readonly string[],
  now: number,
): Map<string, Quantity> {
  const usage = usageOf(resource, object!, now);
  const before =
    operation === 'UPDATE' && previous && isInScope(quota, resource, previous)
      ? usageOf(resource, previous, now)
      : new Map<string, Quantity>();
  const requested = new Map<string, Quantity>();
  for (const name of names) {
    const amount = (usage.get(name) ?? Quantity.zero).minus(before.get(name) ?? Quantity.zero);
    if (amount.sign > 0) requested.set(name, amount);
  }
  return requested;
}

function print(amounts: Amounts, names: readonly string[]): string {
  return [...names]
    .sort()
    .map((name) => `${name}=${amounts.get(name) ?? Quantity.zero}`)
    .join(',');
}

/** Objects that have been admitted but are not committed yet. */
class PendingWrites {
  readonly #objects = new Map<string, Map<string, KubeObject>>();

  add(resource: string, namespace: string, object: KubeObject, cluster: ClusterView): void {
    const scope = `${resource}\0${namespace}`;
    const objects = this.#objects.get(scope) ?? new Map<string, KubeObject>();
    this.#objects.set(scope, objects);
    const { name } = object.metadata;
    objects.set(name, object);
    cluster.afterwards(() => {
      if (objects.get(name) === object) objects.delete(name);
      if (objects.size === 0 && this.#objects.get(scope) === objects) this.#objects.delete(scope);
    });
  }

  /** The committed objects, with those that are on their way in their place or beside them. */
  overlay(resource: string, namespace: string, committed: readonly KubeObject[]): Iterable<KubeObject> {
    const objects = this.#objects.get(`${resource}\0${namespace}`);
    if (!objects) return committed;
    return [...committed.filter(({ metadata }) => !objects.has(metadata.name)), ...objects.values()];
  }
}
