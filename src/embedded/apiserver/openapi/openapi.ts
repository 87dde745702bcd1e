import { createHash } from 'node:crypto';
import type { ResourceDefinition } from '../resource.ts';
import type { Schemas } from '../schema/schemas.ts';
import { Components, type SchemaObject } from './components.ts';
import { Operations } from './operations.ts';
import { capitalise, groupId } from './parts.ts';
import { type SwaggerDocument, swagger } from './swagger.ts';

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: object;
  readonly paths: object;
  readonly components: { readonly schemas: Readonly<Record<string, SchemaObject>>; readonly securitySchemes: object };
}

/**
 * The OpenAPI v3 documents of the API: one for each group version, made when somebody asks for it. kubectl reads them for
 * `explain`, before it applies and diffs, and to learn what the server understands.
 */
export class OpenApi {
  readonly #schemas: Schemas;
  readonly #definitions: readonly ResourceDefinition[];

  constructor(schemas: Schemas, definitions: readonly ResourceDefinition[]) {
    this.#schemas = schemas;
    this.#definitions = definitions;
  }

  /** GET /openapi/v3: where each document is, with a hash by which clients may keep it for ever. */
  index(): { paths: Record<string, { serverRelativeURL: string }> } {
    const entries = this.#paths().map((path) => {
      const serverRelativeURL = `/openapi/v3/${path}?hash=${this.hash(path)}`;
      return [path, { serverRelativeURL }] as const;
    });
    return { paths: Object.fromEntries(entries) };
  }

  /** Changes when the document does; also its ETag. @param path "apis/apps/v1" */
  hash(path: string): string {
    const described = this.#definitionsBelow(path).map(
      ({ kind, plural, namespaced, schema, verbs, status, scale, subresources }) => [
        kind,
        plural,
        namespaced,
        schema,
        verbs,
        !!status,
        !!scale,
        subresources,
      ],
    );
    const text = JSON.stringify([this.#schemas.fingerprint, path, described]);
    return createHash('sha512').update(text).digest('hex').toUpperCase();
  }

  /**
   * GET /openapi/v3/PATH
   * @param path "api/v1", "apis/apps/v1", "apis/apps", …
   * @returns undefined where nothing is served below the path.
   */
  document(path: string): OpenApiDocument | undefined {
    if (!this.#paths().includes(path)) return undefined;
    const documentation = this.#schemas.documentation();
    const names = new Map(
      Object.entries(documentation.types).flatMap(([name, { apiVersion, kind }]) =>
        apiVersion && kind ? [[`${apiVersion} ${kind}`, name] as const] : [],
      ),
    );
    const operations = new Operations(documentation.parameters, (apiVersion, kind) =>
      names.get(`${apiVersion} ${kind}`),
    );
    this.#describe(path, operations);
    return {
      openapi: '3.0.0',
      info: { title: 'Kubernetes', version: '1.33' },
      paths: operations.paths,
      components: {
        schemas: new Components(this.#schemas, documentation.types).closure(operations.referred),
        securitySchemes: {
          BearerToken: {
            type: 'apiKey',
            description: 'Bearer Token authentication',
            name: 'authorization',
            in: 'header',
          },
        },
      },
    };
  }

  /** GET /openapi/v2: every kind, without the paths. */
  swagger(): SwaggerDocument {
    return swagger(Object.assign({}, ...this.#paths().map((path) => this.document(path)?.components.schemas)));
  }

  #describe(path: string, operations: Operations): void {
    if (path === 'api') {
      operations.addDiscovery('/api/', 'core', 'get available API versions', 'getCoreAPIVersions', 'APIVersions');
    } else if (path === 'apis') {
      operations.addDiscovery('/apis/', 'apis', 'get available API versions', 'getAPIVersions', 'APIGroupList');
    } else if (path.split('/').length === 2 && path.startsWith('apis/')) {
      const id = groupId(path.slice('apis/'.length));
      operations.addDiscovery(
        `/${path}/`,
        id,
        'get information of a group',
        `get${capitalise(id)}APIGroup`,
        'APIGroup',
      );
    } else {
      for (const definition of this.#definitionsBelow(path)) operations.addResource(definition);
    }
  }

  #paths(): string[] {
    const paths = new Set(['api', 'apis']);
    for (const definition of this.#definitions) {
      if (definition.group) paths.add(`apis/${definition.group}`);
      paths.add(pathOf(definition));
    }
    return [...paths].sort();
  }

  #definitionsBelow(path: string): readonly ResourceDefinition[] {
    return this.#definitions.filter((definition) => pathOf(definition) === path);
  }
}

function pathOf({ group, version }: ResourceDefinition): string {
  return group ? `apis/${group}/${version}` : `api/${version}`;
}
