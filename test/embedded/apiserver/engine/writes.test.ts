import { describe, expect, it } from 'vitest';
import type { ConfigMap, Deployment, Event, Service } from '../../../../src/kubernetes/objects.ts';
import { TestEngine } from '../support.ts';

const configMap = (name: string, data?: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...(data && { data }),
});

const deployment = (name: string, spec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: 'kubia' } },
    template: {
      metadata: { labels: { app: 'kubia' } },
      spec: { containers: [{ name: 'kubia', image: 'kubia:1' }] },
    },
    ...spec,
  },
});

const status = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  return error?.status;
};

describe('create', () => {
  it('fills in what the system knows and drops what only the system may say', async () => {
    const test = new TestEngine();
    const created = await test.create<ConfigMap>('configmaps', {
      ...configMap('a', { b: 'c' }),
      metadata: { name: 'a', uid: 'mine', deletionTimestamp: '2026-01-01T00:00:00Z' },
    });
    expect(created.metadata).toMatchObject({
      name: 'a',
      namespace: 'default',
      creationTimestamp: '2026-01-01T00:00:00Z',
      resourceVersion: '2',
    });
    expect(created.metadata.uid).toMatch(/^[0-9a-f]{8}-/);
    expect(created.metadata.deletionTimestamp).toBeUndefined();
    expect(created.metadata.managedFields).toEqual([
      {
        manager: 'kubectl',
        operation: 'Update',
        apiVersion: 'v1',
        time: '2026-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { '.': {}, 'f:b': {} } },
      },
    ]);
    expect(test.get('configmaps', 'a')).toBe(created);
  });

  it('refuses a name that is taken', async () => {
    const test = new TestEngine();
    await test.create('configmaps', configMap('a'));
    expect(await status(test.create('configmaps', configMap('a')))).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
      message: 'configmaps "a" already exists',
      details: { name: 'a', kind: 'configmaps' },
    });
  });

  it('says so where the name belongs to an object on its way out', async () => {
    const test = new TestEngine();
    await test.create('configmaps', { ...configMap('a'), metadata: { name: 'a', finalizers: ['example.com/hold'] } });
    await test.delete('configmaps', 'a');
    expect((await status(test.create('configmaps', configMap('a')))).message).toBe(
      'object is being deleted: configmaps "a" already exists',
    );
  });

  it('makes a name from generateName, within 63 characters', async () => {
    const test = new TestEngine();
    const created = await test.create<ConfigMap>('configmaps', {
      ...configMap(''),
      metadata: { generateName: 'x'.repeat(80) },
    });
    expect(created.metadata.name).toMatch(/^x{58}[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  it('asks for a name', async () => {
    const test = new TestEngine();
    expect(await status(test.create('configmaps', { kind: 'ConfigMap', apiVersion: 'v1' }))).toMatchObject({
      code: 422,
      message: 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    });
  });

  it.each([
    [
      { kind: 'Secret' },
      'Secret in version "v1" cannot be handled as a ConfigMap: no kind "Secret" is registered for version "v1" in scheme "pkg/runtime/scheme.go:110"',
    ],
    [
      { kind: 'Pod' },
      'Pod in version "v1" cannot be handled as a ConfigMap: converting (v1.Pod) to (core.ConfigMap): unknown conversion',
    ],
    [
      { apiVersion: 'v2' },
      'ConfigMap in version "v2" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version "v2" in scheme "pkg/runtime/scheme.go:110"',
    ],
    [
      { metadata: { name: 'a', namespace: 'other' } },
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      { data: { x: 1 } },
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
    ],
  ])('refuses %o', async (change, message) => {
    const test = new TestEngine();
    const { engine, caller } = test;
    const body = { value: { ...configMap('a'), ...change } };
    const answer = await status(engine.create(caller, test.definition('configmaps'), 'default', body));
    expect(answer).toMatchObject({ code: 400, message });
  });

  it('treats unknown fields as fieldValidation says', async () => {
    const test = new TestEngine();
    const object = { ...configMap('a'), foo: 1 };
    expect(await status(test.create('configmaps', object, { fieldValidation: 'Strict' }))).toMatchObject({
      code: 400,
      message: 'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "foo"',
    });
    await test.create('configmaps', object, { fieldValidation: 'Ignore' });
    expect(test.warnings).toEqual([]);
    await test.create('configmaps', { ...object, metadata: { name: 'b' } });
    expect(test.warnings).toEqual(['unknown field "foo"']);
    expect(test.get('configmaps', 'b')).not.toHaveProperty('foo');
  });

  it('stores nothing in a dry run', async () => {
    const test = new TestEngine();
    const before = test.store.revision;
    const answer = await test.create<ConfigMap>('configmaps', configMap('a'), { dryRun: true });
    expect(answer.metadata.uid).toBeDefined();
    expect(answer.metadata.resourceVersion).toBeUndefined();
    expect(test.store.revision).toBe(before);
  });

  it('gives back what a failed write or a dry run has reserved, and keeps what a write has', async () => {
    const test = new TestEngine();
    const service = (name: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: {} });
    expect((await status(test.create('services', service('refused')))).code).toBe(422);
    await test.create('services', service('dry'), { dryRun: true });
    const [a, b] = await Promise.all(['a', 'b'].map((name) => test.create<Service>('services', service(name))));
    expect([a!.spec.clusterIP, b!.spec.clusterIP]).toEqual(['10.0.0.1', '10.0.0.2']);
    expect((await status(test.create('services', service('c')))).message).toContain('no address is free');
    await test.delete('services', 'a');
    expect((await test.create<Service>('services', service('c'))).spec.clusterIP).toBe('10.0.0.1');
    // A restart finds in the objects what they hold.
    const restarted = new TestEngine({ store: test.store });
    expect((await status(restarted.create('services', service('d')))).message).toContain('no address is free');
  });

  it('keeps keys that are special in JavaScript as plain data', async () => {
    const test = new TestEngine();
    const data = JSON.parse('{"__proto__": "x", "constructor": "y"}') as Record<string, string>;
    const created = await test.create<ConfigMap>('configmaps', configMap('a', data));
    expect(Object.keys(created.data!)).toEqual(['__proto__', 'constructor']);
    await test
      .patch('configmaps', 'a', 'merge', JSON.parse('{"data": {"__proto__": {"polluted": 1}}}'))
      .catch(() => {});
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('update', () => {
  it('replaces the object and counts its generation where the spec changes', async () => {
    const test = new TestEngine();
    const created = await test.create<Deployment>('deployments.apps', deployment('a'));
    expect(created.spec.replicas).toBe(1);
    const updated = await test.update<Deployment>('deployments.apps', {
      ...created,
      spec: { ...created.spec, replicas: 3 },
      status: { replicas: 7 },
    });
    expect(updated.metadata).toMatchObject({ generation: 2, uid: created.metadata.uid });
    expect(updated.status).toEqual({});
  });

  it('writes nothing where nothing changes', async () => {
    const test = new TestEngine();
    const created = await test.create<ConfigMap>('configmaps', configMap('a', { b: 'c' }));
    await test.clock.advance(5000);
    expect(await test.update('configmaps', created)).toBe(created);
    expect(await test.patch('configmaps', 'a', 'merge', { data: { b: 'c' } })).toBe(created);
  });

  it('refuses what rests on another state', async () => {
    const test = new TestEngine();
    const created = await test.create<ConfigMap>('configmaps', configMap('a'));
    await test.patch('configmaps', 'a', 'merge', { data: { b: 'c' } });
    expect(await status(test.update('configmaps', created))).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    });
    const { resourceVersion: _, ...metadata } = created.metadata;
    expect((await test.update<ConfigMap>('configmaps', { ...created, metadata })).data).toBeUndefined();
  });

  it('loses no update among many at once', async () => {
    const test = new TestEngine();
    await test.create('configmaps', configMap('a'));
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => test.patch('configmaps', 'a', 'merge', { data: { [`k${i}`]: 'v' } })),
    );
    expect(Object.keys(test.get<ConfigMap>('configmaps', 'a').data!)).toHaveLength(50);
  });

  it('knows the object by its UID', async () => {
    const test = new TestEngine();
    const { metadata } = await test.create<ConfigMap>('configmaps', configMap('a'));
    expect(
      (await status(test.update('configmaps', { ...configMap('a'), metadata: { ...metadata, uid: 'other' } }))).message,
    ).toBe(
      `Operation cannot be fulfilled on configmaps "a": StorageError: invalid object, Code: 4, Key: /registry/configmaps/default/a, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: other, UID in object meta: ${metadata.uid}`,
    );
    expect(await status(test.patch('configmaps', 'a', 'merge', { metadata: { uid: 'b' } }))).toMatchObject({
      code: 422,
      message: 'ConfigMap "a" is invalid: metadata.uid: Invalid value: "b": field is immutable',
    });
  });

  it('creates only where the kind allows', async () => {
    const test = new TestEngine();
    expect(
      (await status(test.update('configmaps', { ...configMap('a'), metadata: { name: 'a', namespace: 'default' } })))
        .message,
    ).toBe('configmaps "a" not found');
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e', namespace: 'default' },
      involvedObject: { kind: 'Pod', name: 'x' },
    };
    expect((await test.update<Event>('events', event)).metadata.uid).toBeDefined();
  });

  it('demands a resourceVersion where the kind does', async () => {
    const test = new TestEngine();
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'l', namespace: 'default' },
    };
    await test.create('leases.coordination.k8s.io', lease);
    expect((await status(test.update('leases.coordination.k8s.io', lease))).message).toBe(
      'leases.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    );
  });

  it('lets the status subresource change the status only, and the object everything else', async () => {
    const test = new TestEngine();
    const created = await test.create<Deployment>('deployments.apps', deployment('a'));
    const updated = await test.update<Deployment>(
      'deployments.apps',
      { ...created, spec: { ...created.spec, replicas: 9 }, status: { replicas: 2 } },
      'status',
    );
    expect(updated.spec).toEqual(created.spec);
    expect(updated.status).toEqual({ replicas: 2 });
    expect(updated.metadata.generation).toBe(1);
    expect(updated.metadata.managedFields?.at(-1)).toMatchObject({
      subresource: 'status',
      fieldsV1: { 'f:status': { 'f:replicas': {} } },
    });
  });

  it('dedups owner references, and says so', async () => {
    const test = new TestEngine();
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' };
    const created = await test.create<ConfigMap>('configmaps', {
      ...configMap('a'),
      metadata: { name: 'a', ownerReferences: [owner, { ...owner }] },
    });
    expect(created.metadata.ownerReferences).toEqual([owner]);
    expect(test.warnings[0]).toMatch(/^\.metadata\.ownerReferences contains duplicate entries; .*observed: u$/);
  });

  it('passes on what a kind warns of', async () => {
    const test = new TestEngine();
    await test.create('deployments.apps', { ...deployment('a'), metadata: { name: 'a', labels: { old: 'yes' } } });
    expect(test.warnings).toEqual(['metadata.labels: old is deprecated']);
  });
});

