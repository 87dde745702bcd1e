import { describe, expect, it } from 'vitest';
import { type TrackedUpdate, trackUpdate } from '../../../../src/embedded/apiserver/apply/update.ts';
import { decode } from '../../../../src/embedded/apiserver/schema/decode.ts';
import { Schemas } from '../../../../src/embedded/apiserver/schema/schemas.ts';
import type { KubeObject, ManagedFieldsEntry } from '../../../../src/kubernetes/object.ts';

const schemas = Schemas.load();

function configMap(data: Record<string, string>, managedFields?: ManagedFieldsEntry[]): KubeObject {
  const metadata = { name: 'c', ...(managedFields && { managedFields }) };
  return decode(schemas, 'io.k8s.api.core.v1.ConfigMap', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data })
    .object;
}

function track(update: Partial<TrackedUpdate> & Pick<TrackedUpdate, 'next'>): ManagedFieldsEntry[] {
  return trackUpdate({
    schemas,
    schemaName: 'io.k8s.api.core.v1.ConfigMap',
    apiVersion: 'v1',
    previous: undefined,
    manager: 'me',
    subresource: '',
    time: '2026-01-01T00:00:00Z',
    ...update,
  });
}

const created = configMap({ a: '1', b: '2' });
const stored = { ...created, metadata: { ...created.metadata, managedFields: track({ next: created }) } };

describe('tracking updates', () => {
  it('gives a new object to whoever creates it', () => {
    expect(stored.metadata.managedFields).toEqual([
      {
        manager: 'me',
        operation: 'Update',
        apiVersion: 'v1',
        time: '2026-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { '.': {}, 'f:a': {}, 'f:b': {} } },
      },
    ]);
  });

  it('moves a field to whoever changes it, and forgets removed ones', () => {
    const next = configMap({ a: 'new' });
    const entries = track({ previous: stored, next, manager: 'other', time: '2026-01-01T00:01:00Z' });
    expect(entries.map(({ manager, fieldsV1 }) => [manager, fieldsV1])).toEqual([
      ['me', { 'f:data': {} }],
      ['other', { 'f:data': { 'f:a': {} } }],
    ]);
  });

  it('is the stored list, identically, when nothing changes', () => {
    const entries = track({ previous: stored, next: configMap({ a: '1', b: '2' }), manager: 'other' });
    expect(entries[0]).toBe(stored.metadata.managedFields[0]);
    expect(entries).toHaveLength(1);
  });

  it('keeps entries of managers that lost nothing, identically', () => {
    const entries = track({ previous: stored, next: configMap({ a: '1', b: '2', c: '3' }), manager: 'other' });
    expect(entries.find(({ manager }) => manager === 'me')).toBe(stored.metadata.managedFields[0]);
  });

  it('does not track an object that was not tracked from the start', () => {
    expect(track({ previous: created, next: configMap({ a: '2' }) })).toEqual([]);
  });

  it.each([[[]], [[{}]]])('forgets everything when a client sends %j', (managedFields) => {
    const next = { ...created, metadata: { ...created.metadata, managedFields } };
    expect(track({ previous: stored, next })).toEqual([]);
  });

  it('honours managedFields that a client sends, in its own form', () => {
    const mine = { operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1' } as const;
    const sent = [{ ...mine, manager: 'renamed', fieldsV1: { 'f:data': { 'f:b': {}, 'f:a': {} } } }];
    const next = { ...created, metadata: { ...created.metadata, managedFields: sent } };
    expect(track({ previous: stored, next })).toEqual([
      { ...mine, manager: 'renamed', fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {} } } },
    ]);
  });

  it('does not honour them where they cannot be read, nor on a subresource', () => {
    const wrong = [{ manager: 'x', operation: 'Update', apiVersion: 'v1' } as ManagedFieldsEntry];
    const next = { ...created, metadata: { ...created.metadata, managedFields: wrong } };
    expect(track({ previous: stored, next })).toEqual(stored.metadata.managedFields);
    const reset = { ...created, metadata: { ...created.metadata, managedFields: [{}] } };
    expect(track({ previous: stored, next: reset, subresource: 'status' })).toEqual(stored.metadata.managedFields);
  });

  it('merges the oldest of more than ten updaters', () => {
    let object = stored;
    for (let minute = 1; minute <= 12; minute++) {
      const time = `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`;
      const data = { ...(object as unknown as { data: Record<string, string> }).data, [`key${minute}`]: 'x' };
      const next = configMap(data);
      const managedFields = track({ previous: object, next, manager: `m${minute}`, time });
      object = { ...next, metadata: { ...next.metadata, managedFields } };
    }
    const entries = object.metadata.managedFields;
    expect(entries).toHaveLength(10);
    expect(entries[0]).toMatchObject({
      manager: 'ancient-changes',
      time: '2026-01-01T00:03:00Z',
      fieldsV1: { 'f:data': { '.': {}, 'f:a': {}, 'f:b': {}, 'f:key1': {}, 'f:key2': {}, 'f:key3': {} } },
    });
    expect(entries.at(-1)).toMatchObject({ manager: 'm12' });
  });

  it('ignores what an endpoint does not write', () => {
    const name = 'io.k8s.api.apps.v1.StatefulSet';
    const set = (replicas: number, observedGeneration: number) =>
      decode(schemas, name, {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'web' },
        spec: { replicas },
        status: { observedGeneration },
      }).object;
    const before = set(1, 1);
    const update = { schemaName: name, apiVersion: 'apps/v1' };
    const managedFields = track({ ...update, next: before });
    expect(managedFields[0]!.fieldsV1).toEqual({ 'f:spec': { 'f:replicas': {} } });
    const previous = { ...before, metadata: { ...before.metadata, managedFields } };
    const next = set(5, 2);
    const entries = track({ ...update, previous, next, manager: 'controller', subresource: 'status' });
    expect(entries.find(({ manager }) => manager === 'controller')!.fieldsV1).toEqual({
      'f:status': { 'f:observedGeneration': {} },
    });
  });

  it('owns duplicates in a list together, as upstream does', () => {
    const name = 'io.k8s.api.core.v1.Pod';
    const pod = (...values: string[]) =>
      decode(schemas, name, {
        spec: { containers: [{ name: 'a', env: values.map((value) => ({ name: 'X', value })) }] },
      }).object;
    const [entry] = track({ schemaName: name, next: pod('1', '2') });
    expect(entry!.fieldsV1).toMatchObject({
      'f:spec': { 'f:containers': { 'k:{"name":"a"}': { 'f:env': { '.': {}, 'k:{"name":"X"}': {} } } } },
    });
  });

  it('gives up where items of a list cannot be told apart', () => {
    const name = 'io.k8s.api.core.v1.ServiceAccount';
    const next = decode(schemas, name, { secrets: [{ namespace: 'x' }] }).object;
    expect(track({ schemaName: name, next })).toEqual([]);
  });
});
