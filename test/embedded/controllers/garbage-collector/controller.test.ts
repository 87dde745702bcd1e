import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeleteOptions } from '../../../../src/embedded/client/client.ts';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { garbageCollectorController } from '../../../../src/embedded/controllers/garbage-collector/controller.ts';
import type { KubeObject, OwnerReference } from '../../../../src/kubernetes/object.ts';
import type { ConfigMap } from '../../../../src/kubernetes/objects.ts';
import { TestCluster } from '../cluster.ts';

let cluster: TestCluster;

beforeEach(async () => {
  cluster = await TestCluster.start(garbageCollectorController);
});
afterEach(() => cluster.stop());

const maps = () => cluster.client.resource(refs.configMaps);
const remove = (name: string, options: DeleteOptions = {}) => maps().delete('default', name, options);
const names = () => cluster.names(refs.configMaps).sort();

function reference(owner: KubeObject, more: Partial<OwnerReference> = {}): OwnerReference {
  const { apiVersion, kind, metadata } = owner;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid!, ...more };
}

async function map(
  name: string,
  ownerReferences: OwnerReference[] = [],
  more: Partial<ConfigMap['metadata']> = {},
): Promise<ConfigMap> {
  const created = await cluster.create(refs.configMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, ...(ownerReferences.length > 0 && { ownerReferences }), ...more },
  });
  await cluster.settle();
  return created;
}

async function deleteMap(name: string, options: DeleteOptions = {}): Promise<void> {
  await remove(name, options);
  await cluster.settle();
}

const ownersOf = (name: string) =>
  (cluster.get(refs.configMaps, name)?.metadata.ownerReferences ?? []).map((owner) => owner.name);

describe('deletion in the background', () => {
  it('takes dependents along, and theirs', async () => {
    const owner = await map('owner');
    const child = await map('child', [reference(owner)]);
    await map('grandchild', [reference(child)]);
    await map('other');
    await deleteMap('owner', { propagationPolicy: 'Background' });
    expect(names()).toEqual(['other']);
  });

  it('leaves what has another owner, without the one it lost', async () => {
    const [one, two] = [await map('one'), await map('two')];
    await map('child', [reference(one), reference(two)]);
    await deleteMap('one');
    expect(names()).toEqual(['child', 'two']);
    expect(ownersOf('child')).toEqual(['two']);
    await deleteMap('two');
    expect(names()).toEqual([]);
  });

  it('reaches from the whole cluster into namespaces, and over kinds', async () => {
    const owner = await cluster.create(refs.priorityClasses, {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'owner' },
      value: 1,
    });
    await map('child', [reference(owner)]);
    await cluster.create(refs.secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'child', ownerReferences: [reference(owner)] },
    });
    await cluster.settle();
    await cluster.client.resource(refs.priorityClasses).delete('', 'owner');
    await cluster.settle();
    expect([names(), cluster.names(refs.secrets)]).toEqual([[], []]);
  });

  it('keeps the policy that a dependent asks for by its finalizers', async () => {
    const owner = await map('owner');
    const child = await map('child', [reference(owner)], { finalizers: ['orphan'] });
    await map('grandchild', [reference(child)]);
    await deleteMap('owner');
    expect(names()).toEqual(['grandchild']);
    expect(ownersOf('grandchild')).toEqual([]);
  });
});

