import type { ResourceDefinition, SubresourceDefinition } from '../resource.ts';
import type { StoredDocumentation } from '../schema/stored.ts';
import { type Reference, reference } from './components.ts';
import {
  allows,
  capitalise,
  collection,
  describer,
  inPath,
  inQuery,
  type Operation,
  type Parameter,
  type PathItem,
  type Place,
  pathParameters,
  placeOf,
  sameParameter,
  statusTexts,
  textResponses,
  unauthorized,
  withArticle,
} from './parts.ts';

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const connectMethods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];
const patchTypes = ['apply-patch+yaml', 'json-patch+json', 'merge-patch+json', 'strategic-merge-patch+json'];

/** Kinds whose deletion is answered with the object instead of a Status. */
const answeredWithObject = new Set(
  ['CSIDriver', 'CSINode', 'PersistentVolume', 'PersistentVolumeClaim', 'Pod', 'PodTemplate'].concat([
    'ResourceQuota',
    'Service',
    'ServiceAccount',
    'StorageClass',
    'VolumeAttachment',
  ]),
);

/** Writes the paths of resources, as upstream's installer registers them. */
export class Operations {
  readonly #parameters: StoredDocumentation['parameters'];
  /** Names of types by "group/version/Kind" of the objects a subresource takes. */
  readonly #schemaOf: (apiVersion: string, kind: string) => string | undefined;
  readonly #referred = new Set<string>();
  readonly #paths: Record<string, PathItem> = {};

  constructor(
    parameters: StoredDocumentation['parameters'],
    schemaOf: (apiVersion: string, kind: string) => string | undefined,
  ) {
    this.#parameters = parameters;
    this.#schemaOf = schemaOf;
  }

