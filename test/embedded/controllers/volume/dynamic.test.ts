import { afterEach, beforeEach, expect, test } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { VolumeCluster } from './cluster.ts';

let cluster: VolumeCluster;
beforeEach(async () => {
  cluster = await VolumeCluster.start();
});
afterEach(() => cluster.stop());

const events = (name: string) => cluster.cluster.events(name);
const provisioned = (claim: string) => cluster.volume(`pvc-${cluster.claim(claim)!.metadata.uid}`);
const waiting =
  "Waiting for a volume to be created either by the external provisioner 'rancher.io/local-path' or manually by the " +
  'system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly ' +
  'registered.';

test('a claim waits for its first consumer, and says so again every 15 seconds', async () => {
  await cluster.createClaim('data');
  expect(cluster.phase('data')).toBe('Pending');
  expect(await events('data')).toEqual([
    'WaitForFirstConsumer: waiting for first consumer to be created before binding',
  ]);
  await cluster.cluster.advance(30);
  const [event] = cluster.cluster.list(refs.events);
  expect(event).toMatchObject({ count: 3, source: { component: 'persistentvolume-controller' } });
});

test('a claim whose Pod has no node yet waits for that', async () => {
  await cluster.createPod('kubia-0', 'data', { scheduled: false });
  await cluster.createClaim('data');
  expect(await events('data')).toEqual(['WaitForPodScheduled: waiting for pod kubia-0 to be scheduled']);
});

test('once a node is selected, a volume is made there and bound', async () => {
  await cluster.createClaim('data');
  await cluster.selectNode('data');
  const claim = cluster.claim('data')!;
  const { uid } = claim.metadata;
  expect(claim.metadata.annotations).toEqual({
    'pv.kubernetes.io/bind-completed': 'yes',
    'pv.kubernetes.io/bound-by-controller': 'yes',
    'volume.beta.kubernetes.io/storage-provisioner': 'rancher.io/local-path',
    'volume.kubernetes.io/selected-node': 'worker-0',
    'volume.kubernetes.io/storage-provisioner': 'rancher.io/local-path',
  });
  expect(claim.spec.volumeName).toBe(`pvc-${uid}`);
  expect(claim.status).toEqual({ phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Mi' } });
  const { metadata, spec, status } = provisioned('data')!;
  expect(metadata.annotations).toEqual({
    'local.path.provisioner/selected-node': 'worker-0',
    'pv.kubernetes.io/provisioned-by': 'rancher.io/local-path',
  });
  expect(metadata.finalizers).toEqual(['kubernetes.io/pv-protection']);
  expect(spec).toMatchObject({
    accessModes: ['ReadWriteOnce'],
    capacity: { storage: '1Mi' },
    claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'data', namespace: 'default', uid },
    hostPath: { path: `/var/local-path-provisioner/pvc-${uid}_default_data`, type: 'DirectoryOrCreate' },
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['worker-0'] }] },
        ],
      },
    },
    persistentVolumeReclaimPolicy: 'Delete',
    storageClassName: 'standard',
    volumeMode: 'Filesystem',
  });
  expect(status!.phase).toBe('Bound');
  expect((await events('data')).slice(1).sort()).toEqual([
    `ExternalProvisioning: ${waiting}`,
    'Provisioning: External provisioner is provisioning volume for claim "default/data"',
    `ProvisioningSucceeded: Successfully provisioned volume pvc-${uid}`,
  ]);
  expect(cluster.cluster.failures).toEqual([]);
});

test('the data goes with the claim', async () => {
  await cluster.createClaim('data');
  await cluster.selectNode('data');
  const { name } = provisioned('data')!.metadata;
  const id = `local-path/worker-0/${name}_default_data`;
  await cluster.volumes.open(id).writeFile('/greeting', new TextEncoder().encode('hello'));
  await cluster.deleteClaim('data');
  expect(cluster.claim('data')).toBeUndefined();
  expect(cluster.volume(name)).toBeUndefined();
  expect(cluster.volumes.list()).toEqual([]);
});