describe('deletion in the foreground', () => {
  it('waits for those that block it, and for no others', async () => {
    const owner = await map('owner');
    await map('blocking', [reference(owner, { blockOwnerDeletion: true })], { finalizers: ['example.com/hold'] });
    await map('holding', [reference(owner)], { finalizers: ['example.com/hold'] });
    await map('child', [reference(owner)]);
    await deleteMap('owner', { propagationPolicy: 'Foreground' });
    expect(names()).toEqual(['blocking', 'holding', 'owner']);
    expect(cluster.get(refs.configMaps, 'owner')!.metadata).toMatchObject({
      deletionTimestamp: expect.any(String),
      finalizers: ['foregroundDeletion'],
    });
    await maps().patch('default', 'blocking', { metadata: { finalizers: null } });
    await cluster.settle();
    expect(names()).toEqual(['holding']);
    expect(cluster.get(refs.configMaps, 'holding')!.metadata.deletionTimestamp).toBeDefined();
  });

  it('goes down generation by generation, the last one first', async () => {
    const owner = await map('owner');
    const child = await map('child', [reference(owner, { blockOwnerDeletion: true })]);
    await map('grandchild', [reference(child, { blockOwnerDeletion: true })], { finalizers: ['example.com/hold'] });
    await deleteMap('owner', { propagationPolicy: 'Foreground' });
    expect(names()).toEqual(['child', 'grandchild', 'owner']);
    expect(cluster.get(refs.configMaps, 'child')!.metadata.finalizers).toEqual(['foregroundDeletion']);
    await maps().patch('default', 'grandchild', { metadata: { finalizers: null } });
    await cluster.settle();
    expect(names()).toEqual([]);
  });

  it('goes on once a dependent blocks it no more', async () => {
    const owner = await map('owner');
    const blocking = reference(owner, { blockOwnerDeletion: true });
    await map('child', [blocking], { finalizers: ['example.com/hold'] });
    await deleteMap('owner', { propagationPolicy: 'Foreground' });
    await maps().patch('default', 'child', {
      metadata: { ownerReferences: [{ ...blocking, blockOwnerDeletion: false }] },
    });
    await cluster.settle();
    expect(names()).toEqual(['child']);
  });

  it('releases what another owner keeps', async () => {
    const [one, two] = [await map('one'), await map('two')];
    await map('child', [reference(one, { blockOwnerDeletion: true }), reference(two)]);
    await deleteMap('one', { propagationPolicy: 'Foreground' });
    expect(names()).toEqual(['child', 'two']);
    expect(ownersOf('child')).toEqual(['two']);
  });

  it('ends where owners go round in a circle', async () => {
    const one = await map('one');
    const two = await map('two', [reference(one, { blockOwnerDeletion: true })]);
    const three = await map('three', [reference(two, { blockOwnerDeletion: true })]);
    await maps().patch('default', 'one', {
      metadata: { ownerReferences: [reference(three, { blockOwnerDeletion: true })] },
    });
    await cluster.settle();
    expect(names()).toEqual(['one', 'three', 'two']);
    await deleteMap('one', { propagationPolicy: 'Foreground' });
    await cluster.advance(1);
    expect(names()).toEqual([]);
  });
});

describe('orphaning', () => {
  it('lets dependents live without their owner', async () => {
    const [owner, other] = [await map('owner'), await map('other')];
    await map('child', [reference(owner, { blockOwnerDeletion: true, controller: true }), reference(other)]);
    await deleteMap('owner', { propagationPolicy: 'Orphan' });
    expect(names()).toEqual(['child', 'other']);
    expect(ownersOf('child')).toEqual(['other']);
  });
});

describe('an owner that is not there', () => {
  const absent = (more: Partial<OwnerReference> = {}): OwnerReference => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: 'absent',
    uid: '00000000-0000-4000-8000-000000000000',
    ...more,
  });

  it('costs its dependent its life', async () => {
    await map('child', [absent()]);
    expect(names()).toEqual([]);
  });

  it('is one that has another UID, name or kind', async () => {
    const owner = await map('owner');
    await map('other');
    await map('uid', [reference(owner, { uid: absent().uid })]);
    await map('name', [reference(owner, { name: 'other' })]);
    await map('kind', [reference(owner, { kind: 'Secret' })]);
    expect(names()).toEqual(['other', 'owner']);
  });

  it('is taken from the owners where there is another one', async () => {
    const owner = await map('owner');
    await map('child', [reference(owner), absent()]);
    expect(ownersOf('child')).toEqual(['owner']);
  });

  it('is one in another namespace, of which an event tells', async () => {
    await cluster.create(refs.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'far' }, spec: {} });
    const owner = await cluster.create(refs.configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'owner', namespace: 'far' },
    });
    await map('child', [reference(owner)]);
    expect(names()).toEqual([]);
    expect(await cluster.events('child')).toEqual([
      `OwnerRefInvalidNamespace: ownerRef [v1/ConfigMap, namespace: default, name: owner, uid: ${owner.metadata.uid}] ` +
        'does not exist in namespace "default"',
    ]);
  });

  it('does no harm to what has no namespace itself, or where nobody knows the kind', async () => {
    const owner = await map('owner');
    await cluster.create(refs.priorityClasses, {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'child', ownerReferences: [reference(owner)] },
      value: 1,
    });
    await map('child', [absent({ apiVersion: 'example.com/v1', kind: 'Widget' })]);
    await deleteMap('owner');
    await cluster.advance(10);
    expect(names()).toEqual(['child']);
    expect(cluster.get(refs.priorityClasses, 'child', '')).toBeDefined();
    expect(cluster.failures[0]).toMatch(/unable to get REST mapping for example\.com\/v1\/Widget\.$/);
  });
});

it('Pods end in their own time, and their owner waits for them in the foreground', async () => {
  const owner = await map('owner');
  cluster.nodes.lingering.add('kubia-0');
  await cluster.create(refs.pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'kubia-0', ownerReferences: [reference(owner, { blockOwnerDeletion: true })] },
    spec: { containers: [{ name: 'kubia', image: 'kubia:1' }] },
  });
  await cluster.settle();
  await deleteMap('owner', { propagationPolicy: 'Foreground' });
  expect(cluster.get(refs.pods, 'kubia-0')!.metadata.deletionTimestamp).toBeDefined();
  expect(names()).toEqual(['owner']);
  cluster.nodes.release('kubia-0');
  await cluster.settle();
  expect(names()).toEqual([]);
});
