import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/embedded/clock.ts';
import { LmdbEnvironment, SchemaVersionError } from '../../../src/embedded/storage/lmdb-backend.ts';
import { VersionedStore } from '../../../src/embedded/storage/versioned-store.ts';
import type { KubeObject } from '../../../src/kubernetes/object.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordinal-lmdb-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const openStore = () =>
  new VersionedStore({ clock: new ManualClock(), backend: new LmdbEnvironment(folder).backend() });
const object = (name: string, namespace?: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...(namespace && { namespace }) },
});

describe('LmdbEnvironment', () => {
  it('brings objects, order and revision back', async () => {
    const first = openStore();
    await first.write({ resource: 'pods', namespace: 'b', name: 'x' }, () => object('x', 'b'));
    await first.write({ resource: 'pods', namespace: 'a', name: 'y' }, () => object('y', 'a'));
    await first.write({ resource: 'nodes', namespace: '', name: 'n' }, () => object('n'));
    await first.write({ resource: 'pods', namespace: 'b', name: 'x' }, () => undefined);
    const { revision } = first;
    const pods = first.list('pods');
    await first.close();

    const second = openStore();
    expect(second.revision).toBe(revision);
    expect(second.list('pods')).toEqual(pods);
    expect(second.get({ resource: 'nodes', namespace: '', name: 'n' })).toMatchObject({ metadata: { name: 'n' } });
    const next = await second.write({ resource: 'pods', namespace: 'a', name: 'z' }, () => object('z', 'a'));
    expect(next!.metadata.resourceVersion).toBe(String(revision + 1));
    await second.close();
  });

  it('keeps keys such as __proto__ as data', async () => {
    const first = openStore();
    const data = JSON.parse('{"__proto__": {"polluted": true}}');
    await first.write({ resource: 'configmaps', namespace: 'a', name: '__proto__' }, () => ({
      ...object('__proto__', 'a'),
      data,
    }));
    await first.close();
    const second = openStore();
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(second.list('configmaps')).toHaveLength(1);
    await second.close();
  });

  it('refuses a folder of another schema version, and says which', async () => {
    const root = open({ path: folder, maxDbs: 8 });
    await root.openDB({ name: 'meta', encoding: 'json' }).put('schemaVersion', 99);
    await root.close();
    expect(() => new LmdbEnvironment(folder)).toThrow(SchemaVersionError);
    expect(() => new LmdbEnvironment(folder)).toThrow(/schema version 99/);
  });
});
