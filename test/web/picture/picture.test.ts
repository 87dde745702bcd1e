import { describe, expect, it } from 'vitest';
import type { PictureObject } from '../../../src/protocol/live.ts';
import { claimFacts, findFacts, podFacts } from '../../../src/web/picture/facts.ts';
import type { Pod } from '../../../src/web/picture/kinds.ts';
import { type Box, type Layout, layoutPicture } from '../../../src/web/picture/layout.ts';
import { buildPicture } from '../../../src/web/picture/model.ts';
import { podStatus } from '../../../src/web/picture/pod-status.ts';
import { ordinalOf } from '../../../src/web/picture/slots.ts';
import { FakeCluster } from '../fake/cluster.mjs';

/** A cluster in which kubia was applied with so many replicas, and everything has come to rest. */
function settled(replicas: number): FakeCluster {
  const cluster = new FakeCluster();
  cluster.apply(replicas);
  while (cluster.step());
  return cluster;
}
const pictureOf = (cluster: FakeCluster) => buildPicture(cluster.objects.values(), 'learn-01');
const slotsOf = (cluster: FakeCluster) => pictureOf(cluster).groups[0]!.slots;
const states = (cluster: FakeCluster) => slotsOf(cluster).map((slot) => slot.state);

describe('slots of a StatefulSet', () => {
  it('pair each ordinal with its Pod, claim, volume, node and DNS name', () => {
    const [first] = slotsOf(settled(2));
    expect(first).toMatchObject({ ordinal: 0, state: 'live', dns: { name: 'kubia-0.kubia', resolves: true } });
    expect(first?.pod).toMatchObject({ name: 'kubia-0', node: 'ordinal-worker', ready: true });
    expect(first?.claims[0]).toMatchObject({ name: 'data-kubia-0', phase: 'Bound' });
    expect(first?.claims[0]?.volume?.node).toBe('ordinal-worker');
    expect(first?.dns?.address).toBe(first?.pod?.address);
  });

  it('stay as ghosts with their claims when scaled away, and live again when scaled up', () => {
    const cluster = settled(3);
    cluster.apply(1);
    while (cluster.step());
    expect(states(cluster)).toEqual(['live', 'ghost', 'ghost']);
    expect(slotsOf(cluster)[2]).toMatchObject({ pod: undefined, dns: { resolves: false } });
    expect(slotsOf(cluster)[2]?.claims[0]?.volume).toBeDefined();
    cluster.apply(2);
    while (cluster.step());
    expect(states(cluster)).toEqual(['live', 'live', 'ghost']);
  });

  it('wait for the ordinal before them', () => {
    const cluster = new FakeCluster();
    cluster.apply(2);
    cluster.step();
    expect(slotsOf(cluster)[1]).toMatchObject({ state: 'missing', waiting: 'waits for kubia-0', claims: [] });
  });

  it('lose their address, not their claim, while a Pod is not ready', () => {
    const cluster = settled(2);
    cluster.crash('kubia-1');
    const [, second] = slotsOf(cluster);
    expect(second?.dns).toMatchObject({ name: 'kubia-1.kubia', resolves: false });
    expect(second?.pod).toMatchObject({ text: 'CrashLoopBackOff', tone: 'bad', restarts: 3 });
    expect(second?.claims[0]?.phase).toBe('Bound');
  });

  it('start where spec.ordinals says', () => {
    const cluster = settled(0);
    const set = cluster.find('StatefulSet', 'kubia')!;
    const spec = { ...(set.spec as object), replicas: 2, ordinals: { start: 5 } };
    cluster.objects.set(set.metadata.uid, { ...set, spec });
    expect(slotsOf(cluster).map((slot) => slot.ordinal)).toEqual([5, 6]);
  });

  it.each([
    ['kubia-0', 'kubia', 0],
    ['kubia-10', 'kubia', 10],
    ['kubia-public-1', 'kubia', undefined],
    ['kubia-01', 'kubia', undefined],
    ['kubia', 'kubia', undefined],
    ['data-kubia-2', 'data-kubia', 2],
  ])('%s of %s is %s', (name, set, ordinal) => expect(ordinalOf(name, set)).toBe(ordinal));
});

