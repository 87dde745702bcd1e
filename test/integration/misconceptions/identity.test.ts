import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClusterProcess } from '../support/cluster-process.ts';
import { kubectlPath, withoutKubectl } from '../support/program.ts';
import { claim, mounting, pod, statefulSet, waiting } from './manifests.ts';
import { Playground } from './playground.ts';

describe.skipIf(!kubectlPath)(`what people get wrong about identity${withoutKubectl}`, () => {
  const cluster = new ClusterProcess();
  beforeAll(() => cluster.start());
  afterAll(() => cluster.remove());

  it('a Deployment with a ReadWriteOnce claim scales: on one node, all with one volume', async () => {
    const here = await Playground.make(cluster, 'shared-claim');
    const labels = { app: 'web' };
    await here.create(claim('data'), {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        replicas: 3,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: mounting('data') },
      },
    });
    await here.rolledOut('deployment/web');
    expect(await here.names('pvc')).toEqual(['data']);
    const nodes = (await here.read('pods', '{.items[*].spec.nodeName}')).split(' ');
    expect(nodes).toHaveLength(3);
    expect(new Set(nodes).size).toBe(1);
    const [first, , last] = await here.names('pods');
    await here.sh(first!, 'echo shared > /data/file');
    expect(await here.sh(last!, 'cat /data/file')).toBe('shared\n');
  });

  it('ReadWriteOnce means one Pod: it means one node, and ReadWriteOncePod one Pod', async () => {
    const here = await Playground.make(cluster, 'access-modes');
    await here.create(
      claim('node'),
      claim('pod', { accessModes: ['ReadWriteOncePod'] }),
      ...['a', 'b'].map((name) => pod(`node-${name}`, mounting('node'))),
      pod('pod-a', mounting('pod')),
    );
    await here.until('condition=Ready', 'pod', 'node-a', 'node-b', 'pod-a');
    await here.create(pod('pod-b', mounting('pod')));
    await here.event(
      'FailedScheduling',
      /node has pod using PersistentVolumeClaim with the same name and ReadWriteOnceP/,
    );
    expect(await here.read('pod pod-b', '{.status.phase}')).toBe('Pending');
  });

  it('replicas share data: each has a claim of its own, empty at first', async () => {
    const here = await Playground.make(cluster, 'own-claims');
    await here.create(statefulSet(2, { claim: true }));
    await here.rolledOut('statefulset/web');
    await here.sh('web-0', 'echo mine > /data/file');
    expect(await here.sh('web-1', 'ls /data')).toBe('');
    expect(await here.names('pvc')).toEqual(['data-web-0', 'data-web-1']);
  });

  it("a Pod's address is stable: its name and its claim are", async () => {
    const here = await Playground.make(cluster, 'addresses');
    await here.create(statefulSet(1, { claim: true }));
    await here.rolledOut('statefulset/web');
    const identity = '{.metadata.uid} {.status.podIP}';
    const [uid, address] = (await here.read('pod web-0', identity)).split(' ');
    const volume = await here.read('pvc data-web-0', '{.metadata.uid} {.spec.volumeName}');
    await here.kubectl('delete', 'pod', 'web-0');
    await here.until('create', 'pod', 'web-0');
    await here.until('condition=Ready', 'pod', 'web-0');
    const [uidNow, addressNow] = (await here.read('pod web-0', identity)).split(' ');
    expect(uidNow).not.toBe(uid);
    expect(addressNow).not.toBe(address);
    expect(await here.read('pvc data-web-0', '{.metadata.uid} {.spec.volumeName}')).toBe(volume);
  });

  it('the ordinal must be parsed from the hostname: a label has it, and ordinals need not start at 0', async () => {
    const here = await Playground.make(cluster, 'ordinals');
    const fieldRef = { fieldPath: "metadata.labels['apps.kubernetes.io/pod-index']" };
    await here.create(
      statefulSet(2, {
        spec: { ordinals: { start: 5 } },
        container: { env: [{ name: 'ORDINAL', valueFrom: { fieldRef } }] },
      }),
    );
    await here.rolledOut('statefulset/web');
    expect(await here.names('pods')).toEqual(['web-5', 'web-6']);
    expect(await here.names('pods', '-l', 'apps.kubernetes.io/pod-index=6')).toEqual(['web-6']);
    expect(await here.sh('web-5', 'echo $ORDINAL')).toBe('5\n');
  });

  it('any legal name works: with its hash it must fit into a label', async () => {
    const here = await Playground.make(cluster, 'long-name');
    const name = `web-${'x'.repeat(49)}`;
    await here.create({ ...statefulSet(1, { container: waiting() }), metadata: { name } });
    await here.event('FailedCreate', /must be no more than 63 (characters|bytes)/);
    expect(await here.names('pods')).toEqual([]);
  });
});