  get paths(): Readonly<Record<string, PathItem>> {
    return Object.fromEntries(Object.entries(this.#paths).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Names of the types that the paths refer to. */
  get referred(): ReadonlySet<string> {
    return this.#referred;
  }

  /** A path with nothing but a GET, of discovery. */
  addDiscovery(path: string, tag: string, description: string, operationId: string, kind: string): void {
    const responses = this.#responses(['200'], `${meta}.${kind}`);
    this.#paths[path] = { get: { tags: [tag], description, operationId, responses } };
  }

  addResource(definition: ResourceDefinition): void {
    const place = placeOf(definition);
    const { root, tag, id } = place;
    this.addDiscovery(`${root}/`, tag, 'get available resources', `get${id}APIResources`, 'APIResourceList');
    this.#addCollection(place, definition);
    this.#addObject(place, definition);
    this.#addWatches(place, definition);
    const own = { kind: definition.kind, verbs: ['get', 'patch', 'update'] as const };
    if (definition.status) this.#addSubresource(place, definition, 'status', own);
    if (definition.scale) {
      const scale = { kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: own.verbs };
      this.#addSubresource(place, definition, 'scale', scale);
    }
    for (const [name, subresource] of Object.entries(definition.subresources ?? {})) {
      this.#addSubresource(place, definition, name, subresource);
    }
  }

  #addCollection(place: Place, definition: ResourceDefinition): void {
    const { kind, schema, namespaced } = definition;
    const scope = namespaced ? 'Namespaced' : '';
    const describe = describer(place, definition);
    const list = {
      ...describe(
        'list',
        `list${allows(definition, 'watch') ? ' or watch' : ''} objects of kind ${kind}`,
        `list${place.id}${scope}${kind}`,
      ),
      responses: this.#responses(['200'], `${schema}List`, ['json', 'json;stream=watch', 'yaml']),
    };
    const operations = {
      ...(allows(definition, 'list') && { get: { ...list, parameters: this.#query('list') } }),
      ...(allows(definition, 'create') && {
        post: {
          ...describe('post', `create ${withArticle(definition)}`, `create${place.id}${scope}${kind}`),
          parameters: this.#query('create'),
          requestBody: this.#body(schema),
          responses: this.#responses(['200', '201', '202'], schema),
        },
      }),
      ...(allows(definition, 'deletecollection') && {
        delete: {
          ...describe('deletecollection', `delete collection of ${kind}`, `delete${place.id}Collection${scope}${kind}`),
          parameters: this.#query('deletecollection'),
          requestBody: this.#body(`${meta}.DeleteOptions`, false),
          responses: this.#responses(['200'], `${meta}.Status`),
        },
      }),
    };
    this.#add(collection(place.root, definition), operations, pathParameters(namespaced));
    if (namespaced && allows(definition, 'list')) {
      const everywhere = { ...list, operationId: `list${place.id}${kind}ForAllNamespaces` };
      this.#add(`${place.root}/${definition.plural}`, { get: { ...everywhere, parameters: this.#query('list') } }, []);
    }
  }

  #addObject(place: Place, definition: ResourceDefinition): void {
    const { kind, schema, namespaced } = definition;
    const id = `${place.id}${namespaced ? 'Namespaced' : ''}${kind}`;
    const describe = describer(place, definition);
    const operations = {
      ...(allows(definition, 'get') && {
        get: {
          ...describe('get', `read the specified ${kind}`, `read${id}`),
          parameters: this.#query('get'),
          responses: this.#responses(['200'], schema),
        },
      }),
      ...(allows(definition, 'update') && {
        put: {
          ...describe('put', `replace the specified ${kind}`, `replace${id}`),
          parameters: this.#query('update'),
          requestBody: this.#body(schema),
          responses: this.#responses(['200', '201'], schema),
        },
      }),
      ...(allows(definition, 'delete') && {
        delete: {
          ...describe('delete', `delete ${withArticle(definition)}`, `delete${id}`),
          parameters: this.#query('delete'),
          requestBody: this.#body(`${meta}.DeleteOptions`, false),
          responses: this.#responses(['200', '202'], answeredWithObject.has(kind) ? schema : `${meta}.Status`),
        },
      }),
      ...(allows(definition, 'patch') && {
        patch: {
          ...describe('patch', `partially update the specified ${kind}`, `patch${id}`),
          parameters: this.#query('patch'),
          requestBody: this.#patchBody(),
          responses: this.#responses(['200', '201'], schema),
        },
      }),
    };
    this.#add(`${collection(place.root, definition)}/{name}`, operations, pathParameters(namespaced, kind));
  }

  /** The old form of watches, without a query. */
  #addWatches(place: Place, definition: ResourceDefinition): void {
    if (!allows(definition, 'watch')) return;
    const { kind, namespaced, plural } = definition;
    const scope = namespaced ? 'Namespaced' : '';
    const describe = describer(place, definition);
    const root = `${place.root}/watch`;
    const list = `watch individual changes to a list of ${kind}. deprecated: use the 'watch' parameter with a list operation instead.`;
    const single = `watch changes to an object of kind ${kind}. deprecated: use the 'watch' parameter with a list operation instead, filtered to a single item with the 'fieldSelector' parameter.`;
    const add = (path: string, operation: Omit<Operation, 'responses'>, parameters: readonly Parameter[]) => {
      const responses = this.#responses(['200'], `${meta}.WatchEvent`, ['json', 'json;stream=watch', 'yaml']);
      this.#add(path, { get: { ...operation, parameters: this.#query('list'), responses } }, parameters);
    };
    const watchlist = describe('watchlist', list, `watch${place.id}${scope}${kind}List`);
    add(collection(root, definition), watchlist, pathParameters(namespaced));
    if (namespaced) {
      add(`${root}/${plural}`, { ...watchlist, operationId: `watch${place.id}${kind}ListForAllNamespaces` }, []);
    }
    const watch = describe('watch', single, `watch${place.id}${scope}${kind}`);
    add(`${collection(root, definition)}/{name}`, watch, pathParameters(namespaced, kind));
  }

  #addSubresource(
    place: Place,
    definition: ResourceDefinition,
    name: string,
    subresource: SubresourceDefinition,
  ): void {
    const { kind, namespaced, plural } = definition;
    const { group = definition.group, version = definition.version, verbs } = subresource;
    const path = `${collection(place.root, definition)}/{name}/${name}`;
    if (subresource.kind.endsWith('Options')) {
      this.#addConnection(place, definition, name, subresource.kind, path);
      return;
    }
    const text = name === 'log';
    const schema = this.#schemaOf(group ? `${group}/${version}` : version, subresource.kind);
    if (schema === undefined) return;
    const id = `${place.id}${namespaced ? 'Namespaced' : ''}${kind}${capitalise(name)}`;
    const describe = describer(place, { group, version, kind: subresource.kind });
    const operations: Record<string, Operation> = {};
    if (verbs.includes('get')) {
      const responses = text ? textResponses(['json', 'yaml', 'text/plain']) : this.#responses(['200'], schema);
      const parameters = this.#query(text ? `${plural}/${name}` : 'get');
      operations.get = {
        ...describe('get', `read ${name} of the specified ${kind}`, `read${id}`),
        parameters,
        responses,
      };
    }
    if (verbs.includes('update')) {
      operations.put = {
        ...describe('put', `replace ${name} of the specified ${kind}`, `replace${id}`),
        parameters: this.#query('update'),
        requestBody: this.#body(schema),
        responses: this.#responses(['200', '201'], schema),
      };
    }
    if (verbs.includes('create')) {
      operations.post = {
        ...describe('post', `create ${name} of ${withArticle(definition)}`, `create${id}`),
        parameters: this.#query('create'),
        requestBody: this.#body(schema),
        responses: this.#responses(['200', '201', '202'], schema),
      };
    }
    if (verbs.includes('patch')) {
      operations.patch = {
        ...describe('patch', `partially update ${name} of the specified ${kind}`, `patch${id}`),
        parameters: this.#query('patch'),
        requestBody: this.#patchBody(),
        responses: this.#responses(['200', '201'], schema),
      };
    }
    this.#add(path, operations, pathParameters(namespaced, subresource.kind));
  }

  /** Requests that are passed on or become streams. */
  #addConnection(
    place: Place,
    { group, version, kind, namespaced, plural }: ResourceDefinition,
    name: string,
    optionsKind: string,
    path: string,
  ): void {
    const proxy = name === 'proxy';
    const describe = describer(place, { group, version, kind: optionsKind });
    const query = this.#query(`${plural}/${name}`, false);
    const scope = namespaced ? 'Namespaced' : '';
    const add = (path: string, suffix: string, parameters: readonly Parameter[]) => {
      const operations: Record<string, Operation> = {};
      for (const method of proxy ? connectMethods : ['get', 'post']) {
        const description = `connect ${method.toUpperCase()} requests to ${name} of ${kind}`;
        const id = `connect${place.id}${capitalise(method)}${scope}${kind}${capitalise(name)}${suffix}`;
        operations[method] = {
          ...describe('connect', description, id),
          parameters: query,
          responses: textResponses(['*/*']),
        };
      }
      this.#add(path, operations, parameters);
    };
    const parameters = pathParameters(namespaced, optionsKind);
    add(path, '', parameters);
    if (proxy) add(`${path}/{path}`, 'WithPath', [...parameters, inPath('path', 'path to the resource')]);
  }

  /** Parameters that all operations of a path have are said once, of the path. */
  #add(path: string, operations: Readonly<Record<string, Operation>>, ofPath: readonly Parameter[]): void {
    const all = Object.values(operations);
    if (all.length === 0) return;
    const isShared = (parameter: Parameter) =>
      all.every((operation) => operation.parameters?.some((other) => sameParameter(parameter, other)));
    const shared = (all[0]!.parameters ?? []).filter(isShared);
    const item: Record<string, Operation | readonly Parameter[]> = {};
    for (const [method, operation] of Object.entries(operations)) {
      const { parameters = [], ...rest } = operation;
      const own = parameters.filter((parameter) => !shared.some((other) => sameParameter(parameter, other)));
      item[method] = own.length > 0 ? { ...rest, parameters: own } : rest;
    }
    const common = [...ofPath, ...shared].sort((a, b) => (a.name < b.name ? -1 : 1));
    this.#paths[path] = common.length > 0 ? { ...item, parameters: common } : item;
  }

  #query(operation: string, pretty = true): Parameter[] {
    const stored = this.#parameters[operation] ?? [];
    const wanted = stored.filter(({ name }) => pretty || name !== 'pretty');
    return wanted.map(inQuery).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #body(schema: string, required = true): object {
    return { content: { '*/*': { schema: this.#refer(schema) } }, ...(required && { required }) };
  }

  #patchBody(): object {
    const schema = this.#refer(`${meta}.Patch`);
    return {
      content: Object.fromEntries(patchTypes.map((type) => [`application/${type}`, { schema }])),
      required: true,
    };
  }

  #responses(codes: readonly string[], schema: string, types: readonly string[] = ['json', 'yaml']) {
    const content = Object.fromEntries(types.map((type) => [`application/${type}`, { schema: this.#refer(schema) }]));
    const entries = codes.map((code) => [code, { description: statusTexts[code], content }] as const);
    return { ...Object.fromEntries(entries), '401': unauthorized };
  }

  #refer(schema: string): Reference {
    this.#referred.add(schema);
    return reference(schema);
  }
}