describe('groups', () => {
  it('name the Service, or say that it is missing', () => {
    const cluster = settled(1);
    expect(pictureOf(cluster).groups[0]).toMatchObject({
      missingService: undefined,
      services: [{ name: 'kubia', headless: true, ready: 1 }],
    });
    cluster.remove('Service', 'kubia');
    expect(pictureOf(cluster).groups[0]).toMatchObject({ missingService: 'kubia', services: [] });
  });

  it('show a Service that has no Pods behind it yet', () => {
    const cluster = settled(0);
    cluster.remove('StatefulSet', 'kubia');
    expect(pictureOf(cluster).groups).toMatchObject([{ kind: 'Services', services: [{ name: 'kubia', ready: 0 }] }]);
  });

  it('show claims and volumes that outlive everything', () => {
    const cluster = settled(2);
    cluster.remove('Service', 'kubia');
    cluster.remove('StatefulSet', 'kubia');
    cluster.remove('Pod', 'kubia-0');
    cluster.remove('Pod', 'kubia-1');
    cluster.remove('PersistentVolumeClaim', 'data-kubia-1');
    const picture = pictureOf(cluster);
    expect(picture.groups.map((group) => group.kind)).toEqual(['Claims']);
    expect(picture.groups[0]?.claims.map(({ name, exists }) => [name, exists])).toEqual([
      ['data-kubia-0', true],
      ['data-kubia-1', false],
    ]);
  });

  it('leave out volumes of other namespaces', () => {
    const cluster = settled(1);
    const volume = [...cluster.objects.values()].find((object) => object.kind === 'PersistentVolume')!;
    const spec = { ...(volume.spec as object), claimRef: { namespace: 'learn-99', name: 'data-x-0' } };
    cluster.put('v1', 'PersistentVolume', 'pvc-other', { spec, status: { phase: 'Bound' } }, '');
    expect(pictureOf(cluster).groups).toHaveLength(1);
    expect(buildPicture(cluster.objects.values(), 'learn-99').groups).toHaveLength(2);
  });

  it('gather a Deployment’s Pods through its ReplicaSets, around the claim they share', () => {
    const { groups } = buildPicture(deployment(), 'learn-01');
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ kind: 'Deployment', name: 'web', count: { ready: 2, desired: 2 } });
    expect(groups[0]?.slots.map((slot) => slot.name)).toEqual(['web-a-1', 'web-a-2']);
    expect(groups[0]?.claims).toMatchObject([{ name: 'shared', users: ['p1', 'p2'] }]);
  });

  it('keep Pods without an owner apart', () => {
    const cluster = settled(1);
    cluster.put('v1', 'Pod', 'dns', { spec: {}, status: { phase: 'Running' } });
    expect(pictureOf(cluster).groups.map((group) => group.kind)).toEqual(['StatefulSet', 'Pods']);
  });
});

