import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../src/kubernetes/object.ts';
import type { ConfigMap, Event, Namespace, Pod } from '../../../../src/kubernetes/objects.ts';
import { TestEngine } from '../support.ts';

const configMap = (name: string, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
});

const pod = (name: string, nodeName?: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'kubia', image: 'kubia:1' }], ...(nodeName && { nodeName }) },
});

const failure = async (promise: Promise<unknown>) =>
  (
    await promise.then(
      () => undefined,
      (error) => error,
    )
  )?.status;

/** What a watch from the beginning tells. */
function changes(test: TestEngine, resource: string): string[] {
  const seen: string[] = [];
  test.store.watch(resource, 1, ({ type, object }) => {
    const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
    const marks = [
      ...(deletionTimestamp ? [`${deletionTimestamp}+${deletionGracePeriodSeconds ?? ''}`] : []),
      ...(finalizers ?? []),
    ];
    seen.push([type, ...marks].join(' '));
  });
  return seen;
}

describe('delete', () => {
  it('removes at once what nothing holds, and answers with a Status', async () => {
    const test = new TestEngine();
    const { metadata } = await test.create<ConfigMap>('configmaps', configMap('a'));
    expect(await test.delete('configmaps', 'a')).toEqual({
      deleted: true,
      answer: {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { name: 'a', kind: 'configmaps', uid: metadata.uid },
      },
    });
    expect(await failure(test.delete('configmaps', 'a'))).toMatchObject({ code: 404 });
  });

  it('waits for finalizers, and goes with the last of them', async () => {
    const test = new TestEngine();
    await test.create('configmaps', configMap('a', { finalizers: ['example.com/one', 'example.com/two'] }));
    const { answer, deleted } = await test.delete('configmaps', 'a');
    expect(deleted).toBe(false);
    expect((answer as KubeObject).metadata).toMatchObject({
      deletionTimestamp: '2026-01-01T00:00:00Z',
      deletionGracePeriodSeconds: 0,
    });
    await test.patch('configmaps', 'a', 'merge', { metadata: { finalizers: ['example.com/two'] } });
    expect(test.get('configmaps', 'a')).toBeDefined();
    expect(
      await failure(test.patch('configmaps', 'a', 'merge', { metadata: { finalizers: ['example.com/new'] } })),
    ).toMatchObject({
      code: 422,
    });
    await test.patch('configmaps', 'a', 'merge', { metadata: { finalizers: null } });
    expect(() => test.get('configmaps', 'a')).toThrow('configmaps "a" not found');
  });

  it('gives a running Pod its grace period, which can only be shortened', async () => {
    const test = new TestEngine();
    await test.create('pods', pod('p', 'node'));
    const seen = changes(test, 'pods');
    await test.delete('pods', 'p');
    expect(seen.at(-1)).toBe('MODIFIED 2026-01-01T00:00:30Z+30');
    const { revision } = test.store;
    await test.delete('pods', 'p', { gracePeriodSeconds: 60 });
    await test.delete('pods', 'p');
    expect(test.store.revision).toBe(revision);
    await test.clock.advance(5000);
    await test.delete('pods', 'p', { gracePeriodSeconds: 10 });
    expect(seen.at(-1)).toBe('MODIFIED 2026-01-01T00:00:10Z+10');
    await test.clock.advance(20_000);
    await test.delete('pods', 'p', { gracePeriodSeconds: 5 });
    expect(seen.at(-1)).toBe('MODIFIED 2026-01-01T00:00:25Z+1');
    expect(test.get<Pod>('pods', 'p').metadata.generation).toBe(2);
  });

  it('shows a Pod that is killed marked for deletion before it is gone', async () => {
    const test = new TestEngine();
    await test.create('pods', pod('p', 'node'));
    const seen = changes(test, 'pods');
    const { answer, deleted } = await test.delete('pods', 'p', { gracePeriodSeconds: 0 });
    expect(deleted).toBe(true);
    expect((answer as Pod).metadata.name).toBe('p');
    expect(seen.slice(1)).toEqual(['MODIFIED 2026-01-01T00:00:00Z+0', 'DELETED 2026-01-01T00:00:00Z+0']);
  });

  it.each([
    [{ propagationPolicy: 'Orphan' }, 'MODIFIED 2026-01-01T00:00:00Z+0 orphan'],
    [{ orphanDependents: true }, 'MODIFIED 2026-01-01T00:00:00Z+0 orphan'],
    [{ propagationPolicy: 'Foreground' }, 'MODIFIED 2026-01-01T00:00:00Z+0 foregroundDeletion'],
    [{ propagationPolicy: 'Background' }, 'DELETED'],
  ])('follows %o', async (options, last) => {
    const test = new TestEngine();
    await test.create('configmaps', configMap('a'));
    const seen = changes(test, 'configmaps');
    await test.delete('configmaps', 'a', options);
    expect(seen.at(-1)).toBe(last);
  });

  it('changes its mind about dependents as it is told', async () => {
    const test = new TestEngine();
    await test.create('configmaps', configMap('a', { finalizers: ['example.com/hold'] }));
    const seen = changes(test, 'configmaps');
    await test.delete('configmaps', 'a', { propagationPolicy: 'Foreground' });
    await test.delete('configmaps', 'a', { propagationPolicy: 'Orphan' });
    expect(seen.slice(1)).toEqual([
      'MODIFIED 2026-01-01T00:00:00Z+0 example.com/hold foregroundDeletion',
      'MODIFIED 2026-01-01T00:00:00Z+0 example.com/hold orphan',
    ]);
  });

  it('checks preconditions and options', async () => {
    const test = new TestEngine();
    const { metadata } = await test.create<ConfigMap>('configmaps', configMap('a'));
    expect(await failure(test.delete('configmaps', 'a', { preconditions: { uid: 'x' } }))).toMatchObject({
      code: 409,
      message: `Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition (x) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    });
    expect(await failure(test.delete('configmaps', 'a', { preconditions: { resourceVersion: '9' } }))).toMatchObject({
      message:
        'Operation cannot be fulfilled on ConfigMap "a": the ResourceVersion in the precondition (9) does not match the ResourceVersion in record (2). The object might have been modified',
    });
    expect(await failure(test.delete('configmaps', 'a', { propagationPolicy: 'foo' }))).toMatchObject({
      message:
        'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "foo": supported values: "Foreground", "Background", "Orphan", "nil"',
    });
    await test.delete('configmaps', 'a', { dryRun: true });
    expect(test.get('configmaps', 'a')).toBeDefined();
  });

  it('empties a Namespace before it lets it go', async () => {
    const test = new TestEngine();
    await test.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } });
    const { deleted } = await test.delete('namespaces', 'n');
    expect(deleted).toBe(false);
    const found = test.get<Namespace>('namespaces', 'n');
    expect(found.status?.phase).toBe('Terminating');
    expect(found.metadata.deletionTimestamp).toBe('2026-01-01T00:00:00Z');
    await test.delete('namespaces', 'n');
    expect(test.get('namespaces', 'n')).toBe(found);
    await test.update('namespaces', { ...found, spec: {} });
    expect(() => test.get('namespaces', 'n')).toThrow('not found');
  });

  it('deletes what a collection is narrowed down to', async () => {
    const test = new TestEngine();
    for (const name of ['a', 'b', 'c']) {
      await test.create('configmaps', configMap(name, { labels: { name } }));
    }
    const definition = test.definition('configmaps');
    const { items } = await test.engine.deleteCollection(
      test.caller,
      definition,
      'default',
      {},
      { labelSelector: 'name!=b' },
    );
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['a', 'c']);
    expect(test.engine.list(definition).items.map(({ metadata }) => metadata.name)).toEqual(['b']);
  });

  it('lets Events go when nobody has written to them for an hour', async () => {
    const test = new TestEngine();
    const event = (name: string) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace: 'default' },
      involvedObject: { kind: 'Pod', name: 'x' },
    });
    await test.create<Event>('events', event('old'));
    await test.create<Event>('events', event('kept'));
    await test.clock.advance(3_000_000);
    await test.patch('events', 'kept', 'merge', { count: 2 });
    await test.clock.advance(700_000);
    expect(test.store.list('events').map(({ metadata }) => metadata.name)).toEqual(['kept']);
    test.engine.stop();
    expect(test.clock.pending).toBe(1); // The store's own compaction.
  });
});
