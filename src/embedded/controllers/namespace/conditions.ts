import type { Namespace } from '../../../kubernetes/objects.ts';

export type NamespaceCondition = NonNullable<NonNullable<Namespace['status']>['conditions']>[number];

/** What is left of one resource in a namespace after its deletion was asked for. */
export interface Remaining {
  /** "statefulsets.apps", "pods." */
  readonly resource: string;
  readonly count: number;
  /** How many objects each finalizer holds. */
  readonly finalizers: ReadonlyMap<string, number>;
}

const fine: Readonly<Record<string, readonly [reason: string, message: string]>> = {
  NamespaceDeletionDiscoveryFailure: ['ResourcesDiscovered', 'All resources successfully discovered'],
  NamespaceDeletionGroupVersionParsingFailure: ['ParsedGroupVersions', 'All legacy kube types successfully parsed'],
  NamespaceDeletionContentFailure: [
    'ContentDeleted',
    'All content successfully deleted, may be waiting on finalization',
  ],
  NamespaceContentRemaining: ['ContentRemoved', 'All content successfully removed'],
  NamespaceFinalizersRemaining: ['ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
};

/** Why the namespace is still there, by the type of the condition that says so. */
export function problems(
  remaining: readonly Remaining[],
  errors: readonly string[],
): ReadonlyMap<string, readonly [reason: string, message: string]> {
  const found = new Map<string, readonly [string, string]>();
  if (remaining.length > 0) {
    const resources = remaining.map(({ resource, count }) => `${resource} has ${count} resource instances`).sort();
    const message = `Some resources are remaining: ${resources.join(', ')}`;
    found.set('NamespaceContentRemaining', ['SomeResourcesRemain', message]);
  }
  const finalizers = new Map<string, number>();
  for (const [name, count] of remaining.flatMap((each) => [...each.finalizers])) {
    finalizers.set(name, (finalizers.get(name) ?? 0) + count);
  }
  if (finalizers.size > 0) {
    const held = [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`).sort();
    const message = `Some content in the namespace has finalizers remaining: ${held.join(', ')}`;
    found.set('NamespaceFinalizersRemaining', ['SomeFinalizersRemain', message]);
  }
  if (errors.length > 0) {
    const message = `Failed to delete all resource types, ${errors.length} remaining: ${[...errors].sort().join(', ')}`;
    found.set('NamespaceDeletionContentFailure', ['ContentDeletionFailed', message]);
  }
  return found;
}

/** @returns the conditions with what has become of the problems; undefined where nothing is new */
export function nextConditions(
  shown: readonly NamespaceCondition[],
  found: ReturnType<typeof problems>,
  now: string,
): NamespaceCondition[] | undefined {
  const next = [...shown];
  let news = false;
  for (const [type, ok] of Object.entries(fine)) {
    const problem = found.get(type);
    const [reason, message] = problem ?? ok;
    const status = problem ? 'True' : 'False';
    const index = next.findIndex((condition) => condition.type === type);
    const before = next[index];
    if (before?.status === status && before.reason === reason && before.message === message) continue;
    news = true;
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : now;
    const condition: NamespaceCondition = { type, status, lastTransitionTime, reason, message };
    if (before) next[index] = condition;
    else next.push(condition);
  }
  return news ? next : undefined;
}
