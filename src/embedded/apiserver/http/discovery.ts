import { createHash } from 'node:crypto';
import { ApiError } from '../../../kubernetes/status.ts';
import { type ApiGroup, groupVersion, type Registry, storageResource } from '../registry.ts';
import type { ResourceDefinition } from '../resource.ts';

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const someVerbs = ['get', 'patch', 'update'];

/** The order in which a kube-apiserver lists its groups; others follow. */
const groupOrder = [
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'flowcontrol.apiserver.k8s.io',
];

interface Subresource {
  readonly name: string;
  readonly kind: string;
  /** Where they are not the resource's own. */
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

/** What the API server serves, told in both forms: a document for each group version, and all in one. */
export class Discovery {
  readonly #registry: Registry;
  readonly #groups: readonly ApiGroup[];
  readonly #aggregated = new Map<string, { readonly body: string; readonly etag: string }>();

  constructor(registry: Registry) {
    this.#registry = registry;
    const rank = ({ name }: ApiGroup) => {
      const at = groupOrder.indexOf(name);
      return at < 0 ? groupOrder.length : at;
    };
    this.#groups = registry.groups.filter(({ name }) => name !== '').sort((a, b) => rank(a) - rank(b));
  }

  /** GET /api. @param address "127.0.0.1:6443" */
  versions(address: string): object {
    return {
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
    };
  }

  /** GET /apis */
  groups(): object {
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: this.#groups.map(describeGroup) };
  }

  /** GET /apis/GROUP */
  group(name: string): object | undefined {
    const group = this.#groups.find((each) => each.name === name);
    return group && { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(group) };
  }

  /** GET /api/v1, /apis/GROUP/VERSION */
  resources(group: string, version: string): object | undefined {
    const definitions = this.#definitions(group, version);
    if (definitions.length === 0) return undefined;
    return {
      kind: 'APIResourceList',
      // The core group's list has never had one.
      ...(group && { apiVersion: 'v1' }),
      groupVersion: groupVersion({ group, version }),
      resources: definitions.flatMap((definition) => this.#describe(definition)),
    };
  }

  /**
   * GET /api or /apis with an Accept that asks for apidiscovery.k8s.io.
   * @param version "v2", "v2beta1"
   */
  aggregated(core: boolean, version: string): { readonly body: string; readonly etag: string } {
    const key = `${core} ${version}`;
    let found = this.#aggregated.get(key);
    if (!found) {
      const groups = core ? [{ name: '', versions: ['v1'] }] : this.#groups;
      const body = JSON.stringify({
        kind: 'APIGroupDiscoveryList',
        apiVersion: `apidiscovery.k8s.io/${version}`,
        metadata: {},
        items: groups.map((group) => this.#aggregate(group)),
      });
      found = { body, etag: `"${createHash('sha512').update(body).digest('hex').toUpperCase()}"` };
      this.#aggregated.set(key, found);
    }
    return found;
  }

  /** GET /, as far as it is about resources. */
  paths(): string[] {
    return [
      '/api',
      '/api/v1',
      '/apis',
      '/apis/',
      ...this.#groups.flatMap(({ name, versions }) => [
        `/apis/${name}`,
        ...versions.map((version) => `/apis/${name}/${version}`),
      ]),
    ];
  }

  #definitions(group: string, version: string): ResourceDefinition[] {
    return this.#registry.definitions
      .filter((definition) => definition.group === group && definition.version === version)
      .sort((a, b) => (a.plural < b.plural ? -1 : 1));
  }

  #describe(definition: ResourceDefinition): object[] {
    const { plural, singular, namespaced, kind, verbs, shortNames, categories } = definition;
    return [
      {
        name: plural,
        singularName: singular,
        namespaced,
        kind,
        verbs: [...(verbs ?? allVerbs)].sort(),
        ...(shortNames?.length && { shortNames }),
        ...(categories?.length && { categories }),
        ...(this.#isStored(definition) && { storageVersionHash: this.#storageVersionHash(definition) }),
      },
      ...subresourcesOf(definition).map(({ name, kind, group, version, verbs }) => ({
        name: `${plural}/${name}`,
        singularName: '',
        namespaced,
        ...(group !== undefined && { group, version }),
        kind,
        verbs,
      })),
    ];
  }

  #aggregate({ name, versions }: { readonly name: string; readonly versions: readonly string[] }): object {
    return {
      metadata: { ...(name && { name }), creationTimestamp: null },
      versions: versions.map((version) => ({
        version,
        resources: this.#definitions(name, version).map(aggregateResource),
        freshness: 'Current',
      })),
    };
  }

  #isStored({ verbs }: ResourceDefinition): boolean {
    return !verbs || verbs.includes('watch');
  }

  #storageVersionHash(definition: ResourceDefinition): string {
    const stored = definition.storedAs ? this.#registry.named(storageResource(definition)) : definition;
    const { group, version, kind } = stored ?? definition;
    return createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64');
  }
}

function describeGroup({ name, versions }: ApiGroup) {
  const described = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: described, preferredVersion: described[0] };
}

function aggregateResource(definition: ResourceDefinition): object {
  const { plural, singular, namespaced, kind, verbs, shortNames, categories } = definition;
  const subresources = subresourcesOf(definition);
  return {
    resource: plural,
    responseKind: { group: '', version: '', kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: [...(verbs ?? allVerbs)].sort(),
    ...(shortNames?.length && { shortNames }),
    ...(categories?.length && { categories }),
    ...(subresources.length > 0 && {
      subresources: subresources.map(({ name, kind, group = '', version = '', verbs }) => ({
        subresource: name,
        responseKind: { group, version, kind },
        verbs,
      })),
    }),
  };
}

/** Those every kind may have, and those its definition lists, by name. */
function subresourcesOf({ kind, status, scale, subresources = {} }: ResourceDefinition): Subresource[] {
  const scaleKind = { name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: someVerbs };
  return [
    ...(status ? [{ name: 'status', kind, verbs: someVerbs }] : []),
    ...(scale ? [scaleKind] : []),
    ...Object.entries(subresources).map(([name, { verbs, ...rest }]) => ({
      name,
      ...rest,
      verbs: [...verbs].sort(),
    })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The version of apidiscovery.k8s.io that an Accept header asks for, where it does before anything else it takes. */
export function discoveryVersion(accept: string | undefined): 'v2' | undefined {
  if (!accept?.includes('APIGroupDiscoveryList')) return undefined;
  for (const clause of accept.split(',').map((each) => each.replaceAll(' ', ''))) {
    const [type, ...parameters] = clause.split(';');
    const asked = parameters.includes('as=APIGroupDiscoveryList') && parameters.includes('g=apidiscovery.k8s.io');
    if (type === 'application/json' && asked && parameters.includes('v=v2')) return 'v2';
    if (type === 'application/json' && parameters.every((each) => each.startsWith('q='))) return undefined;
  }
  if (/(^|,)\s*(application\/json|\*\/\*)\s*(;\s*q=[^,]*)?(,|$)/.test(accept)) return undefined;
  throw new ApiError(
    406,
    'NotAcceptable',
    'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );
}
