import type { KubeObject } from '../../kubernetes/object.ts';
import { ApiError } from '../../kubernetes/status.ts';
import type { Authorizer } from '../apiserver/auth/authorizer.ts';
import type { At, Engine } from '../apiserver/engine/engine.ts';
import type { Caller } from '../apiserver/engine/request.ts';
import { clone } from '../apiserver/json.ts';
import type { ResourceDefinition, UserInfo } from '../apiserver/resource.ts';
import type { Subresources } from '../apiserver/subresources/handler.ts';
import type {
  Client,
  DeleteOptions,
  Informer,
  PatchOptions,
  ResourceClient,
  ResourceRef,
  UpdateOptions,
  WriteOptions,
} from './client.ts';
import { definitionOf, type Informers } from './informer.ts';

/** What the API server lends to clients that live in its process. */
export interface ApiAccess {
  readonly engine: Engine;
  readonly subresources: Subresources;
  readonly authorizer: Authorizer;
  readonly informers: Informers;
}

export interface Identity {
  readonly user: UserInfo;
  /** Who managedFields names: "kube-controller-manager", "kubelet", "kube-scheduler". */
  readonly fieldManager: string;
}

/** A component of the control plane, or a node, to the API: with an account's name and no more rights than it has. */
export class InProcessClient implements Client {
  readonly #access: ApiAccess;
  readonly #caller: Caller;

  constructor(access: ApiAccess, { user, fieldManager }: Identity) {
    this.#access = access;
    this.#caller = { user, agent: fieldManager, warn: () => {} };
  }

  resource<T extends KubeObject>(ref: ResourceRef<T>): ResourceClient<T> {
    const definition = definitionOf(this.#access.engine.registry, ref);
    return new InProcessResource<T>(this.#access, this.#caller, definition);
  }

  informer<T extends KubeObject>(ref: ResourceRef<T>): Informer<T> {
    return this.#access.informers.of(ref);
  }
}

/** A system:serviceaccount:kube-system:NAME user, as each controller has one. */
export function controllerUser(name: string): UserInfo {
  return {
    name: `system:serviceaccount:kube-system:${name}`,
    groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
  };
}

/** Who a part of the control plane is: each controller its account, the scheduler a user of its own. */
export function componentIdentity(component: string): Identity {
  if (component === 'kube-scheduler') {
    return { user: { name: 'system:kube-scheduler', groups: ['system:authenticated'] }, fieldManager: component };
  }
  return { user: controllerUser(component), fieldManager: 'kube-controller-manager' };
}

/** The user a node's kubelet is. */
export function nodeUser(node: string): UserInfo {
  return { name: `system:node:${node}`, groups: ['system:nodes', 'system:authenticated'] };
}

class InProcessResource<T extends KubeObject> implements ResourceClient<T> {
  readonly #access: ApiAccess;
  readonly #caller: Caller;
  readonly #definition: ResourceDefinition;

  constructor(access: ApiAccess, caller: Caller, definition: ResourceDefinition) {
    this.#access = access;
    this.#caller = caller;
    this.#definition = definition;
  }

  async get(namespace: string, name: string): Promise<T> {
    this.#authorize('get', namespace, name);
    return this.#access.engine.get(this.#definition, { namespace, name }) as T;
  }

  async list(namespace?: string, selectors: { labelSelector?: string; fieldSelector?: string } = {}): Promise<T[]> {
    this.#authorize('list', namespace ?? '', '');
    return [...this.#access.engine.list(this.#definition, namespace, selectors).items] as T[];
  }

  async create(object: T, options: WriteOptions = {}): Promise<T> {
    const namespace = object.metadata.namespace ?? '';
    this.#authorize('create', namespace, '');
    const body = { value: clone(object) };
    return (await this.#access.engine.create(this.#caller, this.#definition, namespace, body, options)) as T;
  }

  async update(object: T, { subresource = '', ...options }: UpdateOptions = {}): Promise<T> {
    const { namespace = '', name } = object.metadata;
    this.#authorize('update', namespace, name, subresource);
    const at = { namespace, name };
    const body = { value: clone(object) };
    const { engine, subresources } = this.#access;
    if (subresource === '' || subresource === 'status') {
      const mayCreate = () => this.#authorize('create', namespace, name, subresource);
      const result = await engine.update(this.#caller, this.#definition, at, subresource, body, options, mayCreate);
      return result.object as T;
    }
    const handler = subresources.handler(this.#definition, subresource);
    if (!handler?.update) throw noSuchMethod(this.#definition, subresource, 'update');
    return (await handler.update({ caller: this.#caller, definition: this.#definition, ...at }, body, options)) as T;
  }

  updateStatus(object: T, options: WriteOptions = {}): Promise<T> {
    return this.update(object, { ...options, subresource: 'status' });
  }

  async patch(namespace: string, name: string, patch: object, options: PatchOptions = {}): Promise<T> {
    const { subresource = '', type = 'merge', ...rest } = options;
    this.#authorize('patch', namespace, name, subresource);
    const at: At = { namespace, name };
    const body = { value: clone(patch) };
    const { engine, subresources } = this.#access;
    const patchOptions = {
      ...rest,
      type,
      ...(type === 'apply' && { fieldManager: rest.fieldManager ?? this.#caller.agent }),
    };
    if (subresource === '' || subresource === 'status') {
      const mayCreate = () => this.#authorize('create', namespace, name, subresource);
      const result = await engine.patch(this.#caller, this.#definition, at, subresource, body, patchOptions, mayCreate);
      return result.object as T;
    }
    const handler = subresources.handler(this.#definition, subresource);
    if (!handler?.patch) throw noSuchMethod(this.#definition, subresource, 'patch');
    return (await handler.patch(
      { caller: this.#caller, definition: this.#definition, ...at },
      body,
      patchOptions,
    )) as T;
  }

  async delete(namespace: string, name: string, options: DeleteOptions = {}): Promise<void> {
    this.#authorize('delete', namespace, name);
    await this.#access.engine.delete(this.#caller, this.#definition, { namespace, name }, options);
  }

  async createSubresource(namespace: string, name: string, subresource: string, body: object): Promise<unknown> {
    this.#authorize('create', namespace, name, subresource);
    const handler = this.#access.subresources.handler(this.#definition, subresource);
    if (!handler?.create) throw noSuchMethod(this.#definition, subresource, 'create');
    const call = { caller: this.#caller, definition: this.#definition, namespace, name };
    return handler.create(call, { value: clone(body) }, {});
  }

  /** @throws ApiError Forbidden */
  #authorize(verb: string, namespace: string, name: string, subresource = ''): void {
    const { group, version, plural, namespaced } = this.#definition;
    this.#access.authorizer.require(this.#caller.user, {
      verb,
      group,
      version,
      resource: plural,
      subresource,
      namespace: namespaced ? namespace : '',
      name,
    });
  }
}

function noSuchMethod(definition: ResourceDefinition, subresource: string, verb: string): ApiError {
  return new ApiError(405, 'MethodNotAllowed', `${verb} is not supported on ${definition.plural}/${subresource}`, {
    kind: definition.plural,
    ...(definition.group && { group: definition.group }),
  });
}
