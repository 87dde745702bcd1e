import { afterEach, describe, expect, it } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { daemonSetController } from '../../../../src/embedded/controllers/daemonset/controller.ts';
import type { DaemonSet, DaemonSetSpec, Taint } from '../../../../src/kubernetes/objects.ts';
import { TestCluster } from '../cluster.ts';

let cluster: TestCluster;
afterEach(() => cluster.stop());

const agent = (spec: Partial<DaemonSetSpec> = {}, pod: object = {}): DaemonSet => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'agent' },
  spec: {
    selector: { matchLabels: { app: 'agent' } },
    template: {
      metadata: { labels: { app: 'agent' } },
      spec: { containers: [{ name: 'agent', image: 'agent:1' }], ...pod },
    },
    ...spec,
  },
});

async function addNode(name: string, labels: Record<string, string> = {}, taints: Taint[] = []): Promise<void> {
  await cluster.create(refs.nodes, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    spec: taints.length > 0 ? { taints } : {},
  });
  await cluster.settle();
}

async function start(set?: DaemonSet): Promise<void> {
  cluster = await TestCluster.start(daemonSetController);
  for (const name of ['worker-0', 'worker-1', 'worker-2']) await addNode(name);
  // What admission puts on every new node is taken off once the node is ready.
  for (const { metadata } of cluster.list(refs.nodes, '')) {
    await cluster.client.resource(refs.nodes).patch('', metadata.name, { spec: { taints: null } });
  }
  if (set) await cluster.create(refs.daemonSets, set);
  await cluster.settle();
}

const pods = () => cluster.list(refs.pods);
const nodes = () =>
  pods()
    .map(({ spec }) => spec.nodeName)
    .sort();
const images = () =>
  pods()
    .map(({ spec }) => spec.containers[0]!.image)
    .sort();
const status = () => cluster.get(refs.daemonSets, 'agent')!.status!;
const image = (image: string) => ({ template: { spec: { containers: [{ name: 'agent', image }] } } });
const podOn = (node: string) => pods().find(({ spec }) => spec.nodeName === node)!;

async function patch(spec: object): Promise<void> {
  await cluster.client.resource(refs.daemonSets).patch('default', 'agent', { spec });
  await cluster.settle();
}

async function taint(node: string, taints: Taint[] | null): Promise<void> {
  await cluster.client.resource(refs.nodes).patch('', node, { spec: { taints } });
  await cluster.settle();
}

