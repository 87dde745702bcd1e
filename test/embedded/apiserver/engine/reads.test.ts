import { describe, expect, it } from 'vitest';
import type { WatchOptions } from '../../../../src/embedded/apiserver/engine/request.ts';
import type { Pod } from '../../../../src/kubernetes/objects.ts';
import { TestEngine } from '../support.ts';

const pod = (name: string, app = 'kubia', namespace = 'default') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app } },
  spec: { containers: [{ name: 'kubia', image: 'kubia:1' }] },
});

async function withPods(...names: string[]): Promise<TestEngine> {
  const test = new TestEngine();
  for (const name of names) await test.create('pods', pod(name));
  return test;
}

const names = (pods: readonly { metadata: { name: string } }[]) => pods.map(({ metadata }) => metadata.name);

const thrown = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return (error as { status: object }).status;
  }
  return undefined;
};

describe('list', () => {
  it('selects by labels and fields', async () => {
    const test = await withPods('a', 'b');
    await test.create('pods', pod('c', 'other'));
    await test.create('pods', pod('d', 'kubia', 'elsewhere'));
    const { engine } = test;
    const pods = test.definition('pods');
    expect(names(engine.list(pods).items)).toEqual(['a', 'b', 'c', 'd']);
    expect(names(engine.list(pods, 'default').items)).toEqual(['a', 'b', 'c']);
    expect(names(engine.list(pods, 'default', { labelSelector: 'app in (kubia)' }).items)).toEqual(['a', 'b']);
    expect(names(engine.list(pods, undefined, { fieldSelector: 'metadata.name!=a,spec.nodeName=' }).items)).toEqual([
      'b',
      'c',
      'd',
    ]);
    expect(names(engine.list(pods, undefined, { fieldSelector: 'metadata.namespace=elsewhere' }).items)).toEqual(['d']);
  });

  it.each([
    [{ labelSelector: 'a in' }, 400, "unable to parse requirement: found '' expected: '('"],
    [{ fieldSelector: 'foo' }, 400, "invalid selector: 'foo'; can't understand 'foo'"],
    [{ fieldSelector: 'foo=bar' }, 400, 'field label not supported: foo'],
    [
      { resourceVersion: 'abc' },
      400,
      'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
    ],
    [{ resourceVersion: '999' }, 504, 'Timeout: Too large resource version: 999, current: 2'],
    [
      { resourceVersionMatch: 'Exact' },
      422,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    ],
    [{ continue: '###' }, 400, /^invalid continue token: continue key is not valid/],
  ])('refuses %o', async (options, code, message) => {
    const test = await withPods('a');
    expect(thrown(() => test.engine.list(test.definition('pods'), undefined, options))).toMatchObject({
      code,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  it('says which fields a kind without its own can be selected by', async () => {
    const test = new TestEngine();
    const list = () => test.engine.list(test.definition('configmaps'), undefined, { fieldSelector: 'foo=bar' });
    expect(list).toThrow('"foo" is not a known field selector: only "metadata.name", "metadata.namespace"');
  });

  it('gives the same first page until the list changes, and goes on from the state it was asked in', async () => {
    const test = await withPods('a', 'b', 'c');
    const pods = test.definition('pods');
    const before = test.engine.list(pods, 'default', { limit: 2 });
    await test.create('configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x', namespace: 'default' },
    });
    const later = test.engine.list(pods, 'default', { limit: 2 });
    expect(later.items).toBe(before.items);
    expect(Number(later.resourceVersion)).toBeGreaterThan(Number(before.resourceVersion));
    expect(later.continue).not.toBe(before.continue);
    expect(names(test.engine.list(pods, 'default', { limit: 1 }).items)).toEqual(['a']);
    await test.create('pods', pod('aa'));
    expect(names(test.engine.list(pods, 'default', { limit: 2 }).items)).toEqual(['a', 'aa']);
    const { continue: token } = later;
    expect(names(test.engine.list(pods, 'default', { limit: 2, continue: token! }).items)).toEqual(['c']);
  });

  it('gives out chunks of the state at one revision', async () => {
    const test = await withPods('a', 'b', 'c', 'd', 'e');
    const pods = test.definition('pods');
    const first = test.engine.list(pods, 'default', { limit: 2 });
    expect(names(first.items)).toEqual(['a', 'b']);
    expect(first.remainingItemCount).toBe(3);
    await test.delete('pods', 'c', { gracePeriodSeconds: 0 });
    await test.create('pods', pod('bb'));
    const second = test.engine.list(pods, 'default', { limit: 2, continue: first.continue });
    expect(names(second.items)).toEqual(['c', 'd']);
    expect(second.resourceVersion).toBe(first.resourceVersion);
    const third = test.engine.list(pods, 'default', { limit: 2, continue: second.continue });
    expect(names(third.items)).toEqual(['e']);
    expect(third.continue).toBeUndefined();
  });

  it('counts what remains only where nothing is selected', async () => {
    const test = await withPods('a', 'b', 'c');
    const { items, remainingItemCount } = test.engine.list(test.definition('pods'), undefined, {
      limit: 1,
      labelSelector: 'app=kubia',
    });
    expect(names(items)).toEqual(['a']);
    expect(remainingItemCount).toBeUndefined();
  });

  it('offers to go on inconsistently once the revision is gone', async () => {
    const test = await withPods('a', 'b', 'c');
    const pods = test.definition('pods');
    const first = test.engine.list(pods, 'default', { limit: 1 });
    await test.create('pods', pod('d'));
    test.store.compact(test.store.revision);
    const status = thrown(() => test.engine.list(pods, 'default', { limit: 1, continue: first.continue })) as {
      metadata: { continue: string };
    };
    expect(status).toMatchObject({ code: 410, reason: 'Expired' });
    const rest = test.engine.list(pods, 'default', { continue: status.metadata.continue });
    expect(names(rest.items)).toEqual(['b', 'c', 'd']);
  });

  it('shows an exact revision, or one not older', async () => {
    const test = await withPods('a');
    const pods = test.definition('pods');
    const { resourceVersion } = test.engine.list(pods);
    await test.create('pods', pod('b'));
    const at = (resourceVersionMatch: string) =>
      names(test.engine.list(pods, undefined, { resourceVersion, resourceVersionMatch }).items);
    expect(at('Exact')).toEqual(['a']);
    expect(at('NotOlderThan')).toEqual(['a', 'b']);
    test.store.compact(test.store.revision);
    expect(() => at('Exact')).toThrow('The resourceVersion for the provided list is too old.');
  });
});

describe('watch', () => {
  function watch(test: TestEngine, options: WatchOptions = {}, namespace?: string) {
    const seen: string[] = [];
    const subscription = test.engine.watch(test.definition('pods'), namespace, options, {
      event: (type, object) => seen.push(`${type} ${object.metadata.name}@${object.metadata.resourceVersion}`),
      bookmark: (resourceVersion, initialEnd) => seen.push(`BOOKMARK ${resourceVersion}${initialEnd ? ' end' : ''}`),
      error: ({ code, reason, message }) => seen.push(`ERROR ${code} ${reason} ${message}`),
      end: () => seen.push('END'),
    });
    return { seen, subscription };
  }

  it('tells what has happened since a revision, each change once', async () => {
    const test = await withPods('a', 'b');
    const { seen } = watch(test, { resourceVersion: '2' });
    await test.patch<Pod>('pods', 'a', 'merge', { metadata: { labels: { x: 'y' } } });
    await test.delete('pods', 'a');
    expect(seen).toEqual(['ADDED b@3', 'MODIFIED a@4', 'MODIFIED a@5', 'DELETED a@6']);
  });

  it('begins with what there is where no revision is named', async () => {
    const test = await withPods('a', 'b');
    expect(watch(test).seen).toEqual(['ADDED a@2', 'ADDED b@3']);
    expect(watch(test, { resourceVersion: '0' }).seen).toEqual(['ADDED a@2', 'ADDED b@3']);
  });

  it('turns changes into arrivals and departures as the selector has it', async () => {
    const test = await withPods('a');
    const { seen } = watch(test, { labelSelector: 'app=kubia', resourceVersion: '2' });
    const relabel = (app: string) => test.patch('pods', 'a', 'merge', { metadata: { labels: { app } } });
    await relabel('other');
    await relabel('another');
    await relabel('kubia');
    await test.patch('pods', 'a', 'merge', { metadata: { annotations: { x: 'y' } } });
    expect(seen).toEqual(['DELETED a@3', 'ADDED a@5', 'MODIFIED a@6']);
  });

  it('keeps to its namespace', async () => {
    const test = new TestEngine();
    const { seen } = watch(test, {}, 'elsewhere');
    await test.create('pods', pod('a'));
    await test.create('pods', pod('b', 'kubia', 'elsewhere'));
    expect(seen).toEqual(['ADDED b@3']);
  });

  it('is over at once where its beginning is no longer known', async () => {
    const test = await withPods('a', 'b', 'c');
    test.store.compact(3);
    expect(watch(test, { resourceVersion: '2' }).seen).toEqual(['ERROR 410 Expired too old resource version: 2 (3)']);
  });

  it('sends bookmarks to those who want them, and ends when its time is up', async () => {
    const test = await withPods('a');
    const plain = watch(test, { resourceVersion: '2', timeoutSeconds: 100 });
    const marked = watch(test, { resourceVersion: '2', timeoutSeconds: 100, allowBookmarks: true });
    await test.clock.advance(99_000);
    expect(marked.seen).toEqual(['BOOKMARK 2']);
    await test.clock.advance(1000);
    expect(marked.seen).toEqual(['BOOKMARK 2', 'BOOKMARK 2', 'END']);
    expect(plain.seen).toEqual(['END']);
    await test.create('pods', pod('b'));
    expect(plain.seen).toEqual(['END']);
  });

  it('marks the end of what it began with', async () => {
    const test = await withPods('a');
    const options = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', allowBookmarks: true };
    expect(watch(test, options).seen).toEqual(['ADDED a@2', 'BOOKMARK 2 end']);
    expect(() => watch(test, { sendInitialEvents: true })).toThrow(
      'resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    );
  });

  it('leaves nothing behind when it is closed', async () => {
    const test = await withPods('a');
    const before = test.clock.pending;
    const { seen, subscription } = watch(test, { resourceVersion: '2', allowBookmarks: true });
    subscription.close();
    await test.create('pods', pod('b'));
    expect(seen).toEqual([]);
    expect(test.clock.pending).toBe(before);
  });
});
