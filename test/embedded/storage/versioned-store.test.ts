import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/embedded/clock.ts';
import type { Backend, Batch } from '../../../src/embedded/storage/backend.ts';
import { type Change, CompactedError, type ObjectKey } from '../../../src/embedded/storage/store.ts';
import { VersionedStore } from '../../../src/embedded/storage/versioned-store.ts';
import type { KubeObject } from '../../../src/kubernetes/object.ts';

type Counter = KubeObject & { count: number };

const key = (name: string, namespace = 'default'): ObjectKey => ({ resource: 'counters', namespace, name });

function counter(name: string, count = 0, namespace = 'default'): Counter {
  return { apiVersion: 'v1', kind: 'Counter', metadata: { name, namespace }, count };
}

const increment = (current: KubeObject | undefined): Counter => ({
  ...(current as Counter),
  count: (current as Counter).count + 1,
});

/** Commits when told to, so that a test can look at what happens in between. */
class HeldBackend implements Backend {
  readonly batches: { batch: Batch; resolve: () => void; reject: (error: Error) => void }[] = [];

  load() {
    return { revision: 0, objects: [] };
  }

  commit(batch: Batch): Promise<void> {
    return new Promise((resolve, reject) => this.batches.push({ batch, resolve, reject }));
  }

  async close(): Promise<void> {}
}

function memoryStore() {
  return new VersionedStore({ clock: new ManualClock(), freeze: true });
}

