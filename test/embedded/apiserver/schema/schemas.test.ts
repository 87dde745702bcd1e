import { describe, expect, it } from 'vitest';
import { Schemas } from '../../../../src/embedded/apiserver/schema/schemas.ts';
import type { Type } from '../../../../src/embedded/apiserver/schema/types.ts';

const schemas = Schemas.load();

function field(type: string, name: string) {
  const found = schemas.type(type).fields.get(name);
  if (!found) throw new Error(`${type} has no field ${name}`);
  return found;
}

describe('schemas', () => {
  it('reads every type and finds every type it refers to', () => {
    const names = Object.keys(schemas.documentation().types).filter((name) => schemas.has(name));
    const kinds = new Set<string>();
    const visit = (type: Type) => {
      kinds.add(type.kind);
      if (type.kind === 'list') visit(type.items);
      if (type.kind === 'map') visit(type.values);
      if (type.kind === 'struct') expect(schemas.has(type.name)).toBe(true);
    };
    for (const name of names) for (const { type } of schemas.type(name).fields.values()) visit(type);
    expect(names.length).toBeGreaterThan(500);
    expect([...kinds].sort()).toEqual(['list', 'map', 'scalar', 'struct']);
  });

  it('knows how lists merge', () => {
    const ports = field('io.k8s.api.core.v1.Container', 'ports');
    expect(ports.type).toMatchObject({ kind: 'list', relation: 'map', keys: ['containerPort', 'protocol'] });
    expect(ports).toMatchObject({ mergeKey: 'containerPort', patchStrategies: ['merge'] });
    expect(field('io.k8s.api.core.v1.Container', 'args').type).toMatchObject({ relation: 'atomic' });
    expect(field('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', 'finalizers').type).toMatchObject({
      relation: 'set',
    });
    expect(field('io.k8s.api.core.v1.PodSpec', 'volumes').patchStrategies).toEqual(['merge', 'retainKeys']);
  });

  it('knows what is atomic, pointed to, always written and defaulted', () => {
    expect(field('io.k8s.api.apps.v1.StatefulSetSpec', 'selector')).toMatchObject({ atomic: true, pointer: true });
    expect(field('io.k8s.api.core.v1.PersistentVolumeSpec', 'claimRef')).toMatchObject({ atomic: false });
    expect(field('io.k8s.api.apps.v1.StatefulSetSpec', 'replicas')).toMatchObject({ pointer: true, kept: false });
    expect(field('io.k8s.api.core.v1.ServicePort', 'protocol').default).toBe('TCP');
    expect(
      schemas
        .type('io.k8s.api.apps.v1.StatefulSetStatus')
        .alwaysWritten.map(({ name }) => name)
        .sort(),
    ).toEqual(['availableReplicas', 'replicas']);
  });

  it('keeps the names that Go has for its types', () => {
    expect(schemas.type('io.k8s.api.core.v1.Container').go).toBe('v1.Container');
    expect(field('io.k8s.api.core.v1.Container', 'imagePullPolicy').type.go).toBe('v1.PullPolicy');
    expect(field('io.k8s.api.core.v1.Capabilities', 'add').type.go).toBe('[]v1.Capability');
    expect(field('io.k8s.api.core.v1.ResourceRequirements', 'limits').type.go).toBe('v1.ResourceList');
  });

  it('says which names it has when asked for another', () => {
    expect(() => schemas.type('apps.v1.StatefulSet')).toThrow(/There is no schema "apps\.v1\.StatefulSet"/);
  });

  it('describes types and fields in the words of the API', () => {
    const { types } = schemas.documentation();
    const set = types['io.k8s.api.apps.v1.StatefulSet']!;
    expect(set).toMatchObject({ apiVersion: 'apps/v1', kind: 'StatefulSet' });
    expect(set.description).toMatch(/^StatefulSet represents a set of pods with consistent identities\./);
    const policy = types['io.k8s.api.apps.v1.StatefulSetSpec']!.fields!.podManagementPolicy!;
    expect(policy.enum).toEqual(['OrderedReady', 'Parallel']);
  });
});
