import { methodNotAllowed, unknownPath } from '../../../kubernetes/errors.ts';
import type { KubeObject } from '../../../kubernetes/object.ts';
import type { Authorizer } from '../auth/authorizer.ts';
import type { At, Engine, StandardSubresource } from '../engine/engine.ts';
import type { UpdateResult } from '../engine/update.ts';
import type { ResourceDefinition, Verb } from '../resource.ts';
import type { SubresourceCall, Subresources } from '../subresources/handler.ts';
import { type BodyReader, patchType, readPatch } from './bodies.ts';
import type { Encoder } from './encoding.ts';
import type { Exchange } from './exchange.ts';
import { includeObject, ObjectAnswers } from './object-answers.ts';
import { deleteOptions, listOptions, patchOptions, watchOptions, writeOptions } from './query.ts';
import type { RequestInfo, ResourceInfo } from './request-info.ts';
import { WatchStream } from './watch-stream.ts';

export interface ResourceRouteOptions {
  readonly engine: Engine;
  readonly authorizer: Authorizer;
  readonly subresources: Subresources;
  readonly encoder: Encoder;
  readonly bodies: BodyReader;
}

/** Serves stored resources: what a method means at a collection, at an object and at its subresources. */
export class ResourceRoutes {
  readonly #engine: Engine;
  readonly #authorizer: Authorizer;
  readonly #subresources: Subresources;
  readonly #encoder: Encoder;
  readonly #answers: ObjectAnswers;
  readonly #bodies: BodyReader;

  constructor({ engine, authorizer, subresources, encoder, bodies }: ResourceRouteOptions) {
    this.#bodies = bodies;
    this.#engine = engine;
    this.#authorizer = authorizer;
    this.#subresources = subresources;
    this.#encoder = encoder;
    this.#answers = new ObjectAnswers(encoder, engine.clock);
  }

  async serve(exchange: Exchange, definition: ResourceDefinition, info: RequestInfo): Promise<void> {
    const resource = info.resource!;
    if (resource.subresource) return this.#subresource(exchange, definition, resource);
    requireVerb(definition, info.verb);
    switch (info.verb) {
      case 'list':
        return this.#list(exchange, definition, resource);
      case 'watch':
        return this.#watch(exchange, definition, resource);
      case 'get':
        return this.#get(exchange, definition, resource);
      case 'create':
        return this.#create(exchange, definition, resource);
      case 'update':
        return this.#update(exchange, definition, resource, '');
      case 'patch':
        return this.#patch(exchange, definition, resource, '');
      case 'delete':
        return this.#delete(exchange, definition, resource);
      case 'deletecollection':
        return this.#deleteCollection(exchange, definition, resource);
      default:
        throw methodNotAllowed();
    }
  }

