import type { Registry } from '../apiserver/registry.ts';
import type { Verb } from '../apiserver/resource.ts';

/** A resource that is served, as discovery tells of it. Can stand for a ResourceRef. */
export interface ApiResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** A second version of objects that are listed under another one as well. */
  readonly duplicate: boolean;
  can(...verbs: readonly Verb[]): boolean;
}

/** Everything a cluster serves, for those who care for objects of any kind: the garbage collector, the namespace controller. */
export function apiResources(registry: Registry): readonly ApiResource[] {
  return registry.definitions.map((definition) => {
    const { group, version, kind, plural, namespaced, storedAs, verbs } = definition;
    return {
      group,
      version,
      kind,
      plural,
      namespaced,
      duplicate: storedAs !== undefined,
      can: (...asked) => !verbs || asked.every((verb) => verbs.includes(verb)),
    };
  });
}
