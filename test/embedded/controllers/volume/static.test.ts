import { afterEach, beforeEach, expect, test } from 'vitest';
import * as refs from '../../../../src/embedded/client/refs.ts';
import type { PersistentVolumeClaimSpec } from '../../../../src/kubernetes/objects.ts';
import { VolumeCluster } from './cluster.ts';

let cluster: VolumeCluster;
beforeEach(async () => {
  cluster = await VolumeCluster.start();
});
afterEach(() => cluster.stop());

const events = (name: string) => cluster.cluster.events(name);
const size = (storage: string) => ({ capacity: { storage } });
const volumePhase = (name: string) => cluster.volume(name)?.status?.phase;
const createClaim = (name: string, changes: Partial<PersistentVolumeClaimSpec> = {}) =>
  cluster.createClaim(name, { storageClassName: 'manual', resources: { requests: { storage: '2Mi' } }, ...changes });
const label = (name: string, labels: Record<string, string>) =>
  cluster.cluster.client.resource(refs.persistentVolumes).patch('', name, { metadata: { labels } });

test('a claim gets the smallest volume that is large enough', async () => {
  await cluster.createVolume('small', size('1Mi'));
  await cluster.createVolume('big', size('10Mi'));
  await cluster.createVolume('mid', size('5Mi'));
  expect(volumePhase('mid')).toBe('Available');
  await createClaim('data');
  const claim = cluster.claim('data')!;
  expect(claim.spec.volumeName).toBe('mid');
  expect(claim.status).toEqual({ phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '5Mi' } });
  expect(claim.metadata.annotations).toEqual({
    'pv.kubernetes.io/bind-completed': 'yes',
    'pv.kubernetes.io/bound-by-controller': 'yes',
  });
  const volume = cluster.volume('mid')!;
  expect(volume.metadata.annotations).toEqual({ 'pv.kubernetes.io/bound-by-controller': 'yes' });
  expect(volume.spec.claimRef).toMatchObject({ name: 'data', namespace: 'default', uid: claim.metadata.uid });
  expect([volumePhase('small'), volumePhase('big')]).toEqual(['Available', 'Available']);
});

test('a volume that can do more is kept for those who need it', async () => {
  await cluster.createVolume('shared', { accessModes: ['ReadWriteOnce', 'ReadWriteMany'], ...size('2Mi') });
  await cluster.createVolume('plain', size('20Mi'));
  await createClaim('data');
  expect(cluster.claim('data')!.spec.volumeName).toBe('plain');
});

test('a selector, the mode and the class have to match', async () => {
  await cluster.createVolume('block', { volumeMode: 'Block', ...size('2Mi') });
  await cluster.createVolume('other', { storageClassName: 'other', ...size('2Mi') });
  await cluster.createVolume('plain', size('2Mi'));
  await cluster.createVolume('labelled', size('9Mi'));
  await label('labelled', { tier: 'db' });
  await createClaim('data', { selector: { matchLabels: { tier: 'db' } } });
  await createClaim('any');
  expect(cluster.claim('data')!.spec.volumeName).toBe('labelled');
  expect(cluster.claim('any')!.spec.volumeName).toBe('plain');
});

test('a claim without a class and without a volume says so, and finds one that comes later', async () => {
  await createClaim('data', { storageClassName: '' });
  expect(await events('data')).toEqual([
    'FailedBinding: no persistent volumes available for this claim and no storage class is set',
  ]);
  await cluster.createVolume('late', { storageClassName: '', ...size('2Mi') });
  expect(cluster.claim('data')!.spec.volumeName).toBe('late');
});

test('a claim that names its volume gets it, or hears why not', async () => {
  await cluster.createVolume('small', size('1Mi'));
  await cluster.createVolume('mid', size('5Mi'));
  await createClaim('data', { volumeName: 'mid' });
  await createClaim('second', { volumeName: 'mid' });
  await createClaim('large', { volumeName: 'small' });
  await createClaim('early', { volumeName: 'late' });
  expect(cluster.phase('data')).toBe('Bound');
  expect(cluster.claim('data')!.metadata.annotations).toEqual({ 'pv.kubernetes.io/bind-completed': 'yes' });
  expect(await events('second')).toEqual(['FailedBinding: volume "mid" already bound to a different claim.']);
  expect(await events('large')).toEqual([
    'VolumeMismatch: Cannot bind to requested volume "small": requested PV is too small',
  ]);
  expect(await events('early')).toEqual([]);
  await cluster.createVolume('late', size('5Mi'));
  expect(cluster.phase('early')).toBe('Bound');
});