describe('a Pod’s status', () => {
  const pod = (rest: Omit<Pod, 'metadata'>, deletionTimestamp?: string): Pod => ({
    metadata: { name: 'x', uid: 'x', ...(deletionTimestamp && { deletionTimestamp }) },
    ...rest,
  });
  const ready = [{ type: 'Ready', status: 'True' }];
  const waiting = (reason: string) => [{ name: 'c', state: { waiting: { reason } } }];

  it.each<[string, Pod, string, string]>([
    ['new', pod({}), 'Pending', 'wait'],
    ['ready', pod({ status: { phase: 'Running', conditions: ready } }), 'Ready', 'good'],
    ['not ready', pod({ status: { phase: 'Running' } }), 'Not ready', 'wait'],
    [
      'pulling',
      pod({ status: { phase: 'Pending', containerStatuses: waiting('ContainerCreating') } }),
      'ContainerCreating',
      'wait',
    ],
    [
      'bad image',
      pod({ status: { phase: 'Pending', containerStatuses: waiting('ImagePullBackOff') } }),
      'ImagePullBackOff',
      'bad',
    ],
    ['deleted', pod({ status: { phase: 'Running', conditions: ready } }, '2025-01-01T00:00:00Z'), 'Terminating', 'off'],
    ['lost', pod({ status: { phase: 'Running', reason: 'NodeLost' } }, '2025-01-01T00:00:00Z'), 'Unknown', 'bad'],
    ['done', pod({ status: { phase: 'Succeeded' } }), 'Completed', 'off'],
    ['evicted', pod({ status: { phase: 'Failed', reason: 'Evicted' } }), 'Evicted', 'bad'],
    [
      'ended',
      pod({ status: { phase: 'Running', containerStatuses: [{ name: 'c', state: { terminated: { exitCode: 3 } } }] } }),
      'ExitCode:3',
      'bad',
    ],
  ])('%s', (_, object, text, tone) => expect(podStatus(object)).toMatchObject({ text, tone }));

  it('counts init containers, and a sidecar as done once it has started', () => {
    const initContainers = [{ name: 'proxy', restartPolicy: 'Always' }, { name: 'copy' }];
    const started = { name: 'proxy', started: true, state: { running: {} } };
    const spec = { initContainers };
    const copying = { phase: 'Pending', initContainerStatuses: [started, { name: 'copy', state: { running: {} } }] };
    expect(podStatus(pod({ spec, status: copying })).text).toBe('Init:1/2');
    const failed = { name: 'copy', state: { waiting: { reason: 'CrashLoopBackOff' } } };
    const failing = { phase: 'Pending', initContainerStatuses: [started, failed] };
    expect(podStatus(pod({ spec, status: failing }))).toMatchObject({ text: 'Init:CrashLoopBackOff', tone: 'bad' });
  });
});

describe('layout', () => {
  const widths = [320, 390, 560, 768, 1100];
  const layoutOf = (cluster: FakeCluster, width: number) => layoutPicture(pictureOf(cluster), width);
  const boxes = (layout: Layout): Box[] =>
    layout.groups
      .flatMap(({ rows }) =>
        rows.flatMap((row) => [
          row.identity,
          row.pod,
          ...row.tracks.flatMap((track) => [track.claimBox, track.volumeBox]),
        ]),
      )
      .filter((box) => box !== undefined);

  it.each(widths)('puts nothing over anything else, nor outside, at %i px', (width) => {
    const cluster = settled(4);
    cluster.apply(2);
    while (cluster.step());
    const layout = layoutOf(cluster, width);
    const all = boxes(layout);
    expect(all.length).toBe(16);
    for (const [index, box] of all.entries()) {
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(layout.width);
      expect(box.y + box.height).toBeLessThanOrEqual(layout.height);
      for (const other of all.slice(index + 1)) expect(overlap(box, other)).toBe(false);
    }
  });

  it('stands a Pod and its volume in the lane of their node, and a control plane nowhere', () => {
    const layout = layoutOf(settled(2), 800);
    expect(layout.lanes.map((lane) => lane.node.name)).toEqual(['ordinal-worker', 'ordinal-worker2']);
    expect(layout.others.map((node) => node.name)).toEqual(['ordinal-control-plane']);
    const [first, second] = layout.groups[0]!.rows;
    expect(inside(first!.pod!, layout.lanes[0]!)).toBe(true);
    expect(inside(second!.pod!, layout.lanes[1]!)).toBe(true);
    expect(inside(second!.tracks[0]!.volumeBox!, layout.lanes[1]!)).toBe(true);
  });

  it('lays a Pod without a node across the lanes', () => {
    const cluster = new FakeCluster();
    cluster.apply(1);
    cluster.step();
    const layout = layoutOf(cluster, 800);
    const pod = layout.groups[0]!.rows[0]!.pod!;
    expect(layout.lanes.some((lane) => inside(pod, lane))).toBe(false);
    expect(pod.x).toBeGreaterThanOrEqual(layout.lanes[0]!.x);
  });

  it('joins names to Pods, claims to volumes, and Pods to what they mount; dashed where it does not hold', () => {
    const cluster = settled(2);
    cluster.crash('kubia-1');
    const lines = layoutOf(cluster, 800).lines;
    expect(lines).toHaveLength(6);
    expect(lines.filter((line) => line.dashed).map((line) => line.key)).toEqual(['kubia/1:dns']);
  });

  it('joins every Pod of a Deployment to the volume they share', () => {
    const layout = layoutPicture(buildPicture(deployment(), 'learn-01'), 800);
    expect(layout.lines.filter((line) => line.width === 0)).toHaveLength(2);
  });

  it('scrolls sideways rather than squeezing many nodes', () => {
    const cluster = settled(1);
    for (let node = 3; node < 9; node += 1) cluster.node(`ordinal-worker${node}`, 'True');
    const layout = layoutOf(cluster, 390);
    expect(layout.lanes).toHaveLength(8);
    expect(Math.min(...layout.lanes.map((lane) => lane.width))).toBeGreaterThanOrEqual(100);
    expect(layout.width).toBeGreaterThan(390);
  });

  it('keeps the keys of what stays, so that it moves instead of blinking', () => {
    const cluster = settled(3);
    const keys = (layout: Layout) => layout.groups.flatMap((group) => group.rows.map((row) => row.key));
    const before = keys(layoutOf(cluster, 800));
    cluster.apply(1);
    while (cluster.step());
    expect(keys(layoutOf(cluster, 800))).toEqual(before);
  });
});

