import { describe, expect, it } from 'vitest';
import { type AppliedPatch, applyPatch } from '../../../../src/embedded/apiserver/apply/apply.ts';
import { trackUpdate } from '../../../../src/embedded/apiserver/apply/update.ts';
import { decode } from '../../../../src/embedded/apiserver/schema/decode.ts';
import { Schemas } from '../../../../src/embedded/apiserver/schema/schemas.ts';
import type { KubeObject } from '../../../../src/kubernetes/object.ts';

const schemas = Schemas.load();
const name = 'io.k8s.api.apps.v1.StatefulSet';
const type = { apiVersion: 'apps/v1', kind: 'StatefulSet' };

function config(spec: object, metadata: object = {}): KubeObject {
  return { ...type, metadata: { name: 'web', namespace: 'ns', ...metadata }, spec } as unknown as KubeObject;
}

function apply(patch: KubeObject, rest: Partial<AppliedPatch> = {}): KubeObject {
  const result = applyPatch({
    schemas,
    schemaName: name,
    apiVersion: 'apps/v1',
    live: undefined,
    patch,
    manager: 'me',
    force: false,
    subresource: '',
    time: '2026-01-01T00:00:00Z',
    ...rest,
  });
  const { managedFields } = result.metadata;
  const { object } = decode(schemas, name, { ...result, metadata: { ...result.metadata, managedFields: undefined } });
  return { ...object, metadata: { ...object.metadata, ...(managedFields && { managedFields }) } };
}

function containers(object: KubeObject): unknown {
  return (object as unknown as { spec: { template: { spec: { containers: unknown } } } }).spec.template.spec.containers;
}

function owners(object: KubeObject): unknown {
  return object.metadata.managedFields?.map(({ manager, operation }) => `${manager} ${operation}`);
}