test('a claim that a Pod uses waits until the Pod is gone', async () => {
  await cluster.createClaim('data');
  await cluster.selectNode('data');
  await cluster.createPod('kubia-0', 'data');
  await cluster.deleteClaim('data');
  expect(cluster.claim('data')!.metadata.deletionTimestamp).toBeDefined();
  expect(cluster.phase('data')).toBe('Bound');
  await cluster.deletePod('kubia-0');
  expect(cluster.claim('data')).toBeUndefined();
});

test('a Pod without a node does not keep a claim', async () => {
  await cluster.createClaim('data');
  await cluster.createPod('kubia-0', 'data', { scheduled: false });
  await cluster.deleteClaim('data');
  expect(cluster.claim('data')).toBeUndefined();
});

test('the volume of a lost node stays released until the node is back', async () => {
  await cluster.createClaim('data');
  await cluster.selectNode('data');
  const { name } = provisioned('data')!.metadata;
  await cluster.setReady('worker-0', false);
  await cluster.deleteClaim('data');
  await cluster.cluster.advance(121);
  expect(cluster.volume(name)!.status!.phase).toBe('Released');
  expect(await events(name)).toEqual([
    `VolumeFailedDelete: failed to delete volume ${name}: delete process timeout after 120 seconds`,
  ]);
  await cluster.setReady('worker-0', true);
  expect(cluster.volume(name)).toBeUndefined();
});

test.each([
  [
    'ReadWriteMany',
    { accessModes: ['ReadWriteMany' as const] },
    'NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes',
  ],
  ['a selector', { selector: { matchLabels: { app: 'kubia' } } }, 'claim.Spec.Selector is not supported'],
])('local-path refuses %s', async (_, spec, why) => {
  await cluster.createClaim('data', spec);
  await cluster.selectNode('data');
  expect(cluster.phase('data')).toBe('Pending');
  expect(await events('data')).toContain(
    `ProvisioningFailed: failed to provision volume with StorageClass "standard": ${why}`,
  );
});

test('local-path refuses block volumes', async () => {
  await cluster.createClaim('data', { volumeMode: 'Block' });
  await cluster.selectNode('data');
  expect(await events('data')).toContain(
    'ProvisioningFailed: rancher.io/local-path does not support block volume provisioning',
  );
});

test('without waiting for a consumer there is no node to make the volume on', async () => {
  await cluster.createClass('immediate', { volumeBindingMode: 'Immediate' });
  await cluster.createClaim('data', { storageClassName: 'immediate' });
  expect(await events('data')).toContain(
    'ProvisioningFailed: failed to provision volume with StorageClass "immediate": configuration error, no node was ' +
      'specified',
  );
});

test('a claim whose class is missing says so, and is provisioned once it is there', async () => {
  await cluster.createClaim('data', { storageClassName: 'fast' });
  expect(cluster.phase('data')).toBe('Pending');
  expect(await events('data')).toEqual(['ProvisioningFailed: storageclass.storage.k8s.io "fast" not found']);
  await cluster.createClass('fast', {});
  await cluster.selectNode('data');
  expect(cluster.phase('data')).toBe('Bound');
});

test('a node that is gone is given up, so that the scheduler chooses again', async () => {
  await cluster.createClaim('data');
  await cluster.selectNode('data', 'worker-9');
  expect(cluster.claim('data')!.metadata.annotations).not.toHaveProperty('volume.kubernetes.io/selected-node');
  expect(await events('data')).toContain(
    'ProvisioningFailed: failed to provision volume with StorageClass "standard": failed to get target node: nodes ' +
      '"worker-9" not found',
  );
});

test('an ephemeral volume gets a claim that belongs to its Pod', async () => {
  const volumeClaimTemplate = {
    metadata: { labels: { app: 'kubia' } },
    spec: { accessModes: ['ReadWriteOnce' as const], resources: { requests: { storage: '1Mi' } } },
  };
  await cluster.cluster.create(refs.pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'scratch' },
    spec: {
      containers: [{ name: 'main', image: 'busybox' }],
      volumes: [{ name: 'data', ephemeral: { volumeClaimTemplate } }],
    },
  });
  await cluster.cluster.settle();
  expect(cluster.claim('scratch-data')!.metadata).toMatchObject({
    labels: { app: 'kubia' },
    ownerReferences: [{ kind: 'Pod', name: 'scratch', controller: true, blockOwnerDeletion: true }],
  });
});
