import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { methodNotAllowed, unknownPath } from '../../../kubernetes/errors.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import type { Authorizer } from '../auth/authorizer.ts';
import { type Headers, impersonate } from '../auth/impersonation.ts';
import type { Registry } from '../registry.ts';
import { qualifiedName } from '../registry.ts';
import type { ConnectCall, Connections } from '../streams/connect.ts';
import type { VirtualResource } from '../virtual/resource.ts';
import type { BodyReader } from './bodies.ts';
import { Exchange } from './exchange.ts';
import type { ObjectAnswers } from './object-answers.ts';
import type { PlainRoutes } from './plain-routes.ts';
import { flag } from './query.ts';
import { type RequestInfo, requestInfo } from './request-info.ts';
import type { ResourceRoutes } from './resource-routes.ts';
import { serveVirtual } from './virtual-routes.ts';

export interface FrontOptions {
  readonly registry: Registry;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly resources: ResourceRoutes;
  readonly virtual: readonly VirtualResource[];
  readonly answers: ObjectAnswers;
  readonly bodies: BodyReader;
  readonly connections: Connections;
  readonly plain: PlainRoutes;
  /** Names and addresses that the Host header may carry; its port does not matter. */
  readonly hosts: ReadonlySet<string>;
  /** Told of errors that are not the client's. */
  onError(error: unknown): void;
  /** Told of each request that has been answered. */
  onAnswer(info: RequestInfo | undefined, code: number): void;
}

/** What every request goes through: who, may he, and to whom. */
export class Front {
  readonly #options: FrontOptions;
  readonly #virtual: ReadonlyMap<string, VirtualResource>;
  readonly #upgraded = new Set<Duplex>();

  constructor(options: FrontOptions) {
    this.#options = options;
    this.#virtual = new Map(options.virtual.map((each) => [qualifiedName(each.definition), each]));
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const exchange = new Exchange(request, response);
    let info: RequestInfo | undefined;
    response.on('error', () => {});
    response.on('finish', () => this.#options.onAnswer(info, response.statusCode));
    void this.#serve(exchange, (known) => {
      info = known;
    }).catch((error) => this.#fail(exchange, error));
  };

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    this.#upgraded.add(socket);
    socket.on('close', () => this.#upgraded.delete(socket));
    socket.on('error', () => socket.destroy());
    // Until the connection is taken over, what is wrong with the request is answered as over plain HTTP.
    const response = new ServerResponse(request);
    const exchange = new Exchange(request, response);
    void this.#serveUpgrade(exchange, socket, head).catch((error) => {
      response.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
      response.shouldKeepAlive = false;
      response.on('finish', () => socket.end());
      this.#fail(exchange, error);
    });
  };

  /** Ends connections that are no longer HTTP. */
  close(): void {
    for (const socket of this.#upgraded) socket.destroy();
  }

  async #serve(exchange: Exchange, known: (info: RequestInfo) => void): Promise<void> {
    const info = this.#admit(exchange);
    known(info);
    const { plain, resources, connections, answers, bodies } = this.#options;
    if (!info.resource) return plain.serve(exchange, info.path);
    const definition = this.#definition(info);
    if (definition.deprecation) exchange.warn(definition.deprecation);
    const { subresource } = info.resource;
    const virtual = this.#virtual.get(qualifiedName(definition));
    if (virtual) {
      if (subresource) throw unknownPath();
      return serveVirtual(exchange, virtual, info, answers, bodies);
    }
    if (subresource && connections.handles(definition, subresource)) {
      return connections.serve(exchange, this.#call(exchange, info));
    }
    return resources.serve(exchange, definition, info);
  }

  async #serveUpgrade(exchange: Exchange, socket: Duplex, head: Buffer): Promise<void> {
    const info = this.#admit(exchange);
    if (!info.resource) throw methodNotAllowed();
    const definition = this.#definition(info);
    if (!this.#options.connections.handles(definition, info.resource.subresource)) throw methodNotAllowed();
    const call = this.#call(exchange, info);
    await this.#options.connections.upgrade({ request: exchange.request, socket, head }, call);
  }

  /** Who asks, for what, and whether he may. @throws ApiError Forbidden, Unauthorized, BadRequest */
  #admit(exchange: Exchange): RequestInfo {
    const { authenticator, authorizer } = this.#options;
    const { headers } = exchange.request;
    this.#checkHost(headers.host);
    const watching = exchange.rawQuery.includes('watch') && (flag(exchange.query, 'watch') ?? false);
    const info = requestInfo(exchange.method, exchange.rawPath, watching);
    const user = authenticator.authenticate(headers.authorization, info.path);
    const impersonating = exchange.request.rawHeaders.some((name) => /^impersonate-/i.test(name));
    exchange.user = impersonating ? impersonate(user, headersOf(exchange.request), authorizer) : user;
    authorizer.require(exchange.user, attributesOf(exchange, info));
    return info;
  }

  /** A website whose name has been made to point here (DNS rebinding) still sends its own name. */
  #checkHost(host: string | undefined): void {
    const name = (host ?? '')
      .replace(/:\d*$/, '')
      .replace(/^\[(.*)\]$/, '$1')
      .toLowerCase();
    if (this.#options.hosts.has(name)) return;
    throw new ApiError(
      403,
      'Forbidden',
      `forbidden: Host ${JSON.stringify(host ?? '')} is not a name of this server, use one of ${[...this.#options.hosts].join(', ')}`,
      {},
    );
  }

  #definition({ resource }: RequestInfo) {
    const { group, version, plural, namespace } = resource!;
    const definition = this.#options.registry.resource(group, version, plural);
    if (!definition || (namespace && !definition.namespaced && plural !== 'namespaces')) throw unknownPath();
    if (definition.namespaced && !namespace && resource!.name) throw unknownPath();
    return definition;
  }

  #call(exchange: Exchange, info: RequestInfo): ConnectCall {
    const resource = info.resource!;
    const { rest } = resource;
    return {
      caller: exchange,
      definition: this.#definition(info),
      resource,
      method: exchange.method,
      query: exchange.query,
      rawQuery: exchange.rawQuery,
      prefix: rest ? exchange.rawPath.slice(0, -rest.length) : exchange.rawPath,
    };
  }

  #fail(exchange: Exchange, error: unknown): void {
    if (!(error instanceof ApiError)) this.#options.onError(error);
    exchange.fail(error).catch((second) => {
      this.#options.onError(second);
      exchange.response.destroy();
    });
  }
}

function attributesOf(exchange: Exchange, { verb, path, resource }: RequestInfo) {
  if (!resource) {
    return { verb, path, group: '', version: '', resource: '', subresource: '', namespace: '', name: '' };
  }
  const { group, version, plural, subresource, namespace, name } = resource;
  return { verb, group, version, resource: plural, subresource, namespace, name: name || selectedName(exchange, verb) };
}

/** A list that is narrowed down to one name can be allowed by that name. */
function selectedName(exchange: Exchange, verb: string): string {
  if ((verb !== 'list' && verb !== 'watch') || !exchange.rawQuery.includes('metadata.name')) return '';
  return /^metadata\.name==?([^,=!\\]+)$/.exec(exchange.query.get('fieldSelector') ?? '')?.[1] ?? '';
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers: Record<string, string[]> = Object.create(null);
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    headers[name] = [...(headers[name] ?? []), rawHeaders[i + 1]!];
  }
  return headers;
}