describe('a DaemonSet', () => {
  it('has a Pod on each node', async () => {
    await start(agent());
    expect(nodes()).toEqual(['worker-0', 'worker-1', 'worker-2']);
    expect(status()).toEqual({
      currentNumberScheduled: 3,
      numberMisscheduled: 0,
      desiredNumberScheduled: 3,
      numberReady: 3,
      observedGeneration: 1,
      updatedNumberScheduled: 3,
      numberAvailable: 3,
    });
    const events = await cluster.events('agent');
    expect(events.sort()).toEqual(
      cluster
        .names(refs.pods)
        .map((name) => `SuccessfulCreate: Created pod: ${name}`)
        .sort(),
    );
    expect(cluster.failures).toEqual([]);
  });

  it('ties each Pod to its node and lets it stay whatever befalls the node', async () => {
    await start(agent());
    const [revision] = cluster.list(refs.controllerRevisions);
    const hash = revision!.metadata.labels!['controller-revision-hash']!;
    expect(revision).toMatchObject({
      metadata: { name: `agent-${hash}`, labels: { app: 'agent' }, ownerReferences: [{ kind: 'DaemonSet' }] },
      revision: 1,
    });
    const { metadata, spec } = podOn('worker-1');
    expect(metadata.labels).toEqual({ app: 'agent', 'controller-revision-hash': hash, 'pod-template-generation': '1' });
    expect(spec.affinity).toEqual({
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['worker-1'] }] }],
        },
      },
    });
    expect(spec.tolerations!.map(({ key, operator, effect }) => `${key} ${operator} ${effect}`)).toEqual([
      'node.kubernetes.io/not-ready Exists NoExecute',
      'node.kubernetes.io/unreachable Exists NoExecute',
      'node.kubernetes.io/disk-pressure Exists NoSchedule',
      'node.kubernetes.io/memory-pressure Exists NoSchedule',
      'node.kubernetes.io/pid-pressure Exists NoSchedule',
      'node.kubernetes.io/unschedulable Exists NoSchedule',
    ]);
  });

  it('runs on new nodes, and only on those that suit it', async () => {
    await start(agent({}, { nodeSelector: { disk: 'ssd' } }));
    expect(pods()).toEqual([]);
    await addNode('worker-3', { disk: 'ssd' });
    await taint('worker-3', null);
    await addNode('worker-4', { disk: 'hdd' });
    await taint('worker-4', null);
    expect(nodes()).toEqual(['worker-3']);
    await cluster.client.resource(refs.nodes).patch('', 'worker-3', { metadata: { labels: { disk: 'hdd' } } });
    await cluster.client.resource(refs.nodes).patch('', 'worker-4', { metadata: { labels: { disk: 'ssd' } } });
    await cluster.settle();
    expect(nodes()).toEqual(['worker-4']);
  });

  it('heeds taints: NoSchedule lets Pods stay, NoExecute does not', async () => {
    await start(agent());
    await taint('worker-0', [{ key: 'own', effect: 'NoSchedule' }]);
    expect(nodes()).toHaveLength(3);
    expect(status()).toMatchObject({ desiredNumberScheduled: 2, currentNumberScheduled: 2, numberMisscheduled: 1 });
    await cluster.client.resource(refs.pods).delete('default', podOn('worker-0').metadata.name);
    await cluster.settle();
    expect(nodes()).toEqual(['worker-1', 'worker-2']);
    await taint('worker-1', [{ key: 'own', effect: 'NoExecute' }]);
    expect(nodes()).toEqual(['worker-2']);
    await taint('worker-1', [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]);
    expect(nodes()).toEqual(['worker-1', 'worker-2']);
  });

  it('replaces Pods that are deleted or failed, the latter not again and again at once', async () => {
    await start(agent());
    await cluster.client.resource(refs.pods).delete('default', podOn('worker-0').metadata.name);
    await cluster.settle();
    expect(nodes()).toHaveLength(3);
    const { name } = podOn('worker-1').metadata;
    await cluster.nodes.finish(name, 'Failed');
    await cluster.settle();
    expect(podOn('worker-1').metadata.name).not.toBe(name);
    expect(await cluster.events('agent')).toContain(
      `FailedDaemonPod: Found failed daemon pod default/${name} on node worker-1, will try to kill it`,
    );
    const second = podOn('worker-1').metadata.name;
    await cluster.nodes.finish(second, 'Failed');
    await cluster.settle();
    expect(podOn('worker-1').metadata.name).toBe(second);
    await cluster.advance(1);
    expect(podOn('worker-1').metadata.name).not.toBe(second);
    expect(status()).toMatchObject({ numberReady: 3 });
  });

  it('rolls an update out, one node at a time', async () => {
    await start(agent());
    cluster.nodes.unreadyImages.add('agent:2');
    await patch(image('agent:2'));
    expect(images()).toEqual(['agent:1', 'agent:1', 'agent:2']);
    expect(status()).toMatchObject({ updatedNumberScheduled: 1, numberUnavailable: 1, numberReady: 2 });
    cluster.nodes.releaseImage('agent:2');
    await cluster.settle();
    expect(images()).toEqual(Array(3).fill('agent:2'));
    expect(status()).toMatchObject({ updatedNumberScheduled: 3, numberReady: 3, observedGeneration: 2 });
    expect(pods()[0]!.metadata.labels).toMatchObject({ 'pod-template-generation': '2' });
    expect(
      cluster
        .list(refs.controllerRevisions)
        .map(({ revision }) => revision)
        .sort(),
    ).toEqual([1, 2]);
  });

  it('rolls an update out on as many nodes at once as may be unavailable', async () => {
    await start(agent({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '50%' } } }));
    cluster.nodes.unreadyImages.add('agent:2');
    await patch(image('agent:2'));
    expect(images()).toEqual(['agent:1', 'agent:2', 'agent:2']);
  });

  it('keeps the old Pod until the new one beside it is available when it surges', async () => {
    const rollingUpdate = { maxSurge: 1, maxUnavailable: 0 };
    await start(agent({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } }));
    cluster.nodes.unreadyImages.add('agent:2');
    // Of the two on a node the older one counts.
    await cluster.advance(1);
    await patch(image('agent:2'));
    expect(images()).toEqual(['agent:1', 'agent:1', 'agent:1', 'agent:2']);
    expect(status()).toMatchObject({ numberAvailable: 3 });
    cluster.nodes.releaseImage('agent:2');
    await cluster.settle();
    expect(images()).toEqual(Array(3).fill('agent:2'));
    expect(nodes()).toEqual(['worker-0', 'worker-1', 'worker-2']);
  });

  it('waits for minReadySeconds before it goes on', async () => {
    await start(agent({ minReadySeconds: 10 }));
    await cluster.advance(11);
    expect(status()).toMatchObject({ numberAvailable: 3 });
    await patch(image('agent:2'));
    expect(images()).toEqual(['agent:1', 'agent:1', 'agent:2']);
    await cluster.advance(11);
    expect(images()).toEqual(['agent:1', 'agent:2', 'agent:2']);
    await cluster.advance(11);
    await cluster.advance(11);
    expect(status()).toMatchObject({ numberAvailable: 3, updatedNumberScheduled: 3 });
  });

  it('leaves Pods alone until they are deleted when it is told to', async () => {
    await start(agent({ updateStrategy: { type: 'OnDelete' } }));
    await patch(image('agent:2'));
    expect(images()).toEqual(Array(3).fill('agent:1'));
    await cluster.client.resource(refs.pods).delete('default', podOn('worker-0').metadata.name);
    await cluster.settle();
    expect(images()).toEqual(['agent:1', 'agent:1', 'agent:2']);
    expect(status()).toMatchObject({ updatedNumberScheduled: 1 });
  });

  it('goes back to an earlier revision by making it the newest, and forgets the oldest', async () => {
    await start(agent({ revisionHistoryLimit: 1 }));
    const [first] = cluster.list(refs.controllerRevisions);
    await patch(image('agent:2'));
    await patch(image('agent:1'));
    const revisions = cluster.list(refs.controllerRevisions);
    expect(revisions.map(({ metadata, revision }) => [metadata.name === first!.metadata.name, revision])).toEqual(
      expect.arrayContaining([
        [true, 3],
        [false, 2],
      ]),
    );
    await patch(image('agent:3'));
    expect(
      cluster
        .list(refs.controllerRevisions)
        .map(({ revision }) => revision)
        .sort(),
    ).toEqual([3, 4]);
  });

  it('merges revisions that are equal, and counts Pods of either among those of the one that stays', async () => {
    await start(agent());
    const [first] = cluster.list(refs.controllerRevisions);
    const { name: _, uid: __, resourceVersion: ___, ...metadata } = first!.metadata;
    const labels = { ...metadata.labels, 'controller-revision-hash': 'other' };
    await cluster.create(refs.controllerRevisions, {
      ...first!,
      metadata: { ...metadata, name: 'agent-other', labels },
      revision: 2,
    });
    await cluster.settle();
    expect(cluster.list(refs.controllerRevisions)).toHaveLength(2);
    const before = cluster.names(refs.pods);
    await cluster.advance(1);
    expect(cluster.names(refs.controllerRevisions)).toEqual(['agent-other']);
    expect(cluster.names(refs.pods)).toEqual(before);
    expect(pods().map(({ metadata }) => metadata.labels!['controller-revision-hash'])).toEqual(Array(3).fill('other'));
  });

  it('writes the template into revisions with its members sorted, as clients expect it', async () => {
    await start(agent());
    const [revision] = cluster.list(refs.controllerRevisions);
    const text = JSON.stringify(revision!.data);
    expect(text).toMatch(
      /^\{"spec":\{"template":\{"\$patch":"replace","metadata":\{"creationTimestamp":null,"labels":/,
    );
    expect(text).toContain('"containers":[{"image":"agent:1","imagePullPolicy":"IfNotPresent","name":"agent",');
  });

  it('gives a revision another name where its own is taken', async () => {
    await start(agent());
    const [first] = cluster.list(refs.controllerRevisions);
    await cluster.client.resource(refs.daemonSets).delete('default', 'agent', { propagationPolicy: 'Background' });
    const { name } = first!.metadata;
    await cluster.client.resource(refs.controllerRevisions).delete('default', name);
    for (const pod of cluster.names(refs.pods)) await cluster.client.resource(refs.pods).delete('default', pod);
    await cluster.create(refs.controllerRevisions, {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { name },
      data: { other: true } as never,
      revision: 1,
    });
    await cluster.create(refs.daemonSets, agent());
    await cluster.settle();
    expect(status()).toMatchObject({ collisionCount: 1, numberReady: 3 });
    expect(cluster.list(refs.controllerRevisions)).toHaveLength(2);
  });

  it('adopts a Pod that is on a node already', async () => {
    await start();
    await cluster.create(refs.pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'orphan', labels: { app: 'agent' } },
      spec: { nodeName: 'worker-2', containers: [{ name: 'agent', image: 'agent:0' }] },
    });
    await cluster.create(refs.daemonSets, agent({ updateStrategy: { type: 'OnDelete' } }));
    await cluster.settle();
    expect(podOn('worker-2').metadata.name).toBe('orphan');
    expect(status()).toMatchObject({ currentNumberScheduled: 3, updatedNumberScheduled: 2 });
  });
});