/** An object as an ordinary write leaves it. */
function written(spec: object, manager: string, metadata: object = {}): KubeObject {
  const { object } = decode(schemas, name, config(spec, metadata));
  const managedFields = trackUpdate({
    schemas,
    schemaName: name,
    apiVersion: 'apps/v1',
    previous: undefined,
    next: object,
    manager,
    subresource: '',
    time: '2026-01-01T00:00:00Z',
  });
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

const pod = (...list: object[]) => ({ template: { spec: { containers: list } } });

describe('server-side apply', () => {
  it('creates', () => {
    const created = apply(config({ replicas: 2 }));
    expect(created).toMatchObject({ metadata: { name: 'web' }, spec: { replicas: 2 } });
    expect(created.metadata.managedFields).toEqual([
      {
        manager: 'me',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        time: '2026-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      },
    ]);
  });

  it('leaves alone what it does not mention, and merges lists by their keys', () => {
    const live = written({ replicas: 1, ...pod({ name: 'a', image: 'a:1' }, { name: 'b', image: 'b:1' }) }, 'other');
    const result = apply(config(pod({ name: 'b', stdin: true }, { name: 'c', image: 'c:1' })), { live });
    expect(containers(result)).toMatchObject([
      { name: 'a', image: 'a:1' },
      { name: 'b', image: 'b:1', stdin: true },
      { name: 'c', image: 'c:1' },
    ]);
    expect(result).toMatchObject({ spec: { replicas: 1 } });
  });

  it('removes what it applied before and does no longer, unless somebody else owns it', () => {
    const first = apply(config({ replicas: 2, serviceName: 'x', ...pod({ name: 'a', image: '1' }, { name: 'b' }) }));
    const shared = apply(config({ serviceName: 'x' }), { live: first, manager: 'other' });
    const result = apply(config(pod({ name: 'a' })), { live: shared });
    expect(result).toMatchObject({ spec: { serviceName: 'x', template: { spec: { containers: [{ name: 'a' }] } } } });
    expect(result).not.toHaveProperty('spec.replicas');
    expect(containers(result)).toEqual([{ name: 'a', resources: {} }]);
  });

  it('knows ports by number and protocol, whose default counts', () => {
    const live = written(pod({ name: 'a', ports: [{ containerPort: 53, protocol: 'TCP', name: 'x' }] }), 'other');
    const ports = [
      { containerPort: 53, hostPort: 1 },
      { containerPort: 53, protocol: 'UDP' },
    ];
    expect(containers(apply(config(pod({ name: 'a', ports })), { live }))).toMatchObject([
      {
        ports: [
          { containerPort: 53, protocol: 'TCP', name: 'x', hostPort: 1 },
          { containerPort: 53, protocol: 'UDP' },
        ],
      },
    ]);
  });

  it('fails on a field that another manager set to something else', () => {
    const live = written({ replicas: 1 }, 'kubectl-client-side-apply');
    const message =
      'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas';
    expect(() => apply(config({ replicas: 2 }), { live })).toThrow(
      expect.objectContaining({
        code: 409,
        reason: 'Conflict',
        message,
        status: expect.objectContaining({
          details: {
            causes: [
              {
                reason: 'FieldManagerConflict',
                message: 'conflict with "kubectl-client-side-apply" using apps/v1',
                field: '.spec.replicas',
              },
            ],
          },
        }),
      }),
    );
    expect(apply(config({ replicas: 1 }), { live })).toMatchObject({ spec: { replicas: 1 } });
  });

  it('lists conflicts by manager', () => {
    const first = apply(config({ replicas: 1, serviceName: 'a' }), { manager: 'b' });
    const live = apply(config({ minReadySeconds: 1 }), { live: first, manager: 'a', subresource: 'status' });
    const own = apply(config({ ...pod({ name: 'x', image: '1' }) }), { live, manager: 'a' });
    const patch = config({ replicas: 2, serviceName: 'b', ...pod({ name: 'x', image: '2' }) });
    expect(() => apply(patch, { live: own })).toThrow(
      [
        'Apply failed with 3 conflicts: conflicts with "a":',
        '- .spec.template.spec.containers[name="x"].image',
        'conflicts with "b":',
        '- .spec.replicas',
        '- .spec.serviceName',
      ].join('\n'),
    );
  });

  it('takes fields over when forced', () => {
    const live = written({ replicas: 1, serviceName: 'x' }, 'other');
    const result = apply(config({ replicas: 2 }), { live, force: true });
    expect(result).toMatchObject({ spec: { replicas: 2 } });
    expect(result.metadata.managedFields!.find(({ manager }) => manager === 'other')!.fieldsV1).toEqual({
      'f:spec': { 'f:serviceName': {} },
    });
  });

  it('gives what nobody tracked to whoever wrote before', () => {
    const { object: live } = decode(schemas, name, config({ replicas: 1 }));
    expect(owners(apply(config({ serviceName: 'x' }), { live }))).toEqual(['me Apply', 'before-first-apply Update']);
    expect(() => apply(config({ replicas: 2 }), { live })).toThrow(/conflict with "before-first-apply" using apps\/v1/);
  });

  it('lets kubectl take over from client-side apply what nobody has changed since', () => {
    const lastApplied = (replicas: number) => ({
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(config({ replicas }))}\n`,
      },
    });
    const live = written({ replicas: 1 }, 'kubectl-client-side-apply', lastApplied(1));
    const result = apply(config({ replicas: 2 }), { live, manager: 'kubectl' });
    expect(result).toMatchObject({ spec: { replicas: 2 } });
    expect(JSON.parse(Object.values(result.metadata.annotations!)[0]!)).toMatchObject({ spec: { replicas: 2 } });
    expect(() => apply(config({ replicas: 2 }), { live })).toThrow(/1 conflict/);
    const changed = written({ replicas: 3 }, 'somebody', lastApplied(1));
    expect(() => apply(config({ replicas: 2 }), { live: changed, manager: 'kubectl' })).toThrow(/1 conflict/);
  });

  it('changes neither entry nor time when the same is applied again', () => {
    const live = apply(config({ replicas: 2 }));
    const again = apply(config({ replicas: 2 }), { live, time: '2026-02-02T00:00:00Z' });
    expect(again.metadata.managedFields).toEqual(live.metadata.managedFields);
  });

  it('shares nothing with the live object', () => {
    const live = apply(config(pod({ name: 'a', args: ['1'] })));
    const before = JSON.stringify(live);
    const result = applyPatch({
      schemas,
      schemaName: name,
      apiVersion: 'apps/v1',
      live,
      patch: config(pod({ name: 'a', args: ['1'] })),
      manager: 'me',
      force: false,
      subresource: '',
      time: '2026-01-01T00:00:00Z',
    });
    (containers(result) as { args: string[] }[])[0]!.args.push('2');
    expect(JSON.stringify(live)).toBe(before);
  });

  it.each([
    [config({}, { managedFields: [] }), 400, 'metadata.managedFields must be nil'],
    [config({ foo: 1 }), 500, '.spec.foo: field not declared in schema'],
    [config({ replicas: 'a' }), 500, '.spec.replicas: expected numeric (int or float), got string'],
    [config({ serviceName: 1 }), 500, '.spec.serviceName: expected string, got &value.valueUnstructured{Value:1}'],
    [
      config(pod({ name: 'a' }, { name: 'a' })),
      500,
      '.spec.template.spec.containers: duplicate entries for key [name="a"]',
    ],
    [config({ template: 'x' }), 500, '.spec.template: expected map, got &{x}'],
  ])('refuses %j', (patch, code, message) => {
    const whole =
      code === 500 ? `failed to create typed patch object (ns/web; apps/v1, Kind=StatefulSet): ${message}` : message;
    expect(() => apply(patch)).toThrow(expect.objectContaining({ code, message: whole }));
  });

  it('refuses values that only look right', () => {
    const patch = config(pod({ name: 'a', resources: { limits: { cpu: 'abc' } } }));
    expect(() => apply(patch)).toThrow(
      "failed to convert new object (ns/web; apps/v1, Kind=StatefulSet) to proper version: unable to convert unstructured object to apps/v1, Kind=StatefulSet: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    );
  });
});
