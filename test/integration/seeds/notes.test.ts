import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claim, client, headless, statefulSet } from '../misconceptions/manifests.ts';
import { Playground } from '../misconceptions/playground.ts';
import { ClusterProcess } from '../support/cluster-process.ts';
import { kubectlPath, withoutKubectl } from '../support/program.ts';

/**
 * Notes on why there are StatefulSets and what they guarantee, sentence by sentence. They have neither commands nor
 * manifests, and name two that one needs: a headless Service and a StatefulSet. What has to be repaired:
 * - Both are only described: completed by the least that runs, with the names of the notes' example, `www-my-app-0`.
 * What they say that is not so, or not always:
 * - "A Pod is only terminated after all its successors have been completely shut down": when scaled down. Whoever
 *   deletes the set, or a Pod, has no such guarantee.
 * - "Rolling updates ensure that the application remains available": with one replica there is a gap.
 * - "You must manually delete the claims": unless persistentVolumeClaimRetentionPolicy says otherwise.
 */
describe.skipIf(!kubectlPath)(`notes on StatefulSets from elsewhere${withoutKubectl}`, () => {
  const cluster = new ClusterProcess();
  beforeAll(() => cluster.start());
  afterAll(() => cluster.remove());

  /** Applies the two manifests of the notes' example. */
  async function deploy(name: string, replicas: number, spec = {}): Promise<Playground> {
    const here = await Playground.make(cluster, name);
    const set = statefulSet(replicas, { spec: { serviceName: 'my-headless-service', ...spec } });
    const { spec: described } = set as { spec: { template: { spec: { containers: Record<string, unknown>[] } } } };
    described.template.spec.containers[0]!.volumeMounts = [{ name: 'www', mountPath: '/www' }];
    const volumeClaimTemplates = [{ metadata: { name: 'www' }, spec: claim('www').spec }];
    const myApp = { ...set, metadata: { name: 'my-app' }, spec: { ...described, volumeClaimTemplates } };
    await here.create(headless({}, 'my-headless-service'), client, myApp);
    await here.rolledOut('statefulset/my-app');
    return here;
  }

  /** Whom the StatefulSet has deleted, in this order. */
  async function deletions(here: Playground): Promise<(string | undefined)[]> {
    const messages = '{range .items[?(@.reason=="SuccessfulDelete")]}{.message}{"\\n"}{end}';
    const lines = (await here.read('events', messages)).trim().split('\n');
    return lines.map((line) => /my-app-\d/.exec(line)?.[0]);
  }

  it('each Pod has a name from its ordinal, and a DNS entry below the headless Service', async () => {
    const here = await deploy('identity', 3);
    await here.until('condition=Ready', 'pod/client');
    expect(await here.names('pods', '-l', 'app=web')).toEqual(['my-app-0', 'my-app-1', 'my-app-2']);
    for (const pod of ['my-app-0', 'my-app-2']) {
      const name = `${pod}.my-headless-service.identity.svc.cluster.local`;
      expect((await here.dig(name)).data).toEqual([await here.read(`pod ${pod}`, '{.status.podIP}')]);
      expect(await here.sh(pod, 'hostname')).toBe(`${pod}\n`);
    }
  });

  it('a Pod that died comes back with its name and its data, from its own claim of the default class', async () => {
    const here = await deploy('storage', 2);
    expect(await here.names('pvc')).toEqual(['www-my-app-0', 'www-my-app-1']);
    expect(await here.read('pvc www-my-app-1', '{.spec.storageClassName}')).toBe('standard');
    await here.sh('my-app-1', 'echo mine > /www/file');
    const uid = await here.read('pod my-app-1', '{.metadata.uid}');
    await here.kubectl('delete', 'pod', 'my-app-1');
    await here.rolledOut('statefulset/my-app');
    expect(await here.read('pod my-app-1', '{.metadata.uid}')).not.toBe(uid);
    expect(await here.sh('my-app-1', 'cat /www/file')).toBe('mine\n');
    expect(await here.attempt(['exec', 'my-app-0', '--', 'cat', '/www/file'])).toMatchObject({ code: 1 });
  });

  it('scales down from the highest ordinal, and leaves the claims, also when the set is deleted', async () => {
    const here = await deploy('down', 3);
    await here.kubectl('scale', 'statefulset', 'my-app', '--replicas=1');
    await here.until('delete', 'pod/my-app-1');
    expect(await deletions(here)).toEqual(['my-app-2', 'my-app-1']);
    await here.kubectl('delete', 'statefulset', 'my-app');
    expect(await here.names('pvc')).toEqual(['www-my-app-0', 'www-my-app-1', 'www-my-app-2']);
    await here.kubectl('delete', 'pvc', '--all');
    expect(await here.names('pvc')).toEqual([]);
  });

  it('deletes the claims by itself where it is told to', async () => {
    const here = await deploy('policy', 2, { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } });
    await here.kubectl('delete', 'statefulset', 'my-app');
    await here.until('delete', 'pvc/www-my-app-0', 'pvc/www-my-app-1');
  });

  it('updates in reverse order of the ordinals', async () => {
    const here = await deploy('update', 3);
    await here.kubectl('set', 'env', 'statefulset/my-app', 'VERSION=2');
    await here.rolledOut('statefulset/my-app');
    expect(await deletions(here)).toEqual(['my-app-2', 'my-app-1', 'my-app-0']);
    expect(await here.sh('my-app-0', 'echo $VERSION')).toBe('2\n');
  });

  it('makes and deletes Pods all at once where Parallel is asked for', async () => {
    const here = await Playground.make(cluster, 'parallel');
    const never = { readinessProbe: { exec: { command: ['false'] }, periodSeconds: 1 } };
    await here.create(headless(), statefulSet(3, { spec: { podManagementPolicy: 'Parallel' }, container: never }));
    await here.until('create', 'pod/web-0', 'pod/web-1', 'pod/web-2');
  });
});
