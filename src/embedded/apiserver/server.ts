import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.ts';
import type { Store } from '../storage/store.ts';
import { standardAdmission } from './admission/standard.ts';
import { Authenticator, type StaticToken } from './auth/authenticator.ts';
import { Authorizer, mastersGroup } from './auth/authorizer.ts';
import { Rbac } from './auth/rbac.ts';
import { ServiceAccountTokens } from './auth/service-account-tokens.ts';
import { bootstrapObjects, nodeRules } from './bootstrap/objects.ts';
import { type ServerIdentity, serverNames } from './certificate.ts';
import { Engine } from './engine/engine.ts';
import type { Caller } from './engine/request.ts';
import { BodyReader } from './http/bodies.ts';
import { Discovery } from './http/discovery.ts';
import { Encoder } from './http/encoding.ts';
import { Front } from './http/front.ts';
import { Metrics } from './http/metrics.ts';
import { ObjectAnswers } from './http/object-answers.ts';
import { type OpenApiSource, PlainRoutes } from './http/plain-routes.ts';
import { ResourceRoutes } from './http/resource-routes.ts';
import type { Dialer, NodeBackend } from './node-backend.ts';
import { Registry, storageResource } from './registry.ts';
import type { ResourceDefinition } from './resource.ts';
import type { Schemas } from './schema/schemas.ts';
import { Connections } from './streams/connect.ts';
import { bind } from './subresources/binding.ts';
import type { Subresources } from './subresources/handler.ts';
import { standardSubresources } from './subresources/standard.ts';
import { componentStatuses } from './virtual/component-statuses.ts';
import { virtualDefinitions } from './virtual/definitions.ts';
import type { VirtualResource } from './virtual/resource.ts';
import { reviews } from './virtual/reviews.ts';

export interface ApiServerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly schemas: Schemas;
  /** The stored kinds: resources/index.ts. */
  readonly definitions: readonly ResourceDefinition[];
  readonly nodes: NodeBackend;
  readonly dialer: Dialer;
  readonly identity: ServerIdentity;
  /** PEM of the key that ServiceAccounts' tokens are signed with. */
  readonly signingKey: string;
  readonly tokens: readonly StaticToken[];
  /** Made when first asked for. `definitions` are all that are served. */
  openApi?(definitions: readonly ResourceDefinition[]): OpenApiSource;
  /** Names the server answers to besides its own: a tunnel's, for instance. */
  readonly hosts?: readonly string[];
  /** Milliseconds until a client that has not sent its headers, or all of its request, is cut off. */
  readonly patience?: { readonly headers: number; readonly request: number };
  /** Told of errors that are the server's own. */
  onError?(error: unknown): void;
}

/** As long as kube-apiserver waits for headers; requests with large bodies get longer. */
const defaultPatience = { headers: 32_000, request: 300_000 };

/** A Kubernetes API server: everything from the store up to HTTPS. */
export class ApiServer {
  readonly engine: Engine;
  readonly subresources: Subresources;
  readonly authorizer: Authorizer;
  readonly tokens: ServiceAccountTokens;
  readonly #front: Front;
  readonly #server: Server;
  readonly #rbac: Rbac;
  #bootstrapped = false;

  constructor(options: ApiServerOptions) {
    const { store, clock, schemas, identity, patience = defaultPatience } = options;
    const registry = new Registry([...options.definitions, ...virtualDefinitions]);
    this.#rbac = new Rbac(store);
    this.authorizer = new Authorizer(this.#rbac, nodeRules());
    this.engine = new Engine({ store, clock, schemas, registry, admission: standardAdmission(this.authorizer) });
    this.tokens = new ServiceAccountTokens({
      clock,
      privateKey: options.signingKey,
      get: (resource, namespace, name) => store.get({ resource, namespace, name }),
    });
    this.subresources = standardSubresources(this.engine, this.tokens);
    this.#front = this.#createFront(options, registry);
    this.#server = createServer(
      {
        key: identity.privateKey,
        cert: identity.certificate,
        ALPNProtocols: ['http/1.1'],
        keepAliveTimeout: 600_000,
        // Commands travel in the query: as much as Go takes.
        maxHeaderSize: 1024 * 1024,
        // Clients that send a byte now and then hold nothing but their own connection, and that not for ever.
        handshakeTimeout: patience.headers,
        headersTimeout: patience.headers,
        requestTimeout: patience.request,
        connectionsCheckingInterval: Math.min(patience.headers, 5000),
      },
      this.#front.handle,
    );
    this.#server.on('upgrade', this.#front.upgrade);
    // A client that gives up in the middle of a handshake is no error of ours.
    this.#server.on('tlsClientError', () => {});
  }

