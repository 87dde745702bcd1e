import { createHash } from 'node:crypto';
import { unknownPath } from '../../../kubernetes/errors.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import { issuer, type ServiceAccountTokens } from '../auth/service-account-tokens.ts';
import { type SwaggerDocument, swaggerProtobuf } from '../openapi/swagger.ts';
import { type Discovery, discoveryVersion } from './discovery.ts';
import type { Exchange } from './exchange.ts';
import { type HealthCheck, health } from './health.ts';

/** What the OpenAPI documents are made by. */
export interface OpenApiSource {
  /** /openapi/v3 */
  index(): object;
  /** /openapi/v3/PATH: "api/v1", "apis/apps/v1" */
  document(path: string): object | undefined;
  /** Of the document, as the index tells it. */
  hash(path: string): string;
  /** /openapi/v2 */
  swagger(): SwaggerDocument;
}

export interface PlainRouteOptions {
  readonly discovery: Discovery;
  readonly openApi?: OpenApiSource;
  readonly tokens: ServiceAccountTokens;
  readonly checks: readonly HealthCheck[];
  /** The lines of /metrics. */
  metrics(): string;
}

const version = {
  major: '1',
  minor: '33',
  emulationMajor: '1',
  emulationMinor: '33',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '32',
  gitVersion: 'v1.33.13',
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2026-06-01T00:00:00Z',
  goVersion: 'go1.26.8',
  compiler: 'gc',
  platform: 'linux/amd64',
};

const wellKnown = ['/.well-known/openid-configuration', '/openid/v1/jwks'];

/** Paths that are no resources: discovery, OpenAPI, health, version. */
export class PlainRoutes {
  readonly #options: PlainRouteOptions;
  readonly #documents = new Map<string, { readonly bytes: Buffer; readonly etag: string }>();

  constructor(options: PlainRouteOptions) {
    this.#options = options;
  }

  async serve(exchange: Exchange, path: string): Promise<void> {
    const parts = path.split('/').filter(Boolean);
    const [first = '', second, third, ...more] = parts;
    if (exchange.method !== 'GET' && exchange.method !== 'HEAD') {
      if (first === 'api' || first === 'apis') {
        throw new ApiError(
          405,
          'MethodNotAllowed',
          'the server does not allow this method on the requested resource',
          {},
        );
      }
      return this.#notFound(exchange);
    }
    switch (first) {
      case '':
        return exchange.sendValue(200, { paths: this.#paths() }, { type: 'json', pretty: true });
      case 'api':
      case 'apis':
        return this.#discover(exchange, first, second, third, more.length > 0);
      case 'healthz':
      case 'livez':
      case 'readyz': {
        const { code, text } = health(first, parts.slice(1).join('/'), exchange.query, this.#options.checks);
        return exchange.sendText(code, text);
      }
      case 'version':
        return second === undefined
          ? exchange.sendValue(200, version, { type: 'json', pretty: true })
          : this.#notFound(exchange);
      case 'openapi':
        return this.#openApi(exchange, second, parts.slice(2).join('/'));
      case 'metrics':
        return exchange.send(
          200,
          this.#options.metrics(),
          exchange.headers('text/plain; version=0.0.4; charset=utf-8'),
        );
      default:
        return this.#wellKnown(exchange, `/${parts.join('/')}`);
    }
  }

  async #discover(
    exchange: Exchange,
    root: 'api' | 'apis',
    group: string | undefined,
    version: string | undefined,
    tooLong: boolean,
  ): Promise<void> {
    const { discovery } = this.#options;
    const core = root === 'api';
    if (group === undefined) {
      const wanted = discoveryVersion(exchange.request.headers.accept);
      if (wanted) return this.#aggregated(exchange, core, wanted);
      const { host = 'localhost' } = exchange.request.headers;
      return exchange.sendValue(200, core ? discovery.versions(host) : discovery.groups());
    }
    if (core && version === undefined) return this.#found(exchange, discovery.resources('', group));
    if (!core && version === undefined) {
      const found = discovery.group(group);
      return found ? exchange.sendValue(200, found) : this.#notFound(exchange);
    }
    if (core || tooLong) throw unknownPath();
    if (!discovery.group(group)) return this.#notFound(exchange);
    return this.#found(exchange, discovery.resources(group, version!));
  }

  #found(exchange: Exchange, value: object | undefined): Promise<void> {
    if (!value) throw unknownPath();
    return exchange.sendValue(200, value);
  }

  async #aggregated(exchange: Exchange, core: boolean, version: string): Promise<void> {
    const { body, etag } = this.#options.discovery.aggregated(core, version);
    const headers = {
      ...exchange.headers(`application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`),
      'Cache-Control': 'public',
      ETag: etag,
      Vary: 'Accept',
    };
    if (exchange.request.headers['if-none-match'] === etag) await exchange.send(304, '', headers);
    else await exchange.send(200, body, headers);
  }

