import type { KubeObject, OwnerReference } from '../../../kubernetes/object.ts';
import { controllerOf } from '../../../kubernetes/owners.ts';
import type { Informer, InformerHandler } from '../../client/client.ts';

export interface OwnerWatchOptions<Owner extends KubeObject, T extends KubeObject> {
  readonly dependents: Informer<T>;
  readonly owners: Informer<Owner>;
  /** "StatefulSet" */
  readonly kind: string;
  /** Whether the owner's selector matches the dependent. */
  matches(owner: Owner, dependent: T): boolean;
  /** Told of each owner that has to look at its dependents again; `change` is absent where an orphan turned up. */
  changed(owner: Owner, change?: { readonly object: T; readonly previous?: T }): void;
}

/**
 * Tells owners of what happens to their dependents, and whoever might adopt them of orphans: what the handlers of
 * upstream's controllers for Pods and ReplicaSets have in common.
 */
export function watchDependents<Owner extends KubeObject, T extends KubeObject>({
  dependents,
  owners,
  kind,
  matches,
  changed,
}: OwnerWatchOptions<Owner, T>): () => void {
  const resolve = (namespace: string, reference: OwnerReference | undefined) =>
    resolveController(owners, kind, namespace, reference);
  const offer = (orphan: T) => {
    for (const owner of owners.list(orphan.metadata.namespace)) if (matches(owner, orphan)) changed(owner);
  };
  const handler: InformerHandler<T> = {
    added(object) {
      const reference = controllerOf(object);
      const owner = resolve(object.metadata.namespace ?? '', reference);
      if (owner) changed(owner, { object });
      if (!reference && !object.metadata.deletionTimestamp) offer(object);
    },
    updated(object, previous) {
      const { namespace = '' } = object.metadata;
      const reference = controllerOf(object);
      const before = controllerOf(previous);
      if (before && before.uid !== reference?.uid) {
        const former = resolve(namespace, before);
        if (former) changed(former);
      }
      if (reference) {
        const owner = resolve(namespace, reference);
        if (owner) changed(owner, { object, previous });
      } else if (before || !sameLabels(object, previous)) {
        offer(object);
      }
    },
    deleted(object) {
      const owner = resolve(object.metadata.namespace ?? '', controllerOf(object));
      if (owner) changed(owner, { object });
    },
  };
  return dependents.subscribe(handler);
}

/** The object a controller reference means, unless that is another one of the same name. */
export function resolveController<Owner extends KubeObject>(
  owners: Informer<Owner>,
  kind: string,
  namespace: string,
  reference: OwnerReference | undefined,
): Owner | undefined {
  if (reference?.kind !== kind) return undefined;
  const owner = owners.get(namespace, reference.name);
  return owner?.metadata.uid === reference.uid ? owner : undefined;
}

/** Dependents by the UID of what controls them, orphans by their namespace: the index of `byController`. */
function controllerIndex({ metadata: { namespace = '', ownerReferences } }: KubeObject): readonly string[] {
  return [controllerOf({ metadata: { ownerReferences } })?.uid ?? `orphans of ${namespace}`];
}

export function controlledBy<T extends KubeObject>(informer: Informer<T>, { metadata }: KubeObject): readonly T[] {
  return informer.byIndex('controller', controllerIndex, metadata.uid ?? '');
}

/** What an owner controls, and what nobody does in its namespace. */
export function candidatesFor<T extends KubeObject>(informer: Informer<T>, owner: KubeObject): readonly T[] {
  const orphans = informer.byIndex('controller', controllerIndex, `orphans of ${owner.metadata.namespace ?? ''}`);
  return [...controlledBy(informer, owner), ...orphans];
}

function sameLabels({ metadata: { labels: a = {} } }: KubeObject, { metadata: { labels: b = {} } }: KubeObject) {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