describe('VersionedStore', () => {
  it('gives every write the next revision, across resources', async () => {
    const store = memoryStore();
    const first = await store.write(key('a'), () => counter('a'));
    const second = await store.write({ ...key('b'), resource: 'others' }, () => counter('b'));
    expect(Number(second!.metadata.resourceVersion)).toBe(Number(first!.metadata.resourceVersion) + 1);
    expect(store.revision).toBe(Number(second!.metadata.resourceVersion));
  });

  it('takes the very same object for no change: no revision, no event', async () => {
    const store = memoryStore();
    await store.write(key('a'), () => counter('a'));
    const before = store.revision;
    const seen: Change[] = [];
    store.watch('counters', before, (change) => seen.push(change));
    const result = await store.write(key('a'), (current) => current);
    expect(result).toBe(store.get(key('a')));
    expect(store.revision).toBe(before);
    expect(seen).toEqual([]);
  });

  it('rejects with what the decision threw and changes nothing', async () => {
    const store = memoryStore();
    const refuse = () => {
      throw new Error('no');
    };
    await expect(store.write(key('a'), refuse)).rejects.toThrow('no');
    expect(store.list('counters')).toEqual([]);
  });

  it('lists in order of namespace and name', async () => {
    const store = memoryStore();
    for (const [namespace, name] of [
      ['a-b', 'x'],
      ['a', 'z'],
      ['b', 'c'],
      ['a', 'a-1'],
      ['a', 'a'],
    ] as const) {
      await store.write(key(name, namespace), () => counter(name, 0, namespace));
    }
    const names = store.list('counters').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    expect(names).toEqual(['a/a', 'a/a-1', 'a/z', 'a-b/x', 'b/c']);
    expect(store.list('counters', 'a').map(({ metadata }) => metadata.name)).toEqual(['a', 'a-1', 'z']);
  });

  it('lists as of an earlier revision', async () => {
    const store = memoryStore();
    await store.write(key('a'), () => counter('a', 1));
    await store.write(key('b'), () => counter('b', 1));
    const then = store.revision;
    await store.write(key('a'), increment);
    await store.write(key('b'), () => undefined);
    await store.write(key('c'), () => counter('c'));
    expect(store.listAt(then, 'counters', 'default')).toMatchObject([
      { metadata: { name: 'a' }, count: 1 },
      { metadata: { name: 'b' }, count: 1 },
    ]);
  });

  it('shows a write to nobody before it is durable, and decides the next one on it all the same', async () => {
    const backend = new HeldBackend();
    const store = new VersionedStore({ clock: new ManualClock(), backend });
    const seen: Change[] = [];
    store.watch('counters', store.revision, (change) => seen.push(change));
    const created = store.write(key('a'), () => counter('a'));
    const updated = store.write(key('a'), increment);
    expect(store.get(key('a'))).toBeUndefined();
    expect(backend.batches).toHaveLength(1);
    backend.batches[0]!.resolve();
    await created;
    expect(store.get(key('a'))).toMatchObject({ count: 0 });
    expect(seen.map(({ type }) => type)).toEqual(['ADDED']);
    backend.batches[1]!.resolve();
    await updated;
    expect(store.get(key('a'))).toMatchObject({ count: 1 });
    expect(seen.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED']);
  });

  it('tells of "no change" to a write under way only once that write is durable', async () => {
    const backend = new HeldBackend();
    const store = new VersionedStore({ clock: new ManualClock(), backend });
    const order: string[] = [];
    void store.write(key('a'), () => counter('a')).then(() => order.push('created'));
    const same = store.write(key('a'), (current) => current).then(() => order.push('unchanged'));
    backend.batches[0]!.resolve();
    await same;
    expect(order).toEqual(['created', 'unchanged']);
  });

  it('loses what was decided on a write that failed, and nothing else', async () => {
    const backend = new HeldBackend();
    const store = new VersionedStore({ clock: new ManualClock(), backend });
    const first = store.write(key('a'), () => counter('a', 5));
    backend.batches[0]!.resolve();
    await first;
    const failing = [store.write(key('a'), increment), store.write(key('a'), increment)];
    backend.batches[1]!.reject(new Error('disk full'));
    for (const write of failing) await expect(write).rejects.toThrow('disk full');
    const after = store.write(key('a'), increment);
    backend.batches.at(-1)!.resolve();
    expect(await after).toMatchObject({ count: 6 });
  });

  it('keeps delete, create and delete of one key apart while they are on their way', async () => {
    const backend = new HeldBackend();
    const store = new VersionedStore({ clock: new ManualClock(), backend });
    const seen: string[] = [];
    store.watch('counters', store.revision, ({ type }) => seen.push(type));
    const writes = [
      store.write(key('a'), () => counter('a')),
      store.write(key('a'), () => undefined),
      store.write(key('a'), () => counter('a', 2)),
      store.write(key('a'), () => undefined),
    ];
    backend.batches[0]!.resolve();
    await writes[0];
    const last = store.write(key('a'), (current) => {
      expect(current).toBeUndefined();
      return counter('a', 3);
    });
    backend.batches[1]!.resolve();
    await Promise.all(writes);
    backend.batches[2]!.resolve();
    await last;
    expect(seen).toEqual(['ADDED', 'DELETED', 'ADDED', 'DELETED', 'ADDED']);
  });

  it('replays what a watcher missed, then goes on, each change once and in order', async () => {
    const store = memoryStore();
    await store.write(key('a'), () => counter('a'));
    const from = store.revision;
    await store.write(key('a'), increment);
    await store.write({ ...key('x'), resource: 'others' }, () => counter('x'));
    const seen: Change[] = [];
    const subscription = store.watch('counters', from, (change) => seen.push(change));
    await store.write(key('a'), () => undefined);
    subscription.close();
    await store.write(key('a'), () => counter('a'));
    expect(seen.map(({ type, revision }) => ({ type, revision }))).toEqual([
      { type: 'MODIFIED', revision: from + 1 },
      { type: 'DELETED', revision: from + 3 },
    ]);
    expect(seen[1]!.object.metadata.resourceVersion).toBe(String(from + 3));
  });

  it('tells who asks for a name of objects of that name alone, past ones and those to come', async () => {
    const store = memoryStore();
    const from = store.revision;
    for (const name of ['a', 'b']) await store.write(key(name), () => counter(name, 1));
    const seen: string[] = [];
    const watchers = store.watchers;
    const subscriptions = [1, 2].map((number) =>
      store.watch('counters', from, ({ type, key: { name } }) => seen.push(`${number} ${type} ${name}`), 'b'),
    );
    expect(store.watchers).toBe(watchers + 2);
    for (const name of ['a', 'b']) await store.write(key(name), () => counter(name, 2));
    subscriptions[0]!.close();
    await store.write(key('b'), () => undefined);
    subscriptions[1]!.close();
    await store.write(key('b'), () => counter('b', 3));
    expect(seen).toEqual(['1 ADDED b', '2 ADDED b', '1 MODIFIED b', '2 MODIFIED b', '2 DELETED b']);
    expect(store.watchers).toBe(watchers);
  });

  it('tells all watchers of a change before what one of them writes because of it', async () => {
    const store = memoryStore();
    const seen: string[] = [];
    store.watch('counters', store.revision, (change) => {
      if (change.type === 'ADDED') void store.write(change.key, () => undefined);
    });
    store.watch('counters', store.revision, ({ type, revision }) => seen.push(`${type} ${revision}`));
    await store.write(key('a'), () => counter('a'));
    expect(seen).toEqual(['ADDED 2', 'DELETED 3']);
    expect(store.get(key('a'))).toBeUndefined();
  });

  it('answers CompactedError for changes that have left the log', async () => {
    const clock = new ManualClock();
    const store = new VersionedStore({ clock });
    await store.write(key('a'), () => counter('a'));
    const old = store.revision;
    await store.write(key('a'), increment);
    store.compact(store.revision);
    expect(() => store.watch('counters', old, () => {})).toThrow(CompactedError);
    expect(() => store.listAt(old, 'counters')).toThrow(CompactedError);
    expect(() => store.watch('counters', store.revision, () => {})).not.toThrow();
  });

  it('compacts by age', async () => {
    const clock = new ManualClock();
    const store = new VersionedStore({ clock });
    await store.write(key('a'), () => counter('a'));
    const old = store.revision;
    await store.write(key('a'), increment);
    await clock.advance(5 * 60_000);
    expect(() => store.watch('counters', old, () => {})).not.toThrow();
    await clock.advance(5 * 60_000);
    expect(() => store.watch('counters', old, () => {})).toThrow(CompactedError);
  });

  it('refuses writes once closed, after the last ones are durable', async () => {
    const backend = new HeldBackend();
    const store = new VersionedStore({ clock: new ManualClock(), backend });
    const write = store.write(key('a'), () => counter('a'));
    const closed = store.close();
    backend.batches[0]!.resolve();
    await write;
    await closed;
    await expect(store.write(key('b'), () => counter('b'))).rejects.toThrow('closed');
  });
});

/** A small deterministic generator, so that a failure can be run again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** Commits after as many turns of the event loop as the generator says. */
class SlowBackend implements Backend {
  readonly #next: () => number;

  constructor(next: () => number) {
    this.#next = next;
  }

  load() {
    return { revision: 0, objects: [] };
  }

  async commit(): Promise<void> {
    for (let turns = this.#next() * 4; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
  }

  async close(): Promise<void> {}
}

describe.each([1, 2, 3, 4, 5])('VersionedStore under concurrent writers, seed %i', (seed) => {
  it('loses no update, and every watcher sees every change once and in order', async () => {
    const next = random(seed);
    const store = new VersionedStore({ clock: new ManualClock(), backend: new SlowBackend(next) });
    const names = ['a', 'b', 'c'];
    const watchers: { from: number; changes: Change[] }[] = [];
    const acknowledged: number[] = [];
    const expected = new Map<string, number>();
    const writer = async () => {
      for (let i = 0; i < 40; i++) {
        const name = names[Math.floor(next() * names.length)]!;
        const remove = next() < 0.1;
        let counted = false;
        const result = await store.write(key(name), (current) => {
          if (!current) return counter(name);
          if (remove) return undefined;
          counted = true;
          return increment(current);
        });
        expected.set(name, (expected.get(name) ?? 0) + (counted ? 1 : 0));
        const revision = Number(result!.metadata.resourceVersion);
        acknowledged.push(revision);
        // Acknowledged means visible.
        expect(store.revision).toBeGreaterThanOrEqual(revision);
        if (next() < 0.05) {
          const watcher = { from: store.revision, changes: [] as Change[] };
          watchers.push(watcher);
          store.watch('counters', watcher.from, (change) => watcher.changes.push(change));
        }
      }
    };
    const all: Change[] = [];
    store.watch('counters', store.revision, (change) => all.push(change));
    await Promise.all(Array.from({ length: 20 }, writer));

    expect(new Set(acknowledged).size).toBe(acknowledged.length);
    expect(all.map(({ revision }) => revision)).toEqual([...acknowledged].sort((a, b) => a - b));
    expect(watchers.length).toBeGreaterThan(3);
    for (const { from, changes } of watchers) expect(changes).toEqual(all.filter(({ revision }) => revision > from));
    // Replaying the changes gives each state from the one before, and the end state.
    const state = new Map<string, Counter>();
    const increments = new Map<string, number>();
    for (const { type, key: at, object, previous } of all) {
      expect(previous).toEqual(state.get(at.name));
      if (type === 'DELETED') state.delete(at.name);
      else state.set(at.name, object as Counter);
      if (type === 'MODIFIED') increments.set(at.name, (increments.get(at.name) ?? 0) + 1);
    }
    expect(increments).toEqual(expected);
    expect(store.list('counters')).toEqual(names.flatMap((name) => state.get(name) ?? []));
  });
});
