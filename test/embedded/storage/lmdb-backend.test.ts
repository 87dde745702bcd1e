import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/embedded/clock.ts';
import { LmdbEnvironment, SchemaVersionError } from '../../../src/embedded/storage/lmdb-backend.ts';
import { openStorage } from '../../../src/embedded/storage/open.ts';
import type { KubeObject } from '../../../src/kubernetes/object.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordinal-lmdb-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const openStore = async () => (await openStorage(new ManualClock(), folder, expect.unreachable)).store;
const object = (name: string, namespace?: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...(namespace && { namespace }) },
});

async function setVersion(version: number): Promise<void> {
  const root = open({ path: folder, maxDbs: 8 });
  await root.openDB({ name: 'meta', encoding: 'json' }).put('schemaVersion', version);
  await root.close();
}

describe('LmdbEnvironment', () => {
  it('brings objects, order and revision back', async () => {
    const first = await openStore();
    await first.write({ resource: 'pods', namespace: 'b', name: 'x' }, () => object('x', 'b'));
    await first.write({ resource: 'pods', namespace: 'a', name: 'y' }, () => object('y', 'a'));
    await first.write({ resource: 'nodes', namespace: '', name: 'n' }, () => object('n'));
    await first.write({ resource: 'pods', namespace: 'b', name: 'x' }, () => undefined);
    const { revision } = first;
    const pods = first.list('pods');
    await first.close();

    const second = await openStore();
    expect(second.revision).toBe(revision);
    expect(second.list('pods')).toEqual(pods);
    expect(second.get({ resource: 'nodes', namespace: '', name: 'n' })).toMatchObject({ metadata: { name: 'n' } });
    const next = await second.write({ resource: 'pods', namespace: 'a', name: 'z' }, () => object('z', 'a'));
    expect(next!.metadata.resourceVersion).toBe(String(revision + 1));
    await second.close();
  });

  it('keeps keys such as __proto__ as data', async () => {
    const first = await openStore();
    const data = JSON.parse('{"__proto__": {"polluted": true}}');
    await first.write({ resource: 'configmaps', namespace: 'a', name: '__proto__' }, () => ({
      ...object('__proto__', 'a'),
      data,
    }));
    await first.close();
    const second = await openStore();
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(second.list('configmaps')).toHaveLength(1);
    await second.close();
  });

  it('goes on with a folder of version 1, which had no log', async () => {
    const first = await openStore();
    await first.write({ resource: 'pods', namespace: 'b', name: 'x' }, () => object('x', 'b'));
    await first.close();
    await setVersion(1);
    const second = await openStore();
    expect(second.list('pods')).toHaveLength(1);
    await second.close();
    const root = open({ path: folder, maxDbs: 8 });
    expect(root.openDB({ name: 'meta', encoding: 'json' }).get('schemaVersion')).toBe(2);
    await root.close();
  });

  it('refuses a folder of another schema version, and says which', async () => {
    await setVersion(99);
    expect(() => new LmdbEnvironment(folder)).toThrow(SchemaVersionError);
    expect(() => new LmdbEnvironment(folder)).toThrow(/schema version 99/);
  });
});