  /** Puts into the store what every cluster starts with, where it is not there yet. */
  async bootstrap(): Promise<void> {
    const caller: Caller = {
      user: { name: 'system:apiserver', groups: [mastersGroup] },
      agent: 'kube-apiserver',
      warn: () => {},
    };
    const { engine } = this;
    for (const object of bootstrapObjects()) {
      const definition = engine.registry.kind(object.apiVersion, object.kind);
      const { namespace = '', name } = object.metadata;
      if (!definition || engine.find(definition, namespace, name)) continue;
      await engine.create(caller, definition, namespace, { value: object });
    }
    this.#bootstrapped = true;
  }

  /** @param port 0 for any. Resolves with the port once it is served. */
  listen(port: number, host = '127.0.0.1'): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** Serves a connection that does not come through the port: from a Pod to the Service "kubernetes". */
  accept(connection: Duplex): void {
    this.#server.emit('connection', connection);
  }

  /** Ends all connections, watches included. The store stays open. */
  async close(): Promise<void> {
    this.#rbac.stop();
    this.engine.stop();
    this.#front.close();
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  #createFront(options: ApiServerOptions, registry: Registry): Front {
    const { engine, authorizer, tokens, subresources } = this;
    const authenticator = new Authenticator(options.tokens, tokens);
    const encoder = new Encoder();
    const bodies = new BodyReader(options.schemas);
    const metrics = new Metrics();
    let openApi: OpenApiSource | undefined;
    const source = options.openApi && (() => (openApi ??= options.openApi!(registry.definitions)));
    return new Front({
      registry,
      authenticator,
      authorizer,
      resources: new ResourceRoutes({ engine, authorizer, subresources, encoder, bodies }),
      virtual: this.#virtualResources(authenticator),
      answers: new ObjectAnswers(encoder, engine.clock),
      bodies,
      connections: new Connections(engine, options.nodes, options.dialer),
      plain: new PlainRoutes({
        discovery: new Discovery(registry),
        ...(source && {
          openApi: {
            index: () => source().index(),
            document: (path: string) => source().document(path),
            hash: (path: string) => source().hash(path),
            swagger: () => source().swagger(),
          },
        }),
        tokens,
        checks: this.#healthChecks(),
        metrics: () => metrics.print(this.#objectCounts()),
      }),
      hosts: new Set([...serverNames, ...(options.hosts ?? [])].map((name) => name.toLowerCase())),
      onError: (error) => options.onError?.(error),
      onAnswer: (info, code) => metrics.answered(info, code),
    });
  }

  #virtualResources(authenticator: Authenticator): VirtualResource[] {
    const { engine } = this;
    const statuses = engine.registry.resource('', 'v1', 'componentstatuses');
    const bindings = engine.registry.resource('', 'v1', 'bindings');
    return [
      ...reviews(engine, authenticator, this.authorizer),
      ...(statuses ? [componentStatuses(statuses)] : []),
      ...(bindings
        ? [
            {
              definition: bindings,
              create: (caller, namespace, body, options) => bind(engine, caller, namespace, '', body, options),
            } satisfies VirtualResource,
          ]
        : []),
    ];
  }

  #healthChecks() {
    const well = () => undefined;
    const bootstrapped = () => (this.#bootstrapped ? undefined : 'not finished');
    return [
      { name: 'ping', problem: well },
      { name: 'log', problem: well },
      { name: 'etcd', problem: well },
      { name: 'informer-sync', problem: well },
      { name: 'poststarthook/start-system-namespaces-controller', problem: bootstrapped },
      { name: 'poststarthook/rbac/bootstrap-roles', problem: bootstrapped },
      { name: 'poststarthook/scheduling/bootstrap-system-priority-classes', problem: bootstrapped },
    ];
  }

  *#objectCounts(): Iterable<readonly [string, number]> {
    const { registry, parts } = this.engine;
    for (const definition of registry.definitions) {
      if (definition.storedAs || (definition.verbs && !definition.verbs.includes('list'))) continue;
      const resource = storageResource(definition);
      yield [resource, parts.store.list(resource).length];
    }
  }
}
