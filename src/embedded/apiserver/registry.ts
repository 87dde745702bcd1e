import type { KubeObject } from '../../kubernetes/object.ts';
import type { ObjectKey } from '../storage/store.ts';
import type { ResourceDefinition } from './resource.ts';

/** "v1" for the core group, "apps/v1" for others. */
export function groupVersion(definition: { readonly group: string; readonly version: string }): string {
  return definition.group ? `${definition.group}/${definition.version}` : definition.version;
}

/** "pods", "statefulsets.apps": how messages and the store call a resource. */
export function qualifiedName(definition: { readonly group: string; readonly plural: string }): string {
  return definition.group ? `${definition.plural}.${definition.group}` : definition.plural;
}

/** The store's bucket for a resource. */
export function storageResource(definition: ResourceDefinition): string {
  return definition.storedAs?.resource ?? qualifiedName(definition);
}

export function storageKey(definition: ResourceDefinition, namespace: string, name: string): ObjectKey {
  return { resource: storageResource(definition), namespace: definition.namespaced ? namespace : '', name };
}

export interface ApiGroup {
  /** '' for the core group. */
  readonly name: string;
  /** Preferred first. */
  readonly versions: readonly string[];
}

interface FirstPage {
  limit: number;
  items: readonly KubeObject[];
}

/** Every resource that is served, found by path, by kind and by name. */
export class Registry {
  readonly definitions: readonly ResourceDefinition[];
  /** In the order of the definitions, the core group first. */
  readonly groups: readonly ApiGroup[];
  readonly #byPath = new Map<string, ResourceDefinition>();
  readonly #byKind = new Map<string, ResourceDefinition>();
  readonly #byName = new Map<string, ResourceDefinition>();
  readonly #served = new WeakMap<ResourceDefinition, WeakMap<KubeObject, KubeObject>>();
  readonly #servedLists = new WeakMap<ResourceDefinition, WeakMap<readonly KubeObject[], readonly KubeObject[]>>();
  readonly #firstPages = new WeakMap<ResourceDefinition, WeakMap<readonly KubeObject[], FirstPage>>();

  constructor(definitions: readonly ResourceDefinition[]) {
    this.definitions = definitions;
    const groups = new Map<string, string[]>();
    for (const definition of definitions) {
      const { group, version, kind, plural } = definition;
      const path = `${group}/${version}/${plural}`;
      if (this.#byPath.has(path)) throw new Error(`${path} is defined twice: remove one of the definitions`);
      this.#byPath.set(path, definition);
      this.#byKind.set(`${group}/${version}/${kind}`, definition);
      // The first version of a resource, or the one the others are stored as, stands for it where none is named.
      const name = qualifiedName(definition);
      const known = this.#byName.get(name);
      if (!known || (known.storedAs && !definition.storedAs)) this.#byName.set(name, definition);
      const versions = groups.get(group) ?? [];
      if (!versions.includes(version)) versions.push(version);
      groups.set(group, versions);
    }
    this.groups = [...groups]
      .map(([name, versions]) => ({ name, versions: versions.sort(byPreference) }))
      .sort((a, b) => Number(b.name === '') - Number(a.name === ''));
  }

  resource(group: string, version: string, plural: string): ResourceDefinition | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`);
  }

  kind(apiVersion: string, kind: string): ResourceDefinition | undefined {
    const slash = apiVersion.indexOf('/');
    const group = slash < 0 ? '' : apiVersion.slice(0, slash);
    return this.#byKind.get(`${group}/${apiVersion.slice(slash + 1)}/${kind}`);
  }

  /** By "pods" or "statefulsets.apps". */
  named(name: string): ResourceDefinition | undefined {
    return this.#byName.get(name);
  }

  hasGroupVersion(group: string, version: string): boolean {
    return this.groups.some((candidate) => candidate.name === group && candidate.versions.includes(version));
  }

  /** A stored object in the version it is asked for in; always the same object for the same stored one. */
  serve(definition: ResourceDefinition, stored: KubeObject): KubeObject {
    if (!definition.storedAs) return stored;
    return remember(this.#served, definition, stored, () => definition.storedAs!.fromStorage(stored));
  }

  /** The same for what a store lists. */
  serveAll(definition: ResourceDefinition, stored: readonly KubeObject[]): readonly KubeObject[] {
    if (!definition.storedAs) return stored;
    return remember(this.#servedLists, definition, stored, () =>
      stored.map((object) => this.serve(definition, object)),
    );
  }

  /**
   * The first objects of what a store lists: the page that most clients ask for, and ask for again while nothing has
   * changed. The same array where the last call for that list had the same limit.
   */
  serveFirst(definition: ResourceDefinition, stored: readonly KubeObject[], limit: number): readonly KubeObject[] {
    const cut = (): FirstPage => ({
      limit,
      items: stored.slice(0, limit).map((object) => this.serve(definition, object)),
    });
    const page = remember(this.#firstPages, definition, stored, cut);
    if (page.limit !== limit) Object.assign(page, cut());
    return page.items;
  }
}

function remember<K extends object, V>(
  caches: WeakMap<ResourceDefinition, WeakMap<K, V>>,
  definition: ResourceDefinition,
  key: K,
  make: () => V,
): V {
  let cache = caches.get(definition);
  if (!cache) {
    cache = new WeakMap();
    caches.set(definition, cache);
  }
  let value = cache.get(key);
  if (value === undefined) {
    value = make();
    cache.set(key, value);
  }
  return value;
}

/** v2 before v1, v1 before v1beta1: upstream's version priority. */
function byPreference(a: string, b: string): number {
  const rank = (version: string) => {
    const [, major = '0', stage, minor = '0'] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
    const stages = stage === undefined ? 2 : stage === 'beta' ? 1 : 0;
    return [stages, Number(major), Number(minor)] as const;
  };
  const [x, y] = [rank(a), rank(b)];
  return y[0] - x[0] || y[1] - x[1] || y[2] - x[2];
}
