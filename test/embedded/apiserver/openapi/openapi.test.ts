import { describe, expect, it } from 'vitest';
import { OpenApi } from '../../../../src/embedded/apiserver/openapi/openapi.ts';
import type { ResourceDefinition } from '../../../../src/embedded/apiserver/resource.ts';
import { Schemas } from '../../../../src/embedded/apiserver/schema/schemas.ts';

const schemas = Schemas.load();

function define(definition: Partial<ResourceDefinition> & Pick<ResourceDefinition, 'kind' | 'plural' | 'schema'>) {
  return {
    group: '',
    version: 'v1',
    singular: definition.kind.toLowerCase(),
    namespaced: true,
    columns: [],
    validateName: () => [],
    ...definition,
  } as ResourceDefinition;
}

const statefulSets = define({
  group: 'apps',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  schema: 'io.k8s.api.apps.v1.StatefulSet',
  status: {},
  scale: {
    getReplicas: () => 0,
    setReplicas: () => {},
    statusReplicas: () => 0,
    selector: () => '',
  },
});
const pods = define({
  kind: 'Pod',
  plural: 'pods',
  schema: 'io.k8s.api.core.v1.Pod',
  subresources: {
    exec: { kind: 'PodExecOptions', verbs: ['create', 'get'] },
    proxy: { kind: 'PodProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] },
    log: { kind: 'Pod', verbs: ['get'] },
    eviction: { kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] },
  },
});
const namespaces = define({
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
  schema: 'io.k8s.api.core.v1.Namespace',
});
const reviews = define({
  group: 'authentication.k8s.io',
  kind: 'TokenReview',
  plural: 'tokenreviews',
  namespaced: false,
  verbs: ['create'],
  schema: 'io.k8s.api.authentication.v1.TokenReview',
});
const openApi = new OpenApi(schemas, [statefulSets, pods, namespaces, reviews]);

interface Document {
  readonly paths: Record<string, Record<string, { operationId: string; parameters?: { name: string }[] }>>;
  readonly components: { readonly schemas: Record<string, Record<string, unknown>> };
}

const apps = openApi.document('apis/apps/v1') as unknown as Document;
const core = openApi.document('api/v1') as unknown as Document;

describe('OpenAPI', () => {
  it('says where the documents are', () => {
    const { paths } = openApi.index();
    expect(Object.keys(paths)).toEqual([
      'api',
      'api/v1',
      'apis',
      'apis/apps',
      'apis/apps/v1',
      'apis/authentication.k8s.io',
      'apis/authentication.k8s.io/v1',
    ]);
    expect(paths['apis/apps/v1']!.serverRelativeURL).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{128}$/);
    for (const path of Object.keys(paths)) expect(openApi.document(path)).toMatchObject({ openapi: '3.0.0' });
    expect(openApi.document('apis/nope/v1')).toBeUndefined();
  });

  it('has a hash that changes with what is served', () => {
    const other = new OpenApi(schemas, [statefulSets, { ...pods, subresources: {} }]);
    expect(other.hash('apis/apps/v1')).toBe(openApi.hash('apis/apps/v1'));
    expect(other.hash('api/v1')).not.toBe(openApi.hash('api/v1'));
  });

  it('refers to nothing that is not in the document', () => {
    for (const document of [apps, core]) {
      const referred = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/([\w.-]+)/g)];
      const missing = referred.filter(([, name]) => !(name! in document.components.schemas));
      expect(missing).toEqual([]);
    }
  });

  it('describes types with what kubectl needs to merge them', () => {
    const type = apps.components.schemas['io.k8s.api.apps.v1.StatefulSet'];
    expect(type).toMatchObject({
      'x-kubernetes-group-version-kind': [{ group: 'apps', version: 'v1', kind: 'StatefulSet' }],
    });
    expect(apps.components.schemas['io.k8s.api.core.v1.Container']).toMatchObject({
      required: ['name'],
      properties: {
        ports: {
          type: 'array',
          items: { default: {}, allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.ContainerPort' }] },
          'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-patch-merge-key': 'containerPort',
          'x-kubernetes-patch-strategy': 'merge',
        },
        imagePullPolicy: { type: 'string', enum: ['Always', 'IfNotPresent', 'Never'] },
      },
    });
    const meta = apps.components.schemas['io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector'];
    expect(meta).toMatchObject({ 'x-kubernetes-map-type': 'atomic' });
  });

  it('has the paths of a resource and of its subresources', () => {
    expect(Object.keys(apps.paths)).toEqual([
      '/apis/apps/v1/',
      '/apis/apps/v1/namespaces/{namespace}/statefulsets',
      '/apis/apps/v1/namespaces/{namespace}/statefulsets/{name}',
      '/apis/apps/v1/namespaces/{namespace}/statefulsets/{name}/scale',
      '/apis/apps/v1/namespaces/{namespace}/statefulsets/{name}/status',
      '/apis/apps/v1/statefulsets',
      '/apis/apps/v1/watch/namespaces/{namespace}/statefulsets',
      '/apis/apps/v1/watch/namespaces/{namespace}/statefulsets/{name}',
      '/apis/apps/v1/watch/statefulsets',
    ]);
    expect(Object.keys(core.paths)).toEqual(
      expect.arrayContaining(['/api/v1/namespaces/{name}', '/api/v1/namespaces/{namespace}/pods/{name}/proxy/{path}']),
    );
  });

  it('tells by a parameter that fields are validated and writes can be tried', () => {
    const { patch, parameters } = apps.paths['/apis/apps/v1/namespaces/{namespace}/statefulsets/{name}']!;
    expect(patch).toMatchObject({
      operationId: 'patchAppsV1NamespacedStatefulSet',
      'x-kubernetes-action': 'patch',
      'x-kubernetes-group-version-kind': { group: 'apps', version: 'v1', kind: 'StatefulSet' },
    });
    const names = (list: unknown) => (list as { name: string }[]).map(({ name }) => name);
    expect(names(patch!.parameters)).toEqual(['dryRun', 'fieldManager', 'fieldValidation', 'force']);
    expect(names(parameters)).toEqual(['name', 'namespace', 'pretty']);
  });

  it('offers no operation that is not served', () => {
    const { paths } = openApi.document('apis/authentication.k8s.io/v1') as unknown as Document;
    expect(Object.keys(paths)).toEqual([
      '/apis/authentication.k8s.io/v1/',
      '/apis/authentication.k8s.io/v1/tokenreviews',
    ]);
    expect(Object.keys(paths['/apis/authentication.k8s.io/v1/tokenreviews']!)).toEqual(['post', 'parameters']);
  });

  it('knows what a connection and a text are', () => {
    const exec = core.paths['/api/v1/namespaces/{namespace}/pods/{name}/exec']!;
    expect(Object.keys(exec)).toEqual(['get', 'post', 'parameters']);
    expect(exec.get!.operationId).toBe('connectCoreV1GetNamespacedPodExec');
    expect(JSON.stringify(exec.parameters)).toContain('"command"');
    const log = core.paths['/api/v1/namespaces/{namespace}/pods/{name}/log']!;
    expect(log.get).toMatchObject({
      responses: { '200': { content: { 'text/plain': { schema: { type: 'string' } } } } },
    });
  });
});
