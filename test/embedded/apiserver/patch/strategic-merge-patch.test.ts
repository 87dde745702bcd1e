import { describe, expect, it } from 'vitest';
import { applyStrategicMergePatch } from '../../../../src/embedded/apiserver/patch/strategic-merge-patch.ts';
import { Schemas } from '../../../../src/embedded/apiserver/schema/schemas.ts';

const schemas = Schemas.load();

function patchPodSpec(spec: Record<string, unknown>, patch: Record<string, unknown>): unknown {
  return applyStrategicMergePatch(schemas, 'io.k8s.api.core.v1.PodSpec', spec, patch);
}

const containers = [
  { name: 'a', image: 'a:1', ports: [{ containerPort: 80, protocol: 'TCP' }], args: ['x'] },
  { name: 'b', image: 'b:1' },
];

describe('strategic merge patch', () => {
  it('merges lists by their keys, at every depth, and replaces the others', () => {
    const patch = {
      containers: [{ name: 'a', args: ['y'], ports: [{ containerPort: 80, name: 'web' }, { containerPort: 81 }] }],
    };
    expect(patchPodSpec({ containers }, patch)).toEqual({
      containers: [
        {
          name: 'a',
          image: 'a:1',
          args: ['y'],
          ports: [{ containerPort: 80, protocol: 'TCP', name: 'web' }, { containerPort: 81 }],
        },
        { name: 'b', image: 'b:1' },
      ],
    });
  });

  it('puts new items before those it does not mention', () => {
    expect(patchPodSpec({ containers }, { containers: [{ name: 'c' }] })).toMatchObject({
      containers: [{ name: 'c' }, { name: 'a' }, { name: 'b' }],
    });
  });

  it('deletes items, removes fields and drops nulls in what is new', () => {
    const patch = {
      containers: [{ $patch: 'delete', name: 'a' }],
      hostname: null,
      dnsConfig: { options: null, nameservers: ['1'] },
    };
    expect(patchPodSpec({ containers, hostname: 'x' }, patch)).toEqual({
      containers: [{ name: 'b', image: 'b:1' }],
      dnsConfig: { nameservers: ['1'] },
    });
  });

  it('replaces a list or an object when told to', () => {
    expect(patchPodSpec({ containers }, { containers: [{ name: 'c' }, { $patch: 'replace' }] })).toEqual({
      containers: [{ name: 'c' }],
    });
    const security = { securityContext: { runAsUser: 1 } };
    expect(patchPodSpec(security, { securityContext: { $patch: 'replace', fsGroup: 2 } })).toEqual({
      securityContext: { fsGroup: 2 },
    });
    expect(patchPodSpec(security, { securityContext: { $patch: 'delete' } })).toEqual({ securityContext: {} });
  });

  it('orders with $setElementOrder', () => {
    const patch = {
      '$setElementOrder/containers': [{ name: 'c' }, { name: 'b' }, { name: 'a' }],
      containers: [{ name: 'c', image: 'c:1' }],
    };
    expect(patchPodSpec({ containers }, patch)).toMatchObject({
      containers: [{ name: 'c' }, { name: 'b' }, { name: 'a' }],
    });
    expect(
      patchPodSpec({ containers }, { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] }),
    ).toMatchObject({
      containers: [{ name: 'b' }, { name: 'a' }],
    });
  });

  it('keeps only what $retainKeys names', () => {
    const strategy = { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } };
    const patch = { strategy: { $retainKeys: ['type'], type: 'Recreate' } };
    expect(applyStrategicMergePatch(schemas, 'io.k8s.api.apps.v1.DeploymentSpec', strategy, patch)).toEqual({
      strategy: { type: 'Recreate' },
    });
  });

  it('takes scalars out of lists and adds them once', () => {
    const meta = (patch: Record<string, unknown>) =>
      applyStrategicMergePatch(
        schemas,
        'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta',
        { finalizers: ['a', 'b'] },
        patch,
      );
    expect(meta({ finalizers: ['c', 'a'] })).toEqual({ finalizers: ['c', 'a', 'b'] });
    expect(meta({ '$deleteFromPrimitiveList/finalizers': ['a'] })).toEqual({ finalizers: ['b'] });
  });

  it('leaves its arguments alone', () => {
    const patch = { containers: [{ name: 'a', $patch: 'delete' }], $retainKeys: ['containers'] };
    const before = JSON.stringify([containers, patch]);
    patchPodSpec({ containers }, patch);
    expect(JSON.stringify([containers, patch])).toBe(before);
  });

  it.each([
    [{ containers: [{ image: 'x' }] }, 500, 'map: map[image:x] does not contain declared merge key: name'],
    [{ containers: [{ $patch: 'delete' }] }, 500, 'map: map[$patch:delete] does not contain declared merge key: name'],
    [{ containers: [{ $patch: 'frob', name: 'a' }] }, 500, 'unknown patch type: frob in map: map[$patch:frob name:a]'],
    [{ $patch: 'frob' }, 500, 'unknown patch type: frob in map: map[$patch:frob]'],
    [{ containers: [{ $patch: 'merge' }] }, 500, 'merging lists cannot yet be specified in the patch'],
    [
      { '$setElementOrder/containers': [{ name: 'b' }], containers: [{ name: 'c' }] },
      500,
      "The order in patch list:\n[map[name:c]]\n doesn't match $setElementOrder list:\n[map[name:b]]\n",
    ],
    [{ '$setElementOrder/nope': [] }, 500, 'unable to find api field in struct PodSpec for the json field "nope"'],
    [{ $retainKeys: ['hostname'], subdomain: 'x' }, 400, 'invalid patch format of retainKeys'],
    [{ $setElementOrder: [] }, 400, 'invalid patch format of setElementOrder list'],
  ])('refuses %j', (patch, code, message) => {
    expect(() => patchPodSpec({ containers }, patch)).toThrow(expect.objectContaining({ code, message }));
  });

  it('says which lists do not fit together', () => {
    expect(() => patchPodSpec({ containers: [{ name: 'a' }] }, { containers: [1] })).toThrow(
      'list element types are not identical: [[map[name:a]] [1]]',
    );
  });
});
