import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configMap, TestServer } from './support.ts';

const server = new TestServer();
beforeAll(() => server.start());
afterAll(() => server.stop());

const namespace = '/api/v1/namespaces/default';
const configMaps = `${namespace}/configmaps`;

describe('objects over HTTP', () => {
  it('creates, reads, replaces, patches and deletes', async () => {
    const created = await server.post(configMaps, configMap('crud', { a: 'b' }));
    expect(created.status).toBe(201);
    expect(created.headers['content-type']).toBe('application/json');
    expect(created.headers['audit-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(Object.keys(created.json).slice(0, 3)).toEqual(['kind', 'apiVersion', 'metadata']);
    const read = await server.get(`${configMaps}/crud`);
    expect(read.text).toBe(created.text);
    const put = await server.ask(`${configMaps}/crud`, { method: 'PUT', body: { ...read.json, data: { c: 'd' } } });
    expect(put.json.data).toEqual({ c: 'd' });
    const patched = await server.ask(`${configMaps}/crud`, {
      method: 'PATCH',
      body: { data: { e: 'f' } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect(patched.json.data).toEqual({ c: 'd', e: 'f' });
    const deleted = await server.ask(`${configMaps}/crud`, { method: 'DELETE' });
    expect(deleted).toMatchObject({ status: 200, json: { kind: 'Status', status: 'Success' } });
    expect((await server.get(`${configMaps}/crud`)).json).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'configmaps "crud" not found',
      reason: 'NotFound',
      details: { name: 'crud', kind: 'configmaps' },
      code: 404,
    });
  });

  it('escapes what older readers could take for HTML, wherever text is written, as Go does', async () => {
    const data = { a: '<b> & "\\u003c"' };
    const escaped = '"data":{"a":"\\u003cb\\u003e \\u0026 \\"\\\\u003c\\""}';
    const created = await server.post(configMaps, configMap('escaped', data));
    expect(created.text).toContain(escaped);
    expect(created.json.data).toEqual(data);
    const path = `${configMaps}?fieldSelector=metadata.name%3Descaped`;
    expect((await server.get(path)).text).toContain(escaped);
    expect((await server.get(`${configMaps}/escaped?pretty=true`)).text).toContain('"a": "\\u003cb\\u003e');
    expect((await server.get(`${configMaps}/%3C`)).text).toContain('configmaps \\"\\u003c\\" not found');
  });

  it('lists without naming each item’s kind, as Go’s typed lists do', async () => {
    await server.post(configMaps, configMap('listed'));
    const { json } = await server.get(`${configMaps}?fieldSelector=metadata.name%3Dlisted`);
    expect(json).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' });
    expect(Object.keys(json.items[0])).toEqual(['metadata']);
  });

  it.each([
    ['application/json;as=Table;v=v1;g=meta.k8s.io,application/json', 'Table', 'meta.k8s.io/v1'],
    ['application/json;as=Table;v=v1beta1;g=meta.k8s.io', 'Table', 'meta.k8s.io/v1beta1'],
    ['application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', 'PartialObjectMetadata', 'meta.k8s.io/v1'],
    ['application/vnd.kubernetes.protobuf,application/json', 'ConfigMap', 'v1'],
    ['application/xml;q=0.9,*/*', 'ConfigMap', 'v1'],
  ])('answers %s with a %s', async (accept, kind, apiVersion) => {
    await server.post(configMaps, configMap('formats', { a: 'b' }));
    const { json } = await server.get(`${configMaps}/formats`, { accept });
    expect(json).toMatchObject({ kind, apiVersion });
  });

  it('prints tables with columns and rows', async () => {
    await server.post(configMaps, configMap('formats', { a: 'b' }));
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const ask = async (include: string) =>
      (await server.get(`${configMaps}/formats?includeObject=${include}`, { accept })).json;
    const full = await ask('Metadata');
    expect(full.columnDefinitions[0]).toMatchObject({ name: 'Name', type: 'string', format: 'name', priority: 0 });
    expect(full.rows[0].cells.slice(0, 1)).toEqual(['formats']);
    expect(full.rows[0].object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'formats' } });
    expect((await ask('None')).rows[0].object).toBeNull();
    expect((await ask('Object')).rows[0].object).toMatchObject({ kind: 'ConfigMap', data: { a: 'b' } });
    expect((await ask('Foo')).message).toBe(
      `Unable to convert to Table as requested: includeObject: Invalid value: "Foo": must be 'Metadata', 'Object', 'None', or empty`,
    );
  });

  it.each([
    [
      'application/xml',
      '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch',
    ],
    [
      'application/vnd.kubernetes.protobuf',
      'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    ],
    [
      'application/json;as=Foo;v=v1;g=meta.k8s.io',
      'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    ],
  ])('cannot answer %s', async (accept, message) => {
    expect((await server.get(configMaps, { accept })).json).toMatchObject({
      code: 406,
      reason: 'NotAcceptable',
      message,
    });
  });

  it('makes a Table of what has columns alone', async () => {
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { nonResourceAttributes: { path: '/', verb: 'get' } },
    };
    const as = (accept: string) =>
      server.ask('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        method: 'POST',
        body: review,
        headers: { accept },
      });
    const only = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    expect(await as(only)).toMatchObject({ status: 406, json: { reason: 'NotAcceptable' } });
    expect(await as(`${only},application/json`)).toMatchObject({ status: 201, json: { status: { allowed: true } } });
  });

  it('reads and writes YAML', async () => {
    const { text, headers } = await server.ask(configMaps, {
      method: 'POST',
      body: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  b: "2"\n  a: "1"\n',
      headers: { 'content-type': 'application/yaml', accept: 'application/yaml' },
    });
    expect(headers['content-type']).toBe('application/yaml');
    expect(text).toMatch(/^apiVersion: v1\ndata:\n {2}a: "1"\n {2}b: "2"\nkind: ConfigMap\n/);
  });

  it('indents for people', async () => {
    await server.post(configMaps, configMap('pretty'));
    const curl = await server.get(`${configMaps}/pretty`, { 'user-agent': 'curl/8.0' });
    expect(curl.text).toMatch(/^\{\n {2}"kind": "ConfigMap",\n {2}"apiVersion"/);
    expect(curl.text).toMatch(/\n\}$/);
    const plain = await server.get(`${configMaps}/pretty?pretty=0`, { 'user-agent': 'curl/8.0' });
    expect(plain.text).toMatch(/^[^\n]*\n$/);
  });

  it('compresses large answers for those who understand it', async () => {
    await server.post(configMaps, configMap('large', { a: 'x'.repeat(200_000) }));
    const answer = await server.get(`${configMaps}/large`, { 'accept-encoding': 'gzip' });
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(Number(answer.headers['content-length'])).toBeLessThan(10_000);
    expect((await server.get(`${configMaps}/large`)).headers['content-encoding']).toBeUndefined();
  });

  it('passes warnings on', async () => {
    const answer = await server.post(configMaps, { ...configMap('warned'), foo: 1, 'b"r': 2 });
    expect(answer.headers.warning).toBe('299 - "unknown field \\"foo\\"", 299 - "unknown field \\"b\\\\\\"r\\""');
  });

  it.each([
    [
      '',
      'application/json',
      `the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)`,
    ],
    [
      '{',
      'application/json',
      `the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input ({)`,
    ],
    [
      '[]',
      'application/json',
      String.raw`the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" } (5b5d)`,
    ],
    [
      'k8s',
      'application/vnd.kubernetes.protobuf',
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    ],
  ])('refuses the body %j', async (body, type, message) => {
    const answer = await server.ask(configMaps, { method: 'POST', body, headers: { 'content-type': type } });
    expect(answer.json).toMatchObject({ code: 400, reason: 'BadRequest', message });
  });

  it('knows no other formats, and takes so much and no more', async () => {
    const xml = await server.post(configMaps, '{}', { 'content-type': 'application/xml' });
    expect(xml.json).toMatchObject({
      code: 415,
      reason: 'UnsupportedMediaType',
      message:
        'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    });
    const patch = await server.ask(`${configMaps}/x`, { method: 'PATCH', body: '{}' });
    expect(patch.json).toMatchObject({ code: 415, message: '415: Unsupported Media Type' });
    const large = await server.post(configMaps, 'x'.repeat(3 * 1024 * 1024 + 1));
    expect(large.json).toMatchObject({
      code: 413,
      reason: 'RequestEntityTooLarge',
      message: 'Request entity too large: limit is 3145728',
    });
  });

  it.each([
    ['GET', '/api/v1/foos', 404, 'the server could not find the requested resource'],
    ['GET', '/apis/apps/v9/foos', 404, 'the server could not find the requested resource'],
    ['POST', `${configMaps}/foo`, 405, 'the server does not allow this method on the requested resource'],
    ['PUT', configMaps, 405, 'the server does not allow this method on the requested resource'],
    ['POST', '/api/v1/configmaps', 405, 'the server does not allow this method on the requested resource'],
    ['DELETE', '/api/v1/configmaps', 405, 'the server does not allow this method on the requested resource'],
    ['OPTIONS', configMaps, 405, 'the server does not allow this method on the requested resource'],
    ['GET', `${configMaps}?limit=abc`, 400, 'strconv.ParseInt: parsing "abc": invalid syntax'],
    [
      'GET',
      '/api/v1/namespaces/%zz/configmaps',
      400,
      'invalid URL escape in path "/api/v1/namespaces/%zz/configmaps": use %25 for a percent sign',
    ],
    ['POST', '/api/v1/namespaces/nope/configmaps', 404, 'namespaces "nope" not found'],
  ])('answers %s %s with %i', async (method, path, code, message) => {
    const body = method === 'POST' ? configMap('x') : undefined;
    expect((await server.ask(path, { method, body })).json).toMatchObject({ status: 'Failure', code, message });
  });

  it('checks options of writes', async () => {
    const dryRun = await server.post(`${configMaps}?dryRun=foo`, configMap('x'));
    expect(dryRun.json).toMatchObject({
      code: 422,
      message:
        'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: []string{"foo"}: supported values: "All"',
      details: { group: 'meta.k8s.io', kind: 'CreateOptions' },
    });
    const manager = await server.post(`${configMaps}?fieldManager=%00`, configMap('x'));
    expect(manager.json.message).toBe(
      'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "\\x00": invalid character U+0000 (at position 0)',
    );
  });

  it('takes DeleteOptions from the body', async () => {
    await server.post(configMaps, configMap('kept'));
    const refused = await server.ask(`${configMaps}/kept`, {
      method: 'DELETE',
      body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'x' } },
    });
    expect(refused.json).toMatchObject({ code: 409, reason: 'Conflict' });
    const wrong = await server.ask(`${configMaps}/kept`, { method: 'DELETE', body: { gracePeriodSeconds: 'x' } });
    expect(wrong.json).toMatchObject({ code: 400 });
    const dry = await server.ask(`${configMaps}/kept`, { method: 'DELETE', body: { dryRun: ['All'] } });
    expect(dry.status).toBe(200);
    expect((await server.get(`${configMaps}/kept`)).status).toBe(200);
  });

  it('scales', async () => {
    const deployments = '/apis/apps/v1/namespaces/default/deployments';
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'scaled' },
      spec: {
        selector: { matchLabels: { app: 'x' } },
        template: { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'x', image: 'x:1' }] } },
      },
    };
    expect((await server.post(deployments, deployment)).status).toBe(201);
    const { json } = await server.get(`${deployments}/scaled/scale`);
    expect(json).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 1 },
      status: { replicas: 0, selector: 'app=x' },
    });
    const put = await server.ask(`${deployments}/scaled/scale`, {
      method: 'PUT',
      body: { ...json, spec: { replicas: 3 } },
    });
    expect(put.json.spec).toEqual({ replicas: 3 });
    const patched = await server.ask(`${deployments}/scaled/scale`, {
      method: 'PATCH',
      body: { spec: { replicas: 4 } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect(patched.json.spec).toEqual({ replicas: 4 });
    const object = (await server.get(`${deployments}/scaled`)).json;
    expect(object.spec.replicas).toBe(4);
    expect(object.metadata.managedFields).toContainEqual(
      expect.objectContaining({ subresource: 'scale', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }),
    );
  });
});