describe('facts', () => {
  it('are found by key while the thing is there', () => {
    const cluster = settled(1);
    const picture = pictureOf(cluster);
    const pod = picture.groups[0]!.slots[0]!.pod!;
    expect(findFacts(picture, podFacts(pod).key)).toMatchObject({
      title: 'Pod kubia-0',
      command: 'kubectl describe pod kubia-0',
    });
    cluster.remove('Pod', 'kubia-0');
    expect(findFacts(pictureOf(cluster), podFacts(pod).key)).toBeUndefined();
  });

  it('say in words what the drawing says by places', () => {
    const [slot] = pictureOf(settled(1)).groups[0]!.slots;
    expect(podFacts(slot!.pod!).spoken).toEqual(['Pod', ', on node ordinal-worker']);
    expect(claimFacts(slot!.claims[0]!).spoken[1]).toMatch(/^, Bound to volume pvc-/);
  });
});

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function inside(inner: Box, outer: Box): boolean {
  return inner.x >= outer.x && inner.x + inner.width <= outer.x + outer.width;
}

/** Two Pods of a Deployment, on one node, with one claim. */
function deployment(): PictureObject[] {
  const owned = (kind: string, name: string, uid: string) => ({
    ownerReferences: [{ kind, name, uid, controller: true }],
  });
  const object = (kind: string, name: string, uid: string, rest: object, meta: object = {}): PictureObject => ({
    apiVersion: 'v1',
    kind,
    metadata: { name, uid, namespace: 'learn-01', ...meta },
    ...rest,
  });
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'shared' } }];
  const pod = (name: string, uid: string) =>
    object(
      'Pod',
      name,
      uid,
      { spec: { nodeName: 'w1', volumes }, status: { phase: 'Running' } },
      owned('ReplicaSet', 'web-a', 'r1'),
    );
  return [
    object('Node', 'w1', 'n1', {}),
    object('Deployment', 'web', 'd1', { spec: { replicas: 2 }, status: { readyReplicas: 2 } }),
    object('ReplicaSet', 'web-a', 'r1', { spec: { replicas: 2 } }, owned('Deployment', 'web', 'd1')),
    pod('web-a-1', 'p1'),
    pod('web-a-2', 'p2'),
    object('PersistentVolumeClaim', 'shared', 'c1', { spec: { volumeName: 'pv1' }, status: { phase: 'Bound' } }),
    object('PersistentVolume', 'pv1', 'v1', { spec: {}, status: { phase: 'Bound' } }),
  ];
}