test('a volume reserved for a claim waits for it', async () => {
  await cluster.createVolume('reserved', { claimRef: { name: 'data', namespace: 'default' }, ...size('30Mi') });
  await cluster.createVolume('mid', size('5Mi'));
  expect(volumePhase('reserved')).toBe('Available');
  await createClaim('other');
  await createClaim('data');
  expect(cluster.claim('other')!.spec.volumeName).toBe('mid');
  expect(cluster.claim('data')!.spec.volumeName).toBe('reserved');
  expect(cluster.volume('reserved')!.metadata.annotations).toBeUndefined();
});

test('a retained volume is released with its claim, and is for nobody until it is cleared', async () => {
  await cluster.createVolume('mid', size('5Mi'));
  await createClaim('data');
  const { uid } = cluster.claim('data')!.metadata;
  await cluster.deleteClaim('data');
  expect(volumePhase('mid')).toBe('Released');
  await createClaim('data');
  expect(cluster.phase('data')).toBe('Pending');
  expect(cluster.volume('mid')!.spec.claimRef!.uid).toBe(uid);
  await cluster.cluster.client.resource(refs.persistentVolumes).patch('', 'mid', { spec: { claimRef: null } });
  await cluster.cluster.settle();
  expect(cluster.claim('data')!.spec.volumeName).toBe('mid');
});

test.each([
  ['of a path below /tmp is deleted', { hostPath: { path: '/tmp/data' } }, undefined],
  [
    'of another path cannot be deleted',
    { hostPath: { path: '/mnt/data' } },
    'host_path deleter only supports /tmp/.+ but received provided /mnt/data',
  ],
  [
    'that nobody provisioned cannot be deleted',
    {
      hostPath: undefined,
      local: { path: '/mnt/data' },
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' as const }] }] },
      },
    },
    'error getting deleter volume plugin for volume "mid": no volume plugin matched',
  ],
])('a volume %s with its claim', async (_, spec, failure) => {
  await cluster.createVolume('mid', { ...size('5Mi'), persistentVolumeReclaimPolicy: 'Delete', ...spec });
  await createClaim('data');
  await cluster.deleteClaim('data');
  expect(volumePhase('mid')).toBe(failure && 'Failed');
  expect(cluster.volume('mid')?.status?.message).toBe(failure);
  expect(await events('mid')).toEqual(failure ? [`VolumeFailedDelete: ${failure}`] : []);
});

test('a bound volume is deleted once its claim is', async () => {
  await cluster.createVolume('mid', size('5Mi'));
  await createClaim('data');
  await cluster.deleteVolume('mid');
  expect(volumePhase('mid')).toBe('Bound');
  await cluster.deleteClaim('data');
  expect(cluster.volume('mid')).toBeUndefined();
});

test('a claim whose volume is gone is lost', async () => {
  await cluster.createVolume('mid', size('5Mi'));
  await createClaim('data');
  const volumes = cluster.cluster.client.resource(refs.persistentVolumes);
  await volumes.delete('', 'mid');
  await volumes.patch('', 'mid', { metadata: { finalizers: null } });
  await cluster.cluster.settle();
  expect(cluster.claim('data')!.status).toEqual({ phase: 'Lost' });
  expect(await events('data')).toEqual([
    'ClaimLost: Bound claim has lost its PersistentVolume. Data on the volume is lost!',
  ]);
});

test('a claim without a class gets the default one when there is one', async () => {
  const classes = cluster.cluster.client.resource(refs.storageClasses);
  await classes.delete('', 'standard');
  await cluster.createClaim('data');
  expect(cluster.claim('data')!.spec.storageClassName).toBeUndefined();
  await cluster.createClass('standard', {});
  await cluster.cluster.advance(15);
  expect(cluster.claim('data')!.spec.storageClassName).toBe('standard');
});

test('more storage for a claim is left to somebody who is not there', async () => {
  await cluster.createClass('grows', { allowVolumeExpansion: true });
  await cluster.createClaim('data', { storageClassName: 'grows' });
  await cluster.selectNode('data');
  const patch = { spec: { resources: { requests: { storage: '5Mi' } } } };
  await cluster.cluster.client.resource(refs.persistentVolumeClaims).patch('default', 'data', patch);
  expect(await events('data')).toContain('ExternalExpanding: waiting for an external controller to expand this PVC');
  expect(cluster.claim('data')!.status!.capacity).toEqual({ storage: '1Mi' });
});