  async #list(exchange: Exchange, definition: ResourceDefinition, { namespace }: ResourceInfo): Promise<void> {
    const format = exchange.format('list');
    const result = this.#engine.list(definition, namespace || undefined, listOptions(exchange.query));
    await this.#answers.list(exchange, definition, result, format);
  }

  async #watch(exchange: Exchange, definition: ResourceDefinition, { namespace, name }: ResourceInfo): Promise<void> {
    const format = exchange.format('watch');
    const options = watchOptions(exchange.query);
    const { response } = exchange;
    const stream = new WatchStream(response, {
      definition,
      format,
      includeObject: includeObject(exchange),
      encoder: this.#encoder,
      clock: this.#engine.clock,
    });
    const selected = name ? { ...options, fieldSelector: `metadata.name=${name}` } : options;
    // Events come only after this turn, so that an option that is refused can still be answered with its error.
    stream.follow(this.#engine.watch(definition, namespace || undefined, selected, stream));
    response.writeHead(200, exchange.headers('application/json'));
    response.flushHeaders();
  }

  async #get(exchange: Exchange, definition: ResourceDefinition, at: At): Promise<void> {
    const format = exchange.format();
    const version = exchange.rawQuery === '' ? undefined : (exchange.query.get('resourceVersion') ?? undefined);
    await this.#answers.object(exchange, 200, definition, this.#engine.get(definition, at, version), format);
  }

  async #create(exchange: Exchange, definition: ResourceDefinition, { namespace, name }: ResourceInfo): Promise<void> {
    if (name || (definition.namespaced && !namespace)) throw methodNotAllowed();
    const format = exchange.format();
    const body = await this.#bodies.object(exchange, definition);
    const options = writeOptions(exchange.query, 'CreateOptions');
    const object = await this.#engine.create(exchange, definition, namespace, body, options);
    await this.#answers.object(exchange, 201, definition, object, format);
  }

  async #update(
    exchange: Exchange,
    definition: ResourceDefinition,
    resource: ResourceInfo,
    subresource: StandardSubresource,
  ): Promise<void> {
    if (!resource.name) throw methodNotAllowed();
    const format = exchange.format();
    const body = await this.#bodies.object(exchange, definition);
    const options = writeOptions(exchange.query, 'UpdateOptions');
    const mayCreate = this.#mayCreate(exchange, resource);
    await this.#answerUpdate(
      exchange,
      definition,
      format,
      await this.#engine.update(exchange, definition, resource, subresource, body, options, mayCreate),
    );
  }

  async #patch(
    exchange: Exchange,
    definition: ResourceDefinition,
    resource: ResourceInfo,
    subresource: StandardSubresource,
  ): Promise<void> {
    if (!resource.name) throw methodNotAllowed();
    const options = patchOptions(exchange.query, patchType(exchange));
    const body = await readPatch(exchange, options.type);
    const format = exchange.format();
    const mayCreate = this.#mayCreate(exchange, resource);
    await this.#answerUpdate(
      exchange,
      definition,
      format,
      await this.#engine.patch(exchange, definition, resource, subresource, body, options, mayCreate),
    );
  }

  #answerUpdate(
    exchange: Exchange,
    definition: ResourceDefinition,
    format: ReturnType<Exchange['format']>,
    { object, created }: UpdateResult,
  ): Promise<void> {
    return this.#answers.object(exchange, created ? 201 : 200, definition, object, format);
  }

  async #delete(exchange: Exchange, definition: ResourceDefinition, resource: ResourceInfo): Promise<void> {
    const format = exchange.format();
    const options = (await this.#bodies.deleteOptions(exchange)) ?? deleteOptions(exchange.query);
    const { answer, deleted } = await this.#engine.delete(exchange, definition, resource, options);
    const code = !deleted && options.orphanDependents === false ? 202 : 200;
    if (answer.kind === 'Status') await exchange.sendValue(code, answer);
    else
      await this.#answers.object(exchange, code, definition, answer as Parameters<ObjectAnswers['object']>[3], format);
  }

  async #deleteCollection(
    exchange: Exchange,
    definition: ResourceDefinition,
    { namespace }: ResourceInfo,
  ): Promise<void> {
    if (definition.namespaced && !namespace) throw methodNotAllowed();
    const format = exchange.format();
    const options = (await this.#bodies.deleteOptions(exchange)) ?? deleteOptions(exchange.query);
    const selection = listOptions(exchange.query);
    const result = await this.#engine.deleteCollection(exchange, definition, namespace, options, selection);
    await this.#answers.list(exchange, definition, result, format);
  }

  async #subresource(exchange: Exchange, definition: ResourceDefinition, resource: ResourceInfo): Promise<void> {
    const { subresource, namespace, name } = resource;
    if (resource.rest && resource.rest !== '/') throw unknownPath();
    if (subresource === 'status' && definition.status) return this.#status(exchange, definition, resource);
    const handler = this.#subresources.handler(definition, subresource);
    if (!handler) throw unknownPath();
    const call: SubresourceCall = { caller: exchange, definition, namespace, name };
    const { method, query } = exchange;
    const format = exchange.format();
    const answer = (code: number, object: KubeObject) =>
      format.as && (handler.columns || handler.schema === definition.schema)
        ? this.#answers.object(exchange, code, { ...definition, ...handler }, object, format)
        : exchange.sendValue(code, object, format);
    if (method === 'GET' && handler.get) {
      await answer(200, handler.get(call));
    } else if (method === 'POST' && handler.create) {
      const body = await this.#bodies.object(exchange, handler);
      const created = await handler.create(call, body, writeOptions(query, 'CreateOptions'));
      await exchange.sendValue(201, created, format);
    } else if (method === 'PUT' && handler.update) {
      const body = await this.#bodies.object(exchange, handler);
      await answer(200, await handler.update(call, body, writeOptions(query, 'UpdateOptions')));
    } else if (method === 'PATCH' && handler.patch) {
      const options = patchOptions(query, patchType(exchange));
      const body = await readPatch(exchange, options.type);
      await answer(200, await handler.patch(call, body, options));
    } else {
      throw methodNotAllowed();
    }
  }

  #status(exchange: Exchange, definition: ResourceDefinition, resource: ResourceInfo): Promise<void> {
    if (exchange.method === 'GET') return this.#get(exchange, definition, resource);
    if (exchange.method === 'PUT') return this.#update(exchange, definition, resource, 'status');
    if (exchange.method === 'PATCH') return this.#patch(exchange, definition, resource, 'status');
    throw methodNotAllowed();
  }

  /** Where an update would create: whether this user may. */
  #mayCreate(exchange: Exchange, { group, version, plural, subresource, namespace, name }: ResourceInfo): () => void {
    return () =>
      this.#authorizer.require(exchange.user, {
        verb: 'create',
        group,
        version,
        resource: plural,
        subresource,
        namespace,
        name,
      });
  }
}

/** @throws ApiError MethodNotAllowed */
export function requireVerb({ verbs }: ResourceDefinition, verb: string): void {
  if (verbs && !verbs.includes(verb as Verb)) throw methodNotAllowed();
}
