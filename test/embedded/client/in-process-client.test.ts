import { describe, expect, it } from 'vitest';
import { configMaps, deployments, pods } from '../../../src/embedded/client/refs.ts';
import type { ConfigMap, Pod } from '../../../src/kubernetes/objects.ts';
import { testClient } from './support.ts';

const configMap = (name: string): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
});

const pod = (name: string, nodeName?: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'kubia', image: 'kubia:1' }], nodeName },
});

describe('InProcessClient', () => {
  it('creates, reads, changes and deletes as over HTTP', async () => {
    const { client } = testClient();
    const resource = client.resource(configMaps);
    const created = await resource.create({ ...configMap('a'), data: { b: 'c' } });
    expect(created.metadata.managedFields?.[0]?.manager).toBe('manager');
    expect(await resource.get('default', 'a')).toBe(created);
    const updated = await resource.update({ ...created, data: { b: 'd' } });
    const patched = await resource.patch('default', 'a', { data: { e: 'f' } });
    expect(patched.data).toEqual({ b: 'd', e: 'f' });
    await expect(resource.update({ ...updated, data: {} })).rejects.toThrow('the object has been modified');
    expect(await resource.list('default')).toEqual([patched]);
    await resource.delete('default', 'a');
    await expect(resource.get('default', 'a')).rejects.toMatchObject({ reason: 'NotFound' });
  });

  it('keeps what it was given apart from what is stored', async () => {
    const { client } = testClient();
    const given = { ...configMap('a'), data: { b: 'c' } };
    await client.resource(configMaps).create(given);
    given.data.b = 'changed';
    expect((await client.resource(configMaps).get('default', 'a')).data).toEqual({ b: 'c' });
  });

  it('leaves out members that are undefined', async () => {
    const { client } = testClient();
    const created = await client.resource(pods).create(pod('p'));
    expect(Object.keys(created.spec)).not.toContain('nodeName');
  });

  it('writes the status through its subresource, and applies under its own name', async () => {
    const { client } = testClient();
    const created = await client.resource(pods).create(pod('p'));
    const updated = await client.resource(pods).updateStatus({ ...created, status: { phase: 'Running' } });
    expect(updated.status?.phase).toBe('Running');
    const applied = await client.resource(configMaps).patch('default', 'x', configMap('x'), { type: 'apply' });
    expect(applied.metadata.name).toBe('x');
  });

  it('has no more rights than its user', async () => {
    const { client } = testClient(undefined, []);
    await expect(client.resource(deployments).list('default')).rejects.toMatchObject({
      status: {
        code: 403,
        message:
          'deployments.apps is forbidden: User "jane" cannot list resource "deployments" in API group "apps" in the namespace "default"',
      },
    });
    await expect(client.resource(pods).get('default', 'p')).rejects.toThrow(
      'pods "p" is forbidden: User "jane" cannot get resource "pods" in API group "" in the namespace "default"',
    );
  });

  it('knows only what is served', () => {
    const { client } = testClient();
    expect(() => client.resource({ group: 'x', version: 'v1', plural: 'foos' })).toThrow(
      'foos of x/v1 is not served: add its definition',
    );
  });
});

describe('Informer', () => {
  it('tells of what is there, then of every change, once it can be read', async () => {
    const { client } = testClient();
    const informer = client.informer(configMaps);
    const resource = client.resource(configMaps);
    await resource.create(configMap('a'));
    const seen: string[] = [];
    const readable = (object: ConfigMap) => informer.get('default', object.metadata.name) === object;
    const unsubscribe = informer.subscribe({
      added: (object) => seen.push(`added ${object.metadata.name} ${readable(object)}`),
      updated: (object, previous) =>
        seen.push(`updated ${object.data?.x} from ${previous.data?.x} ${readable(object)}`),
      deleted: (object) => seen.push(`deleted ${object.metadata.name} ${informer.get('default', 'a')}`),
    });
    await resource.create(configMap('b'));
    await resource.patch('default', 'b', { data: { x: 'y' } });
    await resource.delete('default', 'a');
    unsubscribe();
    await resource.create(configMap('c'));
    expect(seen).toEqual(['added a true', 'added b true', 'updated y from undefined true', 'deleted a undefined']);
    expect(informer.list('default').map(({ metadata }) => metadata.name)).toEqual(['b', 'c']);
  });

  it('keeps indexes up to date before it tells anybody', async () => {
    const { client } = testClient();
    const informer = client.informer(pods);
    const onNode = () =>
      informer.byIndex('node', ({ spec }) => [spec.nodeName ?? ''], 'n1').map((each) => each.metadata.name);
    await client.resource(pods).create(pod('a', 'n1'));
    expect(onNode()).toEqual(['a']);
    const seen: string[][] = [];
    informer.subscribe({ updated: () => seen.push(onNode()), deleted: () => seen.push(onNode()) });
    await client.resource(pods).create(pod('b'));
    await client.resource(pods).patch('default', 'b', { spec: { nodeName: 'n1' } });
    await client.resource(pods).delete('default', 'b', { gracePeriodSeconds: 0 });
    expect(seen).toEqual([['a', 'b'], ['a', 'b'], ['a']]);
  });

  it('is one for all clients, and gives a handler that subscribes late no change twice', async () => {
    const { client, access } = testClient();
    const informer = client.informer(configMaps);
    expect(access.informers.of(configMaps)).toBe(informer);
    const late: string[] = [];
    let subscribed = false;
    informer.subscribe({
      added: () => {
        if (subscribed) return;
        subscribed = true;
        informer.subscribe({ added: (object) => late.push(object.metadata.name) });
      },
    });
    await client.resource(configMaps).create(configMap('a'));
    await client.resource(configMaps).create(configMap('b'));
    expect(late).toEqual(['a', 'b']);
  });
});
