import type { ClusterApi } from './api.ts';

/** A kind as the cluster serves it. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Under which it is found, in small letters, without and with version and group. */
  readonly names: readonly string[];
}

interface DiscoveryList {
  items: {
    metadata?: { name?: string };
    versions?: {
      version: string;
      resources?: {
        resource: string;
        responseKind?: { kind?: string };
        scope?: string;
        singularResource?: string;
        shortNames?: string[];
        verbs?: string[];
      }[];
    }[];
  }[];
}

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** What a cluster serves, under every name kubectl takes. */
export class Resources {
  readonly #api: ClusterApi;
  #byName: Promise<ReadonlyMap<string, Resource>> | undefined;

  constructor(api: ClusterApi) {
    this.#api = api;
  }

  /** @param name as kubectl takes it: "statefulset", "sts", "StatefulSet", "deployments.apps", "deployments.v1.apps" */
  async find(name: string): Promise<Resource | undefined> {
    this.#byName ??= this.#discover();
    let byName: ReadonlyMap<string, Resource>;
    try {
      byName = await this.#byName;
    } catch (error) {
      this.#byName = undefined;
      throw error;
    }
    const found = byName.get(name.toLowerCase());
    // A custom resource may have been added since.
    if (!found) this.#byName = undefined;
    return found;
  }

  /** Each kind once, in the version the cluster prefers. */
  async all(): Promise<readonly Resource[]> {
    const found = new Map<string, Resource>();
    for (const resource of (await this.#discover()).values()) {
      const key = `${resource.plural}.${resource.group}`;
      if (!found.has(key)) found.set(key, resource);
    }
    return [...found.values()];
  }

  async #discover(): Promise<ReadonlyMap<string, Resource>> {
    const lists = await Promise.all(
      ['/api', '/apis'].map((path) => this.#api.json<DiscoveryList>({ path, headers: { accept: aggregated } })),
    );
    const byName = new Map<string, Resource>();
    for (const item of lists.flatMap((list) => list.items)) {
      const group = item.metadata?.name ?? '';
      for (const { version, resources = [] } of item.versions ?? []) {
        for (const {
          resource: plural,
          responseKind,
          scope,
          singularResource,
          shortNames = [],
          verbs = [],
        } of resources) {
          if (!verbs.includes('list') || !verbs.includes('watch')) continue;
          const kind = responseKind?.kind ?? plural;
          const short = [plural, singularResource || kind.toLowerCase(), kind.toLowerCase(), ...shortNames];
          // As kubectl does: the first group that has a name wins, in its preferred version.
          const names = short
            .flatMap((name) => [name, ...(group ? [`${name}.${group}`, `${name}.${version}.${group}`] : [])])
            .filter((name) => !byName.has(name));
          const resource: Resource = { group, version, plural, kind, namespaced: scope === 'Namespaced', names };
          for (const name of names) byName.set(name, resource);
        }
      }
    }
    return byName;
  }
}

/** "/apis/apps/v1/namespaces/lesson/statefulsets"; of all namespaces where none is named. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const root = resource.group ? `/apis/${resource.group}/${resource.version}` : `/api/${resource.version}`;
  return resource.namespaced && namespace !== undefined
    ? `${root}/namespaces/${namespace}/${resource.plural}`
    : `${root}/${resource.plural}`;
}