describe('watch over HTTP', () => {
  /** Opens a watch and collects its events until it ends or `enough` have come. */
  function watch(path: string, enough: number, headers: Record<string, string> = {}) {
    const events: { type: string; object: Record<string, unknown> }[] = [];
    let waiting: () => void = () => {};
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: server.port,
        path,
        ca: server.identity.ca,
        agent: false,
        headers: { authorization: 'Bearer admin', ...headers },
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => {
          text += chunk;
          for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
            events.push(JSON.parse(text.slice(0, end)));
            text = text.slice(end + 1);
          }
          if (events.length >= enough) waiting();
        });
        incoming.on('end', () => waiting());
        incoming.on('error', () => {});
      },
    );
    outgoing.on('error', () => {});
    outgoing.end();
    const done = new Promise<typeof events>((resolve) => {
      waiting = () => {
        outgoing.destroy();
        resolve(events);
      };
    });
    return done;
  }

  it('streams changes as lines of JSON', async () => {
    const { json } = await server.get(configMaps);
    const events = watch(`${configMaps}?watch=1&resourceVersion=${json.metadata.resourceVersion}`, 2);
    await server.post(configMaps, configMap('watched'));
    await server.ask(`${configMaps}/watched`, { method: 'DELETE' });
    expect(await events).toMatchObject([
      { type: 'ADDED', object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'watched' } } },
      { type: 'DELETED', object: { metadata: { name: 'watched' } } },
    ]);
  });

  it('sends the columns of a table with the first event only', async () => {
    const { json } = await server.get(configMaps);
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const path = `${configMaps}?watch=1&resourceVersion=${json.metadata.resourceVersion}`;
    const events = watch(path, 2, { accept });
    for (const name of ['t1', 't2']) await server.post(configMaps, configMap(name));
    const [first, second] = await events;
    expect(first!.object).toMatchObject({ kind: 'Table', rows: [{ object: { metadata: { name: 't1' } } }] });
    expect((first!.object.columnDefinitions as object[])[0]).toMatchObject({ name: 'Name' });
    expect(second!.object).toMatchObject({ columnDefinitions: null, rows: [{ object: { metadata: { name: 't2' } } }] });
  });

  it('ends after its time, and says with an event that it began too late', async () => {
    expect((await watch(`${configMaps}?watch=1&resourceVersion=1&timeoutSeconds=1`, 1))[0]).toMatchObject({
      type: 'ADDED',
    });
    server.store.compact(server.store.revision);
    expect(await watch(`${configMaps}?watch=1&resourceVersion=2`, 1)).toMatchObject([
      { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } },
    ]);
  });

  it('takes the old form of the path, for one object too', async () => {
    await server.post(configMaps, configMap('old'));
    expect(await watch('/api/v1/watch/namespaces/default/configmaps/old', 1)).toMatchObject([
      { type: 'ADDED', object: { metadata: { name: 'old' } } },
    ]);
  });
});

it('has no errors of its own', () => {
  expect(server.errors).toEqual([]);
});