describe('patch', () => {
  it.each([
    ['merge', { metadata: { name: 'b' } }, 400, 'the name of the object (b) does not match the name on the URL (a)'],
    [
      'merge',
      { metadata: { resourceVersion: '1' } },
      409,
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    ],
    [
      'merge',
      [],
      400,
      'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
    ],
    [
      'json',
      {},
      400,
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    ],
    [
      'json',
      [{ op: 'test', path: '/metadata/name', value: 'z' }],
      422,
      'the server rejected our request due to an error in our request',
    ],
    ['strategic', [], 400, 'json: cannot unmarshal array into Go value of type map[string]interface {}'],
    ['apply', { apiVersion: 'v2', kind: 'ConfigMap' }, 400, 'invalid object type: /v2, Kind=ConfigMap'],
    ['apply', {}, 400, 'invalid object type: /, Kind='],
  ] as const)('refuses %s %o', async (type, value, code, message) => {
    const test = new TestEngine();
    await test.create('configmaps', configMap('a'));
    const options = type === 'apply' ? { fieldManager: 'x' } : {};
    expect(await status(test.patch('configmaps', 'a', type, value, options))).toMatchObject({ code, message });
  });

  it('shows the patched object where it is not one of its kind', async () => {
    const test = new TestEngine();
    await test.create('configmaps', configMap('a'));
    const answer = await status(test.patch('configmaps', 'a', 'merge', { data: { a: 1 } }));
    expect(answer.message).toMatch(
      /^ "" is invalid: patch: Invalid value: "\{.*\\"data\\":\{\\"a\\":1\}.*\}": json: cannot unmarshal number/,
    );
    expect(answer.details).toEqual({ causes: [expect.objectContaining({ field: 'patch' })] });
  });

  it('creates by apply, and by nothing else', async () => {
    const test = new TestEngine();
    expect((await status(test.patch('configmaps', 'a', 'merge', {}))).message).toBe('configmaps "a" not found');
    const applied = await test.patch<ConfigMap>('configmaps', 'a', 'apply', configMap('a', { b: 'c' }), {
      fieldManager: 'x',
    });
    expect(applied.metadata.managedFields).toMatchObject([{ manager: 'x', operation: 'Apply' }]);
    expect((await status(test.patch('configmaps', 'a', 'apply', configMap('a')))).message).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  });

  it('reports conflicts of apply, unless it is forced', async () => {
    const test = new TestEngine();
    await test.patch('configmaps', 'a', 'apply', configMap('a', { b: 'c' }), { fieldManager: 'x' });
    const other = test.patch('configmaps', 'a', 'apply', configMap('a', { b: 'd' }), { fieldManager: 'y' });
    expect(await status(other)).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "x": .data.b',
    });
    const forced = await test.patch<ConfigMap>('configmaps', 'a', 'apply', configMap('a', { b: 'd' }), {
      fieldManager: 'y',
      force: true,
    });
    expect(forced.data).toEqual({ b: 'd' });
  });

  it('merges lists by their keys', async () => {
    const test = new TestEngine();
    await test.create('deployments.apps', deployment('a'));
    const patched = await test.patch<Deployment>('deployments.apps', 'a', 'strategic', {
      spec: { template: { spec: { containers: [{ name: 'sidecar', image: 'x:1' }] } } },
    });
    expect(patched.spec.template.spec!.containers.map(({ name }) => name).sort()).toEqual(['kubia', 'sidecar']);
  });
});
