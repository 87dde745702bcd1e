import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from './support.ts';

const server = new TestServer({ openApi: true });
beforeAll(() => server.start());
afterAll(() => server.stop());

const merge = { 'content-type': 'application/merge-patch+json' };
const patch = (path: string, body: object, headers: Record<string, string> = merge) =>
  server.ask(path, { method: 'PATCH', headers, body });

describe('what is peculiar to a kind', () => {
  it('warns with every answer about a deprecated kind', async () => {
    const endpoints = '/api/v1/namespaces/default/endpoints';
    const warning = '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"';
    expect((await server.get(endpoints)).headers.warning).toBe(warning);
    expect((await server.get(`${endpoints}/nope`)).headers.warning).toBe(warning);
    expect((await server.get('/api/v1/componentstatuses')).headers.warning).toBe(
      '299 - "v1 ComponentStatus is deprecated in v1.19+"',
    );
    expect((await server.get('/api/v1/namespaces/default/configmaps')).headers.warning).toBeUndefined();
  });

  it('keeps the PriorityClasses of the system', async () => {
    const classes = '/apis/scheduling.k8s.io/v1/priorityclasses';
    const { status, json } = await server.ask(`${classes}/system-node-critical`, { method: 'DELETE' });
    expect(status).toBe(403);
    expect(json.message).toBe(
      'priorityclasses.scheduling.k8s.io "system-node-critical" is forbidden: this is a system priority class and cannot be deleted',
    );
    expect((await server.get(`${classes}/system-node-critical`)).status).toBe(200);
  });

  it('tells of a role’s age as a date, for clients to count', async () => {
    const { json } = await server.get('/apis/rbac.authorization.k8s.io/v1/clusterroles/view', {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    });
    expect(json.columnDefinitions[1]).toMatchObject({ name: 'Created At', type: 'date' });
    expect(json.rows[0].cells[1]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it('warns of addresses in a status that will not be valid for ever', async () => {
    const services = '/api/v1/namespaces/default/services';
    const spec = { type: 'LoadBalancer', ports: [{ port: 80 }] };
    await server.post(services, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'lb' }, spec });
    const { status, headers } = await patch(`${services}/lb/status`, {
      status: { loadBalancer: { ingress: [{ ip: '::ffff:1.2.3.4' }] } },
    });
    expect(status).toBe(200);
    expect(headers.warning).toBe(
      '299 - "status.loadBalancer.ingress[0]: non-standard IP address \\"::ffff:1.2.3.4\\" will be considered invalid in a future Kubernetes release: use \\"1.2.3.4\\""',
    );
  });

  it('approves certificates through their subresource alone', async () => {
    const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
    const recording = new URL('../resources/recordings/approval.json', import.meta.url);
    const [{ base }] = (JSON.parse(readFileSync(recording, 'utf8')) as { status: [{ base: { spec: object } }] }).status;
    await server.post(requests, { ...base, metadata: { name: 'approve-me' }, status: undefined });
    const approved = { type: 'Approved', status: 'True', reason: 'Because' };
    const elsewhere = await patch(`${requests}/approve-me/status`, { status: { conditions: [approved] } });
    expect(elsewhere.json.status.conditions).toBeUndefined();
    const { status, json } = await patch(`${requests}/approve-me/approval`, {
      spec: { signerName: 'other.io/signer' },
      status: { certificate: 'AA==', conditions: [approved] },
    });
    expect(status).toBe(200);
    expect(json.spec.signerName).not.toBe('other.io/signer');
    expect(json.status).toEqual({
      conditions: [{ ...approved, lastUpdateTime: expect.any(String), lastTransitionTime: expect.any(String) }],
    });
    const both = { status: { conditions: [approved, { ...approved, type: 'Denied' }] } };
    expect(await patch(`${requests}/approve-me/approval`, both)).toMatchObject({ status: 422 });
  });

  it('takes from a strategic merge patch what Go converts without JSON: whole numbers with a point', async () => {
    const deployments = '/apis/apps/v1/namespaces/default/deployments';
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    await server.post(deployments, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: { selector: { matchLabels: { a: 'b' } }, template },
    });
    const body = '{"spec":{"replicas":2.0}}';
    const send = (type: string) =>
      server.ask(`${deployments}/d`, { method: 'PATCH', body, headers: { 'content-type': type } });
    expect((await send('application/strategic-merge-patch+json')).json.spec.replicas).toBe(2);
  });
});

it('shows a Scale as a table of its own', async () => {
  const statefulSets = '/apis/apps/v1/namespaces/default/statefulsets';
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const spec = { replicas: 3, serviceName: 's', selector: { matchLabels: { a: 'b' } }, template };
  await server.post(statefulSets, { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 's' }, spec });
  const { json } = await server.get(`${statefulSets}/s/scale`, {
    accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
  });
  expect(json.columnDefinitions.map(({ name }: { name: string }) => name)).toEqual([
    'Name',
    'Desired',
    'Available',
    'Age',
  ]);
  expect(json.rows[0].cells.slice(0, 3)).toEqual(['s', 3, 0]);
});

describe('OpenAPI', () => {
  it('has the kinds in the second version too, as JSON and as client-go reads it', async () => {
    const { json, headers } = await server.get('/openapi/v2');
    const { spec } = json.definitions['io.k8s.api.apps.v1.StatefulSet'].properties;
    expect(spec).toEqual({
      description: expect.any(String),
      $ref: '#/definitions/io.k8s.api.apps.v1.StatefulSetSpec',
    });
    expect(json.definitions['io.k8s.apimachinery.pkg.util.intstr.IntOrString']).toMatchObject({
      type: 'string',
      format: 'int-or-string',
    });
    expect((await server.get('/openapi/v2', { 'if-none-match': headers.etag! })).status).toBe(304);
    const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
    const binary = await server.get('/openapi/v2', { accept });
    expect(binary.headers['content-type']).toBe('application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
    expect(binary.text.slice(0, 5)).toBe('\n\u00032.0');
    expect(binary.text).toContain('#/definitions/io.k8s.api.apps.v1.StatefulSetSpec');
  });

  it('has the same hash in the index, in the document’s tag and in the address it redirects to', async () => {
    const { json } = await server.get('/openapi/v3');
    const address: string = json.paths['apis/apps/v1'].serverRelativeURL;
    const document = await server.get(address);
    expect(document.status).toBe(200);
    expect(document.headers['cache-control']).toBe('public, immutable');
    expect(address).toContain(JSON.parse(document.headers.etag!));
    const other = await server.get('/openapi/v3/apis/apps/v1?hash=OLD');
    expect(other.status).toBe(301);
    expect(other.headers.location).toBe(address);
    const known = await server.get('/openapi/v3/apis/apps/v1', { 'if-none-match': document.headers.etag! });
    expect(known).toMatchObject({ status: 304, text: '' });
    expect((await server.get('/openapi/v3/apis/nope/v1?hash=OLD')).status).toBe(404);
  });
});

it('has no errors of its own', () => {
  expect(server.errors).toEqual([]);
});
