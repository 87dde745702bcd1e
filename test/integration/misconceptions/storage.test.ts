import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClusterProcess } from '../support/cluster-process.ts';
import { kubectlPath, withoutKubectl } from '../support/program.ts';
import { claim, mounting, pod, readyByFile, statefulSet, waiting } from './manifests.ts';
import { type Manifest, Playground } from './playground.ts';

describe.skipIf(!kubectlPath)(`what people get wrong about storage${withoutKubectl}`, () => {
  const cluster = new ClusterProcess();
  beforeAll(() => cluster.start());
  afterAll(() => cluster.remove());

  async function place(name: string, manifest: Manifest): Promise<Playground> {
    const here = await Playground.make(cluster, name);
    await here.create(manifest);
    await here.rolledOut('statefulset/web');
    return here;
  }

  const scale = (here: Playground, replicas: number) =>
    here.kubectl('scale', 'statefulset', 'web', `--replicas=${replicas}`);
  /** Resolves once a Pod has been replaced by one of the same name that is ready. */
  async function replaced(here: Playground, name: string): Promise<void> {
    await here.kubectl('delete', 'pod', name);
    await here.until('create', 'pod', name);
    await here.until('condition=Ready', 'pod', name);
  }

  it('a Pending claim is broken: it waits for its first consumer', async () => {
    const here = await Playground.make(cluster, 'pending');
    await here.create(claim('data'));
    await here.event('WaitForFirstConsumer', /^waiting for first consumer to be created before binding$/);
    expect(await here.read('pvc data', '{.status.phase}')).toBe('Pending');
    await here.create(pod('consumer', mounting('data')));
    await here.until('jsonpath={.status.phase}=Bound', 'pvc', 'data');
  });

  it('a Pod can move anywhere: its volume holds it on its node', async () => {
    const here = await place('affinity', statefulSet(1, { claim: true }));
    const node = await here.read('pod web-0', '{.spec.nodeName}');
    await here.kubectl('cordon', node);
    await here.kubectl('delete', 'pod', 'web-0');
    await here.event(
      'FailedScheduling',
      /didn't match PersistentVolume's node affinity.* 1 node\(s\) were unschedulable/,
    );
    expect(await here.kubectl('describe', 'pod', 'web-0')).toContain("PersistentVolume's node affinity");
    await here.kubectl('uncordon', node);
    await here.until('condition=Ready', 'pod', 'web-0');
    expect(await here.read('pod web-0', '{.spec.nodeName}')).toBe(node);
  });

  it('delete pvc is immediate: it waits for the Pod, and then there is a new, empty one', async () => {
    const here = await place('protection', statefulSet(1, { claim: true }));
    await here.sh('web-0', 'echo old > /data/file');
    const uid = await here.read('pvc data-web-0', '{.metadata.uid}');
    await here.kubectl('delete', 'pvc', 'data-web-0', '--wait=false');
    expect(await here.kubectl('get', 'pvc', 'data-web-0', '--no-headers')).toMatch(/^data-web-0 +Terminating /);
    expect(await here.read('pvc data-web-0', '{.metadata.finalizers}')).toBe('["kubernetes.io/pvc-protection"]');
    expect(await here.sh('web-0', 'cat /data/file')).toBe('old\n');
    await replaced(here, 'web-0');
    expect(await here.read('pvc data-web-0', '{.metadata.uid}')).not.toBe(uid);
    expect(await here.sh('web-0', 'ls /data')).toBe('');
  });

  it('claim templates and serviceName can be edited: they are forbidden to', async () => {
    const here = await place('immutable', statefulSet(1, { claim: true }));
    for (const spec of [{ serviceName: 'other' }, { volumeClaimTemplates: [] }]) {
      const { code, err } = await here.attempt(['patch', 'sts', 'web', '--type=merge', '-p', JSON.stringify({ spec })]);
      expect(code).toBe(1);
      expect(err).toContain("Forbidden: updates to statefulset spec for fields other than 'replicas',");
    }
  });

  it('any claim can be resized: its class must allow it', async () => {
    const here = await place('resize', statefulSet(1, { claim: true }));
    const patch = '{"spec":{"resources":{"requests":{"storage":"2Mi"}}}}';
    const { code, err } = await here.attempt(['patch', 'pvc', 'data-web-0', '-p', patch]);
    expect(code).toBe(1);
    expect(err).toContain(
      'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    );
  });

  it('deleting a namespace spares the data: its claims go, and their volumes with them', async () => {
    const here = await place('doomed', statefulSet(1, { claim: true }));
    const volume = await here.read('pvc data-web-0', '{.spec.volumeName}');
    expect(await here.read(`pv ${volume}`, '{.spec.persistentVolumeReclaimPolicy}')).toBe('Delete');
    await cluster.kubectl('delete', 'namespace', 'doomed', '--timeout=60s');
    await cluster.kubectl('wait', '--for=delete', `pv/${volume}`, '--timeout=60s');
  });

  it('scaling down frees disks, and scaling up gives fresh replicas: the claim stays, its data too', async () => {
    const here = await place('scaled', statefulSet(2, { claim: true }));
    await here.sh('web-1', 'echo old > /data/file');
    await scale(here, 1);
    await here.until('delete', 'pod', 'web-1');
    expect(await here.names('pvc')).toEqual(['data-web-0', 'data-web-1']);
    await scale(here, 2);
    await here.rolledOut('statefulset/web');
    expect(await here.sh('web-1', 'cat /data/file')).toBe('old\n');
  });

  it("whenScaled: Delete acts on a Pod's deletion: on scaling down alone", async () => {
    const policy = { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Retain' } };
    const here = await place('retention', statefulSet(2, { claim: true, spec: policy }));
    const uid = await here.read('pvc data-web-1', '{.metadata.uid}');
    await replaced(here, 'web-1');
    expect(await here.read('pvc data-web-1', '{.metadata.uid}')).toBe(uid);
    await scale(here, 1);
    await here.until('delete', 'pvc', 'data-web-1');
    expect(await here.names('pvc')).toEqual(['data-web-0']);
  });

  it('deleting a StatefulSet frees disks: where whenDeleted says so, as the owner of its claims shows', async () => {
    const policy = { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Retain', whenDeleted: 'Delete' } };
    const here = await place('when-deleted', statefulSet(1, { claim: true, spec: policy }));
    await here.until('jsonpath={.metadata.ownerReferences[0].kind}=StatefulSet', 'pvc', 'data-web-0');
    await here.kubectl('delete', 'statefulset', 'web');
    await here.until('delete', 'pvc', 'data-web-0');
  });

  it('scaling down ignores broken Pods: with OrderedReady one that stays unready blocks it', async () => {
    const here = await Playground.make(cluster, 'blocked');
    await here.create(statefulSet(2, { container: readyByFile }));
    for (const name of ['web-0', 'web-1']) {
      await here.until('create', 'pod', name);
      await here.until('jsonpath={.status.phase}=Running', 'pod', name);
      await here.sh(name, 'touch /tmp/ready');
    }
    await here.rolledOut('statefulset/web');
    await here.sh('web-0', 'rm /tmp/ready');
    await here.until('condition=Ready=false', 'pod', 'web-0');
    await here.until('jsonpath={.status.readyReplicas}=1', 'statefulset', 'web');
    await scale(here, 1);
    await here.until('jsonpath={.status.observedGeneration}=2', 'statefulset', 'web');
    expect(await here.read('pod web-1', '{.metadata.deletionTimestamp}')).toBe('');
    await here.sh('web-0', 'touch /tmp/ready');
    await here.until('delete', 'pod', 'web-1');
  });

  it("the manifest's replicas and kubectl scale coexist: every apply resets them", async () => {
    const here = await place('replicas', statefulSet(1));
    await scale(here, 3);
    await here.rolledOut('statefulset/web');
    await here.create(statefulSet(1));
    expect(await here.read('statefulset web', '{.spec.replicas}')).toBe('1');
    await here.until('delete', 'pod', 'web-2');
  });

  it('reinstalling resets the password: the claim survived, and only an empty folder is initialised', async () => {
    const install = (password: string) =>
      statefulSet(1, {
        claim: true,
        container: waiting({
          env: [{ name: 'PASSWORD', value: password }],
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
          command: [
            'sh',
            '-c',
            "[ -e /data/password ] || echo $PASSWORD > /data/password; trap 'exit 0' TERM; sleep infinity & wait",
          ],
        }),
      });
    const here = await place('reinstalled', install('first'));
    await here.kubectl('delete', 'statefulset', 'web');
    await here.until('delete', 'pod', 'web-0');
    await here.create(install('second'));
    await here.rolledOut('statefulset/web');
    expect(await here.sh('web-0', 'echo $PASSWORD; cat /data/password')).toBe('second\nfirst\n');
  });
});
