import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/embedded/clock.ts';
import type { Backend, Batch } from '../../../src/embedded/storage/backend.ts';
import { LoggedBackend } from '../../../src/embedded/storage/logged-backend.ts';
import type { ObjectKey } from '../../../src/embedded/storage/store.ts';
import { WriteAheadLog } from '../../../src/embedded/storage/write-ahead-log.ts';
import type { KubeObject } from '../../../src/kubernetes/object.ts';

let folder: string;
let base: Base;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordinal-logged-'));
  base = new Base();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A backend in memory whose commits end when they are told to. */
class Base implements Backend {
  readonly stored = new Map<string, { key: ObjectKey; object: KubeObject }>();
  readonly commits: string[][] = [];
  revision = 0;
  /** Of commits under way. */
  readonly ends: (() => void)[] = [];
  closed = false;

  load() {
    return { revision: this.revision, objects: [...this.stored.values()] };
  }

  commit({ revision, writes }: Batch): Promise<void> {
    this.commits.push(writes.map(({ key }) => key.name));
    return new Promise((resolve) =>
      this.ends.push(() => {
        for (const { key, object } of writes) {
          if (object) this.stored.set(key.name, { key, object });
          else this.stored.delete(key.name);
        }
        this.revision = revision;
        resolve();
      }),
    );
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

/** With a clock of its own: that of one who was killed has stopped. */
const open = () => {
  const clock = new ManualClock();
  const backend = new LoggedBackend(new WriteAheadLog(folder, expect.unreachable), base, clock);
  const { revision, objects } = backend.load();
  const found = [...objects].map(({ key, object }) => `${key.name}=${object.metadata.resourceVersion}`);
  return { backend, clock, revision, found: found.sort() };
};
const batch = (revision: number, ...names: string[]): Batch => ({
  revision,
  writes: names.map((name) => {
    const key = { resource: 'configmaps', namespace: 'default', name: name.replace('-', '') };
    const metadata = { name: key.name, resourceVersion: String(revision) };
    return { key, object: name.startsWith('-') ? undefined : { apiVersion: 'v1', kind: 'ConfigMap', metadata } };
  }),
});
const logs = () => readdirSync(folder).sort();
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('LoggedBackend', () => {
  it('keeps what it has acknowledged, whatever became of it since', async () => {
    const { backend } = open();
    await backend.commit(batch(5, 'a', 'b'));
    await backend.commit(batch(6, '-a'));
    expect(base.commits).toEqual([]);
    // Nobody closes it, as after kill -9.
    expect(open()).toMatchObject({ revision: 6, found: ['b=5'] });
  });

  it('moves what has gathered, each object once, and only then forgets it', async () => {
    const { backend, clock } = open();
    await backend.commit(batch(5, 'a'));
    await backend.commit(batch(6, 'b'));
    await backend.commit(batch(7, 'a'));
    await clock.advance(1000);
    expect(base.commits).toEqual([['a', 'b']]);
    await backend.commit(batch(8, 'c'));
    expect(logs()).toEqual(['log-2', 'log-3']);
    base.ends[0]!();
    await turn();
    expect(base.revision).toBe(7);
    expect(logs()).toEqual(['log-3']);
    expect(open()).toMatchObject({ revision: 8, found: ['a=7', 'b=6', 'c=8'] });
  });

  it('moves much in portions, and loses nothing when it is killed between two of them', async () => {
    const { backend, clock } = open();
    const names = Array.from({ length: 100 }, (_, n) => `n${n}`);
    for (const [n, name] of names.entries()) await backend.commit(batch(5 + n, name));
    await backend.commit(batch(105, '-n99'));
    await clock.advance(1000);
    base.ends[0]!();
    await turn();
    expect(base.stored.size).toBe(64);
    expect(base.revision).toBe(0);
    const { revision, found } = open();
    expect(revision).toBe(105);
    expect(found).toEqual(
      names
        .slice(0, 99)
        .map((name, n) => `${name}=${5 + n}`)
        .sort(),
    );

    base.ends[1]!();
    await turn();
    expect(base.revision).toBe(105);
    expect(base.stored.size).toBe(99);
  });

  it('moves again what came while it was moving', async () => {
    const { backend, clock } = open();
    await backend.commit(batch(5, 'a'));
    await clock.advance(1000);
    await backend.commit(batch(6, 'b'));
    await clock.advance(5000);
    expect(base.commits).toHaveLength(1);
    base.ends[0]!();
    await turn();
    await clock.advance(1000);
    expect(base.commits).toEqual([['a'], ['b']]);
  });

  it('does not take again what the base was given just before the end', async () => {
    const { backend, clock } = open();
    await backend.commit(batch(5, 'a'));
    await backend.commit(batch(6, '-a'));
    await clock.advance(1000);
    base.ends[0]!();
    // Killed before the log could be forgotten.
    expect(open()).toMatchObject({ revision: 6, found: [] });
  });

  it('moves what it found', async () => {
    await open().backend.commit(batch(5, 'a'));
    const { found, clock } = open();
    expect(found).toEqual(['a=5']);
    await clock.advance(1000);
    base.ends[0]!();
    await turn();
    expect(base.stored.size).toBe(1);
    expect(logs()).toHaveLength(1);
  });

  it('does not wait for the clock where there is much', async () => {
    const { backend } = open();
    const large = batch(5, 'large');
    const annotations = { text: 'x'.repeat(5_000_000) };
    const [write] = large.writes;
    const object = { ...write!.object!, metadata: { ...write!.object!.metadata, annotations } };
    await backend.commit({ ...large, writes: [{ ...write!, object }] });
    expect(base.commits).toEqual([['large']]);
  });

  it('moves what it was time to move while something was appended, as soon as that has been', async () => {
    const { backend, clock } = open();
    await backend.commit(batch(5, 'a'));
    const appended = backend.commit(batch(6, 'b'));
    await Promise.all([clock.advance(1000), appended]);
    expect(base.commits.flat()).toContain('a');
    expect(open()).toMatchObject({ revision: 6, found: ['a=5', 'b=6'] });
  });

  it('leaves no log behind when it is closed', async () => {
    const { backend, clock } = open();
    await backend.commit(batch(5, 'a'));
    await clock.advance(1000);
    await backend.commit(batch(6, 'b'));
    const closed = backend.close();
    base.ends[0]!();
    await turn();
    base.ends[1]!();
    await closed;
    expect(base.closed).toBe(true);
    expect([...base.stored.keys()]).toEqual(['a', 'b']);
    expect(logs()).toEqual([]);
  });
});