  async #openApi(exchange: Exchange, version: string | undefined, path: string): Promise<void> {
    const { openApi } = this.#options;
    if (openApi && version === 'v2' && path === '') return this.#swagger(exchange, openApi);
    if (!openApi || version !== 'v3') return this.#notFound(exchange);
    if (path === '') return exchange.sendJson(200, JSON.stringify(openApi.index()), {}, '');
    let document = this.#documents.get(path);
    if (!document) {
      const value = openApi.document(path);
      if (!value) return this.#notFound(exchange);
      document = { bytes: Buffer.from(JSON.stringify(value)), etag: JSON.stringify(openApi.hash(path)) };
      this.#documents.set(path, document);
    }
    const { bytes, etag } = document;
    const asked = exchange.query.get('hash');
    if (asked && JSON.stringify(asked) !== etag) {
      const location = `/openapi/v3/${path}?hash=${JSON.parse(etag)}`;
      const headers = exchange.headers('application/json', { ETag: etag, Location: location, Vary: 'Accept' });
      return exchange.send(301, '', headers);
    }
    const headers = {
      ...exchange.headers('application/json'),
      ...(asked && { 'Cache-Control': 'public, immutable' }),
      ETag: etag,
      Vary: 'Accept-Encoding, Accept',
    };
    if (exchange.request.headers['if-none-match'] === etag) await exchange.send(304, '', headers);
    else await exchange.send(200, [bytes], headers);
  }

  async #swagger(exchange: Exchange, openApi: OpenApiSource): Promise<void> {
    const binary = (exchange.request.headers.accept ?? '').startsWith('application/com.github.proto-openapi.spec.v2');
    const key = binary ? '/openapi/v2 protobuf' : '/openapi/v2';
    let document = this.#documents.get(key);
    if (!document) {
      const value = openApi.swagger();
      const bytes = binary ? swaggerProtobuf(value) : Buffer.from(JSON.stringify(value));
      document = { bytes, etag: `"${createHash('sha512').update(bytes).digest('hex').toUpperCase()}"` };
      this.#documents.set(key, document);
    }
    const type = binary ? 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf' : 'application/json';
    const headers = { ...exchange.headers(type), ETag: document.etag, Vary: 'Accept-Encoding, Accept' };
    if (exchange.request.headers['if-none-match'] === document.etag) {
      return exchange.send(304, '', headers);
    }
    return exchange.send(200, [document.bytes], headers);
  }

  #wellKnown(exchange: Exchange, path: string): Promise<void> {
    if (path === '/.well-known/openid-configuration') {
      return exchange.sendValue(200, {
        issuer,
        jwks_uri: 'https://kubernetes.default.svc/openid/v1/jwks',
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
      });
    }
    if (path === '/openid/v1/jwks') return exchange.sendValue(200, this.#options.tokens.keys());
    return this.#notFound(exchange);
  }

  #notFound(exchange: Exchange): Promise<void> {
    return exchange.sendText(404, '404 page not found\n');
  }

  #paths(): string[] {
    const { checks, discovery, openApi } = this.#options;
    return [
      ...wellKnown,
      ...discovery.paths(),
      ...['healthz', 'livez', 'readyz'].flatMap((endpoint) => [
        `/${endpoint}`,
        ...checks.map(({ name }) => `/${endpoint}/${name}`),
      ]),
      '/metrics',
      ...(openApi ? ['/openapi/v2', '/openapi/v3', '/openapi/v3/'] : []),
      '/version',
    ].sort();
  }
}
